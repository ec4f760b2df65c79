"""Learns to choose the parties of events and how sure a report is.

`python learn.py --score DIR --weighed W.jsonl … --articles A.json … [--out choice.bin] [--folds 5]`

DIR holds score.py, with which the outcome is measured on articles that the trees of their fold have not seen."""

import argparse
import collections
import json
import multiprocessing
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np

import choice

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import forests

PARTY = dict(objective="binary", learning_rate=0.06, num_leaves=24, min_data_in_leaf=30, feature_fraction=0.6, bagging_fraction=0.8,
             bagging_freq=1, lambda_l2=5.0, verbose=-1, seed=1, deterministic=True, force_col_wise=True, num_threads=1, max_bin=63)
REPORT = dict(PARTY, num_leaves=12, min_data_in_leaf=40, learning_rate=0.05)
ROUNDS, REPORT_ROUNDS = 220, 160
SIDES = []
T = dict(joint=0.5, second=0.15, actor=0.5, recipient=0.55, lone=0.7, kept=0.1, seen=0.5, told=0.1, doubtful=0.47)


def traits(weighed):
    """The names of the numbers about a party."""
    with open(weighed, encoding="utf-8") as f:
        return json.loads(f.readline())["party_traits"]


def fold(doc, folds):
    return int("".join(c for c in doc if c.isdigit()) or 0) * 7919 % 1009 % folds


def rows(docs, gold, norm):
    """Every candidate of every event that annotators also read: traits, label, weight, article."""
    out = [[], []]
    for i, events in docs.items():
        if i not in gold:
            continue
        for w, (which, weight) in zip(events, choice.align(gold[i], events, norm)):
            if not which:
                continue
            w["which"] = weight
            w["gold"] = choice.labels(gold[i], w, which, norm)
            for k, (key, *traits) in enumerate(w["candidates"]):
                for side in (0, 1):
                    out[side].append((traits[side], norm(key) in w["gold"][side], weight, i))
    return [(np.array([r[0] for r in o], np.float32), np.array([r[1] for r in o], float), np.array([r[2] for r in o]), np.array([r[3] for r in o])) for o in out]


def train(x, y, w, params, rounds):
    return lgb.train(params, lgb.Dataset(x, y, weight=w), rounds)


def parties(job):
    """The trees of one side without one fold; of all folds for -1. Each in a process of its own."""
    side, k = job
    x, y, w, fs = SIDES[side]
    return train(x[fs != k], y[fs != k], w[fs != k], PARTY, ROUNDS).model_to_string()


def units(score, w, chosen):
    actors, recipients, mutual, *_ = chosen
    e = dict(event=[w["event"]], actor=[dict(key=k) for k in actors], recipient=[dict(key=k) for k in recipients], aux=w["aux"], mutual=mutual)
    return score.pred_units([dict(e, doc=w["doc"], date=None, enddate=None, said_by=None)])


