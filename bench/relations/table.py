#!/usr/bin/env python3
"""A table of acts between actors, from an ICEWS knowledge graph: table.py GRAPH.tsv.xz SHARED > acts.tsv

SHARED is the folder with relations.tsv (relation to PLOVER type, mode and score) and actor_country.tsv.xz (actor to
state, and whether it speaks for its government). Acts within one state, and relations that PLOVER drops, are left out.
Weight is 1 where both sides are governments or bodies of their own, else --private (0.5). The graphs name a meeting from
both sides; the method counts it once."""
import argparse
import csv
import lzma
import sys

o = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
o.add_argument("graph")
o.add_argument("shared")
o.add_argument("--private", type=float, default=0.5)
o = o.parse_args()


def rows(path):
    opened = lzma.open(path, "rt", encoding="utf-8") if path.endswith(".xz") else open(path, encoding="utf-8")
    with opened as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


relations = {r["relation"]: r for r in rows(o.shared + "/relations.tsv")}
actors = {r["actor"]: r for r in rows(o.shared + "/actor_country.tsv.xz")}


def key(name):
    state = actors[name]["iso3"]
    return state if state not in ("", "-") else name


def official(name):
    return actors[name]["iso3"] in ("", "-") or actors[name]["gov"] == "1"


print("date\ta\tb\ttype\tmode\tscore\tweight")
left = 0
for r in rows(o.graph):
    relation = relations.get(r["relation"])
    if relation is None or r["source"] not in actors or r["target"] not in actors:
        left += 1
        continue
    a, b = key(r["source"]), key(r["target"])
    if a == b or relation["plover"] == "dropped":
        continue
    weight = 1 if official(r["source"]) and official(r["target"]) else o.private
    if weight > 0:
        print(r["date"], a, b, relation["plover"], relation["mode"], relation["plover_score"], weight, sep="\t")
print(f"{left} rows of {o.graph} name an actor or a relation that the tables do not hold", file=sys.stderr)
