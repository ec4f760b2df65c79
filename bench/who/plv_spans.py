#!/usr/bin/env python3
"""Does the reader see somebody where people marked who does something and to whom?

usage: bench/who/plv_spans.py [PLV_train.tsv] [--errors [HOW]]

Of each row of the table (PLV, https://github.com/snowood1/Zero-Shot-PLOVER) the sentence is read alone, as an article
of one sentence, and the reader is asked whom it sees in the spans `source` and `target`:

head     the word that the span's other words hang on names or describes a party with a key
new      the head belongs to a name that no list holds: a mention that keeps its words, and nobody's guess
inside   the head is no actor ("a court decision"), and somebody named in the phrase stands for it, as for an event
place    the head is a listed place that is no party
nobody   none of these

A span has an entity unless it is the last. The country is asked where it is evident: the span holds the
name, adjective or people of exactly one state of `lexicon/actors/states.tsv`, not joined to another word by a hyphen
("US-backed") and not as the place where somebody is ("rebels in Syria"). It is right where that state is the party's or the place's, by its key or by the lexicon. The table is not
part of this repository. `--errors` prints the spans without an entity, or, after HOW (nobody, country, inside, place,
new), those of that kind.
"""

import collections
import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def states():
    """Name → key of every state, as the lexicon writes them; those that two states bear are left out."""
    found = collections.defaultdict(set)
    lines = [l for l in (ROOT / "lexicon/actors/states.tsv").read_text().splitlines() if l and l[0] != "#"]
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["kind"] in ("state", "territory"):
            for column in ("names", "adjectives", "people"):
                for name in (row[column] or "").split("|"):
                    if name:
                        found[name].add(row["key"])
    # "New Mexico" names no Mexico.
    lines = [l for l in (ROOT / "lexicon/places/regions.tsv").read_text().splitlines() if l and l[0] != "#"]
    regions = {row["name"]: None for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    return regions | {name: keys.pop() for name, keys in found.items() if len(keys) == 1}


def evident(words, names, longest):
    """The one state that a span names, or None."""
    tokens = [m for m in re.finditer(r"[A-Z]\.(?:[A-Z]\.)+|[^\W_]+(?:'(?!s\b)\w+)?", words)]
    found, i = set(), 0
    while i < len(tokens):
        for n in range(min(longest, len(tokens) - i), 0, -1):
            start, end = tokens[i].start(), tokens[i + n - 1].end()
            name = next((w for w in (words[start:end], words[start:end].rstrip(".")) if w in names), None)
            if name:
                joined = words[end:end + 1] == "-" or words[start - 1:start] == "-"
                # Where somebody is or what he is for does not say whose he is.
                there = re.search(r"\b(in|inside|near|for|around|across|over|through|between|to) (the )?([a-z]+ern )?$", words[:start])
                if names[name]:
                    found.add(None if joined or there else names[name])
                i += n
                break
        else:
            i += 1
    return found.pop() if len(found) == 1 else None


def main():
    args = sys.argv[1:]
    how = None
    if "--errors" in args:
        at = args.index("--errors")
        how = args[at + 1] if len(args) > at + 1 else "nobody"
        args = args[:at]
    table = Path(args[0]) if args else ROOT / "../shared/corpora/events/PLV_train.tsv"
    if not table.exists():
        print(f"skipped: no {table}")
        return
    names = states()
    longest = max(len(name.split()) for name in names) + 1
    rows = []
    for row in csv.DictReader(table.open(encoding="utf-8"), delimiter="\t"):
        text = row["sentence"]
        marked = row["marked_sentence"]
        spans = []
        for mark, column in (("s", "source"), ("t", "target")):
            # The marks say which of several equal words is meant.
            before = re.split(f"<{mark}>", marked, maxsplit=1)[0]
            at = len(re.sub(r"</?[st]>", "", before))
            if text[at:at + len(row[column])] != row[column]:
                at = text.find(row[column])
            spans.append((at, at + len(row[column])) if at >= 0 else None)
        if None not in spans:
            rows.append((row, spans))
    lines = []
    for number, (row, spans) in enumerate(rows):
        to_bytes = lambda at: len(row["sentence"][:at].encode())
        spans = [[to_bytes(a), to_bytes(b)] for a, b in spans]
        lines.append(json.dumps({"id": number, "text": row["sentence"], "spans": spans}))
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "detente", "--example", "spans"], cwd=ROOT, check=True)
    program = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/examples/spans"
    out = subprocess.run([program, "models/en/syntax.bin", "lexicon"], cwd=ROOT, check=True, text=True,
                         input="\n".join(lines) + "\n", capture_output=True).stdout
    count = collections.Counter()
    for line in out.splitlines():
        told = json.loads(line)
        row, _ = rows[told["id"]]
        both, kinds = True, []
        for column, span in zip(("source", "target"), told["spans"]):
            heads = [p for m in span["mentions"] if m["head"] for p in m["parties"]]
            parties = span["own"] or heads
            named = any(m["head"] and m["wording"] == "Unlisted" for m in span["mentions"])
            if any(p["key"] for p in parties):
                kind = "head"
            elif span["inside"]:
                kind, parties = "inside", span["inside"]
            elif span["place"]:
                kind = "place"
            elif named or parties:
                kind = "new"
            else:
                kind = "nobody"
            kinds.append(kind)
            count[column, kind] += 1
            both &= kind != "nobody"
            wanted = evident(row[column], names, longest)
            wrong = False
            if wanted and kind != "nobody":
                countries = {p["country"] or p["key"].split("/")[0] for p in parties} | {span["place"]}
                wrong = wanted not in countries
                count["country", "wrong" if wrong else "right"] += 1
            if how == kind or how == "country" and wrong:
                seen = "; ".join(f'{m["words"]} {m["wording"]} {[p["key"] or "?" for p in m["parties"]]}' for m in span["mentions"])
                print(f'{row["sentence_id"]} {column}: [{row[column]}] head {span["head"]!r}: {seen or "-"}\n    {row["sentence"][:260]}')
        count["both", both] += 1
        count["strict", all(k in ("head", "new") for k in kinds)] += 1
    share = lambda a, b: f"{100 * a / max(a + b, 1):.1f} % of {a + b}"
    for column in ("source", "target"):
        total = sum(n for (c, _), n in count.items() if c == column)
        kinds = ", ".join(f"{kind} {100 * count[column, kind] / total:.1f} %" for kind in ("head", "new", "inside", "place", "nobody"))
        print(f"{column}: {kinds}")
    print(f'both spans with an entity: {share(count["both", True], count["both", False])} rows')
    print(f'both at their heads:       {share(count["strict", True], count["strict", False])} rows')
    print(f'country, where evident:    {share(count["country", "right"], count["country", "wrong"])} spans')


main()
