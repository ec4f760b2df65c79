"""The same over a Spark cluster: a DataFrame of articles in, one of reports out.

Works with Spark 3.5 and 4. The wheel must be installed on the driver and on every worker; see ``docs/spark.md``.
"""

from __future__ import annotations

import functools
import pathlib
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ._articles import _named, pick
from ._code import Coder, Lexicon, coder as _coder, folders, load, units
from ._detente import Error

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

#: Articles that a worker reads before it hands their reports on.
ROWS = 256

#: Files of a user's lexicon: folder, path in it, content.
_Files = tuple[tuple[str, str, bytes], ...]


def schema(*, problems: bool = False) -> StructType:
    """The schema of the reports, as Spark has it: derived from the Arrow schema, ``detente.schema()``."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(_arrow(load(None).schema(), problems))


def _arrow(reports: pa.Schema, problems: bool) -> pa.Schema:
    """The Arrow schema of what comes out."""
    if not problems:
        return reports.remove_metadata()
    fields = [field.with_nullable(True) for field in reports]
    return pa.schema([*fields, pa.field("problem", pa.string())])


def code(
    df: DataFrame,
    *,
    text: str = "text",
    published: str | None = "published",
    id: str | None = None,
    title: str | None = None,
    url: str | None = None,
    source: str | None = None,
    license: str | None = None,
    language: str | None = None,
    author: str | None = None,
    any_language: bool = False,
    lexicon: Lexicon = None,
    problems: bool = False,
) -> DataFrame:
    """Reads a DataFrame of articles and gives one of the events that they report, one row a report.

    The columns are named as for :func:`detente.code`, and the reports are the same as from it, whatever the partitions:
    an article is read alone. A timestamp counts as the day that it is in the session's time zone. Rows of one article
    stand together; otherwise the order is Spark's.

    A row that cannot be read costs itself alone. How many were passed over stands in the log of each task; with
    ``problems=True`` they are rows of the result: the further column ``problem`` says in one sentence what is wrong, ``doc``
    which article it is, and all else is null. (A column and no accumulator: a task that is run twice counts once.) ``lexicon`` is a folder on the driver; its files travel to the workers with the task.
    """
    from pyspark.sql import functions as F
    from pyspark.sql.types import BinaryType, DateType, StringType, TimestampNTZType, TimestampType

    asked = dict(
        text=text, published=published, id=id, title=title, url=url, source=source, license=license, language=language, author=author
    )
    picked = pick(df.columns, asked)
    columns = []
    for field, name in picked.items():
        column = df["`" + name.replace("`", "``") + "`"]
        kind = df.schema[name].dataType
        if field == "published" and isinstance(kind, (TimestampType, TimestampNTZType)):
            column = column.cast(DateType())
        elif isinstance(kind, (StringType, BinaryType)) or field == "published" and isinstance(kind, DateType):
            pass
        elif field == "text" or field == "published" or kind.typeName() in ("array", "map", "struct"):
            what = "days: cast it to date, or to text such as 2019-08-19" if field == "published" else "text: cast it to string"
            raise Error(f'the column "{name}" ({field}) holds {kind.simpleString()} and not {what}')
        else:
            column = column.cast(StringType())
        columns.append(column.alias(field))
    expected = tuple(_coder(lexicon))
    files = _pack(folders(lexicon))
    wheel = expected[0]

    # A function of no module: it reaches a worker that lacks the package, and can say so there.
    def read(batches: Any) -> Any:
        try:
            from detente.spark import _work
        except ImportError as error:
            raise RuntimeError(
                f"this worker cannot load the package detente ({error}): install its wheel, version {wheel}, on every node of the cluster"
            ) from None
        yield from _work(batches, expected, files, any_language, problems)

    # Pickled by value, wherever this module lies.
    read.__module__ = "__main__"
    return df.select(*columns).mapInArrow(read, schema(problems=problems))


def _pack(paths: Iterable[str]) -> _Files:
    """The files of lexicon folders, to travel with the task."""
    files = []
    for number, path in enumerate(paths):
        root = pathlib.Path(path)
        for file in sorted(root.rglob("*")):
            if file.suffix in (".toml", ".tsv") and not any(part.startswith(".") for part in file.relative_to(root).parts):
                files.append((f"{number}/{root.resolve().name}", file.relative_to(root).as_posix(), file.read_bytes()))
    return tuple(files)


@functools.lru_cache(maxsize=4)
def _unpack(files: _Files) -> tuple[str, ...]:
    """The folders of a lexicon that travelled here, once a process."""
    if not files:
        return ()
    root = pathlib.Path(tempfile.mkdtemp(prefix="detente-lexicon-"))
    names = []
    for folder, path, content in files:
        target = root / folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if folder not in names:
            names.append(folder)
    return tuple(str(root / name) for name in names)


def _work(batches: Iterable[pa.RecordBatch], expected: tuple[str, ...], files: _Files, any_language: bool, problems: bool) -> Iterator[pa.RecordBatch]:
    """Reads the articles of one partition, in a worker. The engine is loaded once a process, and Spark keeps its
    Python processes from task to task."""
    from pyspark import TaskContext

    lexicon = _unpack(files)
    engine = load(lexicon)
    own = Coder(engine.version, engine.lexicon, engine.model)
    if tuple(own) != tuple(expected):
        raise RuntimeError(
            f"the driver reads with détente {Coder(*expected)}, and this worker with {own}: install the same wheel on every node"
        )
    context = TaskContext.get()
    # One core a task, unless the cluster says otherwise (spark.task.cpus).
    jobs = context.cpus() if context is not None else 1
    schema = _arrow(engine.schema(), problems)
    done = missed = 0
    for unit in units((_named(batch, {name: name for name in batch.schema.names}) for batch in batches), ROWS):
        batch, told = engine.read(unit, done, jobs, any_language)
        done += sum(piece.num_rows for piece in unit)
        missed += sum(not read for *_, read in told)
        columns = batch.columns
        if problems:
            columns.append(pa.nulls(batch.num_rows, pa.string()))
        if batch.num_rows:
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
        if problems and told:
            yield _problems(told, schema)
    if missed:
        print(f"detente: {missed} of {done} articles of this partition were passed over", file=sys.stderr)


def _problems(told: list[tuple[int, str | None, str, bool]], schema: pa.Schema) -> pa.RecordBatch:
    """What is wrong with which articles, as rows of the result."""
    known = {"doc": [name for _, name, _, _ in told], "problem": [problem for _, _, problem, _ in told]}
    columns = [pa.array(known[f.name], f.type) if f.name in known else pa.nulls(len(told), f.type) for f in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
