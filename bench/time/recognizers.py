#!/usr/bin/env python3
"""How many dates of the Recognizers-Text test cases (English) the date reader gets, of those that news can hold.

    python3 bench/time/recognizers.py FOLDER BINARY [--wrong N] [--classes]

FOLDER holds the suite's JSON files; BINARY is the built example `timex`. Counted are results of type date, daterange,
duration and set. The suite is written for assistants: three quarters of its results are what news also writes; the
rest is left out by the classes of LEFT_OUT, each a rule over the marked words or the suite's own value, never a
list of cases. `--classes` shows how many each takes and how many of those the reader gets right all the same.

Where the suite and the annotation of news (TimeML, as in TimeBank) say one thing in two ways, the comparison
translates (TRANSLATED, each counted): the suite ends a range a day later; names the last month of a range by its
first day; calls "two years ago" a day where TimeBank has the year; and so on. Names that the suite writes in lower
case ("christmas day", "monday") get the capital that news gives them.

A third of the cases (by hash of the input) is held out: it is scored, and never shown by `--wrong`.
"""
import collections, datetime, glob, hashlib, json, os, re, subprocess, sys

folder, binary = sys.argv[1:3]
show = int(sys.argv[sys.argv.index("--wrong") + 1]) if "--wrong" in sys.argv else 0
root = __file__.rsplit("/bench/", 1)[0]

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december)"
DAY = r"(?:mon|tues?|wed|weds|thu|thurs?|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?"
UNIT = r"(?:second|sec|minute|min|hour|hr|day|week|weekend|fortnight|month|quarter|season|year|decade|century)s?"

# Name, why news cannot hold it or has it otherwise, and a rule over (marked words in lower case, kind, case).
LEFT_OUT = [
    ("shorthand", "chat spelling, operators and forms: tmrw, 3day, Oct2, >=2019, Dec/2018, 2015-3, sy18",
     lambda w, k, c: re.search(r"\btmrw?\b|\btmr\b|\btmw\b|[<>=~@½]|\d(?:day|week|month|year|yr|hr|min)s?\b|\b(?:cy|sy|fy)\s?\d|w/c|thanks giving|\b\d+[ywmd]\b|\d s\b|\brest the\b", w)
     or re.search(rf"\b{MONTH}\d|\d{MONTH}\b|{MONTH}/|/{MONTH}|-{MONTH}-|\b{MONTH}-\d|\b{MONTH}\.\d", w)
     or re.fullmatch(r"(?:\S+ )?(?:\d{4} ?[-/] ?\d{1,2}|\d{1,2} ?[-/] ?\d{4}|\d{8}|\d{4} \d\d \d\d|\d\d-\d{4}-\w+)", w) or re.search(rf"\b\d{{1,2}}\. {MONTH}", w) or re.search(r"\bh\b|\bsecs?\b|\bint'l\b", w)),
    ("bare numbers", "a day by digits alone, without a month's name or a year: 4/22, 22-04, the 27, 10/1-11/7",
     lambda w, k, c: k != "duration" and not re.search(rf"\b{MONTH}\b|\d{{4}}", w)
     and re.search(r"\b\d{1,2}[./-]\d{1,2}\b|\b\d{1,2}\b(?! *(?:[a-z]|-[a-z]))", w) and not re.search(rf"\b\d+ (?:\w+ )?{UNIT}\b", w)),
    ("day without month", "an ordinal alone: the second, the twenty-second (of what?), Sunday 31",
     lambda w, k, c: k != "duration" and re.fullmatch(r"(?:on |for )?(?:the )?(?:\d+(?:st|nd|rd|th)|(?:twenty|thirty)?[ -]?(?:first|second|third|\w+th))", w)),
    ("numeric, short year", "digits with a year of two digits or hyphens, which news spells out: 9-18-15, 10-1-2018",
     lambda w, k, c: re.search(r"\b\d{1,2}([-/.,]) ?\d{1,2}[-/.,] ?\d{2}\b(?!\d)|\b\d{1,2}-\d{1,2}-\d{4}", w)
     or re.search(rf"\b{MONTH} (?:of |first )?\d\d$", w) and any(re.match(r"\d{4}", t or "") for t in c["timexes"])),
    ("time of day", "hours and parts of a day, which events are not dated by",
     lambda w, k, c: any(re.search(r"(?:^|\d)T\d|^T[A-Z]{2}$|T(?:MO|AF|EV|NI|DT)", t or "") for t in c["timexes"])
     or any(re.fullmatch(r"PT[\d.]+S", t or "") for t in c["timexes"])),
    ("my day", "the calendar of the one who asks: my week, rest of my day, upcoming month holidays",
     lambda w, k, c: re.search(r"\bmy\b", w) or re.search(r"\bthe day\b$|^(?:the )?(?:last|next|past) day$", w)),
    ("next and last by the calendar", "to the suite next Friday is a week off, last September that of last year, the next decade 2020-2029; in news each is the nearest",
     lambda w, k, c: re.search(rf"\b(?:next|last|previous|past|following|coming|upcoming)\s+(?:{DAY}|{MONTH}|(?:\w+ )?decades?)\b", w)),
    ("counts from an earlier date", "three weeks later, the day before, the same year: from a date that the case does not hold",
     lambda w, k, c: k != "duration" and (re.search(r"\blater$|^the day (?:before|after)$|\bsame (?:year|month|week|day)$", w) or re.search(r"^(?:on )?(?:\w+ of )?(?:the )?following (?:week|month|year)$", w))),
    ("a few is three", "the suite makes three of a few, a couple or some; a number that the words do not give",
     lambda w, k, c: re.search(r"\b(?:few|several|some)\b", w)),
    ("a bare noun", "weekend, summer, the week: without a word that says which, as in partner of the week",
     lambda w, k, c: k != "duration" and re.fullmatch(r"(?:any )?(?:weekend|spring|summer|fall|autumn|winter)|the (?:week|month|year)", w)),
]

