#!/usr/bin/env python3
"""How well events are made out of reports, against gold chains of coreferent mentions.

usage: score.py DIR REPORTS EVENTS     DIR: what prepare.py wrote; REPORTS: of `detente code`; EVENTS: of the example same_event

A report is matched with the gold mention whose words its `event_text` covers; where several are covered, with the one that
the words of the act cover too. What is compared are the partitions of matched reports: MUC, B cubed and CEAF-e, and their
mean (CoNLL). The baseline puts reports of the same type, parties and days together, over all topics. Topics of ECB+ whose
number 3 divides are held out: the weights are learnt without them."""

import collections
import json
import os
import sys


def matched(folder, reports):
    """Reports with the chain that each is of."""
    gold = collections.defaultdict(list)
    with open(os.path.join(folder, "gold.json"), encoding="utf-8") as file:
        for mention in json.load(file):
            gold[mention["doc"]].append(mention)
    with open(os.path.join(folder, "articles.jsonl"), encoding="utf-8") as file:
        texts = {a["id"]: a["text"].encode() for a in map(json.loads, file)}
    found = []
    for line in open(reports, encoding="utf-8"):
        report = json.loads(line)
        info = report["text_info"]
        at = texts[report["doc"]][info["start"] : info["end"]].find(report["event_text"].encode())
        if at < 0:
            continue
        start = info["start"] + at
        span = (start, start + len(report["event_text"].encode()))
        act = [(s["start"], s["end"]) for s in report["evidence"][0]["spans"]]
        cover = lambda a, b: max(0, min(a[1], b[1]) - max(a[0], b[0]))
        best = None
        for mention in gold[report["doc"]]:
            told = sum(cover(s, span) for s in mention["spans"])
            if told:
                size = sum(b - a for a, b in mention["spans"])
                rank = (sum(cover(s, a) for s in mention["spans"] for a in act), told / size, told)
                if best is None or rank > best[0]:
                    best = (rank, mention["chain"])
        if best:
            found.append((report, best[1]))
    return found


def groups(labels):
    sets = collections.defaultdict(set)
    for item, label in labels.items():
        sets[label].add(item)
    return list(sets.values())


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def muc(key, answer):
    def half(of, by):
        whole = sum(len(k) - 1 for k in groups(of))
        return sum(len(k) - len({by[i] for i in k}) for k in groups(of)) / whole if whole else 0.0

    return half(answer, key), half(key, answer)


def b_cubed(key, answer):
    def half(of, by):
        sets = {i: g for g in groups(by) for i in g}
        return sum(len(g & sets[i]) / len(g) for g in groups(of) for i in g) / len(of)

    return half(answer, key), half(key, answer)


def assignment(weights):
    """Greatest sum of a one-to-one assignment of rows to columns (Hungarian method; rows are at most columns)."""
    rows, columns = len(weights), len(weights[0])
    u, v, way = [0.0] * (rows + 1), [0.0] * (columns + 1), [0] * (columns + 1)
    row_of = [0] * (columns + 1)
    for row in range(1, rows + 1):
        row_of[0], column = row, 0
        least, used = [float("inf")] * (columns + 1), [False] * (columns + 1)
        while row_of[column]:
            used[column], r, delta, following = True, row_of[column], float("inf"), 0
            for c in range(1, columns + 1):
                if not used[c]:
                    cost = -weights[r - 1][c - 1] - u[r] - v[c]
                    if cost < least[c]:
                        least[c], way[c] = cost, column
                    if least[c] < delta:
                        delta, following = least[c], c
            for c in range(columns + 1):
                if used[c]:
                    u[row_of[c]] += delta
                    v[c] -= delta
                else:
                    least[c] -= delta
            column = following
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    return sum(weights[row_of[c] - 1][c - 1] for c in range(1, columns + 1) if row_of[c])


def ceaf_e(key, answer):
    rows, columns = groups(key), groups(answer)
    if len(rows) > len(columns):
        rows, columns = columns, rows
    total = assignment([[2 * len(r & c) / (len(r) + len(c)) for c in columns] for r in rows])
    return total / len(groups(answer)), total / len(groups(key))


def scores(key, answer):
    m, b, c = muc(key, answer), b_cubed(key, answer), ceaf_e(key, answer)
    return {"MUC": f1(*m), "B3": f1(*b), "CEAF-e": f1(*c), "CoNLL": (f1(*m) + f1(*b) + f1(*c)) / 3, "B3 P": b[0], "B3 R": b[1]}


def baseline(report):
    keys = lambda side: tuple(sorted({e["key"] for e in report[side]}))
    return (report["event"][0], keys("actor"), keys("recipient"), report.get("date"), report.get("enddate"))


def is_held_out(report):
    topic = report["doc"].split("_")[0]
    return "ecb" in report["doc"] and int(topic) % 3 == 0


def main():
    folder, reports, events = sys.argv[1:4]
    event = {}
    for line in open(events, encoding="utf-8"):
        e = json.loads(line)
        event.update((r, e["id"]) for r in e["reports"])
    found = matched(folder, reports)
    parts = [("all", found)]
    held = [x for x in found if is_held_out(x[0])]
    if held:
        parts += [("learnt from", [x for x in found if not is_held_out(x[0])]), ("held out", held)]
    for name, part in parts:
        key = {r["id"]: chain for r, chain in part}
        print(f"{name}: {len(part)} reports, {len(set(key.values()))} chains")
        for what, answer in (
            ("baseline", {r["id"]: baseline(r) for r, _ in part}),
            ("program", {r["id"]: event[r["id"]] for r, _ in part}),
        ):
            print(f"  {what:9}", "  ".join(f"{n} {100 * s:.1f}" for n, s in scores(key, answer).items()))


if __name__ == "__main__":
    main()
