"""Learns to choose the days and the place of events.

`python learn.py --score DIR --told W.jsonl … [--all W.jsonl …] --articles A.json … [--invented A.jsonl …]
[--apart W.jsonl … --apart-articles A.json …] [--out scene.bin]`

DIR holds score.py, by whose rules days and places are right. What is told of an article is what the trees meet in the
program; of the other events that might be told (`--all`) they learn as well. Measured are articles that the trees of their
fold have not seen; those of `--apart` are never learnt from."""

import argparse
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np

here = Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent), str(here.parent / "choice")]
import choice
import forests

TREES = dict(objective="binary", learning_rate=0.07, num_leaves=24, min_data_in_leaf=30, feature_fraction=0.6, bagging_fraction=0.8,
             bagging_freq=1, lambda_l2=5.0, verbose=-1, seed=1, deterministic=True, force_row_wise=True, num_threads=2)
PLACED = dict(TREES, num_leaves=12)
ROUNDS = 150
TOLD = 0.3  # the likeliest place is told if it is this likely that there is one
CHOSEN = 9  # PlaceTrait::Chosen: 3 where the rules have the place
INVENTED = 0.8  # how much an invented article counts


def fold(doc, folds):
    return int("".join(c for c in doc if c.isdigit()) or 0) * 7919 % 1009 % folds


def aligned(docs, gold, norm):
    """Weighed events with the annotated event that each stands for, and how surely."""
    for i, events in docs.items():
        if i not in gold:
            continue
        for w, (which, weight) in zip(events, choice.align(gold[i], events, norm)):
            if not which:
                continue
            told = [gold[i]["events"][k] for k in which]
            keys = {norm(k) for k in w["actors"]}
            mine = [e for e in told if keys & {norm(x) for a in e["actors"] for x in a.split("|")}]
            yield i, w, (mine or told)[0], weight


def right_place(words, place, norm):
    return bool(words and place) and (norm(words) in norm(place) or norm(place) in norm(words))


def right_days(start, end, when, score):
    """As score.py has it; and days without a first or a last one where the annotators have none either."""
    if start is None:
        return when.get("start") is None and bool(end and when.get("end")) and end <= when["end"]
    if end is None and when.get("end"):
        return False
    return score.date_ok(when, {"date": start, "enddate": end})


class Rows:
    """Candidates of many events: traits, label, weight, number of the event, article of each event."""

    def __init__(self):
        self.traits, self.labels, self.weights, self.events, self.docs, self.marked = [], [], [], [], [], []

    def add(self, doc, weight, marked, candidates):
        for traits, label in candidates:
            self.traits.append(traits)
            self.labels.append(label)
            self.weights.append(weight)
            self.events.append(len(self.docs))
        self.docs.append(doc)
        self.marked.append(marked)

    def done(self):
        self.traits, self.labels = np.array(self.traits, np.float32), np.array(self.labels, float)
        self.weights, self.events = np.array(self.weights), np.array(self.events)
        return self

    def fold(self, folds):
        return np.array([fold(self.docs[k], folds) for k in self.events])


def rows(docs, gold, score, weight=lambda doc: 1.0):
    days, places = Rows(), Rows()
    for i, w, e, sure in aligned(docs, gold, score.norm):
        sure *= weight(i)
        place, when = e.get("place"), e.get("when") or {}
        places.add(i, sure, bool(place), [(t, right_place(p, place, score.norm)) for p, t in w["places"]])
        if when.get("start") or when.get("end"):
            days.add(i, sure, True, [(t, right_days(a, b, when, score)) for a, b, t in w["days"]])
    return days.done(), places.done()


def grow(parts, trees=TREES):
    data = lgb.Dataset(np.vstack([r.traits[m] for r, m in parts]), np.concatenate([r.labels[m] for r, m in parts]),
                       weight=np.concatenate([r.weights[m] for r, m in parts]))
    return lgb.train(trees, data, ROUNDS)


def best_of(r, shares):
    """For each event its candidates by their shares, the best first."""
    order = np.lexsort((np.arange(len(shares)), -shares, r.events))
    return {r.events[group[0]]: group for group in np.split(order, np.where(np.diff(r.events[order]))[0] + 1)}


def measure_days(name, r, shares, at):
    right = [r.labels[g[0]] for k, g in best_of(r, shares).items() if at[k]]
    print(f"{name} days: {np.mean(right):.3f} of {len(right)} right")


