#!/usr/bin/env python3
"""Learns the weights of likeness (crates/detente/src/event_set/likeness.rs) from pairs of reports of ECB+.

usage: train.py DIR PAIRS [--ablate]     DIR: as run.sh leaves it (run.sh WORKDIR); PAIRS: of the example same_event --pairs

Learnt from the topics whose number 3 does not divide; pairs across topics are no events, pairs of reports that no gold
mention matches and that lie in one topic are left out. Logistic regression (ridge 10), in which no likeness may count against
and no difference for; what ECB+ holds too few of stays as set by hand. Prints the weights and, by four-fold cross-validation
over topics with three seeds, CoNLL for each threshold. Needs numpy."""

import collections
import json
import os
import sys

import numpy as np

import score

HAND = {"Dyad": 1.0, "DatedDyad": 1.2, "Gap": -1.0, "OtherDay": -4.0, "Article": -2.0, "Dead": 0.5, "Turned": -6.0, "OtherPlace": -4.0}
SIGN = {"Any": 0, "OtherMode": -1, "Undated": -1, "Strange": -1}
RIDGE = 10.0


def fit(x, y, offset, signs):
    """Weights by accelerated projected gradient."""
    scale = np.sqrt((x**2).mean(0)) + 1e-9
    z = x / scale
    weights = ahead = np.zeros(x.shape[1])
    steep = 0.25 * np.linalg.eigvalsh(z.T @ z)[-1] + RIDGE
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 1e-3
    t = 1.0
    for _ in range(400):
        p = 1 / (1 + np.exp(-np.clip(z @ ahead + offset, -30, 30)))
        new = ahead - (z.T @ (p - y) + ridge * ahead) / steep
        new = np.where(signs > 0, np.maximum(new, 0), np.where(signs < 0, np.minimum(new, 0), new))
        following = (1 + (1 + 4 * t * t) ** 0.5) / 2
        ahead = new + (t - 1) / following * (new - weights)
        weights, t = new, following
    return weights / scale


def gather(order, odds, threshold, most=8):
    """As the program does it, without its index: each report joins the event whose first reports it is most like."""
    events, label = [], {}
    for i in order:
        best = None
        for number, members in enumerate(events):
            told = [odds.get((min(i, j), max(i, j)), -9.0) for j in members[:most]]
            mean = sum(told) / len(told)
            if mean > threshold and (best is None or mean > best[0]):
                best = (mean, number)
        if best is None:
            events.append([i])
        else:
            events[best[1]].append(i)
    for number, members in enumerate(events):
        label.update((i, number) for i in members)
    return label


def main():
    folder, pairs = sys.argv[1:3]
    chain = {r["id"]: c for r, c in score.matched(folder, os.path.join(folder, "reports.jsonl"))}
    reports = [json.loads(line) for line in open(os.path.join(folder, "reports.jsonl"), encoding="utf-8")]
    number = {r["id"]: n for n, r in enumerate(reports)}
    topic = [int(r["doc"].split("_")[0]) for r in reports]
    key = [chain.get(r["id"]) for r in reports]

    def rank(i):
        start, end = reports[i].get("date"), reports[i].get("enddate")
        width = (np.datetime64(end) - np.datetime64(start)).astype(int) if start and end else None
        return (width is None, width or 0, start or "", reports[i]["doc"], reports[i]["text_info"]["start"], reports[i]["id"])

    order = sorted(range(len(reports)), key=rank)
    with open(pairs, encoding="utf-8") as file:
        names = next(file).split()
        rows = [line.split("\t") for line in file]
    ends = np.array([sorted((number[r[0]], number[r[1]])) for r in rows])
    x = np.array([[float(n) for n in r[2:]] for r in rows])
    topics = np.array([[topic[i], topic[j]] for i, j in ends])
    y = np.full(len(rows), np.nan)
    for n, (i, j) in enumerate(ends):
        if key[i] and key[j]:
            y[n] = key[i] == key[j]
        elif topic[i] != topic[j] and (key[i] or key[j]):
            y[n] = 0.0
    known = ~np.isnan(y)
    learn = (topics % 3 != 0).all(1)

    def weights(rows, hand, dropped=()):
        free = [n for n in names if n not in hand and n not in dropped]
        columns = [names.index(n) for n in free]
        fixed = [names.index(h) for h in hand]
        offset = x[rows][:, fixed] @ np.array([hand[h] for h in hand])
        w = np.zeros(len(names))
        w[columns] = fit(x[rows][:, columns], y[rows], offset, np.array([SIGN.get(n, 1) for n in free]))
        w[fixed] = [hand[h] for h in hand]
        return w

    def conll(odds, threshold, held):
        of = [i for i in order if (topic[i] % 3 == 0) == held]
        inside = set(of)
        told = {(i, j): s for (i, j), s in zip(map(tuple, ends), odds) if i in inside and j in inside}
        label = gather(of, told, threshold)
        return score.scores({i: key[i] for i in of if key[i]}, {i: label[i] for i in of if key[i]})

    thresholds = np.arange(-1.5, 0.26, 0.25)

    def validate(name, hand, dropped=(), seeds=3):
        table = collections.defaultdict(list)
        tops = sorted({t for t in topic if t % 3})
        for seed in range(seeds):
            shuffled = list(tops)
            np.random.RandomState(seed).shuffle(shuffled)
            odds = np.full(len(rows), -9.0)
            for fold in range(4):
                part = np.isin(topics, shuffled[fold::4]).any(1) & learn
                odds[part] = x[part] @ weights(known & learn & ~part, hand, dropped)
            for t in thresholds:
                table[t].append(conll(odds, t, False)["CoNLL"])
        best = max(thresholds, key=lambda t: np.mean(table[t]))
        w = weights(known & learn, hand, dropped)
        print(f"{name:28} threshold {best:5.2f}  cross-validated {100 * np.mean(table[best]):.1f}  held out {100 * conll(x @ w, best, True)['CoNLL']:.1f}", flush=True)
        return w, {float(t): round(100 * float(np.mean(table[t])), 1) for t in thresholds}

    w, curve = validate("all", HAND)
    print("  ".join(f"{n} {v:.2f}" for n, v in zip(names, w)))
    print(curve)
    if "--ablate" in sys.argv:
        for dropped in (("Kind",), ("Mode", "OtherMode"), ("Actors", "Recipients"), ("Undated",), ("Place",), ("Words",), ("Strange",), ("Act",), ("Words", "Strange", "Act")):
            validate("without " + ", ".join(dropped), HAND, dropped, 2)
        for h in HAND:
            validate("without " + h, {**HAND, h: 0.0}, (), 2)


main()
