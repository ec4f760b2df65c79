#!/usr/bin/env python3
"""Scores article bodies against gold, by shingles of four tokens.

The measure is that of article-extraction-benchmark (github.com/scrapinghub/article-extraction-benchmark, its
`evaluate.py`; written anew from its definition): a text is cut into runs of letters, digits and underscores, and every
four in a row are a shingle; shingles are counted, so that what is told twice must be found twice. A page has a
precision (of the shingles found, how many are right; pages for which nothing was found have none) and a recall (of
the gold shingles, how many were found). Both are averaged over the pages, and F1 is made of the two averages.

Usage: score.py GOLD.json FOUND.json [--pages] [--half 0|1]
GOLD is the benchmark's `ground-truth.json`; FOUND is `{name: {"articleBody": text}}` as `examples/pages` writes it.
The pages are halved by the SHA-256 of their names: half 0 was looked at in the making, half 1 was not.
"""
import argparse
import hashlib
import json
import re
from collections import Counter


def shingles(text):
    words = re.findall(r"\w+", text)
    if not words:
        return Counter()
    return Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3)))


def half(name):
    return hashlib.sha256(name.encode()).digest()[0] & 1


def page(gold, found):
    """Precision and recall of one page; None where there is nothing to divide by."""
    gold, found = shingles(gold), shingles(found)
    both = sum((gold & found).values())
    return (both / found.total() if found else None), (both / gold.total() if gold else None)


def total(pages):
    precisions = [p for p, _ in pages if p is not None]
    recalls = [r for _, r in pages if r is not None]
    precision, recall = sum(precisions) / max(1, len(precisions)), sum(recalls) / max(1, len(recalls))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gold")
    parser.add_argument("found")
    parser.add_argument("--pages", action="store_true", help="every page of half 0, the worst first")
    parser.add_argument("--half", type=int)
    args = parser.parse_args()
    gold, found = json.load(open(args.gold)), json.load(open(args.found))
    scores = {name: page(gold[name]["articleBody"], found.get(name, {}).get("articleBody", "")) for name in gold}
    if args.pages:
        f1 = lambda s: 2 * (s[0] or 0) * (s[1] or 0) / max(1e-9, (s[0] or 0) + (s[1] or 0))
        for name, s in sorted(scores.items(), key=lambda item: f1(item[1])):
            if half(name) == (args.half or 0):
                print(f"{name[:8]}  P {s[0] or 0:.3f}  R {s[1] or 0:.3f}  F1 {f1(s):.3f}  {gold[name]['url'][:90]}")
    for which, of in [("all", (0, 1)), ("half 0", (0,)), ("half 1", (1,))]:
        part = [s for name, s in scores.items() if half(name) in of]
        p, r, f = total(part)
        print(f"{which:7} {len(part):3} pages  precision {p:.3f}  recall {r:.3f}  F1 {f:.3f}")


if __name__ == "__main__":
    main()
