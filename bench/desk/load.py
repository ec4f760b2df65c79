"""Fifty readers at once: how long the desk takes to answer, page by page, and how much memory it holds.

    python3 load.py PROGRAM LEDGER [--readers 50] [--seconds 60] [--fresh]

PROGRAM is `detente`, LEDGER a ledger (`detente-ledger`'s example `scale` grows one of any size; see ../ledger). First each
page is asked for alone, three times; then all readers ask for pages by chance, with a fixed seed each. The desk keeps pages
that it has made; with `--fresh` no address is asked for twice, so that each page is made anew. Needs Linux and nothing
beyond Python's own library."""

import argparse
import http.client
import json
import random
import re
import statistics
import subprocess
import threading
import time


def get(port, path):
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, time.perf_counter() - began, len(body), body
    finally:
        connection.close()


def memory(pid):
    status = open(f"/proc/{pid}/status", encoding="ascii").read()
    now, most = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("ledger")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--fresh", action="store_true")
    args = parser.parse_args()
    server = subprocess.Popen([args.program, "serve", "--ledger", args.ledger, "--port", "0"], stdout=subprocess.PIPE, text=True)
    port = int(re.search(r":(\d+)/", server.stdout.readline())[1])
    try:
        began = time.perf_counter()
        while get(port, "/network")[0] != 200:
            time.sleep(0.5)
        print(f"the network's days are worked out after {time.perf_counter() - began:.1f} s")
        home = get(port, "/")[3].decode()
        dyads = re.findall(r'href="(/dyad/[^"]+)"', home)[:12]
        turns = json.loads(get(port, "/turns.json?certainty=0.5")[3])[:50]
        network = get(port, "/network")[3].decode()
        days = re.search(r'data-days="([^"]*)"', network)
        days = days[1].split(" ") if days else []
        parties = list(dict.fromkeys(re.findall(r'href="(/actor/[^"]+)"', get(port, "/actors")[3].decode())))[:30]
        reports = re.findall(r'href="(/event/[^"]+)"', get(port, "/events")[3].decode())[:50]
        articles = re.findall(r'href="(/article/[^"]+)"', get(port, "/events")[3].decode())[:50]
        pages = {
            "home": ["/"],
            "turns": ["/turns", "/turns?kind=war", "/turns?region=Asia"],
            "network": [f"/network?day={day}" for day in days[-40:]] or ["/network"],
            "party": parties,
            "dyad": dyads,
            "events": ["/events", "/events?kind=ASSAULT", "/events?status=negated", "/events?text=attack", "/events?page=20"],
            "report": reports,
            "article": articles,
            "map": ["/map", "/map?kind=ASSAULT"],
            "actors": ["/actors", "/actors?name=al"],
            "about": ["/about"],
            "blocs": ["/blocs"],
        }
        pages = {name: paths for name, paths in pages.items() if paths}
        print(f"{len(turns)} turns, {len(days)} months, memory {memory(server.pid)[0]:.0f} MB\n")
        print("one reader         first ms   second   third     kB")
        for name, paths in pages.items():
            times = [get(port, paths[0]) for _ in range(3)]
            assert all(t[0] == 200 for t in times), (name, paths[0], times[0][0])
            print(f"{name:16}" + "".join(f"{t[1] * 1000:10.0f}" for t in times) + f"{times[0][2] / 1000:9.0f}")
        taken, failed = {name: [] for name in pages}, []
        lock, end = threading.Lock(), time.perf_counter() + args.seconds

        def read(seed):
            chance = random.Random(seed)
            while time.perf_counter() < end:
                name = chance.choice(list(pages))
                path = chance.choice(pages[name])
                if args.fresh:
                    path += f"{'&' if '?' in path else '?'}again={seed}-{chance.random()}"
                try:
                    status, seconds, _, _ = get(port, path)
                except OSError as error:
                    status, seconds = str(error), 0.0
                with lock:
                    if status == 200:
                        taken[name].append(seconds)
                    else:
                        failed.append((path, status))

        readers = [threading.Thread(target=read, args=(seed,)) for seed in range(args.readers)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        every = sorted(t for times in taken.values() for t in times)
        at = lambda times, share: times[min(len(times) - 1, int(len(times) * share))] * 1000
        print(f"\n{args.readers} readers for {args.seconds:.0f} s: {len(every)} pages, {len(every) / args.seconds:.0f} a second, {len(failed)} errors {failed[:3]}")
        print("page             pages   median      p99 ms")
        for name, times in taken.items():
            if times:
                times.sort()
                print(f"{name:16}{len(times):6}{statistics.median(times) * 1000:9.0f}{at(times, 0.99):9.0f}")
        if every:
            print(f"{'all':16}{len(every):6}{statistics.median(every) * 1000:9.0f}{at(every, 0.99):9.0f}")
        now, most = memory(server.pid)
        print(f"memory {now:.0f} MB, at most {most:.0f} MB")
    finally:
        server.kill()


main()
