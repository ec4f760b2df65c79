"""Trains the teacher on annotated sentences and lets it read news.

`python teacher.py --train A.pkl … --examples X.pkl [--read NEWS.pkl --out SOFT.pkl] [--fold 0]`

The inputs have been through `features.py`. The teacher is a few small networks over what a transformer and the large
syntax network make of each word (both stay as they are); their answers are averaged. With `--fold`, a fifth of the
annotated articles is set apart and scored."""

import argparse
import pickle

import jax
import jax.numpy as jnp
import numpy as np

import common
import model

SEEDS = (1, 2)
FEATURES = ("T", "S")


def init(seed, d_in, hidden=160, side=48):
    rng = np.random.default_rng(seed)
    d = model.dense
    return dict(a=d(rng, d_in, hidden, 0.5), ab=jnp.zeros(hidden), b=d(rng, hidden, common.CLASSES, 0.3), bb=jnp.zeros(common.CLASSES),
                t=d(rng, d_in, 2 * side, 0.3), tb=jnp.zeros(2 * side), j=d(rng, d_in, 2 * side, 0.5), jb=jnp.zeros(2 * side),
                ways=jnp.full((2, model.DIST), -3.0))


def net(p, batch, mean, deviation, key=None):
    k = model.keys(key, 5)
    x = jnp.concatenate([batch["T"], batch["S"][..., :128]], -1)
    x = model.drop(k[0], (x - mean) / deviation, 0.3)
    types = model.drop(k[1], jax.nn.relu(x @ p["a"] + p["ab"]), 0.5) @ p["b"] + p["bb"]
    t = model.drop(k[2], x @ p["t"] + p["tb"], 0.3)
    j = model.drop(k[3], jax.nn.relu(x @ p["j"] + p["jb"]), 0.3)
    return types, common.parties(t / 7, j, p["ways"], x.shape[1])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--train", nargs="+", required=True)
    a.add_argument("--examples", nargs="*", default=[])
    a.add_argument("--read", nargs="*", default=[])
    a.add_argument("--out")
    a.add_argument("--fold", type=int, default=-1)
    a.add_argument("--epochs", type=float, default=9)
    a = a.parse_args()
    sents = common.load(a.train)
    held = [s for s in sents if a.fold >= 0 and common.fold_of(s["doc"]) == a.fold]
    learn = [s for s in sents if a.fold < 0 or common.fold_of(s["doc"]) != a.fold] + common.load(a.examples)
    rows = np.concatenate([np.concatenate([s["T"], s["S"][:, :128]], 1) for s in learn[::3]]).astype(np.float32)
    mean, deviation = rows.mean(0), rows.std(0) + 1e-3
    print(len(learn), "sentences to learn from,", len(held), "set apart", flush=True)

    def loss(p, batch, key):
        types, parties = net(p, batch, mean, deviation, key)
        return (2 * common.type_loss(types, batch) + 0.5 * common.party_loss(parties, batch)) / batch["mask"].sum() + 1e-5 * (p["a"] ** 2).sum()

    def make(rng):
        return [lambda b=b, part=part: common.pad(b, part, FEATURES) for b, part in common.batches(learn, 1500, rng)]

    trained = [common.train(init(seed, len(mean)), loss, make, a.epochs, 1e-3, seed) for seed in SEEDS]

    @jax.jit
    def read(batch):
        out = [net(p, batch, mean, deviation) for p in trained]
        return sum(jax.nn.softmax(t) for t, _ in out) / len(out), sum(jax.nn.sigmoid(r) for _, r in out) / len(out)

    def each(sents):
        for b, part in common.batches(sents, 3000):
            types, parties = map(np.asarray, read(common.pad(b, [s and {**s, "soft": np.zeros((len(s["words"]), common.CLASSES)), "parties": []} for s in part], FEATURES)))
            for i, s in enumerate(part):
                if s is not None:
                    n = len(s["words"])
                    yield s, types[i, :n], parties[i, :n, :n]

    if held:
        told = list(each(held))
        for threshold in (0.25, 0.4, 0.55):
            print(common.score([(s, q) for s, q, _ in told], threshold))
        print(common.score_parties([(s, r) for s, _, r in told]))
    out = []
    for s, types, parties in each(common.load(a.read)):
        at = [t for t in range(len(types)) if types[t, 0] < 0.85]
        keep = {k: s[k] for k in ("doc", "words", "S", "form")}
        out.append({**keep, "soft": types.astype(np.float16), "parties": [(t, parties[t].astype(np.float16)) for t in at]})
    if a.out:
        pickle.dump(out, open(a.out, "wb"), -1)
        print(len(out), "sentences read")


if __name__ == "__main__":
    main()
