"""Spark: a DataFrame of articles in, the same reports out. Runs where DETENTE_SPARK=1 asks for it and pyspark is there."""

import inspect
import os
import pathlib
import shutil
import subprocess
import sys

import pyarrow as pa
import pytest

import detente

pytestmark = pytest.mark.skipif(os.environ.get("DETENTE_SPARK") != "1", reason="DETENTE_SPARK=1 asks for it")


@pytest.fixture(scope="module")
def spark():
    pytest.importorskip("pyspark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def lines(reports, spark):
    """The rows of a result as sorted JSON lines, through Parquet as a user has them."""
    import tempfile

    import pyarrow.dataset as ds

    with tempfile.TemporaryDirectory() as folder:
        reports.write.parquet(folder + "/r")
        table = ds.dataset(folder + "/r", format="parquet").to_table()
    return sorted("".join(detente.jsonl(table)).splitlines())


def frame(spark, articles, **more):
    return spark.createDataFrame(
        [tuple(a.get(k) for k in ("id", "published", "text", "title", "source")) for a in articles],
        "id string, published string, text string, title string, source string",
    )


def test_reports_are_those_of_one_machine(spark, articles):
    import detente.spark

    many = [dict(a, id=f"{a['id']}-{n}") for n in range(10) for a in articles]
    expected = sorted("".join(detente.jsonl(detente.code(many))).splitlines())
    assert len(expected) > 50
    for parts in (1, 3, 16):
        assert lines(detente.spark.code(frame(spark, many).repartition(parts)), spark) == expected


def test_the_declared_schema_is_the_arrow_schema(spark):
    from pyspark.sql.pandas.types import to_arrow_schema

    import detente.spark

    declared = detente.spark.schema()
    ours = detente.schema()
    assert [f.name for f in declared] == ours.names
    # There and back: the same types, all the way down (names of list items apart, which mean nothing, and whether they may be null, which Spark 3.5 forgets).
    # Spark 4 wants to be told the zone of its moments.
    named = {"timezone": "UTC"} if "timezone" in inspect.signature(to_arrow_schema).parameters else {}
    back = to_arrow_schema(declared, **named)

    def shape(kind):
        if pa.types.is_list(kind):
            return ["list", shape(kind.value_type)]
        if pa.types.is_struct(kind):
            return ["struct", [(f.name, shape(f.type), f.nullable) for f in kind]]
        return str(kind)

    assert [shape(f.type) for f in back] == [shape(f.type) for f in ours]


def test_days_are_dates_timestamps_or_texts(spark, articles):
    import detente.spark
    from pyspark.sql import functions as F

    expected = lines(detente.spark.code(frame(spark, articles)), spark)
    dated = frame(spark, articles).withColumn("published", F.to_date("published"))
    assert lines(detente.spark.code(dated), spark) == expected
    moments = dated.withColumn("published", F.to_timestamp("published"))
    assert lines(detente.spark.code(moments), spark) == expected
    renamed = dated.withColumnsRenamed({"text": "the `body`", "published": "a day", "id": "x.y"})
    assert lines(detente.spark.code(renamed, text="the `body`", published="a day", id="x.y"), spark) == expected


def test_a_bad_row_costs_itself_and_is_told_on_request(spark, articles):
    import detente.spark

    bad = [dict(articles[0], id="none", text=None), dict(articles[1], published="soon"), *articles[2:]]
    reports = detente.spark.code(frame(spark, bad), problems=True)
    told = {(r.doc, r.problem.split(":")[0]) for r in reports.where("problem is not null").collect()}
    assert told == {("none", "it has no text"), ("morning-2", '"published" is "soon", which is no day')}
    plain = detente.spark.code(frame(spark, bad))
    assert "problem" not in plain.columns
    assert plain.count() == reports.where("problem is null").count() > 3


def test_errors_come_before_the_job(spark, articles):
    import detente.spark

    with pytest.raises(detente.Error, match='no column "body"'):
        detente.spark.code(frame(spark, articles), text="body")
    with pytest.raises(detente.Error, match="holds int and not text"):
        detente.spark.code(spark.createDataFrame([(1,)], "text int"), published=None)


def test_a_worker_with_another_version_says_so(spark, articles, monkeypatch):
    import detente.spark

    monkeypatch.setattr(detente.spark, "_coder", lambda lexicon: detente.Coder("0.0.1", "x", "y"))
    reports = detente.spark.code(frame(spark, articles))
    with pytest.raises(Exception, match="install the same wheel on every node"):
        reports.count()


def test_a_worker_without_the_package_says_so(spark, articles, tmp_path):
    """The function that travels needs nothing of the package to arrive."""
    from pyspark.cloudpickle import dumps

    import detente.spark

    taken = []

    class Frame:
        columns = ["text"]
        schema = frame(spark, articles).schema

        def __getitem__(self, name):
            return frame(spark, articles)["text"]

        def select(self, *columns):
            return self

        def mapInArrow(self, function, schema):
            taken.append(function)

    detente.spark.code(Frame(), published=None)
    (tmp_path / "f").write_bytes(dumps(taken[0]))
    # -S: without site packages but for pyspark's cloudpickle being plain pickle to read.
    script = (
        "import pickle, sys; sys.modules['detente'] = None; f = pickle.load(open(sys.argv[1], 'rb'))\n"
        "try: next(f([]))\nexcept RuntimeError as e: print(e)"
    )
    said = subprocess.run([sys.executable, "-c", script, str(tmp_path / "f")], capture_output=True, text=True)
    assert "install its wheel, version" in said.stdout, said.stderr


def test_a_lexicon_of_the_driver_travels(spark, articles, tmp_path):
    import detente.spark

    # An empty table of actors of one's own: nothing changes but the lexicon's hash.
    built_in = pathlib.Path(__file__).parents[2] / "lexicon" / "actors"
    table = next(p for p in sorted(built_in.glob("*.tsv")))
    head = [line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith(("#", "key\t"))]
    folder = tmp_path / "mine" / "actors"
    folder.mkdir(parents=True)
    (folder / table.name).write_text("\n".join(head) + "\n", encoding="utf-8")
    own = detente.coder(lexicon=tmp_path / "mine")
    reports = detente.spark.code(frame(spark, articles), lexicon=tmp_path / "mine").select("coder.lexicon").distinct().collect()
    assert [r.lexicon for r in reports] == [own.lexicon]
