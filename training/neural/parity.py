"""How often the Rust reader answers as the Python network does.

`train-syntax dump --treebanks WORK > rust.tsv; python parity.py student.pkl WORK/data.pkl rust.tsv`"""

import pickle
import sys

import jax
import jax.numpy as jnp
import numpy as np

import data
import model
from evaluate import decode

glove_obj, d = pickle.load(open(sys.argv[2], "rb"))
glove = jnp.asarray(glove_obj.vec())
p = pickle.load(open(sys.argv[1], "rb"))["params"]
h = p["heads"]
encode = jax.jit(lambda p, b: model.predict(p["heads"], model.student(p, glove, b), b))
got = {}
for b, part in data.batches(d["ewt_dev"], 4000):
    tags, _, arc, rd, rh = [np.asarray(x) for x in encode(p, data.pad(b, part))]
    for i, s in enumerate(part):
        if s is None:
            continue
        n = len(s["words"])
        head = decode(arc[i, :n, : n + 1])
        rel = np.array(np.maximum(rd[i, :n] + rh[i, head], 0) @ h["rel"] + h["rel_ob"])
        rel[:, data.ROOT] = -1e9
        rel = np.where(head == 0, data.ROOT, rel.argmax(1))
        got[id(s)] = [f"{data.TAGS[t]}\t{x}\t{data.RELS[r]}" for t, x, r in zip(tags[i], head, rel)]
lines = [line for s in d["ewt_dev"] for line in got[id(s)]]
rust = [line.rstrip("\n").split("\t", 1)[1] for line in open(sys.argv[3], encoding="utf-8") if line.strip()]
assert len(lines) == len(rust)
print(sum(a == b for a, b in zip(lines, rust)), "of", len(rust), "words alike in tag, head and relation")
