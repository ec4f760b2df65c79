"""Sentences for training, cut by the program itself.

`python sentences.py DETENTE annotated ARTICLE.json… > A.pkl`   articles of bench/gold/train*.jsonl, joined with their texts;
                                                              articles.jsonl
`python sentences.py DETENTE lexicon FOLDER > X.pkl`            the examples and counters of a lexicon's event entries
`python sentences.py DETENTE news ARTICLES.jsonl > N.pkl`       any articles, for the teacher to read

A sentence is a dict: `doc`, `words`, and where it is annotated `ev` (class of each word, 0 for none), `w` (weight of
each word: 0 where readers could differ, or where the program tells an event of a type that the article has: a further
telling is not annotated) and `args` (act, type, [(role, word)], mutual, optional)."""

import collections
import glob
import json
import pickle
import re
import subprocess
import sys
import tomllib

import common
from common import TYPES

LONGEST_NEWS = 70


def run(program, command, docs):
    lines = "".join(json.dumps({k: d[k] for k in ("id", "text", "published")}) + "\n" for d in docs)
    args = [program, command, "--from", "jsonl", *(["--to", "jsonl"] if command == "code" else []), "-"]
    return subprocess.run(args, input=lines.encode(), stdout=subprocess.PIPE, check=False).stdout.decode().splitlines()


def parse(program, docs):
    """The sentences of each article, with the characters at which words stand."""
    texts, out, doc, at, cur = {d["id"]: d["text"] for d in docs}, [], None, 0, None
    for line in run(program, "parse", docs):
        if line.startswith("# newdoc"):
            doc, at = line.split("= ", 1)[1], 0
        elif line.startswith("# sent_id"):
            cur = dict(doc=doc, words=[], at=[], tag=[], head=[])
            out.append(cur)
        elif line and not line.startswith("#"):
            c = line.split("\t")
            start = max(texts[doc].find(c[1], at), at)
            at = start + len(c[1])
            for key, value in zip(("words", "at", "tag", "head"), (c[1], (start, at), c[3], int(c[6]))):
                cur[key].append(value)
    return [s for s in out if s["words"]]


def inside(s, start, end):
    return [k for k, (a, b) in enumerate(s["at"]) if a < end and start < b]


def head(s, words):
    return next((k for k in words if s["head"][k] - 1 not in words), words[0])


def annotated(program, paths):
    docs = [json.loads(t) for p in paths for t in common.texts(p)]
    sents = parse(program, docs)
    of = collections.defaultdict(list)
    for s in sents:
        s.update(ev=[0] * len(s["words"]), w=[1.0] * len(s["words"]), args=[])
        of[s["doc"]].append(s)
    told = collections.defaultdict(list)
    for line in run(program, "code", docs):
        e = json.loads(line)
        told[e["doc"]].append(e)
    for d in docs:
        text, types = d["text"], {e["type"] for e in d["events"]}
        raw = text.encode()
        find = lambda a, b: [(s, k) for s in of[d["id"]] for k in inside(s, a, b)]
        for e in told[d["id"]]:
            if e["event"][0] in types:
                span = e["evidence"][0]["spans"][0]
                for s, k in find(*(len(raw[: span[x]].decode("utf-8", "ignore")) for x in ("start", "end"))):
                    s["w"][k] = 0.0
        # A sure event comes last, and so is not hidden by one that readers could differ about.
        for e in sorted(d["events"], key=lambda e: not e.get("optional")):
            if not e.get("word"):
                continue
            start = text.find(e["quote"]) + e["quote"].find(e["word"])
            found = find(start, start + len(e["word"]))
            if not found:
                continue
            s, k = max(found, key=lambda x: (x[0]["tag"][x[1]] == "VERB", x[0]["tag"][x[1]] == "NOUN"))
            s["ev"][k], s["w"][k] = 1 + TYPES.index(e["type"]), 0.0 if e.get("optional") else 1.0
            args = []
            for role, words in (("a", e.get("actor_words", [])), ("r", e.get("recipient_words", []))):
                for w in filter(None, words):
                    at = [m.start() for m in re.finditer(re.escape(w), text) if s["at"][0][0] <= m.start() < s["at"][-1][1]]
                    if at:
                        near = min(at, key=lambda a: abs(a - start))
                        args.append((role, head(s, inside(s, near, near + len(w)))))
            s["args"].append((k, e["type"], args, bool(e.get("mutual")), bool(e.get("optional"))))
    return sents


def lexicon(program, folder):
    items = []
    for path in sorted(glob.glob(f"{folder}/events/*.toml")):
        for entry in tomllib.load(open(path, "rb")).get("entry", []):
            for kind in ("example", "counter"):
                for x in entry.get(kind, []):
                    text, marks, at = "", [], 0
                    for m in re.finditer(r"\[([^\]|]*)\|([^\]]*)\]", x["text"]):
                        text += x["text"][at : m.start()]
                        marks.append((len(text), len(text) + len(m[1]), m[2]))
                        text, at = text + m[1], m.end()
                    items.append((text + x["text"][at:], marks, entry["type"], kind))
    sents = parse(program, [dict(id=str(i), text=t, published="2020-01-15") for i, (t, *_) in enumerate(items)])
    for s in sents:
        _, marks, event, kind = items[int(s["doc"])]
        n = len(s["words"])
        # What a counter or the rest of an example tells beside its entry is not said: such words weigh little.
        weight = 0.15 if kind == "counter" or any(inside(s, a, b) for a, b, m in marks if m == "event") else 0.0
        s.update(ev=[0] * n, w=[weight] * n, args=[], doc=f"x{s['doc']}")
        acts = [w for w in (inside(s, a, b) for a, b, m in marks if m == "event") if w]
        if not acts:
            continue
        k = next((k for k in acts[0] if s["tag"][k] in ("VERB", "NOUN")), acts[0][0])
        for j in (j for act in acts for j in act):
            s["w"][j] = 0.0
        s["ev"][k], s["w"][k] = 1 + TYPES.index(event), 1.0
        roles = [(m[0], head(s, w)) for a, b, m in marks if m in ("actor", "recipient") and (w := inside(s, a, b))]
        s["args"].append((k, event, roles, False, False))
    return sents


def news(program, path):
    docs = [json.loads(line) for line in open(path, encoding="utf-8")]
    seen, out = set(), []
    for s in parse(program, [{"published": None, **d} for d in docs]):
        key = " ".join(s["words"])
        if 4 <= len(s["words"]) <= LONGEST_NEWS and key not in seen:
            seen.add(key)
            out.append(dict(doc=s["doc"], words=s["words"]))
    return out


if __name__ == "__main__":
    program, kind, *rest = sys.argv[1:]
    made = annotated(program, rest) if kind == "annotated" else {"lexicon": lexicon, "news": news}[kind](program, rest[0])
    print(len(made), "sentences", sum(len(s["words"]) for s in made), "words", file=sys.stderr)
    pickle.dump(made, sys.stdout.buffer, -1)
