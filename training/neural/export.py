"""Writes a trained student as the network part of the model file.

`python export.py student.pkl network.bin`. The order of the parts is that of `Network::load` in
`crates/detente/src/syntax/neural.rs`. Gains of normalisations are folded into the matrices behind them.
"""

import pickle
import sys

import numpy as np

import data


def varint(n):
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def text(s):
    b = s.encode()
    return varint(len(b)) + b


def floats(x):
    return np.ascontiguousarray(x, "<f4").tobytes()


def dense(w, b=None, limit=32767):
    """Whole numbers of 16 bits with a scale for each column. Gives the bytes and the matrix they stand for."""
    w = np.asarray(w, np.float32)
    scale = np.maximum(np.abs(w).max(0), 1e-8) / limit
    scale = scale.astype(np.float32)
    q = np.clip(np.round(w / scale), -limit, limit).astype("<i2")
    b = np.zeros(w.shape[1]) if b is None else b
    return floats(scale) + floats(b) + q.tobytes()


def side(w, b, n=8):
    """Columns padded with zeros to whole panels."""
    m = -w.shape[1] % n
    return np.pad(w, ((0, 0), (0, m))), np.pad(b, (0, m))


def export(p, glove):
    h = p["heads"]
    e, d = p["table"].shape[1], p["conv_g"].shape[0]
    layers = sum(1 for k in p if k.startswith("sru"))
    a, r = h["arc_u"].shape[0], h["rel"].shape[0]
    keys, seen = [], set()
    for i, w in enumerate(glove.words, 1):
        k = data.fnv(w.encode(), 0)
        k = (k ^ k >> 32) & 0xFFFFFFFF
        if k not in seen:  # the commoner word keeps a hash that two words share
            seen.add(k)
            keys.append((k, i))
    keys.sort()
    out = [varint(n) for n in (e, d, layers, a, r, len(data.NER), 50, len(keys), *(n for _, n in data.TABLES))]
    table = np.asarray(p["table"])[:-1]
    scale = (np.maximum(np.abs(table).max(1), 1e-8) / 127).astype(np.float32)
    q = np.clip(np.round(table / scale[:, None]), -127, 127).astype(np.int8)
    out += [floats(scale), q.tobytes()]
    out += [np.array([k for k, _ in keys], "<u4").tobytes(), glove.table[[i for _, i in keys]].tobytes()]
    out.append(dense(p["glove"]))
    out.append(dense(p["conv"] * np.tile(p["in_g"], 3)[:, None], p["conv_b"]))
    out.append(floats(p["conv_g"]))
    for l in range(layers):
        s = p[f"sru{l}"]
        out += [dense(s["w"] * s["g"][:, None], s["b"]), dense(s["o"])]
    zero = np.zeros(r)
    parts = [(h["upos"], h["upos_b"]), (h["ner"], h["ner_b"]), (h["arc_d"], h["arc_db"]), (h["arc_h"], h["arc_hb"]),
             (h["rel_d"], h["rel_b"]), (h["rel_h"], zero)]
    parts = [side(np.asarray(w), np.asarray(b)) for w, b in parts]
    read = np.concatenate([w for w, _ in parts], 1) * p["out_g"][:, None]
    out.append(dense(read, np.concatenate([b for _, b in parts])))
    out += [dense(h["arc_u"]), floats(h["arc_root"]), floats(h["arc_prior"]), floats(h["dist"]), floats(h["rel_root"])]
    out.append(dense(h["rel"], h["rel_ob"]))
    return b"".join(out)


if __name__ == "__main__":
    student = pickle.load(open(sys.argv[1], "rb"))
    tags = varint(len(data.TAGS)) + b"".join(text(x) for t in data.TAGS for x in t.split("/", 1))
    body = tags + export(student["params"], data.Glove())
    open(sys.argv[2], "wb").write(body)
    print(len(body), "bytes")