def evaluate(score, gold, told):
    """Exact precision, recall, F1 over articles; `told`: [(doc, units)]."""
    by = collections.defaultdict(list)
    for i, us in told:
        by[i] += [u[0] for u in us]
    tp = fn = fp = 0
    for i, d in gold.items():
        need, may = score.gold_units(d)
        seen, mine = set(), []
        for u in by[i]:
            if u not in seen:
                seen.add(u)
                mine.append(u)
        left = list(mine)
        for g in need:
            hit = next((u for u in left if score.hit(g[0], u)), None)
            if hit is not None:
                tp += 1
                left.remove(hit)
            else:
                fn += 1
        fp += sum(not any(score.hit(g[0], u) for g in need + may) for u in left)
    p, r = tp / max(1, tp + fp), tp / max(1, tp + fn)
    return p, r, 2 * p * r / max(1e-9, p + r)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--score", required=True)
    a.add_argument("--weighed", nargs="+", required=True)
    a.add_argument("--articles", nargs="+", required=True)
    a.add_argument("--folds", type=int, default=5)
    a.add_argument("--jobs", type=int, default=2, help="processes")
    a.add_argument("--on", default="", help="measure on articles whose ids begin so")
    a.add_argument("--name", default="en-choice-1")
    a.add_argument("--keep")
    a.add_argument("--out")
    a = a.parse_args()
    sys.path.insert(0, a.score)
    import score

    norm = score.norm
    gold = choice.articles(a.articles)
    docs = {}
    for p in a.weighed:
        docs.update(choice.read(p))
    sides = rows(docs, gold, norm)
    f = lambda ids: np.array([fold(i, a.folds) for i in ids])
    events = [w for i in docs if i in gold for w in docs[i] if w["candidates"]]
    for w in events:
        w["p"] = [np.zeros(len(w["candidates"])), np.zeros(len(w["candidates"]))]
    SIDES[:] = [(x, y, wt, f(ids)) for x, y, wt, ids in sides]
    jobs = [(side, k) for k in [*range(a.folds), *([-1] if a.out else [])] for side in (0, 1)]
    with multiprocessing.get_context("fork").Pool(a.jobs) as pool:
        grown = {job: lgb.Booster(model_str=m) for job, m in zip(jobs, pool.map(parties, jobs, chunksize=1))}
    for side in (0, 1):
        for k in range(a.folds):
            m = grown[side, k]
            mine = [w for w in events if fold(w["doc"], a.folds) == k and w["candidates"]]
            if not mine:
                continue
            p = m.predict(np.array([c[1 + side] for w in mine for c in w["candidates"]], np.float32))
            at = 0
            for w in mine:
                n = len(w["candidates"])
                w["p"][side] = p[at : at + n]
                at += n
            if k == 0:
                names = traits(a.weighed[0])
                gain = m.feature_importance("gain")
                print("side", side, [(names[j], round(gain[j] / gain.sum(), 3)) for j in np.argsort(-gain)[:18]])
    everything, gold = gold, {i: d for i, d in gold.items() if i.startswith(a.on)}
    sure = [w for w in events if not w["doubtful"]]
    before = [(w["doc"], units(score, w, (w["actors"], w["recipients"], w["mutual"] or w["event"] == "CONSULT"))) for w in sure]
    print("rules:   P %.3f R %.3f F1 %.3f" % evaluate(score, gold, before))
    # Has it a recipient at all?
    told = [w for w in events if w.get("gold") and not choice.is_joint(w)]
    for w in events:
        w["y"] = choice.traits_of_nobody(w, *w["p"])
    x, y = np.array([w["y"] for w in told], np.float32), np.array([not w["gold"][1] for w in told], float)
    wt, fs = np.array([w["which"] for w in told]), f([w["doc"] for w in told])
    for k in range(a.folds):
        m = train(x[fs != k], y[fs != k], wt[fs != k], REPORT, REPORT_ROUNDS)
        mine = [w for w in events if fold(w["doc"], a.folds) == k]
        for w, v in zip(mine, m.predict(np.array([w["y"] for w in mine], np.float32))):
            w["nobody"] = v
    for w in events:
        w["choice"] = choice.choose(w, *w["p"], w["nobody"], T)
    after = [(w["doc"], units(score, w, w["choice"])) for w in sure]
    print("chosen:  P %.3f R %.3f F1 %.3f" % evaluate(score, gold, after))
    aligned = [w for w in events if w.get("gold") and w["which"] >= choice.SENTENCE]
    for name, part in (("told", [w for w in aligned if not w["doubtful"]]), ("doubtful", [w for w in aligned if w["doubtful"]])):
        right = lambda keys, g: {norm(k) for k in keys} == g or bool(keys) and all(norm(k) in g for k in keys) and (len(keys) >= len(g) or len(g) < 3)
        for what, pick in (("rules", lambda w: (w["actors"], w["recipients"])), ("chosen", lambda w: w["choice"][:2])):
            ok = [(right(pick(w)[0], w["gold"][0]), choice.is_joint(w) or right(pick(w)[1], w["gold"][1])) for w in part]
            print(f"{name} {what}: {len(part)} actor {np.mean([o[0] for o in ok]):.3f} recipient {np.mean([o[1] for o in ok]):.3f} both {np.mean([o[0] and o[1] for o in ok]):.3f}")
    # How sure is the report?
    xs, ys, ids = [], [], []
    for w in events:
        need, may = score.gold_units(everything[w["doc"]])
        us = units(score, w, w["choice"])
        w["hit"] = any(score.hit(g[0], u[0]) for u in us for g in need + may)
        w["x"] = w["traits"] + choice.traits_of_choice(w, w["choice"], *w["p"], w["nobody"])
        xs.append(w["x"]); ys.append(w["hit"]); ids.append(w["doc"])
    x, y, fs = np.array(xs, np.float32), np.array(ys, float), f(ids)
    for k in range(a.folds):
        m = train(x[fs != k], y[fs != k], np.ones((fs != k).sum()), REPORT, REPORT_ROUNDS)
        p = m.predict(x[fs == k])
        for w, v in zip([w for w, q in zip(events, fs) if q == k], p):
            w["sure"] = v
    if a.out:
        grown = [grown[side, -1] for side in (0, 1)]
        grown.append(train(np.array([w["y"] for w in told], np.float32), np.array([not w["gold"][1] for w in told], float), wt, REPORT, REPORT_ROUNDS))
        grown.append(train(x, y, np.ones(len(y)), REPORT, REPORT_ROUNDS))
        least = [T[k] for k in ("joint", "second", "actor", "recipient", "lone", "kept", "seen", "told", "doubtful")]
        forests.write(a.out, "choice 3", a.name, least, grown)
    if a.keep:
        import pickle
        pickle.dump(events, open(a.keep, "wb"))
    for low in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        told = [(w["doc"], units(score, w, w["choice"])) for w in events if w["sure"] >= low]
        print("from %.2f: %5d P %.3f R %.3f F1 %.3f" % (low, len(told), *evaluate(score, gold, told)))
    by_rule = {(w["doc"], w["start"][0]) for w in events if not w["doubtful"] and w["sure"] >= T["told"]}
    both = [(w["doc"], units(score, w, w["choice"])) for w in events
            if w["sure"] >= T["doubtful" if w["doubtful"] else "told"] and not (w["doubtful"] and (w["doc"], w["start"][0]) in by_rule)]
    print("as it ships: P %.3f R %.3f F1 %.3f" % evaluate(score, gold, both))
    for lo in np.arange(0, 1, 0.1):
        part = [w for w in events if lo <= w["sure"] < lo + 0.1]
        if part:
            print("confidence %.1f-: %5d, right %.3f" % (lo, len(part), np.mean([w["hit"] for w in part])))


if __name__ == "__main__":
    main()
