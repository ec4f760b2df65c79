"""Learns which key a mention has.

`python learn.py --score DIR --weighed W0.jsonl W1.jsonl W2.jsonl --articles A.json … [--ours ID …] --out keys.bin [--folds PREFIX]`

DIR holds score.py, by whose rules keys are the same. With `--folds` PREFIX0.bin, PREFIX1.bin and PREFIX2.bin are written too:
each grown without a third of the articles, to weigh the events of that third for `../choice`."""

import argparse
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np

import keys

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import forests

TREES = dict(learning_rate=0.1, num_leaves=31, min_data_in_leaf=40, min_sum_hessian_in_leaf=2.0, feature_fraction=0.5, bagging_fraction=0.7,
             bagging_freq=1, lambda_l2=5.0, verbose=-1, seed=1, deterministic=True, force_col_wise=True, num_threads=1, max_bin=63)
ROUNDS = 250
T = dict(least=0.3, more=0.15, open=0.35)


class Data:
    """Every key of every mention: numbers, whether it is right, whose it is, what it weighs, in which third."""

    def __init__(self, rows, norm, ours):
        x, y, g, w, f = [], [], [], [], []
        for n, (doc, mention, want, weight) in enumerate(rows):
            weight *= 0.5 if doc.startswith(ours) else 1.0
            for key, traits in mention["keys"]:
                x.append(np.array(mention["traits"] + traits, np.float32))
                y.append(norm(key) in want)
                g.append(n)
                w.append(weight)
                f.append(keys.third(doc))
        self.x, self.y, self.g, self.w, self.f = np.array(x), np.array(y, float), np.array(g), np.array(w), np.array(f)
        self.has = (np.bincount(self.g, weights=self.y, minlength=len(rows)) > 0)[self.g]


def starts(g):
    return np.flatnonzero(np.r_[True, g[1:] != g[:-1]])


def shares(scores, g):
    """Scores as shares of each mention's whole."""
    s = starts(g)
    rep = np.diff(np.r_[s, len(g)])
    e = np.exp(scores - np.repeat(np.maximum.reduceat(scores, s), rep))
    return e / np.repeat(np.add.reduceat(e, s), rep)


def train(d, rows):
    rows = np.flatnonzero(rows & d.has & (d.w > 0))
    x, y, g, w = d.x[rows], d.y[rows], d.g[rows], d.w[rows]
    s = starts(g)
    rep = np.diff(np.r_[s, len(g)])

    def likelihood(scores, _):
        """Of any of the right keys."""
        q = shares(scores, g)
        post = q * y / np.repeat(np.maximum(np.add.reduceat(q * y, s), 1e-9), rep)
        return (q - post) * w, np.maximum(q * (1 - q), 1e-3) * w

    return lgb.train(dict(TREES, objective=likelihood), lgb.Dataset(x, y, params=dict(max_bin=TREES["max_bin"], verbose=-1)), ROUNDS)


def choose(mention, p, least, more, open):
    """The same in `crates/detente/src/actor/choosing.rs`, but for names that an article bears more than once."""
    names, ruled, best = [k for k, _ in mention["keys"]], mention["ruled"], int(np.argmax(p))
    if not ruled:
        return names[best] if p[best] >= open else None
    own = p[names.index(ruled)]
    return names[best] if p[best] >= least and p[best] - own >= more else ruled


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--score", required=True)
    a.add_argument("--weighed", nargs="+", required=True)
    a.add_argument("--articles", nargs="+", required=True)
    a.add_argument("--ours", nargs="*", default=["sy-"], help="ids that begin so are of articles of our own, and weigh half")
    a.add_argument("--name", default="en-keys-1")
    a.add_argument("--folds")
    a.add_argument("--out")
    a = a.parse_args()
    sys.path.insert(0, a.score)
    from score import norm

    names, rows = keys.rows(keys.articles(a.articles), a.weighed, norm)
    d = Data(rows, norm, tuple(a.ours))
    write = lambda path, forest, name: forests.write(path, "keys 1", name, [T[k] for k in ("least", "more", "open")], [forest])
    p = np.zeros(len(d.y))
    for k in range(3):
        forest = train(d, d.f != k)
        p[d.f == k] = forest.predict(d.x[d.f == k], raw_score=True)
        if a.folds:
            write(f"{a.folds}{k}.bin", forest, f"{a.name}-{k}")
        if k == 0:
            gain = forest.feature_importance("gain")
            print([(names[j], round(float(gain[j] / gain.sum()), 3)) for j in np.argsort(-gain)[:30]])
    p = shares(p, d.g)
    each = np.split(p, starts(d.g)[1:])
    real = [(m, want, q) for (doc, m, want, _), q in zip(rows, each) if not doc.startswith(tuple(a.ours))]
    right = lambda key, want: bool(key) and norm(key) in want
    print(f"{len(real)} mentions of articles that are not ours; rules right {np.mean([right(m['ruled'], want) for m, want, _ in real]):.3f}")
    for least, more, open in ((0, 0, 0), (0.3, 0.05, 0.3), (T["least"], T["more"], T["open"]), (0.4, 0.2, 0.4), (0.5, 0.3, 0.5)):
        got = [(choose(m, q, least, more, open), m, want) for m, want, q in real]
        changed = [(k, m, want) for k, m, want in got if m["ruled"] and k != m["ruled"]]
        filled = [(k, want) for k, m, want in got if k and not m["ruled"]]
        print(f"least {least} more {more} open {open}: right {np.mean([right(k, want) for k, _, want in got]):.3f}; "
              f"changed {len(changed)}, mended {sum(right(k, w) for k, _, w in changed)}, spoilt {sum(right(m['ruled'], w) for _, m, w in changed)}; "
              f"filled {len(filled)}, right {sum(right(k, w) for k, w in filled)}")
    if a.out:
        write(a.out, train(d, d.f >= 0), a.name)


if __name__ == "__main__":
    main()