# Words by which names of feasts are known, spelled as the lexicon has them.
names = sorted((n for t in glob.glob(f"{root}/lexicon/times/*.toml") for line in open(t, encoding="utf-8")
                if line.startswith("names") for n in re.findall(r'"([^"]+)"', line)), key=len, reverse=True)

def as_news(words):
    """The capitals of names: months, weekdays, feasts, Q1 and H2."""
    for name in names:
        loose = re.escape(name).replace(r"\-", "[- ]")
        words = re.sub(rf"\b{loose}\b", lambda m: name, words, flags=re.I)
    words = re.sub(rf"\b(?:{MONTH}|{DAY})\b", lambda m: m[0][0].upper() + m[0][1:], words, flags=re.I)
    return re.sub(r"\b[qh](?=[1-4]\b)", lambda m: m[0].upper(), words)

def read(case):
    """What the suite says of one result."""
    result, found = case["result"], case
    found["timexes"], found["days"], found["impossible"] = set(), set(), False
    def add(timex, first, last):
        found["timexes"].add(timex)
        if "0001-01-01" in (first, last) or re.fullmatch(r"(?:\d{4}|XXXX)-\d\d-\d\d", timex or "") and not date(timex.replace("XXXX", "2000")):
            found["impossible"] = True
        elif first or last:
            found["days"].add((first or "", last or ""))
    if "Value" in result:
        value = result["Value"] or {}
        for part in ("FutureResolution", "PastResolution"):
            v = value.get(part, {})
            day = v.get("date")
            add(value.get("Timex"), day or v.get("startDate"), day or v.get("endDate"))
    else:
        for v in (result.get("Resolution") or {}).get("values", []):
            day = v.get("value") if case["kind"] == "date" else None
            day = day if day and re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None
            add(v.get("timex"), day or v.get("start"), day or v.get("end"))

def whole(a, b):
    """True for a week, a month, a year: the point "two years ago" at the grain that it is told in."""
    after = b + datetime.timedelta(1)
    return ((b - a).days == 6 and a.weekday() == 0) or (a.day == 1 and after.day == 1 and ((b - a).days < 31 or (a.month == after.month == 1)))

