"""Articles in every form in, the same reports out."""

import datetime
import io
import json
import multiprocessing
import pathlib
import subprocess
import sys
import warnings

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import detente


def lines(table):
    return "".join(detente.jsonl(table))


def test_reports_are_those_of_the_program(articles, program, tmp_path):
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
    printed = subprocess.run([program, "code", str(file), "--to", "jsonl"], capture_output=True, check=True)
    ours = lines(detente.code(articles))
    strip = lambda text: [{k: v for k, v in json.loads(l).items() if k not in ("sentence", "quote")} for l in text.splitlines()]
    assert ours.count("\n") > 4
    if detente.coder().lexicon in printed.stdout.decode():
        assert strip(ours) == strip(printed.stdout.decode())
    else:
        pytest.skip("the program is of another build")


def test_every_form_of_articles_gives_the_same_reports(articles):
    table = pa.Table.from_pylist(articles)
    expected = lines(detente.code(articles))
    assert expected.count("\n") >= 5
    assert lines(detente.code(table)) == expected
    assert lines(detente.code(table.to_batches()[0])) == expected
    assert lines(detente.code(table.to_reader(max_chunksize=1))) == expected
    assert lines(detente.code(iter(articles))) == expected
    assert lines(detente.code(iter(table.to_batches(max_chunksize=2)))) == expected
    large = table.set_column(table.schema.get_field_index("text"), "text", table["text"].cast(pa.large_string()))
    assert lines(detente.code(large)) == expected
    coded = table.set_column(table.schema.get_field_index("source"), "source", table["source"].dictionary_encode())
    assert lines(detente.code(coded)) == expected
    octets = table.set_column(table.schema.get_field_index("text"), "text", table["text"].cast(pa.binary()))
    assert lines(detente.code(octets)) == expected
    dataset = pytest.importorskip("pyarrow.dataset").dataset(table)
    assert lines(detente.code(dataset)) == expected

    class Speaks:
        def __arrow_c_stream__(self, requested_schema=None):
            return table.__arrow_c_stream__(requested_schema)

        def __len__(self):
            raise RuntimeError("a query that is being read cannot be counted")

    assert lines(detente.code(Speaks())) == expected


def test_pandas_and_polars_frames_are_articles(articles):
    pandas = pytest.importorskip("pandas")
    expected = lines(detente.code(articles))
    frame = pandas.DataFrame(articles)
    assert lines(detente.code(frame)) == expected
    frame["published"] = pandas.to_datetime(frame["published"])
    assert lines(detente.code(frame)) == expected
    # Rows of a filtered frame keep their order and lose their index.
    assert lines(detente.code(frame[frame["id"] != "morning-1"])) == lines(detente.code(articles[1:]))
    polars = pytest.importorskip("polars")
    assert lines(detente.code(polars.DataFrame(articles))) == expected


def test_days_come_as_dates_timestamps_and_texts(articles):
    def coded(days):
        table = pa.Table.from_pylist(articles).drop_columns(["published"]).append_column("published", days)
        return lines(detente.code(table))

    days = [datetime.date.fromisoformat(a["published"]) for a in articles]
    moments = [datetime.datetime(d.year, d.month, d.day, 23, 30) for d in days]
    expected = lines(detente.code(articles))
    assert coded(pa.array(days, pa.date32())) == expected
    assert coded(pa.array(days, pa.date64())) == expected
    assert coded(pa.array(moments, pa.timestamp("us"))) == expected
    assert coded(pa.array(moments, pa.timestamp("s", "UTC"))) == expected
    assert coded(pa.array([d.strftime("%d %B %Y") for d in days])) == expected
    # Half past eleven at night in London is the next day in Tehran.
    later = coded(pa.array(moments, pa.timestamp("us", "UTC")).cast(pa.timestamp("us", "Asia/Tehran")))
    assert later != expected


def test_neither_threads_nor_batches_change_the_result(examples):
    many = [dict(a, id=f"{a.get('id', 'x')}-{n}") for n in range(20) for a in examples]
    expected = detente.code(many, jobs=1)
    assert expected.num_rows > 20
    for jobs in (2, 5):
        assert detente.code(many, jobs=jobs).combine_chunks() == expected.combine_chunks()
    table = pa.Table.from_pylist([{k: a.get(k) for k in ("id", "text", "published")} for a in many])
    whole = detente.code(table).combine_chunks()
    for size in (1, 7, 1000):
        assert detente.code(table.to_reader(max_chunksize=size), jobs=2).combine_chunks() == whole


def test_a_bad_row_costs_itself_alone(articles):
    bad = [
        articles[0],
        {"id": "none", "text": None},
        {"id": "empty", "text": "  "},
        {"id": "number", "text": 5},
        {"text": "\ud800 broken"},
        "no dict",
        dict(articles[1], published="soon"),
        articles[2],
    ]
    rejects = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = detente.code(bad, rejects=rejects)
    assert set(table["doc"].to_pylist()) == {"morning-1", "morning-2", "morning-3"}
    assert [(r["row"], r["id"], r["read"]) for r in rejects] == [
        (1, "none", False), (2, "empty", False), (3, "number", False), (4, None, False), (5, None, False), (6, "morning-2", True)
    ]
    assert rejects[5]["problem"] == '"published" is "soon", which is no day: write it as 2019-08-19; the article is read without it'
    with pytest.warns(detente.Skipped, match=r'5 of 8 articles were passed over and 1 field was left out; the first, row 1 \("none"\)'):
        again = detente.code(bad)
    assert again == table


