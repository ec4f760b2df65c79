#!/usr/bin/env python3
"""Wraps articles into web pages as publishers serve them: eight templates of our own, with scripts, menus, share bars,
related links, newsletters and comments, 60 to 150 KB a page. The same articles give the same pages.

    pages.py FOLDER < articles.jsonl        one file a page
    pages.py --warc FILE < articles.jsonl   one gzip member a page, as crawls are kept
"""
import gzip
import hashlib
import html
import json
import os
import random
import sys

WORDS = """market garden council river bridge season school budget museum summer harbour ticket coach recipe charity
library festival train orchard studio captain engine pension weather village concert holiday survey stadium novel
kitchen planet doctor traffic winter battery insurance camera painter mountain bakery""".split()
NAMES = "Ada Bo Cleo Dov Elin Faye Gil Hana Ivo June Kofi Lena Milo Nora Otis Pia Quin Rosa Sven Tara".split()
SECTIONS = "World Politics Business Markets Technology Science Health Sport Culture Travel Opinion Video".split()


def phrase(rng, low, high):
    words = [rng.choice(WORDS) for _ in range(rng.randint(low, high))]
    return " ".join(words).capitalize()


def sentence(rng):
    return phrase(rng, 8, 18) + "."


def script(rng, size):
    """Settings, as pages carry them: long lines that nobody reads."""
    parts, length = [], 0
    while length < size:
        part = f'"{rng.choice(WORDS)}{rng.randint(1, 999)}":{{"id":"{rng.getrandbits(64):016x}","on":{rng.choice(["true", "false"])},"w":{rng.randint(1, 1600)}}}'
        parts.append(part)
        length += len(part)
    return "<script>window.__STATE__={" + ",".join(parts) + "};</script>"


def style(rng, size):
    parts, length = [], 0
    while length < size:
        part = f".{rng.choice(WORDS)}-{rng.randint(1, 99)}{{margin:{rng.randint(0, 40)}px;padding:{rng.randint(0, 20)}px;color:#{rng.getrandbits(24):06x};display:{rng.choice(['flex', 'block', 'grid'])}}}"
        parts.append(part)
        length += len(part)
    return "<style>" + "".join(parts) + "</style>"


def menu(rng):
    rows = []
    for section in SECTIONS:
        links = "".join(f'<li class="sub"><a href="/{section.lower()}/{w}">{w.capitalize()}</a></li>' for w in rng.sample(WORDS, 8))
        rows.append(f'<li class="top"><a href="/{section.lower()}">{section}</a><ul>{links}</ul></li>')
    return '<nav class="site-nav" aria-label="Sections"><ul>' + "".join(rows) + "</ul></nav>"


def share(where):
    icons = "".join(
        f'<li><a class="share share-{s}" href="https://{s}.example/share?u=x"><svg viewBox="0 0 24 24"><path d="M{"12 3l4 7-8 5 9 6-5-8z" * 6}"/></svg><span>Share on {s.capitalize()}</span></a></li>'
        for s in ("mail", "birds", "faces", "links", "print"))
    return f'<div class="share-bar {where}"><ul>{icons}</ul><button>Copy link</button></div>'


def related(rng, n):
    cards = "".join(
        f'<li class="card"><a href="/story/{rng.getrandbits(32)}"><img src="/i/{rng.getrandbits(32)}.jpg" alt="" width="320"><h3>{phrase(rng, 5, 10)}</h3><p>{sentence(rng)}</p><span class="time">{rng.randint(1, 23)} hours ago</span></a></li>'
        for _ in range(n))
    return f'<aside class="related"><h2>More on this story</h2><ul>{cards}</ul></aside>'


def comments(rng, n):
    said = "".join(
        f'<li class="comment" id="c{i}"><div class="who"><img src="/a/{rng.getrandbits(20)}.png" alt=""><b>{rng.choice(NAMES)}{rng.randint(10, 99)}</b> <time>{rng.randint(1, 59)} min</time></div><p>{sentence(rng)} {sentence(rng)}</p><a href="#">Reply</a> <a href="#">Report</a></li>'
        for i in range(n))
    return f'<section id="comments" class="comments"><h2>{n} comments</h2><ol>{said}</ol></section>'


def footer(rng):
    links = "".join(f'<a href="/{w}">{w.capitalize()}</a> ' for w in rng.sample(WORDS, 30))
    return f'<footer class="site-footer"><div class="newsletter"><h2>Our letter</h2><p>The news of the day, every morning.</p><form><input type="email"><button>Sign up</button></form></div><p>{links}</p><p>All rights reserved.</p></footer>'


