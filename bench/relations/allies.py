#!/usr/bin/env python3
"""How well a matrix of standings tells defence allies from others: area under the curve. usage: allies.py MATRIX.csv YEAR

MATRIX.csv is what `detente matrix --to csv` prints. Pacts stand in alliances.tsv; each is counted without and with the
huge ones. Only pairs of states with a number count."""
import csv
import pathlib
import sys

matrix, year = sys.argv[1:]
pacts = {"n": set(), "y": set()}
with open(pathlib.Path(__file__).parent / "alliances.tsv", encoding="utf-8") as file:
    for row in csv.DictReader(file, delimiter="\t"):
        if row["from"] < year and (row["until"] == "-" or row["until"] > year):
            members = sorted(row["members"].split())
            pacts[row["huge"]].update((a, b) for i, a in enumerate(members) for b in members[i + 1:])
with open(matrix, encoding="utf-8") as file:
    head, *rows = csv.reader(file)
state = lambda key: len(key) == 3 and key.isupper() and key not in ("EUR", "UNO")
cells = [
    (float(value), (row[0], key))
    for row in rows for key, value in zip(head[1:], row[1:])
    if value and row[0] < key and state(row[0]) and state(key)
]
for name, allied in ("without huge pacts", pacts["n"]), ("with huge pacts", pacts["n"] | pacts["y"]):
    yes = [value for value, pair in cells if pair in allied]
    no = [value for value, pair in cells if pair not in allied]
    wins = sum((y > n) + 0.5 * (y == n) for y in yes for n in no)
    print(f"{name}: AUC {wins / len(yes) / len(no):.3f} of {len(yes)} allied and {len(no)} other pairs")
