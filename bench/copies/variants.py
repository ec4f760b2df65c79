#!/usr/bin/env python3
"""Articles with copies of known kinds after them: under another headline, cut, lengthened, both, and updates.

usage: variants.py ARTICLES.jsonl > WITH-VARIANTS.jsonl
"""
import json
import random
import re
import sys


def sentences(text):
    return [s for s in re.split(r"(?<=[.!?]) +|\n+", text) if s]


def main():
    random.seed(5)
    articles = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    articles = [a for a in articles if 150 < len(a["text"].split()) < 3000]
    for a in articles:
        print(json.dumps({key: a.get(key) for key in ("id", "title", "published", "text")}))
    for n, a in enumerate(random.sample(articles, min(1500, len(articles)))):
        own, other = sentences(a["text"]), sentences(random.choice(articles)["text"])
        kind = ["headline", "cut-end", "cut-within", "lengthened", "cut-and-lengthened", "update"][n % 6]
        if kind == "headline":
            new = ["Another headline made for this day"] + own[1:]
        elif kind == "cut-end":
            new = own[: max(5, int(len(own) * random.uniform(0.35, 0.9)))]
        elif kind == "cut-within":
            keep = random.uniform(0.4, 0.9)
            new = [s for s in own if random.random() < keep]
        elif kind == "lengthened":
            new = own + other[5 : 5 + max(1, int(len(own) * 0.12))]
        elif kind == "cut-and-lengthened":
            new = ["New headline here"] + own[1 : int(len(own) * 0.7)] + other[5 : 5 + max(1, int(len(own) * 0.07))]
        else:
            new = own[: int(len(own) * 0.6)] + other[3 : 3 + int(len(own) * random.uniform(0.3, 0.6))]
        print(json.dumps({"id": f"{kind}-{n}-{a['id']}", "published": a.get("published"), "text": " ".join(new)}))


main()
