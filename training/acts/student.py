"""Trains the small network that ships.

`python student.py --train A.pkl … --soft SOFT.pkl … --out student.pkl [--fold 0]`

It stands on the syntax network (`S`: a word's looked-up vector and its last state, which stay as they are) and learns
from the annotated sentences and from what the teacher thinks of news (`teacher.py`). The same in
`crates/detente/src/syntax/acts.rs`."""

import argparse
import pickle

import jax
import jax.numpy as jnp
import numpy as np

import common
import data
import model

FEATURES = ("S", "form")
ROWS = data.TABLES[0][1]
OWN, NARROW, LAYERS, HIDDEN, ROLE = 48, 96, 2, 96, 32


def init(seed, wide=288):
    rng = np.random.default_rng(seed)
    d = model.dense
    q = NARROW
    p = dict(table=jnp.asarray(rng.normal(size=(ROWS, OWN)) * 0.1, jnp.float32),
             enter=d(rng, wide + OWN, q), enter_b=jnp.zeros(q),
             read=d(rng, q, HIDDEN + 4 * ROLE), read_b=jnp.zeros(HIDDEN + 4 * ROLE), gain=jnp.ones(q),
             tell=d(rng, HIDDEN, common.CLASSES, 0.3), tell_b=jnp.zeros(common.CLASSES), ways=jnp.full((2, model.DIST), -3.0))
    for l in range(LAYERS):
        b = np.zeros(3 * q)
        b[q : 2 * q] = np.where(np.arange(q) % 2 == 0, 1.0, 0.0)
        p[f"sru{l}"] = dict(g=jnp.ones(q), w=d(rng, q, 3 * q), b=jnp.asarray(b, jnp.float32), o=d(rng, q, q, 0.5))
    return p


def net(p, batch, key=None, pdrop=0.15):
    k = model.keys(key, LAYERS + 4)
    mask = batch["mask"]
    own = model.drop(k[0], p["table"][batch["form"]], pdrop)
    x = jnp.concatenate([batch["S"][..., :128], own, batch["S"][..., 128:]], -1)
    h = model.rms(jax.nn.relu(model.drop(k[1], x, pdrop) @ p["enter"] + p["enter_b"]), 1.0)
    for l in range(LAYERS):
        h = model.sru(p[f"sru{l}"], h, mask, k[2 + l], pdrop)
    h = model.drop(k[-2], model.rms(h, p["gain"]), pdrop, True)
    u = h @ p["read"] + p["read_b"]
    r = 2 * ROLE
    types = model.drop(k[-1], jax.nn.relu(u[..., :HIDDEN]), pdrop) @ p["tell"] + p["tell_b"]
    return types, common.parties(u[..., HIDDEN : HIDDEN + r], jax.nn.relu(u[..., HIDDEN + r :]), p["ways"], x.shape[1])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--train", nargs="+", required=True)
    a.add_argument("--soft", nargs="*", default=[])
    a.add_argument("--out", required=True)
    a.add_argument("--fold", type=int, default=-1)
    a.add_argument("--folds", type=int, default=5)
    a.add_argument("--epochs", type=float, default=6)
    a.add_argument("--often", type=int, default=2, help="annotated sentences are seen so often in an epoch")
    a.add_argument("--lr", type=float, default=2e-3)
    a = a.parse_args()
    sents = common.load(a.train)
    held = [s for s in sents if a.fold >= 0 and common.fold_of(s["doc"], a.folds) == a.fold]
    gold = [s for s in sents if a.fold < 0 or common.fold_of(s["doc"], a.folds) != a.fold]
    learn = gold * a.often + [s for s in common.load(a.soft) if s["doc"] not in {h["doc"] for h in held}]
    print(len(learn), "sentences to learn from,", len(held), "set apart", flush=True)

    def loss(p, batch, key):
        types, parties = net(p, batch, key)
        return (2 * common.type_loss(types, batch) + 0.5 * common.party_loss(parties, batch)) / batch["mask"].sum()

    def make(rng):
        return [lambda b=b, part=part: common.pad(b, part, FEATURES) for b, part in common.batches(learn, 3000, rng)]

    read = jax.jit(lambda p, batch: (lambda t, r: (jax.nn.softmax(t), jax.nn.sigmoid(r)))(*net(p, batch)))

    def watch(p):
        told = []
        for b, part in common.batches(held, 3000):
            types, parties = map(np.asarray, read(p, common.pad(b, part, FEATURES)))
            told += [(s, types[i, : len(s["words"])], parties[i, : len(s["words"]), : len(s["words"])]) for i, s in enumerate(part) if s]
        both = [(s, q) for s, q, _ in told]
        return f"{common.score(both, 0.3)} | {common.score(both, 0.5)} | {common.score_parties([(s, r) for s, _, r in told])}" if told else ""

    params = common.train(init(7), loss, make, a.epochs, a.lr, 7, watch)
    pickle.dump(jax.tree.map(np.asarray, params), open(a.out, "wb"))


if __name__ == "__main__":
    main()
