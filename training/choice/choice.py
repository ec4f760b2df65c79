"""What the programs of this folder share: events as the program weighs them, set beside what annotators read.

An event that the program may tell (`cargo run --example weigh`) belongs to an annotated one if it stands on the same word;
failing that, if it is the only one of its type in the sentence."""

import collections
import json
from pathlib import Path

import numpy as np

UNREAL = {"negated", "hypothetical"}
LEARNT = 4  # ReportTrait::Learnt
WORD, SENTENCE, OTHER = 1.0, 0.6, 0.4  # how much an alignment by word, by sentence, by word with another type counts


def read(weighed):
    """The weighed events of each article."""
    docs = collections.defaultdict(list)
    for line in open(weighed, encoding="utf-8"):
        w = json.loads(line)
        if "doc" in w:  # the first line names the numbers
            docs[w["doc"]].append(w)
    return docs


def articles(paths):
    """Annotated articles by their ids; a file holds one, or one a line."""
    texts = [(p, Path(p).read_text(encoding="utf-8")) for p in paths]
    lines = [t for p, text in texts for t in (filter(None, text.split("\n")) if str(p).endswith(".jsonl") else [text])]
    return {d["id"]: d for d in map(json.loads, lines)}


def places(doc):
    """First and last byte of the word, and of the quote, of every annotated event."""
    text = doc["text"]
    byte = lambda c: len(text[:c].encode())
    out = []
    for e in doc["events"]:
        q = text.find(e["quote"])
        w = q + e["quote"].find(e.get("word") or e["quote"])
        out.append((byte(w), byte(w + len(e.get("word") or e["quote"])), byte(q), byte(q + len(e["quote"]))))
    return out


def align(doc, events, norm):
    """For each weighed event the annotated ones it stands for, and how surely."""
    at = places(doc)
    out = []
    for w in events:
        on = [k for k, (a, b, _, _) in enumerate(at) if doc["events"][k].get("word") and any(s < b and a < e for s, e in zip(w["start"], w["end"]))]
        same = [k for k in on if doc["events"][k]["type"] == w["event"]]
        if same:
            out.append((same, WORD))
            continue
        near = [k for k, (_, _, a, b) in enumerate(at) if doc["events"][k]["type"] == w["event"] and a <= w["start"][0] < b]
        if len(near) == 1 and not on:
            out.append((near, SENTENCE))
        elif on:
            out.append((on, OTHER))
        else:
            out.append(([], 0.0))
    return out


def is_joint(w):
    return w["mutual"] or w["event"] == "CONSULT"


def labels(doc, w, which, norm):
    """The keys that annotators have as actor and as recipient."""
    sets = [set(), set()]
    for k in which:
        e = doc["events"][k]
        keys = [{norm(x) for key in e[side] for x in key.split("|")} for side in ("actors", "recipients")]
        if is_joint(w) or e["mutual"] or e["type"] == "CONSULT":
            keys = [keys[0] | keys[1]] * 2
        sets = [a | b for a, b in zip(sets, keys)]
    return sets


def choose(w, pa, pr, nobody, t):
    """The parties, given how likely each candidate is the actor and the recipient, and how likely there is no recipient.
    The same in `crates/detente/src/event/choosing.rs`."""
    keys = [c[0] for c in w["candidates"]]
    n = range(len(keys))
    of = lambda list: [i for i in n if keys[i] in list]
    # The rules stand where their parties are likely enough; what the network proposes must be likelier than not.
    kept = t["seen"] if w["traits"][LEARNT] else t["kept"]
    stands = lambda list, p: not w["doubtful"] and bool(list) and min(p[i] for i in list) >= kept
    if is_joint(w):
        p = np.maximum(pa, pr)
        order = sorted(n, key=lambda i: -p[i])
        second = p[order[1]] if len(order) > 1 else 0.0
        rules = of(w["actors"] + w["recipients"])
        if w["shared"] or stands(rules, p):
            return w["actors"], w["recipients"], w["mutual"] or w["event"] == "CONSULT", p[order[0]], min(p[i] for i in rules) if len(rules) > 1 else 1 - second
        take = [i for i in order if p[i] >= t["joint"]]
        if len(take) < 2:
            take = [i for i in order[:2] if p[i] >= t["second"]] or order[:1]
        return [keys[i] for i in sorted(take)], [], True, p[order[0]], min(p[i] for i in take) if len(take) > 1 else 1 - second
    actors = of(w["actors"])
    if not stands(actors, pa):
        actors = [i for i in n if pa[i] >= t["actor"] and pa[i] >= pr[i]] or [max(n, key=lambda i: pa[i])]
    recipients = of(w["recipients"])
    if not (stands(recipients, pr) if recipients else not w["doubtful"] and nobody >= kept):
        rest = [i for i in n if i not in actors]
        recipients = [i for i in rest if pr[i] >= t["recipient"]]
        best = max(rest, key=lambda i: pr[i], default=None)
        if not recipients and best is not None and pr[best] >= t["lone"] * nobody:
            recipients = [best]
    return [keys[i] for i in actors], [keys[i] for i in recipients], False, min(pa[i] for i in actors), min((pr[i] for i in recipients), default=nobody)


def traits_of_nobody(w, pa, pr):
    """What says whether an event has no recipient; the same in Rust."""
    first, second = (sorted(pr, reverse=True) + [0.0, 0.0])[:2]
    return w["traits"] + [first, second, sum(pr), max(pa), float(len(w["recipients"])), float(bool(w["actors"]))]


def traits_of_choice(w, chosen, pa, pr, nobody):
    """What the report's traits gain by the choice; the same in Rust."""
    actors, recipients, _, sa, sr = chosen
    a, r = (actors[0] if actors else ""), (recipients[0] if recipients else "")
    home = lambda k: k.split("/")[0]
    second = lambda p: float(np.sort(p)[-2]) if len(p) > 1 else 0.0
    return [sa, sr, nobody, second(pa), second(pr), float(len(actors)), float(len(recipients)), float(set(actors) == set(w["actors"])),
            float(set(recipients) == set(w["recipients"])), float(a == "UNK"), float("/" in a), float("/" in r),
            float(bool(r) and home(a) == home(r)), float(w["doubtful"])]
