#!/usr/bin/env python3
"""How busy the threads of a program are, told apart from how busy the machine is (Linux): for each thread the time on a
core, the time it waited for a core that others held, and the share of its life in which it could have run. A reading
thread at 1.000 never waits for records or for the writer, so that on an idle machine a second core is worth a whole one.

    busy.py PROGRAM ARGUMENT...
"""
import os
import subprocess
import sys
import time


def main():
    program = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    first, last = {}, {}
    tasks = f"/proc/{program.pid}/task"
    while program.poll() is None:
        try:
            for thread in os.listdir(tasks):
                with open(f"{tasks}/{thread}/comm") as file:
                    name = file.read().strip()
                with open(f"{tasks}/{thread}/schedstat") as file:
                    run, wait, _ = map(int, file.read().split())
                now = time.monotonic_ns()
                first.setdefault(thread, (now, run, wait, name))
                last[thread] = (now, run, wait)
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.05)
    for thread, (began, run, wait, name) in first.items():
        now, ran, waited = last[thread]
        if now > began:
            ran, waited, life = (ran - run) / 1e9, (waited - wait) / 1e9, (now - began) / 1e9
            print(f"{name:8} lived {life:6.1f} s, on a core {ran:6.2f} s, waited for one {waited:6.2f} s, "
                  f"could run {(ran + waited) / life:.3f}")


main()
