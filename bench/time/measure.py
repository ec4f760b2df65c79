#!/usr/bin/env python3
"""How often the date reader gives the value that annotators gave.

    python3 bench/time/measure.py TIMEX BINARY [--wrong N] [--half dev|test]

TIMEX is a tab-separated file (corpus doc dct type value mod text context, the expression in [[ ]] in its context);
BINARY is the built example `timex`. The contexts of one document are put together in order, so that an earlier
date can be seen where the file holds it; nothing of the text is kept. Values count as right when they are the
same; a reading ahead of publication counts where the words around lean ahead (as the program's own hint says).
`either` counts both readings.
"""
import collections, hashlib, json, re, subprocess, sys

path, binary = sys.argv[1:3]
show = int(sys.argv[sys.argv.index("--wrong") + 1]) if "--wrong" in sys.argv else 0
half = sys.argv[sys.argv.index("--half") + 1] if "--half" in sys.argv else None
rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")][1:]
docs = collections.OrderedDict()
for row in rows:
    docs.setdefault((row[1], row[2]), []).append(row)

articles, marks = [], []
for (doc, dct), group in docs.items():
    text = ""
    for row in group:
        context = row[7]
        at = context.find("[[")
        plain = context.replace("[[", "", 1).replace("]]", "", 1)
        head = plain[:40]
        found = text.rfind(head) if len(head) == 40 else -1
        if found >= 0 and (text[found:].startswith(plain) or plain.startswith(text[found:])):
            start = found
            text += plain[len(text) - found:]
        else:
            text += ("\n" if text else "")
            start = len(text)
            text += plain
        begin = len(text[: start + at].encode())
        end = begin + len(row[6].encode())
        marks.append((len(articles), begin, end, row))
    articles.append({"text": text, "published": dct[:10]})

root = __file__.rsplit("/bench/", 1)[0]
run = subprocess.run([binary, f"{root}/lexicon/times"], input="\n".join(map(json.dumps, articles)) + "\n",
                     capture_output=True, text=True, check=True)
found = [json.loads(line) for line in run.stdout.splitlines()]

def same(wanted, given):
    if not given:
        return False
    given = re.sub(r"T.*$", "", given) if "T" in given and "T" not in wanted else given
    # Decades and centuries are written 199, 199X and 19, 19XX; weeks 2000-W7 and 2000-W07; 1989-XX is 1989.
    tidy = lambda v: re.sub(r"X+$", "", re.sub(r"-W(\d)$", r"-W0\1", re.sub(r"(-XX)+$", "", v)))
    return wanted == given or tidy(wanted) == tidy(given)

tally, wrong = collections.Counter(), collections.Counter()
examples = []
for article, begin, end, row in marks:
    side = "test" if int(hashlib.md5(row[1].encode()).hexdigest(), 16) % 2 else "dev"
    if half and side != half:
        continue
    kind, wanted = row[3], row[4]
    hits = [one for one in found[article] if one["start"] < end and begin < one["end"]]
    hits.sort(key=lambda one: -(min(end, one["end"]) - max(begin, one["start"])))
    tally[kind, "all"] += 1
    if not hits:
        wrong["not found"] += kind == "DATE"
        examples.append((kind, "not found", wanted, row, None))
        continue
    tally[kind, "found"] += 1
    one = hits[0]
    tally[kind, "same kind"] += one["kind"].upper() == kind
    tally[kind, "same span"] += (one["start"], one["end"]) == (begin, end)
    choice = one["future"] if one["ahead"] and one["future"] else one["timex"]
    tally[kind, "past reading"] += same(wanted, one["timex"])
    tally[kind, "either"] += same(wanted, one["timex"]) or same(wanted, one["future"])
    if same(wanted, choice):
        tally[kind, "value"] += 1
    else:
        # The annotation leaves the number of the week open, or is a length where the words say when.
        tally[kind, "open in the annotation"] += kind == "DATE" and bool(re.search(r"XX|^P\d|^P[XT]", wanted))
        examples.append((kind, "value", wanted, row, one))
for kind in ("DATE", "DURATION", "SET", "TIME"):
    total = tally[kind, "all"]
    if total:
        parts = ("found", "same kind", "same span", "past reading", "value", "either", "open in the annotation")
        print(kind, total, *(f"{p} {tally[kind, p]} ({tally[kind, p] / total:.3f})" for p in parts), sep="  ")
for kind, why, wanted, row, one in examples[:] if show else []:
    if kind != "DATE" or show <= 0:
        continue
    show -= 1
    at = row[7].find("[[")
    got = (one["timex"], one["future"], one["ahead"], one["rule"]) if one else ""
    print(row[2][:10], wanted, why, got, row[7][max(0, at - 60): at + len(row[6]) + 40])
