#!/usr/bin/env python3
"""Scores the types of events on sentences whose two parties and PLOVER type are known.

usage: plv.py PLV_train.tsv DETENTE [--misses FILE]

PLV_train.tsv has a sentence, the words of its source and of its target, and the root type that a person gave
(YIELD is CONCEDE or RETREAT in PLOVER). The program is not told the pair: it has to find it. A row counts as

  type        a report of the right type is among the sentence's
  pair        … whose actor's words meet the source and whose recipient's words meet the target (either way
              round for acts done together), or whose key stands for both
  one side    … one of whose parties meets its own span

The file states no licence: it measures, and nothing is learnt from it."""
import collections
import csv
import json
import subprocess
import sys

table, program = sys.argv[1:3]
misses = open(sys.argv[4], "w", encoding="utf-8") if "--misses" in sys.argv else None
rows = list(csv.DictReader(open(table, encoding="utf-8"), delimiter="\t"))
docs = "".join(json.dumps({"id": str(i), "text": r["sentence"], "published": "2020-01-15"}) + "\n" for i, r in enumerate(rows))
done = subprocess.run([program, "code", "--from", "jsonl", "--to", "jsonl", "-"], input=docs.encode(), stdout=subprocess.PIPE, check=False)
reports = collections.defaultdict(list)
for line in done.stdout.splitlines():
    e = json.loads(line)
    reports[int(e["doc"])].append(e)


def spans(row):
    """Bytes of source and target, by the marks of `marked_sentence`."""
    marked, plain, out, open_at = row["marked_sentence"], 0, {}, None
    i = 0
    while i < len(marked):
        for tag in ("<s>", "</s>", "<t>", "</t>"):
            if marked.startswith(tag, i):
                if tag[1] != "/":
                    open_at = plain
                else:
                    out[tag[2]] = (open_at, plain)
                i += len(tag)
                break
        else:
            plain += len(marked[i].encode())
            i += 1
    return out.get("s"), out.get("t")


def meets(parties, span):
    return span and any(p["start"] < span[1] and span[0] < p["end"] for p in parties)


count = collections.Counter()
by_type = collections.defaultdict(collections.Counter)
for i, row in enumerate(rows):
    want = {"CONCEDE", "RETREAT"} if row["gold_root"] == "YIELD" else {row["gold_root"]}
    source, target = spans(row)
    right = [e for e in reports[i] if set(e["event"]) & want]
    a = [(meets(e["actor"], source), meets(e["recipient"], target)) for e in right]
    a += [(meets(e["actor"], source), meets(e["actor"], target)) for e in right if not e["recipient"]]
    a += [(meets(e["actor"], target), meets(e["recipient"], source)) for e in right if set(e["event"]) & {"CONSULT", "COOPERATE", "AGREE"}]
    got = {"any": bool(reports[i]), "type": bool(right), "one side": any(x or y for x, y in a), "pair": any(x and y for x, y in a)}
    for k, v in got.items():
        count[k] += v
        by_type[row["gold_root"]][k] += v
    by_type[row["gold_root"]]["rows"] += 1
    if misses and not got["pair"]:
        told = "; ".join(f"{e['event'][0]} {'+'.join(x['key'] for x in e['actor'])}>{'+'.join(x['key'] for x in e['recipient'])} {e['evidence'][0]['rule']}" for e in reports[i])
        misses.write(f"{row['gold_root']}\t{row['marked_sentence']}\t{told}\n")
print(f"{len(rows)} rows: " + ", ".join(f"{k} {v / len(rows):.3f}" for k, v in count.items()))
for t, c in sorted(by_type.items()):
    print(f"  {t:<10} {c['rows']:>4} rows  type {c['type'] / c['rows']:.2f}  one side {c['one side'] / c['rows']:.2f}  pair {c['pair'] / c['rows']:.2f}")
