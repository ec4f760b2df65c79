#!/usr/bin/env python3
"""ECB+ or MEANTIME (folders of XML) as articles and gold mentions.

usage: prepare.py DIR OUT      writes OUT/articles.jsonl (id, text, published) and OUT/gold.json

Texts are put together from the tokens. ECB+ tells no dates: the day is read from the address or the lines about the
headline where one stands there (about three in four of the articles of its newer part; none of the older part), and an
article without one stays undated. MEANTIME marks the day. Gold mentions are the action mentions of the sentences that
ECB+ lists as fully annotated; of MEANTIME all event mentions. A mention in no chain is a chain of its own."""

import csv
import glob
import json
import os
import re
import sys
import xml.etree.ElementTree as ET

MONTHS = "january february march april may june july august september october november december".split()
MONTH = {m[:3]: n + 1 for n, m in enumerate(MONTHS)}
CLOSING = set(". , ; : ? ! ) ] % 's n't 're 've 'll 'm 'd ” ’ ’s".split())
OPENING = set("( [ $ “ ‘ £".split())


def day(year, month, date):
    return f"{int(year)}-{int(month):02}-{int(date):02}" if 1 <= int(month) <= 12 and 1 <= int(date) <= 31 else None


def head_date(text):
    """The day that the head of a text states, or None."""
    lines = text.split("\n")
    if lines[0].startswith("http"):
        m = re.search(r"/ (20[01]\d) / (\d\d?) / (\d\d?) /", lines[0])
        if m and day(*m.groups()):
            return day(*m.groups())
    for line in lines[:5]:
        if len(line) > 160 and not line.startswith("http"):
            continue
        for pattern, order in (
            (r"\b([A-Z][a-z]+)\.? (\d\d?)(?:st|nd|rd|th)?\.?,? (20[01]\d)\b", (3, 1, 2)),
            (r"\b(\d\d?)(?:st|nd|rd|th)? ([A-Z][a-z]+)\.?,? (20[01]\d)\b", (3, 2, 1)),
            (r"\b(20[01]\d) ?- ?(\d\d) ?- ?(\d\d)\b", (1, 2, 3)),
        ):
            m = re.search(pattern, line)
            if m:
                year, month, date = (m[k] for k in order)
                month = month if month.isdigit() else MONTH.get(month[:3].lower())
                if month and day(year, month, date):
                    return day(year, month, date)
    return None


def text_of(tokens):
    """The text, and for each token its bytes and sentence."""
    text, at, last, before = "", {}, None, ""
    for token in tokens:
        word, sentence = token.text or "", int(token.get("sentence"))
        if last is not None and sentence != last:
            text += "\n"
        elif text and word not in CLOSING and before not in OPENING and not (word.startswith("'") and len(word) <= 3):
            text += " "
        start = len(text.encode())
        text += word
        at[token.get("t_id")] = (start, len(text.encode()), sentence)
        last, before = sentence, word
    return text, at


def read(path, listed):
    root = ET.parse(path).getroot()
    name = os.path.basename(path)
    text, at = text_of(root.findall("token"))
    marks, published = {}, None
    for mark in root.find("Markables"):
        if mark.tag == "TIMEX3" and mark.get("functionInDocument") == "CREATION_TIME":
            published = mark.get("value")
        anchors = [a.get("t_id") for a in mark.findall("token_anchor")]
        marks[mark.get("m_id")] = (mark.tag, anchors, mark.get("instance_id"))
    chain = {}
    for relation in root.find("Relations"):
        target = relation.find("target")
        if target is None or relation.tag not in ("CROSS_DOC_COREF", "INTRA_DOC_COREF", "REFERS_TO"):
            continue
        instance = marks[target.get("m_id")][2] or f"{name}:{relation.get('r_id')}"
        for source in relation.findall("source"):
            chain[source.get("m_id")] = instance
    gold = []
    for mark, (tag, anchors, _) in marks.items():
        if not anchors or not (tag == "EVENT_MENTION" or tag.startswith(("ACTION", "NEG_ACTION"))):
            continue
        spans = [at[a] for a in anchors]
        if listed is not None and spans[0][2] not in listed.get(name, ()):
            continue
        gold.append({"doc": name[:-4], "spans": [s[:2] for s in spans], "chain": chain.get(mark, f"{name}:{mark}")})
    if not (published and re.fullmatch(r"\d{4}-\d\d-\d\d", published[:10])):
        published = head_date(text)
    return {"id": name[:-4], "text": text, "published": published and published[:10]}, gold


def main():
    folder, out = sys.argv[1:3]
    listed, table = None, os.path.join(folder, "ECBplus_coreference_sentences.csv")
    if os.path.exists(table):
        listed = {}
        with open(table, encoding="utf-8") as file:
            for topic, doc, sentence in list(csv.reader(file))[1:]:
                listed.setdefault(f"{topic}_{doc}.xml", set()).add(int(sentence))
    paths = glob.glob(os.path.join(folder, "ECB+/*/*.xml"))
    paths += glob.glob(os.path.join(folder, "*/intra_cross-doc_annotation/*/*.xml"))
    gold = []
    with open(os.path.join(out, "articles.jsonl"), "w", encoding="utf-8") as file:
        for path in sorted(paths):
            article, mentions = read(path, listed)
            gold += mentions
            file.write(json.dumps({k: v for k, v in article.items() if v}) + "\n")
    with open(os.path.join(out, "gold.json"), "w", encoding="utf-8") as file:
        json.dump(gold, file)


main()
