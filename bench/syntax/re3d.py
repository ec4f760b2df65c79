#!/usr/bin/env python3
"""Names of re3d (a word and its mark a line) as `train-syntax score --names` wants them: re3d.py FILE > names.tsv

Kinds that the model does not read (times, quantities, weapons, documents, money, vehicles) become no name. Documents'
marks that go on from nothing begin a name."""
import sys

KINDS = {"Organisation": "Organisation", "Location": "Place", "Person": "Person", "Nationality": "Nationality"}
last = None
for line in open(sys.argv[1], encoding="utf-8"):
    cells = line.rstrip("\n").split("\t")
    if len(cells) < 2 or not cells[0].strip():
        last = None
        print()
        continue
    place, _, kind = cells[-1].partition("-")
    kind = KINDS.get(kind)
    if not kind:
        last = None
        print(cells[0], "O", sep="\t")
        continue
    print(cells[0], ("I-" if place == "I" and last == kind else "B-") + kind, sep="\t")
    last = kind
