#!/usr/bin/env python3
"""How many dates of the Recognizers-Text test cases (English) the date reader gets, as far as news can hold them.

    python3 bench/time/recognizers.py FOLDER BINARY [--wrong N]

FOLDER holds the suite's JSON files; BINARY is the built example `timex`. Counted are results of type date, daterange,
duration and set; a date is right when its days are those of the suite's past or future reading (whose ranges end
a day later than ours), a duration or set when its TIMEX value is the same. The suite is written for assistants
("next Sunday" is a week off, "4/22" alone is a date, "last 3 days" ends yesterday), so all is not to be had.
"""
import collections, datetime, glob, json, os, subprocess, sys

folder, binary = sys.argv[1:3]
show = int(sys.argv[sys.argv.index("--wrong") + 1]) if "--wrong" in sys.argv else 0
cases = []
for path in sorted(glob.glob(f"{folder}/*.json")):
    for case in json.load(open(path, encoding="utf-8-sig")):
        day = case.get("Context", {}).get("ReferenceDateTime", "2016-11-07")[:10]
        for result in case.get("Results", []):
            kind = result.get("Type") or result.get("TypeName", "").split(".")[-1]
            if kind not in ("date", "daterange", "duration", "set") or "Text" not in result:
                continue
            timexes, days = set(), set()
            def read(timex, value):
                timexes.add(timex)
                if "date" in value:
                    days.add((value["date"], value["date"]))
                if "startDate" in value and "endDate" in value:
                    last = datetime.date.fromisoformat(value["endDate"]) - datetime.timedelta(1)
                    days.add((value["startDate"], last.isoformat()))
                    days.add((value["startDate"], value["endDate"]))
            try:
                if "Value" in result:
                    value = result["Value"] or {}
                    for part in ("FutureResolution", "PastResolution"):
                        read(value.get("Timex"), value.get(part, {}))
                else:
                    for value in (result.get("Resolution") or {}).get("values", []):
                        renamed = {"startDate": value.get("start"), "endDate": value.get("end")} if value.get("start") and value.get("end") else {}
                        if kind == "date" and "value" in value:
                            renamed["date"] = value["value"]
                        read(value.get("timex"), renamed)
            except ValueError:
                continue
            cases.append((os.path.basename(path)[:-5], kind, case["Input"], day, result["Text"], timexes, days))
root = __file__.rsplit("/bench/", 1)[0]
lines = "\n".join(json.dumps({"text": c[2], "published": c[3]}) for c in cases) + "\n"
run = subprocess.run([binary, f"{root}/lexicon/times"], input=lines, capture_output=True, text=True, check=True)
tally = collections.Counter()
for case, line in zip(cases, run.stdout.splitlines()):
    name, kind, text, day, words, timexes, days = case
    at = text.lower().find(words.lower())
    begin = len(text[:at].encode())
    end = begin + len(words.encode())
    hits = [one for one in json.loads(line) if one["start"] < end and begin < one["end"]]
    tally[name, kind, "all"] += 1
    tally[name, kind, "found"] += bool(hits)
    def ok(one):
        if kind in ("duration", "set"):
            return one["timex"] in timexes
        ours = [one["interval"], one.get("ahead_interval") or ""]
        both = [(a, b or a) for a, _, b in (o.partition("..") for o in ours)]
        return any(pair in days for pair in both) or one["timex"] in timexes
    right = any(map(ok, hits))
    tally[name, kind, "right"] += right
    if not right and show:
        show -= 1
        print(name, kind, day, repr(text), repr(words), sorted(days), [(h["interval"], h["timex"], h["rule"]) for h in hits])
for name, kind in sorted({key[:2] for key in tally}):
    total = tally[name, kind, "all"]
    print(f"{name:28} {kind:10} {total:4}  found {tally[name, kind, 'found'] / total:.2f}  right {tally[name, kind, 'right'] / total:.2f}")
