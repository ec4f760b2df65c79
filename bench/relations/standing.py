#!/usr/bin/env python3
"""Standings measured on ICEWS: a table of events out of ICEWS rows, and how well standings tell defence allies from the rest.

  standing.py table CORPUS NAME OUT.tsv [FROM TO]   date a b type mode score, with the hand-made roll-up of actors to states
  standing.py auc STANDING.tsv [EVENTS.tsv [COLUMN ...]]   area under the curve, allies against the rest, by list and least number
                                                    of events; EVENTS.tsv counts them where STANDING.tsv should not
  standing.py states STANDING.tsv                   how many dyads are in each state, and how many of these are allies
  standing.py spoil EVENTS.tsv copies|turned|renamed|half|rest OUT.tsv      a table that must give the same, or half of one
  standing.py same ONE.tsv TWO.tsv [renamed]        how far two standings agree

CORPUS is ../shared/corpora/relations. Alliances are in alliances.tsv beside this file; they are used here only, to measure.
"""
import bisect, csv, itertools, lzma, math, os, random, sys

sys.dont_write_bytecode = True

HERE = os.path.dirname(os.path.abspath(__file__))


def table(corpus, name, out, start="0000", end="9999"):
    relations = {r["relation"]: r for r in csv.DictReader(open(f"{corpus}/relations.tsv", encoding="utf-8"), delimiter="\t")}
    with lzma.open(f"{corpus}/actor_country.tsv.xz", "rt", encoding="utf-8") as f:
        actors = {r["actor"]: r["iso3"] + ("" if r["gov"] == "1" else "/CVL")
                  for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE) if r["iso3"] not in ("", "-")}
    with lzma.open(f"{corpus}/{name}.tsv.xz", "rt", encoding="utf-8") as f, open(out, "w", encoding="utf-8") as o:
        o.write("date\ta\tb\ttype\tmode\tscore\n")
        next(f)
        for line in f:
            date, a, relation, b = line.rstrip("\n").split("\t")
            r = relations[relation]
            if r["plover"] == "dropped" or not start <= date <= end or a not in actors or b not in actors:
                continue
            a, b = actors[a], actors[b]
            if a[:3] != b[:3]:
                o.write(f'{date}\t{a}\t{b}\t{r["plover"]}\t{r["mode"]}\t{r["plover_score"]}\n')


def lists():
    pacts = list(csv.DictReader(open(f"{HERE}/alliances.tsv", encoding="utf-8"), delimiter="\t"))
    pairs = lambda keep: {p for r in pacts if keep(r) for p in itertools.combinations(sorted(r["members"].split()), 2)}
    us = {"NATO", "US-Japan", "US-Korea", "US-Philippines", "US-Australia", "Australia-New Zealand", "US-Thailand"}
    return {"NATO and US": pairs(lambda r: r["pact"] in us),
            "all but huge pacts": pairs(lambda r: r["huge"] == "n"),
            "with huge pacts": pairs(lambda r: r["pact"] not in ("African Union", "EU")),
            "and EU": pairs(lambda r: r["pact"] != "African Union"),
            "and African Union": pairs(lambda r: True)}


def read(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def auc(positive, negative):
    negative = sorted(negative)
    if not positive or not negative:
        return float("nan")
    below = sum((bisect.bisect_left(negative, p) + bisect.bisect_right(negative, p)) / 2 for p in positive)
    return below / len(positive) / len(negative)


def measure(path, count=None, *columns):
    rows = read(path)
    events = {(r["a"], r["b"]): int(r["events"]) for r in read(count or path)}
    least = (10, 30, 100)
    print(f'{"":9}' + "".join(f"{name:>24}" for name in lists()))
    print(f'{"":9}' + "".join(" " * 3 + "".join(f"{m:>6}+" for m in least) for _ in lists()))
    for column in columns or ("treat", "alike", "standing"):
        line = f"{column:9}"
        for pairs in lists().values():
            line += " " * 3
            for m in least:
                known = [r for r in rows if events.get((r["a"], r["b"]), 0) >= m and r[column] != ""]
                line += f'{auc([float(r[column]) for r in known if (r["a"], r["b"]) in pairs], [float(r[column]) for r in known if (r["a"], r["b"]) not in pairs]):7.3f}'
        print(line)
    for m in least:
        known = [(r["a"], r["b"]) for r in rows if events.get((r["a"], r["b"]), 0) >= m and r["standing"] != ""]
        print(f"dyads with {m} events or more: {len(known)}; allies:", ", ".join(f"{name} {sum(k in pairs for k in known)}" for name, pairs in lists().items()))


def states(path):
    rows, allies = read(path), lists()["and African Union"]
    order = ("at war", "hostile", "strained", "mixed", "cooperative", "allied", "too little evidence")
    print(f'{"":22}' + "".join(f"{m:>14}+" for m in (1, 10, 30, 100)) + "   (of these with a defence pact)")
    for state in order:
        cells = []
        for m in (1, 10, 30, 100):
            found = [r for r in rows if r["state"] == state and int(r["events"]) >= m]
            cells.append(f'{len(found)} ({sum((r["a"], r["b"]) in allies for r in found)})')
        print(f"{state:22}" + "".join(f"{c:>15}" for c in cells))


def renamed(key):
    """Another name, with another place in the alphabet; people of a country stay its people."""
    state, *people = key.split("/")
    return "/".join(["".join(chr(ord("Z") - ord(c) + ord("A")) for c in state), *people])


def spoil(path, how, out):
    with open(path, encoding="utf-8") as f:
        head, *rows = f.read().splitlines()
    chance = random.Random(1)
    if how == "copies":
        rows += chance.sample(rows, len(rows) // 2)
    if how in ("copies", "turned"):
        chance.shuffle(rows)
    if how == "renamed":
        rows = ["\t".join([d, renamed(a), renamed(b), *rest]) for d, a, b, *rest in (r.split("\t") for r in rows)]
    if how in ("half", "rest"):
        # A meeting that is told from both sides falls into one half.
        side = lambda r: random.Random("|".join(sorted(r.split("\t")[:4]))).random() < 0.5
        rows = [r for r in rows if side(r) == (how == "half")]
    with open(out, "w", encoding="utf-8") as f:
        f.write("\n".join([head, *rows]) + "\n")


def same(one, two, how=""):
    name = renamed if how == "renamed" else lambda key: key
    two = {tuple(sorted((name(r["a"]), name(r["b"])))): r for r in read(two)}
    pairs = [(r, two[(r["a"], r["b"])]) for r in read(one) if (r["a"], r["b"]) in two]
    for column in ("treat", "alike", "standing"):
        for least in (1, 30):
            known = [(float(x[column]), float(y[column])) for x, y in pairs if x[column] and y[column] and min(int(x["events"]), int(y["events"])) >= least]
            n = len(known)
            mx, my = (sum(k[i] for k in known) / n for i in (0, 1))
            cov = sum((x - mx) * (y - my) for x, y in known)
            r = cov / math.sqrt(sum((x - mx) ** 2 for x, _ in known) * sum((y - my) ** 2 for _, y in known))
            print(f"{column:9} {least:>3}+ events: {n} dyads, correlation {r:.3f}, largest difference {max(abs(x - y) for x, y in known):.3f}, mean {sum(abs(x - y) for x, y in known) / n:.3f}")
    agree = [x["state"] == y["state"] for x, y in pairs if "too little evidence" not in (x["state"], y["state"])]
    print(f"state the same: {sum(agree) / len(agree):.3f} of {len(agree)} dyads")


COMMANDS = {"table": table, "auc": measure, "states": states, "spoil": spoil, "same": same}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
