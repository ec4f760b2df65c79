"""Reads the corpora once: `python prepare.py CORPORA WORK` writes `WORK/data.pkl` for the training scripts, the
held-out names as `WORK/names-{dev,test}.tsv` (and `-raw`: kinds mapped, nothing mended) for `train-syntax score`,
the news sentences of the CC0 causal news corpus as `WORK/causal.txt` for `train-syntax cut`, and those of GMB, a sentence
a line, as `WORK/news-{train,dev}.txt`, from which `train-syntax pack` learns where sentences of news end."""

import csv
import pickle
import re
import sys

import data

corpora, work = sys.argv[1:3]
glove = data.Glove()
d = data.load(corpora, glove)
for name, sents in d.items():
    print(name, len(sents), "sentences", sum(len(s["words"]) for s in sents), "words")
pickle.dump((glove, d), open(f"{work}/data.pkl", "wb"), -1)
for part in ("dev", "test"):
    for key, end in (("ner", ""), ("ner_raw", "-raw")):
        with open(f"{work}/names-{part}{end}.tsv", "w", encoding="utf-8") as f:
            for s in d[f"gmb_{part}"]:
                for w, t in zip(s["words"], s[key]):
                    print(w, data.NER[t], sep="\t", file=f)
                print(file=f)
for part in ("train", "dev"):
    with open(f"{work}/news-{part}.txt", "w", encoding="utf-8") as f:
        for s in d[f"gmb_{part}"]:
            text = re.sub(r" ?- ?", "-", " ".join(s["words"]))
            print(re.sub(r'" (.*?) "', r'"\1"', data.untokenised(text)), file=f)
with open(f"{work}/causal.txt", "w", encoding="utf-8") as f:
    for row in csv.DictReader(open(f"{corpora}/links/causal_news_v2_train.csv", encoding="utf-8-sig")):
        print(data.untokenised(row["text"]), file=f)
