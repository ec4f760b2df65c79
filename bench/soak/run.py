#!/usr/bin/env python3
"""News that comes in for hours while a ledger is served and read.

    python3 bench/soak/run.py target/release/detente ARTICLES.jsonl [--speed 100] [--minutes 14.4] [--readers 3]

The articles (JSON lines with `id`, `text` and what else `detente add` reads) come one after the other, spread evenly over 24
hours of news; `--speed 100` makes 14.4 minutes of them, and `--minutes` ends sooner with the articles that have come by then.
Every `--every` seconds what has come is added by `detente add` (a program of its own each time, as from a timer), while
`detente serve` shows the ledger to readers, each of whom asks for one page after the other.

Printed once a minute: articles, memory of the server (now) and of the adder (its peak in the last run), and how long readers
waited. It ends with 1 where anything failed: an answer other than 200 (503 counts as an error here), an adder that did not end
with 0 or 1, an article that is not in the ledger at the end, or a server that needs more than `--most` MB, or more than a quarter
above what it needed after the first third.
"""
import argparse
import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PAGES = ["/", "/events", "/events?page=2", "/turns", "/blocs", "/network", "/map", "/actors", "/events?kind=ASSAULT", "/turns.csv",
         "/network.json", "/events.csv?kind=COERCE", "/review", "/about", "/style.css", "/events?text=talks"]


def memory(pid):
    """Resident and peak memory of a process in MB."""
    with open(f"/proc/{pid}/status") as f:
        fields = dict(line.split(":", 1) for line in f)
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["VmHWM"].split()[0]) / 1024


def processor(pid):
    """Processor seconds of a process."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Readers:
    def __init__(self, port, number):
        self.port, self.waits, self.errors, self.over = port, [], [], False
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.read, args=(n,), daemon=True) for n in range(number)]
        for thread in self.threads:
            thread.start()

    def read(self, seed):
        dice = random.Random(seed)
        pairs = []
        while not self.over:
            path = dice.choice(PAGES + pairs)
            begun = time.monotonic()
            try:
                c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                c.request("GET", path)
                answer = c.getresponse()
                body = answer.read()
                status = answer.status
                c.close()
                if path == "/":
                    text = body.decode("utf-8")
                    pairs = list({p.split('"')[0] for p in text.split('href="')[1:] if p.startswith(("/dyad/", "/actor/"))})[:12]
            except OSError as e:
                status = str(e)
            took = time.monotonic() - begun
            with self.lock:
                self.waits.append(took)
                if status != 200:
                    self.errors.append(f"{path}: {status}")
            time.sleep(dice.random() * 0.5)

    def take(self):
        with self.lock:
            waits, self.waits = sorted(self.waits), []
        return waits

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join(70)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("program")
    args.add_argument("articles")
    args.add_argument("--speed", type=float, default=100)
    args.add_argument("--minutes", type=float, default=14.4)
    args.add_argument("--readers", type=int, default=3)
    args.add_argument("--every", type=float, default=15, help="seconds between two runs of the adder")
    args.add_argument("--most", type=float, default=600, help="MB that the server may need")
    args = args.parse_args()
    with open(args.articles, encoding="utf-8") as f:
        lines = [line for line in f if line.strip()]
    folder = tempfile.mkdtemp(prefix="detente-soak-")
    ledger = os.path.join(folder, "soak.db")
    batch = os.path.join(folder, "come.jsonl")
    errors, said = [], open(os.path.join(folder, "said.txt"), "wb")

    def add(some):
        """Adds; peak memory in MB and processor seconds."""
        with open(batch, "w", encoding="utf-8") as f:
            f.writelines(some)
        child = subprocess.Popen([args.program, "add", batch, "--ledger", ledger], stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        # 1 says that something was left aside (said.txt names it), and that everything else is there.
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            errors.append(f"the adder ended with {os.waitstatus_to_exitcode(status)}")
        return usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime

    # A ledger must be there to be served.
    come = 20
    peak, spent = add(lines[:come])
    server = subprocess.Popen([args.program, "serve", "--ledger", ledger, "--port", "0"], stdout=subprocess.PIPE, stderr=said, text=True)
    address = server.stdout.readline()
    port = int(address.split("http://127.0.0.1:")[1].split("/")[0])
    readers = Readers(port, args.readers)
    day = 24 * 3600 / args.speed
    begun, last, seen = time.monotonic(), time.monotonic(), []
    print(f"{len(lines)} articles in {day / 60:.1f} minutes, {args.minutes} of them here; {args.readers} readers")
    print(f"{'minute':>6} {'articles':>8} {'server MB':>9} {'peak':>6} {'cpu s':>6} {'adder MB':>8} {'cpu s':>6} {'pages':>6} {'median':>7} {'95 %':>7} {'longest':>7}  errors")
    adder_peak = peak
    try:
        while True:
            now = time.monotonic()
            over = now - begun >= min(args.minutes * 60, day)
            due = min(len(lines), max(come, int(len(lines) * (now - begun) / day)))
            if due > come:
                peak, s = add(lines[come:due])
                spent += s
                adder_peak = max(adder_peak, peak)
                come = due
            if over or now - last >= 60:
                last = now
                waits = readers.take() or [0]
                is_now, most = memory(server.pid)
                seen.append((now - begun, most))
                print(f"{(now - begun) / 60:>6.1f} {come:>8} {is_now:>9.0f} {most:>6.0f} {processor(server.pid):>6.0f} {adder_peak:>8.0f} {spent:>6.0f} {len(waits):>6} "
                      f"{waits[len(waits) // 2]:>7.3f} {waits[int(len(waits) * 0.95)]:>7.3f} {waits[-1]:>7.3f}  {len(readers.errors) + len(errors)}", flush=True)
                adder_peak = 0
            if over:
                break
            time.sleep(max(0, args.every - (time.monotonic() - now)))
    finally:
        readers.end()
        # Not SIGINT: who starts this in the background has it ignored, and so have all that it starts.
        server.terminate()
        server.wait(30)
    errors += readers.errors
    # All that came is there.
    again = subprocess.run([args.program, "add", batch, "--ledger", ledger], capture_output=True, text=True)
    if not again.stdout.startswith("0 articles added"):
        errors.append("the last batch was not there: " + again.stdout.strip())
    rows = subprocess.run([args.program, "events", "--reports", "--to", "jsonl", "--ledger", ledger], capture_output=True)
    size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.startswith("soak.db"))
    print(f"at the end {come} articles, {rows.stdout.count(10)} reports, {size / 1e6:.1f} MB of ledger")
    if rows.returncode != 0:
        errors.append("the ledger cannot be read at the end")
    third = next((mb for at, mb in seen if at >= seen[-1][0] / 3), seen[-1][1])
    if seen[-1][1] > args.most or seen[-1][1] > third * 1.25 + 32:
        errors.append(f"the server grew: {third:.0f} MB after a third, {seen[-1][1]:.0f} MB at the end")
    shutil.rmtree(folder, ignore_errors=True)
    print("errors: " + ("; ".join(errors[:20]) if errors else "none"))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
