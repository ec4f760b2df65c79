"""What the programs of this folder share: the words that annotators marked as naming a party, and mentions beside them."""

import collections
import json
from pathlib import Path


def third(doc):
    return int("".join(c for c in doc if c.isdigit()) or 0) * 7919 % 3


def articles(paths):
    """Annotated articles by their ids; a file holds one, or one a line."""
    texts = [(p, Path(p).read_text(encoding="utf-8")) for p in paths]
    lines = [t for p, text in texts for t in (filter(None, text.split("\n")) if str(p).endswith(".jsonl") else [text])]
    return {d["id"]: d for d in map(json.loads, lines)}


def marks(doc):
    """First and last byte of each marked party, its key, and whether its event is optional."""
    text = doc["text"]
    byte = lambda c: len(text[:c].encode())
    for e in doc["events"]:
        if not e.get("word"):
            continue
        act = text.find(e["quote"]) + e["quote"].find(e["word"])
        for side in ("actor", "recipient"):
            keys, words = e[f"{side}s"], e.get(f"{side}_words", [])
            for key, mark in zip(keys, words) if len(keys) == len(words) else ():
                starts = [i for i in range(len(text)) if mark and text.startswith(mark, i)]
                if starts:
                    start = min(starts, key=lambda i: abs(i - act))
                    yield byte(start), byte(start + len(mark)), key, bool(e.get("optional"))


def rows(docs, weighed, norm):
    """For each marked run of words the mention that heads it, with the keys that count as right, and how much it counts."""
    names, mentions = [], collections.defaultdict(list)
    for path in weighed:
        for line in open(path, encoding="utf-8"):
            w = json.loads(line)
            if "doc" in w:
                mentions[w["doc"]].append(w)
            else:
                names = w["mention_traits"] + w["key_traits"]
    out = []
    for i, d in docs.items():
        runs = collections.OrderedDict()
        for a, b, key, optional in marks(d):
            runs.setdefault((a, b), []).append((frozenset(norm(k) for k in key.split("|")), optional))
        for (a, b), named in runs.items():
            met = [m for m in mentions[i] if m["start"] < b and a < m["end"]]
            if not met:
                continue
            inside = lambda m: sum(a <= x < b for x in m["above"]) + (0 if a <= m["head"][0] < b else 5)
            head = min(met, key=inside)
            sets = [s for s, _ in named]
            # Words that are two parties at once teach nothing.
            weight = 0.0 if len(set(sets)) > 1 and not frozenset.intersection(*sets) else 1.0
            weight *= 0.5 if inside(head) else 1.0
            weight *= 0.5 if all(o for _, o in named) else 1.0
            out.append((i, head, frozenset.union(*sets), weight))
    return names, out