def page(article, number):
    kind = number % 8
    rng = random.Random(f"{kind} {article['id']}")
    e = html.escape
    title, day = e(article.get("title") or "News"), article["published"][:10]
    text = article["text"]
    if article.get("title") and text.startswith(article["title"]):
        text = text[len(article["title"]):]
    paragraphs = [e(p.strip()) for p in text.split("\n") if p.strip()]
    # A text in one piece is set in paragraphs of some sentences, as every publisher does.
    if len(paragraphs) == 1:
        pieces = paragraphs[0].split(". ")
        paragraphs = [". ".join(pieces[i:i + 4]) for i in range(0, len(pieces), 4)]
        paragraphs = [p if p.endswith((".", "&quot;", "!", "?")) else p + "." for p in paragraphs]
    ld = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": article.get("title"),
                     "datePublished": day + "T08:00:00Z", "publisher": {"@type": "Organization", "name": article.get("source") or "The Mail"}})
    ad = '<div class="ad" data-slot="mid"><span>Advertisement</span></div>'
    p = lambda cls="": "".join(f"<p{cls}>{x}</p>" + (ad if i % 5 == 4 else "") for i, x in enumerate(paragraphs))
    when = f'<time datetime="{day}T08:00:00Z">{day}</time>'
    by = f'<span class="byline">By {rng.choice(NAMES)} {rng.choice(WORDS).capitalize()}</span>'
    picture = f'<figure><img src="/i/{rng.getrandbits(32)}.jpg" alt=""><figcaption>{phrase(rng, 6, 12)}. Photograph: {rng.choice(NAMES)}</figcaption></figure>'
    bodies = [
        lambda: f'<main><article class="story"><header><h1>{title}</h1>{by} {when}</header>{share("top")}{picture}<div class="story-body">{p()}</div>{share("end")}</article></main>',
        lambda: f'<div id="page"><div class="col-8"><div class="hd"><h1 class="t">{title}</h1><div class="meta">{by} | {when}</div></div>{share("left")}<div class="txt">' + "".join(f'<div class="par"><p>{x}</p></div>' for x in paragraphs) + "</div></div></div>",
        lambda: f'<table width="100%"><tr><td class="l">{related(rng, 6)}</td><td class="main"><h1>{title}</h1><p class="date">{day}</p>{picture}{p()}</td><td class="r">{ad}{ad}</td></tr></table>',
        lambda: f'<section itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{title}</h1><meta itemprop="datePublished" content="{day}">{share("top")}<div itemprop="articleBody">{p()}</div></section>',
        lambda: f'<div class="wp-site"><article id="post-{number}" class="post type-post hentry"><header class="entry-header"><h1 class="entry-title">{title}</h1><div class="entry-meta">{when} {by}</div></header><div class="entry-content">{p()}{share("sharedaddy")}<div class="jp-related">{related(rng, 3)}</div></div></article></div>',
        lambda: f'<main role="main"><h1>{title}</h1><ul class="facts"><li>{phrase(rng, 5, 9)}</li><li>{phrase(rng, 5, 9)}</li></ul><div data-component="text-block">' + '</div><div data-component="text-block">'.join(f"<p>{x}</p>" for x in paragraphs) + f"</div>{share('bottom')}</main>",
        lambda: f'<div id="content"><font size="5"><b>{title}</b></font><br><i>{day}</i><br><br><div class="articletext">' + "<br><br>".join(paragraphs) + f"</div>{share('plain')}</div>",
        lambda: f'<div class="app"><div class="layout"><div class="lead"><h1 class="headline">{title}</h1><p class="standfirst">{paragraphs[0] if paragraphs else ""}</p>{by}{when}</div><div class="content__body">{"".join(f"<p class=c>{x}</p>" for x in paragraphs[1:])}</div>{share("float")}</div></div>',
    ]
    body = bodies[kind]()
    meta = "" if kind in (2, 6) else f'<meta property="article:published_time" content="{day}T08:00:00Z"><meta property="og:title" content="{title}"><meta property="og:type" content="article">'
    size = rng.randint(60_000, 150_000)
    tail = related(rng, rng.randint(8, 16)) + comments(rng, rng.randint(5, 40)) + footer(rng)
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | The Daily {WORDS[kind].capitalize()}</title>{meta}<link rel="canonical" href="https://daily-{WORDS[kind]}.example/{day}/{number}"><script type="application/ld+json">{ld if kind != 6 else "{}"}</script>'
    rest = size - len(head) - len(body) - len(tail)
    return (f"{head}{style(rng, max(4000, rest * 2 // 5))}</head><body class=\"k{kind}\"><header>{menu(rng)}</header>"
            f"<div class=\"cookie\"><p>We use cookies to make this site work.</p><button>Accept</button></div>"
            f"{body}{tail}{script(rng, max(4000, rest * 2 // 5))}</body></html>\n")


def record(number, address, day, bytes_):
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(bytes_) + bytes_
    name = hashlib.md5(address.encode()).hexdigest()
    uuid = f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"
    head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: {day}T09:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{uuid}>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n")
    return head.encode() + answer + b"\r\n\r\n"


def main():
    warc = sys.argv[1] == "--warc"
    target = sys.argv[2] if warc else sys.argv[1]
    out = open(target, "wb") if warc else None
    if not warc:
        os.makedirs(target, exist_ok=True)
    for number, line in enumerate(sys.stdin):
        article = json.loads(line)
        bytes_ = page(article, number).encode()
        if warc:
            day = article["published"][:10]
            address = f"https://daily-{WORDS[number % 8]}.example/{day}/{number}"
            out.write(gzip.compress(record(number, address, day, bytes_), 6, mtime=0))
        else:
            with open(os.path.join(target, f"{number:07}.html"), "wb") as file:
                file.write(bytes_)


main()
