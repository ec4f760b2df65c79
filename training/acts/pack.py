"""Writes the small network as `models/en/acts.bin`: `python pack.py student.pkl acts.bin --name en-acts-1`.

The order of the parts is that of `Acts::load` in `crates/detente/src/syntax/acts.rs`."""

import argparse
import pickle

import numpy as np

import common
import student
from export import dense, floats, text, varint


def checksum(raw):
    """`file::checksum` of the program."""
    total, whole = len(raw), len(raw) // 8 * 8
    for word in [*np.frombuffer(raw[:whole], "<u8").tolist(), *raw[whole:]]:
        total = ((total << 23 | total >> 41) & (1 << 64) - 1 ^ word) * 0x9E3779B97F4A7C15 & (1 << 64) - 1
    return total ^ total >> 29


def main():
    a = argparse.ArgumentParser()
    a.add_argument("student")
    a.add_argument("out")
    a.add_argument("--name", required=True)
    a = a.parse_args()
    p = pickle.load(open(a.student, "rb"))
    sizes = (128, 160, student.OWN, student.NARROW, student.ROLE, student.HIDDEN, student.ROWS, student.LAYERS, len(common.TYPES))
    out = [text(a.name), *map(varint, sizes), *map(text, common.TYPES)]
    table = np.asarray(p["table"])
    scale = (np.maximum(np.abs(table).max(1), 1e-8) / 127).astype(np.float32)
    out += [floats(scale), np.clip(np.round(table / scale[:, None]), -127, 127).astype(np.int8).tobytes()]
    out.append(dense(p["enter"], p["enter_b"]))
    for l in range(student.LAYERS):
        s = p[f"sru{l}"]
        out += [dense(s["w"] * s["g"][:, None], s["b"]), dense(s["o"])]
    out.append(dense(p["read"] * p["gain"][:, None], p["read_b"]))
    out.append(dense(p["tell"], p["tell_b"]))
    out.append(floats(p["ways"]))
    body = b"".join(out)
    raw = b"detente acts 1\n" + body + checksum(body).to_bytes(8, "little")
    open(a.out, "wb").write(raw)
    print(len(raw), "bytes")


if __name__ == "__main__":
    main()
