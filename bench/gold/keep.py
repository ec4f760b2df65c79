#!/usr/bin/env python3
"""Writes annotated articles as offsets and hashes, without their texts: the inverse of join.py.

usage: keep.py PART.jsonl ARTICLE.json…     the articles in the form that the scorer reads

Besides the fields of the scorer an event may have `word` (the word that tells the act) and `actor_words` and
`recipient_words` (for each party the words that name it nearest to the act)."""
import hashlib
import json
import sys
from pathlib import Path


def nearest(text, words, at):
    """Where these words stand nearest to `at`; `None` for none."""
    best, start = None, text.find(words) if words else -1
    while start >= 0:
        if best is None or abs(start - at) < abs(best - at):
            best = start
        start = text.find(words, start + 1)
    return None if best is None else [best, best + len(words)]


def event(text, e):
    start = text.find(e["quote"])
    out = {"at": [start, start + len(e["quote"])]}
    at = start
    if e.get("word"):
        at = start + e["quote"].find(e["word"])
        out["word_at"] = [at, at + len(e["word"])]
    for side in ("actor", "recipient"):
        if f"{side}_words" in e:
            out[f"{side}_at"] = [nearest(text, w, at) for w in e[f"{side}_words"]]
    skip = {"quote", "word", "actor_words", "recipient_words"}
    return out | {k: v for k, v in e.items() if k not in skip}


lines = []
for path in sys.argv[2:]:
    d = json.loads(Path(path).read_text(encoding="utf-8"))
    line = {"id": d["id"], "published": d["published"], "sha256": hashlib.sha256(d["text"].encode()).hexdigest()}
    line["events"] = [event(d["text"], e) for e in d["events"]]
    line["states"] = [event(d["text"], s) for s in d["states"]]
    lines.append((int("".join(c for c in d["id"] if c.isdigit())), json.dumps(line, ensure_ascii=False)))
Path(sys.argv[1]).write_text("".join(f"{line}\n" for _, line in sorted(lines)), encoding="utf-8")
print(len(lines), "articles")
