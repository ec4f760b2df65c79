"""What the tests share: articles of our own, and skipping where something is missing."""

import json
import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parents[2]

TEXTS = [
    ("morning-1", "2019-08-19", "Iranian Foreign Minister Mohammad Javad Zarif met his Qatari counterpart in Doha on Sunday."),
    ("morning-2", "2019-08-20", "Israel bombed targets in Syria on Monday, killing three people. Syria condemned Israel."),
    ("morning-3", "2019-08-21", "The United States imposed sanctions on Iran on Tuesday. Russia criticized the United States."),
    ("morning-4", "2019-08-22", "Turkey threatened to attack Syria. France urged Turkey to talk with Russia."),
    ("morning-5", "2019-08-23", "The weather was fine, and nobody did anything to anybody."),
]


@pytest.fixture
def articles():
    """Five articles as dicts."""
    return [{"id": i, "published": p, "text": t, "title": None, "source": "The Morning"} for i, p, t in TEXTS]


@pytest.fixture(scope="session")
def examples():
    """The six articles that come with the program."""
    found = []
    for path in sorted((ROOT / "examples").glob("*.jsonl")):
        found += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for path in sorted((ROOT / "examples").glob("*.txt")):
        found.append({"id": path.stem, "text": path.read_text(encoding="utf-8")})
    assert found, "the repository has examples"
    return found


@pytest.fixture(scope="session")
def program():
    """The program `detente` to compare with: $DETENTE, or what `cargo build` made."""
    places = [os.environ.get("DETENTE"), ROOT / "target/release/detente", ROOT / "target/debug/detente"]
    target = os.environ.get("CARGO_TARGET_DIR")
    if target:
        places.insert(1, pathlib.Path(target) / "release/detente")
    for place in places:
        if place and pathlib.Path(place).is_file():
            return str(place)
    pytest.skip("no program to compare with: build it, or say where it is with DETENTE=")
