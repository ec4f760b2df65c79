"""Trains the teacher: MiniLM, the small network's word features, two recurrent layers, the same heads."""

import argparse
import pickle
import time

import jax
import jax.numpy as jnp
import numpy as np

import bert
import data
import model
from train_student import evaluate


def init(seed, weights, d=256):
    rng = np.random.default_rng(seed)
    p = model.student_init(seed, e=96, d=d, layers=2, a=128, r=160)
    # The convolution reads the word features beside the mixed layers of the transformer.
    p["mix"] = jnp.zeros(bert.LAYERS + 1)
    p["down"] = model.dense(rng, bert.HIDDEN, 224)
    p["conv"] = model.dense(rng, 3 * (96 + 224), 2 * d)
    return dict(top=p, bert=bert.load(weights))


def teacher(p, frozen, glove, batch, key=None, pdrop=0.25):
    top, mask = p["top"], batch["mask"]
    ks = model.keys(key, 7)
    layers = bert.forward({**frozen, **p["bert"]}, batch["ids"], batch["pmask"], ks[0])
    w = jax.nn.softmax(top["mix"])
    x = sum(w[i] * l for i, l in enumerate(layers))
    x = jnp.einsum("bwp,bpd->bwd", batch["pool"], x)
    x = model.drop(ks[1], x @ top["down"], pdrop, True)
    x = jnp.concatenate([model.embed(top, glove, batch, ks[2]), x], -1) * mask[..., None]
    x = jnp.concatenate([jnp.pad(x[:, :-1], ((0, 0), (1, 0), (0, 0))), x, jnp.pad(x[:, 1:], ((0, 0), (0, 1), (0, 0)))], -1)
    u = x @ top["conv"] + top["conv_b"]
    d = u.shape[-1] // 2
    h = model.rms(jnp.maximum(u[..., :d], u[..., d:]), top["conv_g"])
    for l in range(2):
        h = model.sru(top[f"sru{l}"], h, mask, ks[3 + l], pdrop)
    return model.drop(ks[6], model.rms(h, top["out_g"]), pdrop, True)


PIECE_BUCKETS = [20, 32, 48, 80]


def piece_bucket(s):
    return next((b for b in PIECE_BUCKETS if len(s["pieces"]) <= b), None)


def make_batches(sents, tokens, rng=None):
    """Batches whose pieces, and so also words, fit the bucket."""
    return data.batches(sents, tokens, rng, piece_bucket)


def pad(b, part):
    return {**data.pad(b, part), **bert.pad(b, part, b)}


def evaluate_teacher(top_np, encode, sents):
    return evaluate(top_np, None, encode, sents, tokens=3000, make=make_batches, pad=pad)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--out", required=True)
    a.add_argument("--pkl", required=True)
    a.add_argument("--bert", required=True, help="folder with model.safetensors and vocab.txt")
    a.add_argument("--epochs", type=float, default=5)
    a.add_argument("--lr", type=float, default=1.2e-3)
    a.add_argument("--bert-lr", type=float, default=1.2e-4)
    a.add_argument("--tokens", type=int, default=1000)
    a.add_argument("--gmb", type=float, default=0.25)
    a.add_argument("--seed", type=int, default=7)
    a.add_argument("--stop", type=float, default=1e9, help="stop after this many epochs of the schedule")
    a.add_argument("--init", help="weights of an earlier run to go on from")
    a = a.parse_args()
    glove_obj, d = pickle.load(open(a.pkl, "rb"))
    glove = jnp.asarray(glove_obj.vec())
    pieces = bert.Pieces(a.bert + "/vocab.txt")
    for s in d.values():
        pieces.encode(s)
    rng = np.random.default_rng(a.seed)
    params = init(a.seed, a.bert + "/model.safetensors")
    frozen = {k: params["bert"].pop(k) for k in ("word", "pos", "type")}  # the embeddings stay as they are
    if a.init:
        params = jax.tree.map(jnp.asarray, pickle.load(open(a.init, "rb"))["params"])
    state = model.adam_init(params)
    (syn, watched), gmb = data.to_learn(d), d["gmb_train"]

    def epoch_batches():
        pick = rng.choice(len(gmb), int(len(gmb) * a.gmb), replace=False)
        bs = make_batches(syn, a.tokens, rng) + make_batches([gmb[i] for i in pick], a.tokens, rng)
        return [bs[i] for i in rng.permutation(len(bs))]

    per = len(epoch_batches())
    total = int(per * a.epochs)
    scale = {"top": jax.tree.map(lambda _: a.lr, params["top"]), "bert": jax.tree.map(lambda _: a.bert_lr, params["bert"])}

    def loss(p, batch, key):
        k1, k2 = jax.random.split(key)
        return model.loss_of(p["top"]["heads"], teacher(p, frozen, glove, batch, k1), batch, k2, 0.25)

    @jax.jit
    def step(p, st, batch, i, key):
        l, g = jax.value_and_grad(loss)(p, batch, key)
        s = jnp.minimum(1.0, (i + 1) / 200) * jnp.maximum(0.01, 1 - i / total)
        p, st = model.adam(p, g, st, i, jax.tree.map(lambda r: r * s, scale))
        return p, st, l

    @jax.jit
    def encode(p, batch):
        h = teacher(p, frozen, glove, batch)
        return model.predict(p["top"]["heads"], h, batch)

    i, t0, run = 0, time.time(), []
    key = jax.random.PRNGKey(a.seed)
    while i < min(total, int(per * a.stop)):
        for b, part in epoch_batches():
            if i >= total:
                break
            key, k = jax.random.split(key)
            params, state, l = step(params, state, pad(b, part), i, k)
            run.append(l)
            i += 1
            if i % 100 == 0:
                print(f"step {i}/{total} loss {np.mean([float(x) for x in run]):.3f} {time.time()-t0:.0f}s", flush=True)
                run = []
        np_p = jax.tree.map(np.asarray, params)
        pickle.dump(dict(params=np_p, args=vars(a)), open(a.out, "wb"))
        top = dict(heads=np_p["top"]["heads"])
        enc = lambda _, batch: encode(params, batch)
        msg = f"== {i/per:.1f} epochs {time.time()-t0:.0f}s watched {evaluate_teacher(top, enc, watched)}"
        msg += f" || gmb_dev {evaluate_teacher(top, enc, d['gmb_dev'][:1500])}"
        print(msg, flush=True)


if __name__ == "__main__":
    main()
