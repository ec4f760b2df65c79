"""Annotated articles as `weigh_keys` takes them: texts with the places of the words that name parties.

`python marks.py OUT ARTICLES.json …` writes OUT0.jsonl, OUT1.jsonl, OUT2.jsonl: thirds of the articles by their ids, as
`../acts/student.py --folds 3` parts them."""

import json
import sys
from pathlib import Path

import keys

out = [open(f"{sys.argv[1]}{k}.jsonl", "w", encoding="utf-8") for k in range(3)]
for path in sys.argv[2:]:
    text = Path(path).read_text(encoding="utf-8")
    for line in filter(None, text.split("\n")) if path.endswith(".jsonl") else [text]:
        d = json.loads(line)
        row = {k: d.get(k) for k in ("id", "published", "title", "text")}
        row["marks"] = [[a, b] for a, b, *_ in keys.marks(d)]
        out[keys.third(d["id"])].write(json.dumps(row) + "\n")
