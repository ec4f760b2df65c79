"""What a ledger says in Python is what the program says of it."""

import datetime
import json
import subprocess

import pyarrow as pa
import pytest

import detente


@pytest.fixture(scope="module")
def ledger(program, tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "demo.db"
    subprocess.run([program, "demo", "--no-serve", "--ledger", str(path)], check=True, capture_output=True)
    return detente.Ledger(path)


def asked(program, ledger, *words):
    return json.loads(subprocess.run([program, *words, "--ledger", ledger._path], check=True, capture_output=True).stdout)


def test_the_runs_say_what_made_it(ledger):
    (run,) = ledger.runs()
    assert run["outcome"] == "done" and run["wrote"]["readings"] == 6
    assert all(len(model["sha256"]) == 64 for model in run["record"]["models"])


def test_counts_and_tables_belong_together(ledger):
    counts = ledger.counts()
    reports = ledger.reports()
    assert counts["articles"] == 6 and reports.num_rows == counts["reports"] > 10
    assert reports.schema.names == detente.schema().names
    assert set(reports["id"].to_pylist()) == {r for e in ledger.events()["reports"].to_pylist() for r in e}


def test_standing_is_the_programs(ledger, program):
    a, b = ledger.standings().slice(0, 1).to_pylist()[0]["a"], ledger.standings().slice(0, 1).to_pylist()[0]["b"]
    now = ledger.standing(a, b)
    said = asked(program, ledger, "standing", a, b, "--format", "json", "--on", now["date"])
    [row] = said["on"] if isinstance(said["on"], list) else [said["on"]]
    assert (row["state"], row["date"]) == (now["state"], now["date"])
    assert row["level"] == pytest.approx(now["level"], abs=0.06)
    months = ledger.standing(a, b, from_="2000-01-01")
    assert isinstance(months, pa.Table) and months.num_rows > 0


def test_blocs_are_the_programs(ledger, program):
    mine = ledger.blocs()
    said = asked(program, ledger, "blocs", "--to", "json")
    keys = lambda x: [sorted(m["key"] for m in b["members"]) for b in x["blocs"]]
    assert keys(mine) == keys(said) and mine["date"] == said["date"]


def test_filters_narrow_and_as_of_looks_back(ledger):
    all_of_them = ledger.reports()
    kind = all_of_them["event"].to_pylist()[0][0]
    some = ledger.reports(event=kind)
    assert 0 < some.num_rows < all_of_them.num_rows and {e for [e] in some["event"].to_pylist()} == {kind}
    assert ledger.reports(limit=1).num_rows == 1
    assert ledger.reports(as_of=datetime.date(1990, 1, 1)).num_rows == 0
    party = all_of_them["actor"].to_pylist()[0][0]["key"]
    assert 0 < ledger.events(party).num_rows <= ledger.events().num_rows
    assert ledger.turns().schema.names[:3] == ["a", "b", "kind"]


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda l: l.standing("Mordor", "Iran"), "knows no party"),
        (lambda l: l.reports(event="MAGIC"), "no PLOVER type"),
        (lambda l: l.reports(status="odd"), "no status"),
        (lambda l: l.reports(from_="2020-01-02", to="2020-01-01"), "lies after"),
        (lambda l: l.reports(from_="soon"), "no day"),
        (lambda l: l.reports(limit=-1), "no count"),
        (lambda l: l.standings(on=5), "no day"),
        (lambda l: detente.Ledger("/nowhere/x.db"), "there is no ledger"),
    ],
)
def test_errors_are_one_sentence(ledger, ask, says):
    with pytest.raises(detente.Error, match=says):
        ask(ledger)