def test_what_is_not_english_is_passed_over_unless_asked_for(articles):
    french = (
        "Le ministre des Affaires étrangères a rencontré dimanche son homologue à Doha. Les deux hommes ont parlé de la guerre et "
        "des sanctions, sans trouver d'accord, et doivent se revoir la semaine prochaine dans la capitale."
    )
    rejects = []
    detente.code([dict(articles[0], text=french)], rejects=rejects)
    if not rejects:
        pytest.skip("this build does not tell languages apart")
    assert "French" in rejects[0]["problem"] and not rejects[0]["read"]
    rejects = []
    detente.code([dict(articles[0], text=french)], any_language=True, rejects=rejects)
    assert rejects == []


def test_bytes_that_are_no_text_are_told(articles):
    table = pa.table({"text": pa.array([b"\xff\xfe", articles[0]["text"].encode()], pa.binary()), "id": ["a", "b"]})
    rejects = []
    coded = detente.code(table, published=None, rejects=rejects)
    assert set(coded["doc"].to_pylist()) == {"b"} and "not UTF-8" in rejects[0]["problem"]
    # A column that lies about its bytes.
    lie = pa.Array.from_buffers(pa.string(), 2, table["text"].chunk(0).buffers())
    rejects = []
    assert detente.code(pa.table({"text": lie}), published=None, rejects=rejects).num_rows == coded.num_rows
    assert len(rejects) == 1


def test_articles_without_ids_are_called_by_their_texts(articles):
    plain = [{k: v for k, v in a.items() if k != "id"} for a in articles]
    names = set(detente.code(plain)["doc"].to_pylist())
    assert names == set(detente.code(plain[::-1])["doc"].to_pylist())
    assert all(len(name) == 16 for name in names)


@pytest.mark.parametrize(
    ("articles", "named", "says"),
    [
        ("news.jsonl", {}, "not the name of a file"),
        (pathlib.Path("x"), {}, "not the name of a file"),
        (5, {}, "cannot read articles out of builtins.int"),
        ({"text": "x"}, {}, "put it into a list"),
        (["x"], {}, "not str"),
        (pa.table({"body": ["x"]}), {}, 'no column "text" \\(text\\).* the columns are body'),
        (pa.table({"text": ["x"]}), {}, "published=None where no day is known"),
        (pa.table({"text": ["x"]}), {"published": "day"}, 'no column "day"'),
        (pa.table({"text": [1]}), {"published": None}, "holds int64 and not text"),
        (pa.table({"text": ["x"], "published": [1]}), {}, "holds int64 and not days"),
        (pa.table({"text": ["x"], "url": [["y"]]}), {"published": None}, 'the column "url" \\(url\\) holds list'),
        (pa.table([["x"], ["y"]], names=["text", "text"]), {"published": None}, "several columns"),
        ([], {"jobs": 0}, "no number of threads"),
        ([], {"lexicon": "/nowhere"}, "there is no such folder"),
    ],
)
def test_errors_are_one_sentence_that_says_what_to_do(articles, named, says):
    with pytest.raises(detente.Error, match=says) as caught:
        detente.code(articles, **named)
    assert "\n" not in str(caught.value)


def test_nothing_in_gives_an_empty_table_with_the_schema():
    assert detente.code([]) == detente.schema().empty_table()
    empty = pa.table({"text": pa.array([], pa.string())})
    assert detente.code(empty, published=None).num_rows == 0
    assert detente.code(pa.table({"text": pa.nulls(2)}), published=None, rejects=[]).num_rows == 0


def test_columns_have_any_name(articles):
    table = pa.Table.from_pylist(articles).rename_columns(
        [{"text": "body", "published": "day", "id": "key"}.get(n, n) for n in articles[0]]
    )
    assert lines(detente.code(table, text="body", published="day", id="key")) == lines(detente.code(articles))


def test_batches_stream_and_parquet_keeps_them(articles, tmp_path):
    many = [dict(a, id=f"{a['id']}-{n}") for n in range(200) for a in articles]
    taken = 0

    def tap():
        nonlocal taken
        for article in many:
            taken += 1
            yield article

    batches = detente.reports(tap())
    first = next(batches)
    assert first.num_rows and taken < len(many) + 1
    path = tmp_path / "r.parquet"
    with pq.ParquetWriter(path, detente.schema()) as out:
        out.write_batch(first)
        for batch in batches:
            out.write_batch(batch)
    back = pq.read_table(path)
    assert back.schema.metadata[b"detente.schema"].startswith(b"reports/1")
    assert lines(back) == lines(detente.code(many))


def test_a_lexicon_of_ones_own_is_used(tmp_path):
    assert detente.coder() == detente.coder(lexicon=None)
    folder = tmp_path / "mine"
    (folder / "actors").mkdir(parents=True)
    with pytest.raises(detente.Error, match="no lexicon files"):
        detente.code([], lexicon=folder)
    (folder / "actors" / "x.tsv").write_text("this is no table\n")
    with pytest.raises(detente.Error, match="fault"):
        detente.code([], lexicon=folder)


def _in_child(queue, articles):
    queue.put(lines(detente.code(articles, jobs=2)))


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_a_process_that_forks_after_reading_reads_in_its_child(articles):
    expected = lines(detente.code(articles, jobs=2))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue, articles))
    child.start()
    assert queue.get(timeout=60) == expected
    child.join()


def test_progress_is_shown_when_asked_for(articles, capsys):
    pytest.importorskip("tqdm")
    detente.code(articles, progress=True)
    assert "5/5" in capsys.readouterr().err
    detente.code(articles)
    assert capsys.readouterr().err == ""


def test_the_stubs_are_there():
    folder = pathlib.Path(detente.__file__).parent
    assert (folder / "py.typed").exists() and (folder / "_detente.pyi").exists()
    assert detente.__version__ == detente.coder().version
