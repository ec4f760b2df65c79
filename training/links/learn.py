"""Learns which sentences state a cause: weights of traits, from annotated sentences.

`python learn.py --sentences train.jsonl --edges edges.jsonl [--out causes.bin]`

`sentences.py` writes the sentences, the example `causes` their edges. Without `--out` the weights are only measured, each
fifth of the sentences by weights of the others. numpy and scipy are needed."""

import argparse
import collections
import hashlib
import json
import re

import numpy as np
import scipy.sparse as sp

LEAST, DECAY, BESIDE, ROUNDS, STEP, START = 4, 6e-3, 0.3, 200, 0.05, -2.5
FROM = -0.6


def spans(marked):
    """Where the marks of a sentence stand, in bytes of the plain one."""
    out, at, begun = [], 0, {}
    for m in re.finditer(r"<(/?)(ARG|SIG)(\d)>|([^<]+|<)", marked):
        if not m.group(2):
            at += len(m.group(4).encode())
        elif m.group(1):
            out.append((m.group(2) + m.group(3), begun.get(m.group(2) + m.group(3), 0), at))
        else:
            begun[m.group(2) + m.group(3)] = at
    return out


def is_across(edge, pairs):
    """Does one end stand in a cause and the other in its effect?"""
    inside = lambda word, which, marks: any(a <= word[0] < b for k, a, b in marks if k == which)
    return any(
        inside(edge["upper"], x, marks) and inside(edge["lower"], y, marks)
        for marks in pairs
        for x, y in (("ARG0", "ARG1"), ("ARG1", "ARG0"))
    )


def load(sentences, edges):
    """Traits of each edge of each sentence, which edges are across, which sentences state a cause, their fifths."""
    with open(sentences, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    with open(edges, encoding="utf-8") as f:
        by = {e["id"]: e["edges"] for e in map(json.loads, f)}
    traits, across = [], []
    for row in rows:
        pairs = [spans(p) for p in row["pairs"]]
        mine = by[row["id"]]
        traits.append([e["traits"] for e in mine] or [[]])
        across.append([float(is_across(e, pairs)) for e in mine] or [0.0])
    label = np.array([row["label"] for row in rows], float)
    fifth = np.array([int(hashlib.md5(row["id"].encode()).hexdigest(), 16) % 5 for row in rows])
    return traits, across, label, fifth


def matrix(traits, known):
    column, row, owner = [], [0], []
    for n, edges in enumerate(traits):
        for edge in edges:
            column += sorted({known[t] for t in edge if t in known})
            row.append(len(column))
            owner.append(n)
    return sp.csr_matrix((np.ones(len(column)), column, row), shape=(len(owner), len(known))), np.array(owner)


def pool(odds, owner, n):
    """The odds of any of a sentence's edges, in logarithms."""
    most = np.full(n, -30.0)
    np.maximum.at(most, owner, odds)
    total = np.zeros(n)
    np.add.at(total, owner, np.exp(odds - most[owner]))
    return most + np.log(total)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def train(traits, across, label):
    seen = collections.Counter(t for edges in traits for edge in edges for t in set(edge))
    known = {t: n for n, t in enumerate(sorted(t for t in seen if seen[t] >= LEAST))}
    m, owner = matrix(traits, known)
    turned, n = m.T.tocsr(), len(traits)
    w, bias = np.zeros(len(known)), START
    first, second = np.zeros(len(known) + 1), np.zeros(len(known) + 1)
    beside = np.array([a for edges in across for a in edges])
    for t in range(1, ROUNDS + 1):
        odds = m @ w + bias
        whole = pool(odds, owner, n)
        slope = ((sigmoid(whole) - label) / n)[owner] * np.exp(odds - whole[owner])
        slope = slope + BESIDE * (sigmoid(odds) - beside) / n
        slope = np.append(turned @ slope + DECAY * w / 5, slope.sum())
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        step = STEP * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        w -= step[:-1]
        bias -= step[-1]
    return known, w, bias


def predict(model, traits):
    known, w, bias = model
    m, owner = matrix(traits, known)
    return pool(m @ w + bias, owner, len(traits))


def report(odds, label):
    for least in (-1.0, FROM, -0.3, 0.0):
        said = odds > least
        hit = (said & (label == 1)).sum()
        p, r = hit / max(1, said.sum()), hit / max(1, label.sum())
        print(f"from {least:4.1f}: P {p:.3f} R {r:.3f} F1 {2 * p * r / (p + r):.3f} right {np.mean(said == (label == 1)):.3f}")


def varint(n, out):
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)


def text(word, out):
    varint(len(word.encode()), out)
    out.extend(word.encode())


def checksum(body):
    """As `crates/detente/src/syntax/file.rs`."""
    mask = (1 << 64) - 1
    total = len(body)
    stir = lambda total, word: ((((total << 23) | (total >> 41)) & mask) ^ word) * 0x9E3779B97F4A7C15 & mask
    whole = len(body) // 8 * 8
    for i in range(0, whole, 8):
        total = stir(total, int.from_bytes(body[i : i + 8], "little"))
    for b in body[whole:]:
        total = stir(total, b)
    return total ^ total >> 29


def write(path, name, model):
    """The file that the program reads (`crates/detente/src/link/causes.rs`)."""
    known, w, bias = model
    unit = np.abs(w).max() / 127
    small = np.rint(w / unit).astype(int)
    kept = [(t, small[n]) for t, n in known.items() if small[n]]
    out = bytearray()
    text(name, out)
    out.extend(np.array([bias, FROM, unit], "<f4").tobytes())
    varint(len(kept), out)
    for trait, weight in kept:
        text(trait, out)
        out.append(int(weight) & 255)
    with open(path, "wb") as f:
        f.write(b"detente causes 1\n" + bytes(out) + checksum(bytes(out)).to_bytes(8, "little"))
    print(f"{len(kept)} weights")


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--sentences", required=True)
    a.add_argument("--edges", required=True)
    a.add_argument("--name", default="en-causes-1")
    a.add_argument("--out")
    a = a.parse_args()
    traits, across, label, fifth = load(a.sentences, a.edges)
    odds = np.zeros(len(traits))
    for k in range(5):
        pick = lambda x, which: [x[i] for i in np.where(which)[0]]
        model = train(pick(traits, fifth != k), pick(across, fifth != k), label[fifth != k])
        odds[fifth == k] = predict(model, pick(traits, fifth == k))
    report(odds, label)
    if a.out:
        write(a.out, a.name, train(traits, across, label))


if __name__ == "__main__":
    main()
