"""Which pairs of parties of annotated articles are missed, and which are told that are not there, whatever the type of event.

    python3 bench/who/dyads.py SHARED_GOLD REPORTS.jsonl [--quotes]      (`detente code --to jsonl` of `score.py --docs`)

SHARED_GOLD is the folder of `score.py` and its articles. Prints a line for each: missed or false, article, place of the act in
its text (bytes), the pair, and the cause that `wrong.tsv` beside this file has for it (`?` for none); then how many of each cause. With `--quotes` the words too,
for a person who looks for causes; they do not belong into a file."""

import collections
import csv
import json
import pathlib
import sys


def place(article, event):
    """Where the words of an annotated event stand, in bytes, as records count."""
    return len(article["text"].partition(event["quote"])[0].encode())


def main():
    folder, reports = sys.argv[1:3]
    sys.path.insert(0, folder)
    import score

    told = collections.defaultdict(list)
    for line in open(reports, encoding="utf-8"):
        record = json.loads(line)
        told[record["doc"]].append(record)
    here = pathlib.Path(__file__).with_name("wrong.tsv")
    causes = {}
    if here.exists():
        for row in csv.DictReader(here.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE):
            causes[row["how"], row["article"], row["pair"]] = row["cause"]
    counts = collections.Counter()
    found = 0
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        article = json.loads(path.read_text(encoding="utf-8"))
        relaxed = lambda units: score.unique([(score.relax(u, "dyad"), e) for u, e in units])
        need, may = score.gold_units(article)
        pairs, missed, false = score.match(relaxed(need), relaxed(may), relaxed(score.pred_units(told[article["id"]])))
        found += len(pairs)
        for how, wrong in (("missed", missed), ("false", false)):
            for (_, a, b, _, _), event in wrong:
                pair = " – ".join("|".join(sorted(key)) for key in (a, b))
                start = place(article, event) if how == "missed" else event["text_info"]["start"]
                cause = causes.get((how, article["id"], pair), "?")
                counts[how, cause] += 1
                quote = event.get("quote") or event.get("event_text") or ""
                print(how, article["id"], start, pair, cause, *([quote[:100]] if "--quotes" in sys.argv else []), sep="\t")
    print(f"\n{found} found", file=sys.stderr)
    for (how, cause), n in sorted(counts.items(), key=lambda c: (c[0][0], -c[1], c[0][1])):
        print(f"{how}\t{n}\t{cause}", file=sys.stderr)


main()
