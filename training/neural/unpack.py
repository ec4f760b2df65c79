"""The inverse of `export.py`: the network part of a model file as weights to go on training from.

`python unpack.py network.bin start.pkl`. `train-syntax network --model syntax.bin --network network.bin` takes the
network part out of a model file. What was folded together stays together: gains of normalisations become one.
"""

import pickle
import sys

import numpy as np

import data


class Bytes:
    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, n):
        self.at += n
        return self.raw[self.at - n : self.at]

    def varint(self):
        n = shift = 0
        while True:
            b = self.take(1)[0]
            n |= (b & 127) << shift
            shift += 7
            if b < 128:
                return n

    def floats(self, *shape):
        n = int(np.prod(shape))
        return np.frombuffer(self.take(4 * n), "<f4").reshape(shape).copy()

    def dense(self, n, m):
        """Matrix and bias."""
        scale, bias = self.floats(m), self.floats(m)
        return np.frombuffer(self.take(2 * n * m), "<i2").reshape(n, m).astype(np.float32) * scale, bias


def unpack(raw):
    b = Bytes(raw)
    tags = []
    for _ in range(b.varint()):
        tags.append("/".join(b.take(b.varint()).decode() for _ in range(2)))
    assert tags == data.TAGS, "a model of other tags"
    e, d, layers, a, r, ner, width, known = (b.varint() for _ in range(8))
    sizes = [b.varint() for _ in data.TABLES]
    assert sizes == [n for _, n in data.TABLES] and ner == len(data.NER), "a model of other features"
    rows = sum(sizes)
    scale = b.floats(rows, 1)
    table = np.frombuffer(b.take(rows * e), np.int8).reshape(rows, e) * scale
    p = dict(table=np.concatenate([table, np.zeros((1, e))]).astype(np.float32))
    b.take(known * (4 + width))
    p["glove"], _ = b.dense(width, e)
    p["in_g"], p["out_g"] = np.ones(e, np.float32), np.ones(d, np.float32)
    p["conv"], p["conv_b"] = b.dense(3 * e, 2 * d)
    p["conv_g"] = b.floats(d)
    for l in range(layers):
        w, bias = b.dense(d, 3 * d)
        p[f"sru{l}"] = dict(g=np.ones(d, np.float32), w=w, b=bias, o=b.dense(d, d)[0])
    up = lambda n: -(-n // 8) * 8
    parts = [("upos", len(tags)), ("ner", ner), ("arc_d", a), ("arc_h", a), ("rel_d", r), ("rel_h", r)]
    read, bias = b.dense(d, sum(up(n) for _, n in parts))
    h, at = {}, 0
    for name, n in parts:
        h[name] = read[:, at : at + n]
        h["rel_b" if name == "rel_d" else name + ("b" if name.startswith("arc") else "_b")] = bias[at : at + n]
        at += up(n)
    del h["rel_h_b"]
    h["arc_u"], _ = b.dense(a, a)
    h["arc_root"], h["arc_prior"] = b.floats(a), b.floats(a)
    h["dist"], h["rel_root"] = b.floats(32), b.floats(r)
    h["rel"], h["rel_ob"] = b.dense(r, len(data.RELS))
    assert b.at == len(raw), "there is more in the file than a network"
    p["heads"] = h
    return p


if __name__ == "__main__":
    params = unpack(open(sys.argv[1], "rb").read())
    pickle.dump(dict(params=params), open(sys.argv[2], "wb"))
