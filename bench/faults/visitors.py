#!/usr/bin/env python3
"""Ten thousand connections that want nothing good, to a ledger that is served; how long somebody who asks well waits.

    python3 bench/faults/visitors.py target/release/detente [--number 10000]

A third of them say nothing, a third send a letter of a head every second, a third ask for a page and never read the answer.
Whoever is closed comes again. It ends with 1 where a good visitor waits more than 30 seconds, or the server grows by more than
64 MB.
"""
import argparse
import http.client
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time


def memory(pid):
    with open(f"/proc/{pid}/status") as f:
        fields = dict(line.split(":", 1) for line in f)
    return int(fields["VmRSS"].split()[0]) / 1024


def main():
    args = argparse.ArgumentParser()
    args.add_argument("program")
    args.add_argument("--number", type=int, default=10_000)
    args.add_argument("--seconds", type=float, default=60)
    args = args.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, args.number + 200), hard))
    folder = tempfile.mkdtemp(prefix="detente-visitors-")
    ledger = os.path.join(folder, "l.db")
    subprocess.run([args.program, "demo", "--no-serve", "--ledger", ledger], stdout=subprocess.DEVNULL, check=True)
    # As most machines have it.
    server = subprocess.Popen(["sh", "-c", f"ulimit -n 1024; exec '{args.program}' serve --ledger '{ledger}' --port 0"],
                              stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline().split("http://127.0.0.1:")[1].split("/")[0])

    def good():
        begun = time.monotonic()
        while True:
            try:
                c = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                c.request("GET", "/turns")
                answer = c.getresponse()
                answer.read()
                if answer.status == 200:
                    return time.monotonic() - begun
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() - begun > 120:
                return 120.0
            time.sleep(0.2)

    good()
    before = memory(server.pid)
    over = threading.Event()
    counts = {"opened": 0, "closed": 0}

    def bad():
        sockets = {}
        n = 0
        while not over.is_set():
            while len(sockets) < args.number and not over.is_set():
                s = socket.socket()
                s.setblocking(False)
                s.connect_ex(("127.0.0.1", port))
                sockets[s] = n % 3
                n += 1
                counts["opened"] += 1
                if n % 500 == 0:
                    time.sleep(0.05)
            for s, kind in list(sockets.items()):
                try:
                    if kind == 1:
                        s.send(b"x")
                    elif kind == 2:
                        s.send(b"GET /events.json HTTP/1.1\r\nhost: localhost\r\n\r\n")
                        sockets[s] = 3
                    if kind in (0, 1):
                        if s.recv(1) == b"":
                            raise OSError
                except BlockingIOError:
                    pass
                except OSError:
                    s.close()
                    del sockets[s]
                    counts["closed"] += 1
            time.sleep(1)
        for s in sockets:
            s.close()

    thread = threading.Thread(target=bad)
    thread.start()
    time.sleep(2)
    waits, most, end = [], 0, time.monotonic() + args.seconds
    while time.monotonic() < end:
        waits.append(good())
        most = max(most, memory(server.pid))
        time.sleep(0.5)
    over.set()
    thread.join()
    after = good()
    server.send_signal(signal.SIGINT)
    server.wait(30)
    shutil.rmtree(folder, ignore_errors=True)
    waits.sort()
    print(f"{counts['opened']} bad connections, {args.number} at once, {counts['closed']} closed by the desk; {len(waits)} good visits meanwhile: "
          f"median {waits[len(waits) // 2]:.2f} s, longest {waits[-1]:.2f} s; afterwards {after:.2f} s; server {before:.0f} MB before, {most:.0f} MB at most")
    return 1 if waits[-1] > 30 or most > before + 64 else 0


if __name__ == "__main__":
    sys.exit(main())
