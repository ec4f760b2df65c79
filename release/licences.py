#!/usr/bin/env python3
"""Writes THIRD-PARTY.md: every crate that goes into the program, its licence, and the text of it.

    release/licences.py [FILE]          default: target/release-files/THIRD-PARTY.md

Taken from `cargo metadata --locked` for the system this runs on, and from the files that the crates bring. A crate whose
licence needs a text to be handed on and that brings none is named at the end, and the status is 1. Needs Python 3.8 and cargo.
"""

import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = "detente-cli"
NAMES = ("licen", "copying", "copyright", "notice", "unlicense")


def metadata():
    host = next(
        line.split()[1]
        for line in subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout.splitlines()
        if line.startswith("host:")
    )
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def in_program(data):
    """Ids of the crates that the program is linked from: no tests, no build scripts."""
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    todo = [p["id"] for p in data["packages"] if p["name"] == PROGRAM]
    seen = set(todo)
    while todo:
        for dep in nodes[todo.pop()]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]) and dep["pkg"] not in seen:
                seen.add(dep["pkg"])
                todo.append(dep["pkg"])
    return seen


def texts(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name.lower().startswith(NAMES) and path.suffix not in (".rs", ".toml"):
            yield path.name, path.read_text(encoding="utf-8", errors="replace").strip()


def main():
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target/release-files/THIRD-PARTY.md"
    data = metadata()
    wanted = in_program(data)
    packages = sorted(
        (p for p in data["packages"] if p["id"] in wanted and p["source"]), key=lambda p: (p["name"], p["version"])
    )
    by_text = collections.OrderedDict()
    without = []
    lines = [
        "# What others wrote of this program",
        "",
        "Détente is licensed under MIT or Apache-2.0, as you choose. It is built from the crates below, each under its own",
        "licence; where a crate leaves a choice, we take MIT where it is offered. Place data © GeoNames (geonames.org), CC BY 4.0.",
        "",
        "| crate | version | licence | source |",
        "| --- | --- | --- | --- |",
    ]
    for package in packages:
        name = f"{package['name']} {package['version']}"
        licence = package["license"] or f"see {package['license_file']}"
        lines.append(
            f"| {package['name']} | {package['version']} | {licence} | {package.get('repository') or 'not said'} |"
        )
        found = list(texts(package))
        for file, text in found:
            by_text.setdefault(text, []).append(f"{name} ({file})")
        if not found:
            without.append(f"{name}: {licence}")
    for n, (text, users) in enumerate(by_text.items(), 1):
        lines += ["", f"## Text {n}", "", "Of " + ", ".join(users) + ":", "", "```text", text, "```"]
    if without:
        lines += ["", "## Without a text of their own", ""]
        lines += [f"- {line}" for line in without]
        lines += ["", "Their authors name the licence in the crate's manifest and bring no file; the texts stand above."]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{target}: {len(packages)} crates, {len(by_text)} texts; {len(without)} crates bring no text of their own")
    faulty = [line for line in without if line.endswith("None")]
    for line in faulty:
        print(f"{line}: no licence at all", file=sys.stderr)
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
