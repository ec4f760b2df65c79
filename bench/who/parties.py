#!/usr/bin/env python3
"""How often the mention that an event's party is named by has the right key, whatever the event is read as.

usage: parties.py ARTICLES DETENTE [--confusions N]     ARTICLES: a folder of bench/gold/join.py (train)

For each party of each event that is not optional the annotators marked the words that name it nearest to the act. The
mentions of `detente actors` that share a byte with these words are looked at: `right` where one of them has the key,
else `no mention`, `open` (no key), `unknown` (the key is UNK and the program names somebody), `sector` (the right
country), `other`. Events whose marks and keys are not in step are left out and counted."""
import collections
import json
import subprocess
import sys
from pathlib import Path

folder, program = sys.argv[1:3]
most = int(sys.argv[4]) if "--confusions" in sys.argv else 0
docs = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(Path(folder).glob("*.json"))]
lines = "".join(json.dumps({k: d[k] for k in ("id", "text", "published")}) + "\n" for d in docs)
done = subprocess.run([program, "actors", "--to", "jsonl", "--from", "jsonl", "-"], input=lines.encode(), stdout=subprocess.PIPE, check=False)
mentions = collections.defaultdict(list)
for line in done.stdout.splitlines():
    m = json.loads(line)
    mentions[m["doc"]].append(m)


def norm(key):
    """As `score.py` compares keys."""
    key = " ".join(key.lower().replace("-", " ").replace("–", " ").split())
    return "".join(c for c in key.removeprefix("the ") if c not in "’'`.\"")


count, wrong = collections.Counter(), collections.Counter()
for d in docs:
    text = d["text"]
    byte = lambda c: len(text[:c].encode())
    for e in d["events"]:
        if e.get("optional") or not e.get("word"):
            continue
        act = text.find(e["quote"]) + e["quote"].find(e["word"])
        for keys, marks in ((e["actors"], e.get("actor_words", [])), (e["recipients"], e.get("recipient_words", []))):
            if len(keys) != len(marks):
                count["not in step"] += 1
                continue
            for key, words in zip(keys, marks):
                if not words:
                    continue
                starts = [i for i in range(len(text)) if text.startswith(words, i)]
                start = min(starts, key=lambda i: abs(i - act))
                a, b = byte(start), byte(start + len(words))
                met = [m for m in mentions[d["id"]] if m["start"] < b and a < m["end"]]
                said = sorted({norm(p["key"]) for m in met for p in m["parties"] if p.get("key")})
                want = {norm(k) for k in key.split("|")}
                if want & set(said):
                    kind = "right"
                elif not met:
                    kind = "no mention"
                elif not said:
                    kind = "open"
                elif "unk" in want:
                    kind = "unknown"
                elif {k.split("/")[0] for k in want} & {k.split("/")[0] for k in said}:
                    kind = "sector"
                else:
                    kind = "other"
                count[kind] += 1
                if kind != "right":
                    wrong[kind, "|".join(sorted(want)), "+".join(said)] += 1
left = count.pop("not in step", 0)
total = sum(count.values())
print(f"{len(docs)} articles, {total} parties ({left} lists not in step): " + ", ".join(f"{k} {v / total:.3f}" for k, v in count.most_common()))
for (kind, want, said), n in wrong.most_common(most):
    print(f"{n:>5}  {kind:<10}  {want}  read as  {said or '-'}")
