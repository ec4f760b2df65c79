"""Writes the annotated sentences of the Causal News Corpus as JSON lines, one part for learning and one set apart.

`python sentences.py DIR train.jsonl apart.jsonl`

DIR holds `causal_news_v2_train.csv` and `causal_news_v2_train_spans.csv`. A fifth of the documents, by the hash of their
ids, is set apart; their sentences are for measuring alone. The corpus sets blanks between words and marks; they are
taken out again as far as rules can tell."""

import ast
import csv
import hashlib
import json
import re
import sys


def is_apart(doc):
    return int(hashlib.sha256(doc.encode()).hexdigest(), 16) % 5 == 0


def join(text):
    """Undoes the blanks before marks and endings."""
    text = re.sub(r" ([,.;:!?%)\]”’])", r"\1", text)
    text = re.sub(r"([(\[“‘]) ", r"\1", text)
    text = re.sub(r" ('s|n't|'re|'ve|'ll|'d|'m)\b", r"\1", text)
    return re.sub(r" '(?= |$)", "'", text)


def main():
    folder, learn, apart = sys.argv[1:4]
    read = lambda name: csv.DictReader(open(f"{folder}/{name}", encoding="utf-8-sig"))
    label = {row["index"]: int(row["label"]) for row in read("causal_news_v2_train.csv")}
    with open(learn, "w", encoding="utf-8") as f, open(apart, "w", encoding="utf-8") as g:
        for row in read("causal_news_v2_train_spans.csv"):
            i = f"{row['doc_id']}_{row['sent_id']}"
            pairs = [join(p) for p in ast.literal_eval(row["causal_text_w_pairs"])]
            line = json.dumps(dict(id=i, text=join(row["text"]), label=label[i], pairs=pairs), ensure_ascii=False)
            (g if is_apart(row["doc_id"]) else f).write(line + "\n")


if __name__ == "__main__":
    main()
