"""The teacher reads sentences: soft targets for the student.

`python label.py --teacher t.pkl --pkl data.pkl --bert DIR [--raw raw.tsv …] --out soft.pkl`. Gold syntax
and the names of GMB stay as they are."""

import argparse
import pickle
import time

import jax
import jax.numpy as jnp
import numpy as np

import bert
import data
import model
import train_teacher
from evaluate import decode

TOP = 4


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--teacher", required=True)
    a.add_argument("--pkl", required=True)
    a.add_argument("--bert", required=True)
    a.add_argument("--raw", nargs="*", default=[])
    a.add_argument("--no-corpora", action="store_true")
    a.add_argument("--out", required=True)
    a = a.parse_args()
    glove_obj, d = pickle.load(open(a.pkl, "rb"))
    glove = jnp.asarray(glove_obj.vec())
    sents = [] if a.no_corpora else data.to_learn(d)[0] + d["gmb_train"]
    for path in a.raw:
        seen = set()
        for line in open(path, encoding="utf-8"):
            words = line.rstrip("\n").split("\t")
            if 4 <= len(words) <= 60 and line not in seen:
                seen.add(line)
                sents.append(dict(words=words))
    data.encode([s for s in sents if "feat" not in s], glove_obj)
    bert.Pieces(a.bert + "/vocab.txt").encode(sents)
    params = jax.tree.map(jnp.asarray, pickle.load(open(a.teacher, "rb"))["params"])
    full = bert.load(a.bert + "/model.safetensors")
    frozen = {k: full[k] for k in ("word", "pos", "type")}
    heads = params["top"]["heads"]

    @jax.jit
    def first(p, batch):
        h = train_teacher.teacher(p, frozen, glove, batch)
        tag, ner, arc, rd, rh = model.scores(heads, h, batch["mask"])
        pa, ia = jax.lax.top_k(jax.nn.softmax(arc), TOP)
        return jax.nn.softmax(tag), arc, pa / pa.sum(-1, keepdims=True), ia, rd, rh

    rel_of = jax.jit(lambda rd, rh, head: jax.nn.softmax(model.rel_logits(heads, rd, rh, head)))
    t0, done = time.time(), 0
    train_teacher.PIECE_BUCKETS.append(192)
    todo = train_teacher.make_batches(sents, 3000)
    for k, (b, part) in enumerate(todo):
        batch = train_teacher.pad(b, part)
        tag, arc, pa, ia, rd, rh = first(params, batch)
        arc_np = np.asarray(arc)
        head = np.array(batch["head"])
        for i, s in enumerate(part):
            if s is not None and "heads" not in s:
                n = len(s["words"])
                head[i, :n] = decode(arc_np[i, :n, : n + 1])
        rel = np.asarray(rel_of(rd, rh, head)).astype(np.float16)
        tag, pa, ia = np.asarray(tag).astype(np.float16), np.asarray(pa).astype(np.float16), np.asarray(ia).astype(np.uint8)
        for i, s in enumerate(part):
            if s is None:
                continue
            n = len(s["words"])
            # Names are learnt from GMB alone, all of which the student sees; the teacher saw a sixth of it.
            names = np.eye(len(data.NER), dtype=np.float16)
            s["p_ner"] = names[s["ner"]] if "ner" in s else np.zeros((n, len(data.NER)), np.float16)
            if "heads" not in s:
                s["head"] = head[i, :n].astype(np.uint8)
                s["p_tag"], s["p_rel"], s["arc_p"], s["arc_i"] = tag[i, :n], rel[i, :n], pa[i, :n], ia[i, :n]
            done += n
        if k % 100 == 0:
            print(f"{k}/{len(todo)} {done} words {time.time()-t0:.0f}s", flush=True)
    for s in sents:
        s.pop("pieces", None)
        s.pop("piece_at", None)
    pickle.dump([s for s in sents if "p_ner" in s], open(a.out, "wb"), -1)


if __name__ == "__main__":
    main()
