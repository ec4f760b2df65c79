"""What the networks below make of each word, once for all runs.

`python features.py IN.pkl OUT.pkl --work DIR --bert DIR`. IN.pkl: sentences (`sentences.py`). Adds to each

- `T`: for the teacher, the last state of the large syntax network (256) and the fourth layer of all-MiniLM-L6-v2 (384);
- `S`: for the student, a word's looked-up vector (128) and its last state (160) in the network that ships, both before
  their gains;
- `form`: the row of its form in the table."""

import argparse
import pickle

import jax
import jax.numpy as jnp
import numpy as np

import common  # noqa: F401  (finds the folder beside)
import bert
import data
import model
import train_teacher


def main():
    a = argparse.ArgumentParser()
    a.add_argument("sentences")
    a.add_argument("out")
    a.add_argument("--work", required=True, help="folder with data.pkl, teacher.pkl and student.pkl of ../neural")
    a.add_argument("--bert", required=True, help="folder with model.safetensors and vocab.txt")
    a = a.parse_args()
    words, _ = pickle.load(open(f"{a.work}/data.pkl", "rb"))
    sents = [s for s in pickle.load(open(a.sentences, "rb")) if len(s["words"]) <= common.BUCKETS[-1]]
    data.encode(sents, words)
    bert.Pieces(f"{a.bert}/vocab.txt").encode(sents)
    glove = jnp.asarray(words.vec())
    large = jax.tree.map(jnp.asarray, pickle.load(open(f"{a.work}/teacher.pkl", "rb"))["params"])
    small = jax.tree.map(jnp.asarray, pickle.load(open(f"{a.work}/student.pkl", "rb"))["params"])
    full = bert.load(f"{a.bert}/model.safetensors")
    frozen = {k: full[k] for k in ("word", "pos", "type")}
    train_teacher.PIECE_BUCKETS.append(192)

    @jax.jit
    def look(batch):
        state = train_teacher.teacher(large, frozen, glove, batch)
        layer = jnp.einsum("bwp,bpd->bwd", batch["pool"], bert.forward(full, batch["ids"], batch["pmask"])[4])
        own, last = model.embed(small, glove, batch, None) / small["in_g"], model.student(small, glove, batch) / small["out_g"]
        return jnp.concatenate([state, layer], -1), jnp.concatenate([own, last], -1)

    for i, s in enumerate(sents):
        s["at_list"] = i
    for b, part in train_teacher.make_batches(sents, 3000):
        t, s = map(np.asarray, look(train_teacher.pad(b, part)))
        for i, sent in enumerate(part):
            if sent is not None:
                n = len(sent["words"])
                sents[sent["at_list"]].update(T=t[i, :n].astype(np.float16), S=s[i, :n].astype(np.float16), form=sent["feat"][:, 0].astype(np.int32))
    for s in sents:
        for k in ("pieces", "piece_at", "feat", "glove", "at_list"):
            s.pop(k, None)
    pickle.dump([s for s in sents if "T" in s], open(a.out, "wb"), -1)


if __name__ == "__main__":
    main()
