"""Articles in, reports out."""

from __future__ import annotations

import functools
import os
import pathlib
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Union

import pyarrow as pa

from . import _detente
from ._articles import Source, source as _source
from ._detente import Error

#: A folder with a lexicon of one's own, or several.
Lexicon = Union[str, "os.PathLike[str]", Sequence[Union[str, "os.PathLike[str]"]], None]

#: Articles that are read in one go, at least, and bytes of them, at most (unless one alone has more).
_ROWS = 256
_BYTES = 16 << 20


class Skipped(UserWarning):
    """Articles were passed over, or read with something left out."""


class Coder(NamedTuple):
    """Which program, lexicon and model read: two that agree in all three give the same reports."""

    version: str
    lexicon: str
    model: str


def folders(lexicon: Lexicon) -> tuple[str, ...]:
    """The folders of ``lexicon=``, as full paths."""
    if lexicon is None:
        return ()
    if isinstance(lexicon, (str, os.PathLike)):
        lexicon = [lexicon]
    return tuple(os.path.abspath(os.fspath(folder)) for folder in lexicon)


@functools.lru_cache(maxsize=4)
def _load(paths: tuple[str, ...], _changed: tuple[int, ...]) -> _detente.Coder:
    return _detente.Coder(list(paths))


def load(lexicon: Lexicon) -> _detente.Coder:
    """The engine with this lexicon; loaded once a process, and again when a file of the folders has changed."""
    paths = folders(lexicon)
    changed: list[int] = []
    for path in paths:
        for file in sorted(pathlib.Path(path).rglob("*")):
            try:
                changed.append(file.stat().st_mtime_ns)
            except OSError:
                pass
    return _load(paths, tuple(changed))


def coder(lexicon: Lexicon = None) -> Coder:
    """Version of the program, content hash of the lexicon, and name of the model.

    >>> detente.coder().version
    '0.1.0'
    """
    engine = load(lexicon)
    return Coder(engine.version, engine.lexicon, engine.model)


def schema(lexicon: Lexicon = None) -> pa.Schema:
    """The Arrow schema of reports."""
    return load(lexicon).schema()


def code(
    articles: Any,
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
    jobs: int | None = None,
    rejects: list[dict[str, Any]] | None = None,
    progress: bool | None = None,
) -> pa.Table:
    """Reads articles and gives the events that they report: one row a report, in the order of the articles.

    ``articles`` is a pyarrow table, batch, reader or data set, a pandas or polars frame, a list (or any iterator) of dicts, or
    an object with the Arrow PyCapsule interface. ``text``, ``published`` and the others name its columns; those that are
    not named are taken from columns of their own names, where there are such. Days of publication may be dates,
    timestamps or texts ("2019-08-19", "Mon, 19 Aug 2019 10:00 GMT"); say ``published=None`` where none is known. Articles
    keep their ids as they are; one without is called by the first 16 digits of its text's SHA-256.

    What is not English is passed over and told, unless ``any_language`` says otherwise.
    ``lexicon`` is a folder (or several) with a lexicon of your own, used on top of the built-in one. ``jobs`` is the number of
    threads; all cores read unless you say otherwise. Neither the number of threads nor the size of batches changes the
    result, which is that of the program ``detente code`` with the same articles.

    A row that cannot be read costs itself alone. How many there were is told in a warning (:class:`Skipped`); hand in a
    list as ``rejects`` to have them: each a dict of ``row`` (from 0), ``id``, ``problem`` (one sentence), and ``read`` (true
    where the article was read with something left out).

    ``progress`` shows a bar (with tqdm, where that is installed): in notebooks and on terminals, unless you say otherwise.

    >>> table = detente.code([{"id": "a", "published": "2019-08-19", "text": "Iran condemned Israel on Sunday."}])
    >>> table["event"].to_pylist()
    [['ACCUSE']]
    """
    engine = load(lexicon)
    asked = dict(
        text=text, published=published, id=id, title=title, url=url, source=source, license=license, language=language, author=author
    )
    batches = list(_read(engine, _source(articles, asked), jobs, any_language, rejects, progress))
    return pa.Table.from_batches(batches, engine.schema())


def reports(
    articles: Any,
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
    jobs: int | None = None,
    rejects: list[dict[str, Any]] | None = None,
    progress: bool | None = False,
) -> Iterator[pa.RecordBatch]:
    """The same as :func:`code`, batch by batch: for inputs that are larger than memory. Some hundreds of articles are held
    at a time.

    >>> with pyarrow.parquet.ParquetWriter("reports.parquet", detente.schema()) as out:
    ...     for batch in detente.reports(pyarrow.parquet.ParquetFile("articles.parquet").iter_batches()):
    ...         out.write_batch(batch)
    """
    engine = load(lexicon)
    asked = dict(
        text=text, published=published, id=id, title=title, url=url, source=source, license=license, language=language, author=author
    )
    return _read(engine, _source(articles, asked), jobs, any_language, rejects, progress)


