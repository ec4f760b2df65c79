"""Trains the small network. `python train_student.py --out DIR [--epochs N] [--soft FILE] …`"""

import argparse
import functools
import pickle
import time

import jax
import jax.numpy as jnp
import numpy as np

import data
import model
from evaluate import Score, decode


def evaluate(params, glove, encode, sents, raw=False, tokens=4000, make=data.batches, pad=data.pad):
    sc = Score()
    for b, part in make(sents, tokens):
        batch = pad(b, part)
        upos, ner, arc, rd, rh = [np.asarray(x) for x in encode(params, batch)]
        for i, s in enumerate(part):
            if s is None:
                continue
            n = len(s["words"])
            if "heads" in s:
                head = decode(arc[i, :n, : n + 1])
                x = np.maximum(rd[i, :n] + rh[i, head], 0)
                rel = x @ params["heads"]["rel"] + params["heads"]["rel_ob"]
                rel = np.array(rel)
                rel[head != 0, data.ROOT] = -1e9
                rel = np.where(head == 0, data.ROOT, rel.argmax(1))
                sc.syntax(s, upos[i, :n], head, rel)
            if "ner" in s:
                sc.names(s["ner_raw"] if raw else s["ner"], ner[i, :n])
    return sc


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--out", required=True)
    a.add_argument("--pkl", required=True)
    a.add_argument("--epochs", type=float, default=10)
    a.add_argument("--lr", type=float, default=2e-3)
    a.add_argument("--tokens", type=int, default=2000)
    a.add_argument("--gmb", type=float, default=0.25, help="share of GMB seen in an epoch")
    a.add_argument("--d", type=int, default=160)
    a.add_argument("--e", type=int, default=128)
    a.add_argument("--layers", type=int, default=3)
    a.add_argument("--drop", type=float, default=0.25)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--soft", nargs="*", help="sentences that the teacher has read (label.py)")
    a.add_argument("--gold-times", type=int, default=2, help="how often gold syntax is seen in an epoch")
    a.add_argument("--init", help="weights to go on from")
    a = a.parse_args()
    glove_obj, d = pickle.load(open(a.pkl, "rb"))
    glove = jnp.asarray(glove_obj.vec())
    rng = np.random.default_rng(a.seed)
    params = model.student_init(a.seed, e=a.e, d=a.d, layers=a.layers)
    if a.init:
        params = jax.tree.map(jnp.asarray, pickle.load(open(a.init, "rb"))["params"])
    state = model.adam_init(params)
    syn, watched = data.to_learn(d)
    gmb = d["gmb_train"]

    soft = [s for path in a.soft or [] for s in pickle.load(open(path, "rb"))]
    gold, rest = [s for s in soft if "heads" in s], [s for s in soft if "heads" not in s]
    gold, rest = gold + data.headline(gold, glove_obj, rng), rest + data.headline(rest, glove_obj, rng)
    syn, gmb = syn + data.headline(syn, glove_obj, rng), gmb + data.headline(gmb, glove_obj, rng)
    pad = data.pad_soft if soft else data.pad

    def epoch_batches():
        if soft:
            bs = data.batches(gold * a.gold_times + rest, a.tokens, rng)
            return [bs[i] for i in rng.permutation(len(bs))]
        pick = rng.choice(len(gmb), int(len(gmb) * a.gmb), replace=False)
        bs = data.batches(syn, a.tokens, rng) + data.batches([gmb[i] for i in pick], a.tokens, rng)
        return [bs[i] for i in rng.permutation(len(bs))]

    per = len(epoch_batches())
    total = int(per * a.epochs)

    def loss(p, batch, key):
        k1, k2 = jax.random.split(key)
        h = model.student(p, glove, batch, k1, a.drop)
        return model.loss_of(p["heads"], h, batch, k2, a.drop)

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def step(p, st, batch, i, key):
        l, g = jax.value_and_grad(loss)(p, batch, key)
        lr = a.lr * jnp.minimum(1.0, (i + 1) / 200) * jnp.maximum(0.02, 1 - i / total)
        p, st = model.adam(p, g, st, i, lr)
        return p, st, l

    @functools.partial(jax.jit, donate_argnums=0)
    def average(ema, p, i):
        """The mean of the weights of the last few thousand steps is what ships."""
        return jax.tree.map(lambda e, x: e + (x - e) * jnp.maximum(0.02, 8 / (i + 8.0)), ema, p)

    @jax.jit
    def encode(p, batch):
        h = model.student(p, glove, batch)
        return model.predict(p["heads"], h, batch)

    ema = jax.tree.map(jnp.copy, params)
    i, t0, run = 0, time.time(), []
    key = jax.random.PRNGKey(a.seed)
    while i < total:
        for b, part in epoch_batches():
            if i >= total:
                break
            key, k = jax.random.split(key)
            params, state, l = step(params, state, pad(b, part), i, k)
            run.append(l)
            i += 1
            if i % 8 == 0:
                ema = average(ema, params, i)
            if i % 100 == 0:
                print(f"step {i}/{total} loss {np.mean([float(x) for x in run]):.3f} {time.time()-t0:.0f}s", flush=True)
                run = []
        np_p = jax.tree.map(np.array, ema)
        pickle.dump(dict(params=np_p, args=vars(a)), open(a.out, "wb"))
        msg = f"== {i/per:.1f} epochs {time.time()-t0:.0f}s watched {evaluate(np_p, glove, encode, watched)}"
        msg += f" || gmb_dev {evaluate(np_p, glove, encode, d['gmb_dev'][:1500])}"
        print(msg, flush=True)
    print("gmb_dev", evaluate(np_p, glove, encode, d["gmb_dev"]), flush=True)


if __name__ == "__main__":
    main()
