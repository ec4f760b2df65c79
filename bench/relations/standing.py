#!/usr/bin/env python3
"""Standings measured on ICEWS: a table of events out of ICEWS rows, and how well standings tell defence allies from the rest.

  standing.py table CORPUS NAME OUT.tsv [FROM TO]   date a b type mode score, with the hand-made roll-up of actors to states
  standing.py auc STANDING.tsv [COLUMN ...]         area under the curve, allies against the rest, by list and least number of events

CORPUS is ../shared/corpora/relations. Alliances are in alliances.tsv beside this file; they are used here only, to measure.
"""
import csv, io, itertools, lzma, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))


def table(corpus, name, out, start="0000", end="9999"):
    relations = {r["relation"]: r for r in csv.DictReader(open(f"{corpus}/relations.tsv", encoding="utf-8"), delimiter="\t")}
    with lzma.open(f"{corpus}/actor_country.tsv.xz", "rt", encoding="utf-8") as f:
        actors = {r["actor"]: r["iso3"] + ("" if r["gov"] == "1" else "/CVL")
                  for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE) if r["iso3"] not in ("", "-")}
    with lzma.open(f"{corpus}/{name}.tsv.xz", "rt", encoding="utf-8") as f, open(out, "w", encoding="utf-8") as o:
        o.write("date\ta\tb\ttype\tmode\tscore\n")
        next(f)
        for line in f:
            date, a, relation, b = line.rstrip("\n").split("\t")
            r = relations[relation]
            if r["plover"] == "dropped" or not start <= date <= end or a not in actors or b not in actors:
                continue
            a, b = actors[a], actors[b]
            if a[:3] != b[:3]:
                o.write(f'{date}\t{a}\t{b}\t{r["plover"]}\t{r["mode"]}\t{r["plover_score"]}\n')


def lists():
    pacts = list(csv.DictReader(open(f"{HERE}/alliances.tsv", encoding="utf-8"), delimiter="\t"))
    pairs = lambda keep: {p for r in pacts if keep(r) for p in itertools.combinations(sorted(r["members"].split()), 2)}
    us = {"NATO", "US-Japan", "US-Korea", "US-Philippines", "US-Australia", "Australia-New Zealand", "US-Thailand"}
    return {"NATO and US": pairs(lambda r: r["pact"] in us),
            "all but huge pacts": pairs(lambda r: r["huge"] == "n"),
            "with huge pacts": pairs(lambda r: r["pact"] not in ("African Union", "EU")),
            "and EU": pairs(lambda r: r["pact"] != "African Union"),
            "and African Union": pairs(lambda r: True)}


def auc(positive, negative):
    import bisect
    negative = sorted(negative)
    if not positive or not negative:
        return float("nan")
    return sum((bisect.bisect_left(negative, p) + bisect.bisect_right(negative, p)) / 2 for p in positive) / len(positive) / len(negative)


def measure(path, columns):
    rows = list(csv.DictReader(open(path, encoding="utf-8"), delimiter="\t"))
    least = (10, 30, 100)
    print(f'{"":12}' + "".join(f"{name:>26}" for name in lists()))
    print(f'{"":12}' + "".join(f"{m:>6}+ " + ("" if i < 2 else "  ") for _ in lists() for i, m in enumerate(least)))
    for column in columns:
        cells = []
        for pairs in lists().values():
            for m in least:
                known = [r for r in rows if int(r["events"]) >= m and r[column] != ""]
                allied = [float(r[column]) for r in known if (r["a"], r["b"]) in pairs]
                rest = [float(r[column]) for r in known if (r["a"], r["b"]) not in pairs]
                cells.append(f"{auc(allied, rest):.3f} ({len(allied)})" if column == columns[0] and os.environ.get("COUNTS") else f"{auc(allied, rest):.3f}")
        print(f"{column:12}" + "".join(f"{c:>7} " + ("  " if i % 3 == 2 else "") for i, c in enumerate(cells)))


if __name__ == "__main__":
    if len(sys.argv) > 4 and sys.argv[1] == "table":
        table(*sys.argv[2:])
    elif len(sys.argv) > 2 and sys.argv[1] == "auc":
        measure(sys.argv[2], sys.argv[3:] or ["treat", "alike", "standing"])
    else:
        sys.exit(__doc__)