def measure_places(name, r, shares, placed, at):
    best = {k: g for k, g in best_of(r, shares).items() if at[k]}
    marked = sum(m for m, a in zip(r.marked, at) if a)
    print(f"{name} place: of {marked} that have one {sum(r.labels[g[0]] for k, g in best.items() if r.marked[k]) / marked:.3f} right")
    for least in (0.2, 0.3, 0.4, 0.5):
        told = [g[0] for k, g in best.items() if placed[k] >= least or any(r.traits[j][CHOSEN] == 3 for j in g)]
        good = sum(r.labels[j] for j in told)
        print(f"  told from {least} or by the rules: {good / marked:.3f} found, {good / max(1, len(told)):.3f} of {len(told)} right")
    told = [j for g in best.values() for j in g if r.traits[j][CHOSEN] == 3]
    good = sum(r.labels[j] for j in told)
    print(f"  the rules alone: {good / marked:.3f} found, {good / max(1, len(told)):.3f} of {len(told)} right")


def of_events(r, shares):
    """The best candidate of each event with what else says whether there is a place."""
    out = Rows()
    best = best_of(r, shares)
    for k, doc in enumerate(r.docs):
        if k in best:
            g = best[k]
            numbers = [*r.traits[g[0]], shares[g[0]], shares[g[1]] if len(g) > 1 else 0.0, len(g)]
            out.add(doc, r.weights[g[0]], r.marked[k], [(numbers, r.marked[k])])
        else:
            out.add(doc, 1.0, r.marked[k], [])
    return out.done()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--told", "--all", "--articles", "--invented", "--apart", "--apart-articles"):
        p.add_argument(name, nargs="+", default=[])
    p.add_argument("--score", required=True)
    p.add_argument("--out")
    p.add_argument("--name", default="en-scene-1")
    p.add_argument("--folds", type=int, default=5)
    a = p.parse_args()
    sys.path.insert(0, a.score)
    import score

    gold, invented = choice.articles(a.articles), choice.articles(a.invented)
    read = lambda files: {k: v for f in files for k, v in choice.read(f).items()}
    told, every = read(a.told), read(a.all)
    more = {}
    for i, events in every.items():
        have = {(w["start"][0], w["event"]) for w in told.get(i, [])}
        more[i] = [w for w in events if (w["start"][0], w["event"]) not in have]
    weight = lambda doc: INVENTED if doc in invented else 1.0
    both = {**gold, **invented}
    main_rows, more_rows = rows(told, both, score, weight), rows(more, both, score, weight)
    apart = rows(read(a.apart), choice.articles(a.apart_articles), score) if a.apart else None
    folds = range(a.folds)
    grown = []

    def unseen(parts, wanted, trees=TREES):
        """The share of each candidate by trees of other articles, for each part, and the trees of all."""
        shares = [np.zeros(len(r.labels)) for r in parts]
        of = [r.fold(a.folds) for r in parts]
        for k in folds:
            forest = grow([(r, w & (f != k)) for r, w, f in zip(parts, wanted, of)], trees)
            for r, f, s in zip(parts, of, shares):
                if (f == k).any():
                    s[f == k] = forest.predict(r.traits[f == k])
        return shares, grow(list(zip(parts, wanted)), trees)

    def news(r):
        return [doc in gold for doc in r.docs]

    days = [main_rows[0], more_rows[0]]
    shares, forest = unseen(days, [np.ones(len(r.labels), bool) for r in days])
    grown.append(forest)
    measure_days("unseen", days[0], shares[0], news(days[0]))
    if apart:
        measure_days("apart", apart[0], forest.predict(apart[0].traits), [True] * len(apart[0].docs))

    # Which place, if there is one: learnt from events that have one. Whether there is one: from all.
    places = [main_rows[1], more_rows[1]]
    shares, forest = unseen(places, [np.array([r.marked[k] for k in r.events]) for r in places])
    best = [of_events(r, s) for r, s in zip(places, shares)]
    placed, whether = unseen(best, [np.ones(len(r.labels), bool) for r in best], PLACED)
    grown += [forest, whether]

    def by_event(r, shares):
        out = np.zeros(len(r.docs))
        out[r.events] = shares
        return out

    measure_places("unseen", places[0], shares[0], by_event(best[0], placed[0]), news(places[0]))
    if apart:
        own = forest.predict(apart[1].traits)
        at = of_events(apart[1], own)
        measure_places("apart", apart[1], own, by_event(at, whether.predict(at.traits)), [True] * len(apart[1].docs))
    if a.out:
        forests.write(a.out, "scene 1", a.name, [TOLD], grown)


if __name__ == "__main__":
    main()
