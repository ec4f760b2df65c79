#!/usr/bin/env python3
"""Which entries of lexicon/events fire on articles, and how often.

    detente code --from jsonl --to jsonl ARTICLES.jsonl > REPORTS.jsonl
    python3 bench/what/coverage.py REPORTS.jsonl [--never] [--most N]

Counted are the reports that name the entry in their evidence; a report that several tellings gave counts for each.
"""
import collections, json, pathlib, sys, tomllib

reports = sys.argv[1]
never = "--never" in sys.argv
most = int(sys.argv[sys.argv.index("--most") + 1]) if "--most" in sys.argv else 20
root = pathlib.Path(__file__).resolve().parents[2]
entries = {}
for path in sorted((root / "lexicon/events").glob("*.toml")):
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("entry", []):
        entries[entry["id"]] = path.stem
fired, total = collections.Counter(), 0
for line in open(reports, encoding="utf-8"):
    total += 1
    fired.update({e["rule"] for e in json.loads(line)["evidence"] if e["rule"] in entries})
silent = [i for i in entries if not fired[i]]
print(f"{len(entries)} entries, {total} reports; {len(entries) - len(silent)} fire, {len(silent)} never")
print(f"the {most} that fire most: " + ", ".join(f"{i} {n}" for i, n in fired.most_common(most)))
top = sum(n for _, n in fired.most_common(most)) / max(1, sum(fired.values()))
print(f"they make {top:.0%} of what fires; {sum(1 for n in fired.values() if n <= 2)} entries fire once or twice")
if never:
    for i in silent:
        print(f"{entries[i]}\t{i}")
