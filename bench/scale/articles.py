#!/usr/bin/env python3
"""Makes N articles out of few, as JSON lines: the articles of FILE over and over, each copy with an id, a day and a
headline of its own, so that no copy can be taken from a reading that is kept. With --plain the copies differ in
nothing but their id.

    articles.py FILE N [--plain] > articles.jsonl
"""
import datetime
import json
import sys


def main():
    file, n = sys.argv[1], int(sys.argv[2])
    plain = "--plain" in sys.argv[3:]
    with open(file, encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines if line.strip()]
    articles = [a for a in articles if a.get("text", "").strip()]
    for i in range(n):
        article = dict(articles[i % len(articles)])
        copy = i // len(articles)
        article["id"] = f"{article.get('id', i)}-{copy}"
        if copy and not plain:
            day = datetime.date.fromisoformat(article["published"][:10]) + datetime.timedelta(days=3 * copy)
            article["published"] = day.isoformat()
            old = article.get("title") or ""
            new = f"{old}: part {copy} of our series"
            if old and article["text"].startswith(old):
                article["text"] = new + article["text"][len(old):]
            else:
                article["text"] = new + "\n\n" + article["text"]
            article["title"] = new
        json.dump(article, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")


main()