def jsonl(reports: Any) -> Iterator[str]:
    """Reports as JSON lines in PLOVER's shape, as ``detente code`` prints them: one text with several lines a batch.

    >>> with open("reports.jsonl", "w", encoding="utf-8", newline="\\n") as out:
    ...     out.writelines(detente.jsonl(table))
    """
    if isinstance(reports, pa.RecordBatch):
        batches: Iterable[pa.RecordBatch] = [reports]
    elif isinstance(reports, pa.Table):
        batches = reports.to_batches()
    elif hasattr(reports, "__arrow_c_stream__"):
        batches = pa.RecordBatchReader.from_stream(reports)
    else:
        raise Error(f"jsonl() takes a table of reports and not {type(reports).__qualname__}: give what code() gave")
    for batch in batches:
        yield _detente.json_lines(batch)


def _read(
    engine: _detente.Coder,
    articles: Source,
    jobs: int | None,
    any_language: bool,
    rejects: list[dict[str, Any]] | None,
    progress: bool | None,
) -> Iterator[pa.RecordBatch]:
    if jobs is not None and (isinstance(jobs, bool) or not isinstance(jobs, int) or not 1 <= jobs <= 1024):
        raise Error(f"jobs={jobs!r} is no number of threads: give one from 1 to 1024, or none for all cores")
    faults: list[dict[str, Any]] = [] if rejects is None else rejects
    return _batches(engine, articles, jobs or 0, bool(any_language), faults, rejects is None, progress)


def _batches(
    engine: _detente.Coder,
    articles: Source,
    jobs: int,
    any_language: bool,
    faults: list[dict[str, Any]],
    warn: bool,
    progress: bool | None,
) -> Iterator[pa.RecordBatch]:
    done = missed = partly = 0
    first: dict[str, Any] | None = None
    rows = max(_ROWS, 64 * (jobs or os.cpu_count() or 1))
    with _bar(articles.rows, progress) as bar:
        for unit in units(articles.batches, rows):
            batch, told = engine.read(unit, done, jobs, any_language)
            here = sum(piece.num_rows for piece in unit)
            done += here
            bar.update(here)
            for row, name, problem, read in told:
                fault = {"row": row, "id": name, "problem": problem, "read": read}
                first = first or fault
                missed += not read
                partly += read
                if not warn:
                    faults.append(fault)
            if batch.num_rows:
                yield batch
    if warn and first is not None:
        warnings.warn(_summary(done, missed, partly, first), Skipped, stacklevel=3)


def _summary(done: int, missed: int, partly: int, first: Mapping[str, Any]) -> str:
    parts = []
    if missed:
        parts.append(f"{missed} of {done} articles {'was' if missed == 1 else 'were'} passed over")
    if partly:
        parts.append(f"{'1 field was' if partly == 1 else f'{partly} fields were'} left out")
    named = f' ("{first["id"]}")' if first["id"] else ""
    return f"{' and '.join(parts)}; the first, row {first['row']}{named}: {first['problem']}. Hand in a list as rejects= to have all."


def units(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[list[pa.RecordBatch]]:
    """Batches of any size in heaps of about ``rows`` rows: large ones are cut, small ones put together; nothing is copied."""
    heap: list[pa.RecordBatch] = []
    size = weight = 0
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            for piece in _light(batch.slice(start, rows)):
                if heap and weight + piece.nbytes > _BYTES:
                    yield heap
                    heap, size, weight = [], 0, 0
                heap.append(piece)
                size += piece.num_rows
                weight += piece.nbytes
                if size >= rows:
                    yield heap
                    heap, size, weight = [], 0, 0
    if heap:
        yield heap


def _light(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    if batch.num_rows <= 1 or batch.nbytes <= _BYTES:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _light(batch.slice(0, half))
    yield from _light(batch.slice(half))


class _NoBar:
    """Where no bar is shown."""

    def __enter__(self) -> _NoBar:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, _: int) -> None:
        pass


def _bar(rows: int | None, progress: bool | None) -> Any:
    if progress is None:
        progress = _notebook() or (sys.stderr is not None and sys.stderr.isatty())
    if not progress:
        return _NoBar()
    with warnings.catch_warnings():
        # tqdm says that a notebook without widgets gets a plain bar; that is well.
        warnings.simplefilter("ignore")
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return _NoBar()
        return tqdm(total=rows, unit=" articles", desc="detente")


def _notebook() -> bool:
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None
    return found is not None and type(found).__name__ == "ZMQInteractiveShell"
