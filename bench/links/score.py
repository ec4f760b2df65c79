"""Counts how often the program is right about which sentences state a cause.

`python score.py apart.jsonl said.jsonl`: sentences as `training/links/sentences.py` writes them, and the answers of the
example `causes`."""

import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        gold = {row["id"]: bool(row["label"]) for row in map(json.loads, f)}
    with open(sys.argv[2], encoding="utf-8") as f:
        said = {row["id"]: row["stated"] for row in map(json.loads, f)}
    hit = sum(said[i] and yes for i, yes in gold.items())
    p, r = hit / max(1, sum(said[i] for i in gold)), hit / max(1, sum(gold.values()))
    right = sum(said[i] == yes for i, yes in gold.items()) / len(gold)
    share = sum(gold.values()) / len(gold)
    print(f"{len(gold)} sentences: P {p:.3f} R {r:.3f} F1 {2 * p * r / max(1e-9, p + r):.3f}, right {right:.3f}")
    print(f"all called causes: P {share:.3f} R 1.000 F1 {2 * share / (share + 1):.3f}, right {share:.3f}")


if __name__ == "__main__":
    main()