def date(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None

def length(timex):
    """A TIMEX length in months and seconds, so that P1.5Y and P1Y6M are one; None for others."""
    m = re.fullmatch(r"P((?:[\d.]+(?:Y|M|WE|W|BD|D|DE|CE))*)(?:T((?:[\d.]+[HMS])*))?", re.sub(r"^P([\d.]+)H$", r"PT\1H", timex or ""))
    if not m:
        return None
    months = seconds = 0.0
    for n, u in re.findall(r"([\d.]+)(Y|M|WE|W|BD|DE|CE|D)", m[1] or ""):
        months += float(n) * {"Y": 12, "M": 1, "DE": 120, "CE": 1200}.get(u, 0)
        seconds += float(n) * {"W": 604800, "D": 86400, "BD": 86400, "WE": 2 * 86400}.get(u, 0)
    for n, u in re.findall(r"([\d.]+)([HMS])", m[2] or ""):
        seconds += float(n) * {"H": 3600, "M": 60, "S": 1}[u]
    return round(months, 3), round(seconds)

def right(case, one):
    """How one expression of ours agrees with the suite: a name of the agreement, or None."""
    kind, published = case["kind"], date(case["day"])
    if kind in ("duration", "set"):
        if one["timex"] in case["timexes"] or {one["timex"], *case["timexes"]} == {"P1WE", "XXXX-WXX-WE"}:
            return "same"
        if length(one["timex"]) and length(one["timex"]) in map(length, case["timexes"]):
            return "P1.5Y is P1Y6M"
        return None
    ours = []
    for text in (one["interval"], one.get("ahead_interval") or ""):
        if text:
            first, dots, last = text.partition("..")
            ours.append((first, last if dots else first))
    for first, last in ours:
        a, b = date(first), date(last)
        for wanted_first, wanted_last in case["days"]:
            if (first, last) == (wanted_first, wanted_last):
                return "same"
            wa, wb = date(wanted_first), date(wanted_last)
            if kind == "date":
                # "Two weeks ago" is a day to the suite, a week to TimeBank.
                if wa and a and b and a <= wa <= b and re.search(r"\b(?:weeks?|months?|years?|decades?|fortnights?|centur\w+)\b", case["words"]) \
                        and whole(a, b):
                    return "two years ago is a year"
                # The moon was seen a day earlier or later; a fast is not its first day.
                if wa and a and abs((wa - a).days) <= 1 and case["moon"]:
                    return "the moon's feasts to a day"
                continue
            # "Early next year" is half of it to the suite: ours lies within theirs.
            if wa and wb and a and b and wa <= a and b <= wb and re.search(r"\b(?:early|late|mid|middle|beginning|start|end)\b", case["words"]) \
                    and not re.search(r"\b(?:from|between|to|after|before|since)\b", case["words"]):
                return "a soft part within a soft part"
            if first == wanted_first and wb and b and (wb - b).days == 1:
                return "ranges end a day later"
            if not wanted_first and wb and a and b and a <= wb <= b and whole(a, b) and re.search(r"\b(?:more than|over)\b", case["words"]):
                return "two years ago is a year"
            if not wanted_first and not first and wb and b and abs((wb - b).days) <= 1:
                return "ranges end a day later"
            if not wanted_last and first == wanted_first and (b is None or b == published):
                return "since ends today"
            if not wanted_last and not last and a and wa and (a - wa).days == 1:
                return "after a day begins the day after"
            if first == wanted_first and wb and b and wb <= b and wb.day == 1 and (b - wb).days <= 366 \
                    and one["timex"].count("/") and re.search(r"\b(?:to|till|until|and|through|thru)\b|-", case["words"]):
                ends = (b + datetime.timedelta(1))
                if ends.day == 1 and (ends.month == wb.month % 12 + 1 or ends.year == wb.year + 1 and wb.month == ends.month or (ends.month - wb.month) % 12 == 3):
                    return "from March to May holds May"
            # "The next three days": the suite leaves the day itself out.
            if one["timex"].startswith("P") and published in (a, b) and a and b and wa and wb \
                    and abs((a - wa).days) <= 1 and abs((b - wb).days) <= 1:
                return "the day itself in or out"
    # A fiscal or a school year of the suite has a number and no days.
    numbers = {m[1] for t in case["timexes"] if (m := re.fullmatch(r"(?:FY|SY)(\d{4}|XXXX)", t or ""))}
    if numbers & {first[:4] for first, _ in ours} or numbers & {last[:4] for _, last in ours} or ("XXXX" in numbers and ours):
        return "same value"
    if one["timex"] in case["timexes"]:
        return "same value"
    if {one["timex"], *case["timexes"]} == {"P1WE", "XXXX-WXX-WE"}:
        return "same value"
    if any(t in ("SP", "SU", "FA", "WI") and one["timex"].endswith("-" + t) for t in case["timexes"]):
        return "same value"
    return None

cases = []
for path in sorted(glob.glob(f"{folder}/*.json")):
    for spec in json.load(open(path, encoding="utf-8-sig")):
        for result in spec.get("Results", []):
            kind = result.get("Type") or result.get("TypeName", "").split(".")[-1]
            if kind not in ("date", "daterange", "duration", "set") or "Text" not in result:
                continue
            at = result.get("Start", -1)
            if spec["Input"][at : at + len(result["Text"])].lower() != result["Text"].lower():
                at = spec["Input"].lower().find(result["Text"].lower())
            if at < 0:
                continue
            words = spec["Input"][at : at + len(result["Text"])]
            case = {"file": os.path.basename(path)[:-5], "kind": kind, "result": result, "words": words.lower().replace("’", "'"),
                    "day": spec.get("Context", {}).get("ReferenceDateTime", "2016-11-07")[:10],
                    "held": int(hashlib.md5(spec["Input"].encode()).hexdigest(), 16) % 3 == 0}
            begin = len(spec["Input"][:at].encode())
            case["text"] = spec["Input"][:at] + as_news(words) + spec["Input"][at + len(words):]
            case["begin"], case["end"] = begin, begin + len(as_news(words).encode())
            case["moon"] = bool(re.search(r"\beid|ramad|ramaz|islamic|hijri|arabic|ashura|muharram|mawlid|breaking the fast|sacrifice", words.lower()))
            read(case)
            case["class"] = next((name for name, _, rule in LEFT_OUT if rule(case["words"], kind, case)), None)
            cases.append(case)
lines = "\n".join(json.dumps({"text": c["text"], "published": c["day"]}) for c in cases) + "\n"
run = subprocess.run([binary, f"{root}/lexicon/times"], input=lines, capture_output=True, text=True, check=True)
tally, ways, classes, failed = (collections.Counter() for _ in range(4))
for case, line in zip(cases, run.stdout.splitlines()):
    hits = [one for one in json.loads(line) if one["start"] < case["end"] and case["begin"] < one["end"]]
    if case["impossible"] and not case["days"]:
        way = None if any(one["interval"] != ".." and one["kind"] == "date" for one in hits) else "no such day"
    else:
        way = next(filter(None, (right(case, one) for one in hits)), None)
    if case["class"]:
        classes[case["class"], "all"] += 1
        classes[case["class"], "right"] += bool(way)
        continue
    side = "held out" if case["held"] else "worked on"
    for key in ((case["kind"], side), ("all", side), (case["kind"], "both"), ("all", "both")):
        tally[key, "all"] += 1
        tally[key, "found"] += bool(hits)
        tally[key, "right"] += bool(way)
    ways[way] += bool(way)
    if not way:
        covered = any(one["start"] <= case["begin"] + 4 and case["end"] <= one["end"] for one in hits)
        failed[side, "not found" if not hits else "other days for the whole" if covered else "a part only"] += 1
    if not way and show and not case["held"]:
        show -= 1
        print(case["kind"], case["day"], repr(case["text"][max(0, case["begin"] - 30):case["end"] + 30]), repr(case["words"]), sorted(case["days"]), sorted(map(str, case["timexes"])),
              [(h["interval"], h.get("ahead_interval"), h["timex"], h["rule"]) for h in hits])
for key in sorted({key for key, _ in tally}):
    total = tally[key, "all"]
    print(f"{key[0]:10} {key[1]:10} {total:4}  found {tally[key, 'found'] / total:.3f}  right {tally[key, 'right'] / total:.3f}")
for (side, how), n in sorted(failed.items()):
    print(f"wrong, {side}: {how} {n}")
print(f"left out {sum(n for (_, what), n in classes.items() if what == 'all')} of {len(cases)}")
if "--classes" in sys.argv:
    for name, why, _ in LEFT_OUT:
        print(f"  {name}: {classes[name, 'all']} left out, {classes[name, 'right']} of them right; {why}")
    for way, n in ways.most_common():
        print(f"  agreement {n:4}  {way}")
