"""Articles in any of their forms to Arrow batches whose columns have our names."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ._detente import Error

#: What is known of an article, in the order in which the native half wants it.
FIELDS = ("text", "published", "id", "title", "url", "source", "license", "language", "author")

#: Rows of frames and lists that become one batch.
ROWS = 1024


class Source:
    """Batches of articles, and how many rows there are in all, where that is known."""

    def __init__(self, batches: Iterable[pa.RecordBatch], rows: int | None) -> None:
        self.batches = batches
        self.rows = rows


def pick(there: Sequence[str], asked: Mapping[str, str | None]) -> dict[str, str]:
    """Which column is which field. ``asked`` holds the columns that the caller names; ``text`` always, and
    ``published`` unless the caller says that there is none. Other fields are taken from a column of their own name."""
    found: dict[str, str] = {}
    for field in FIELDS:
        name = asked.get(field)
        if name is None:
            if field != "published" and there.count(field) == 1:
                found[field] = field
            continue
        if not isinstance(name, str):
            raise Error(f"{field}={name!r} is no name of a column: write it as a string")
        if there.count(name) != 1:
            columns = ", ".join(map(str, there)) or "none"
            fault = "no column" if name not in there else "several columns"
            mend = f'name the one that holds it with {field}="…"'
            if field == "published":
                mend += ", or say published=None where no day is known"
            raise Error(f'the articles have {fault} "{name}" ({field}): {mend}; the columns are {columns}')
        found[field] = name
    return found


def source(articles: Any, asked: Mapping[str, str | None]) -> Source:
    """Opens articles of any form. Nothing is read yet but names of columns and a first piece of what streams."""
    if isinstance(articles, (str, bytes)) or hasattr(articles, "__fspath__"):
        raise Error(
            "code() takes articles and not the name of a file: open it first, for example with "
            "pyarrow.parquet.read_table or pyarrow.json.read_json, or use the program `detente code`"
        )
    if isinstance(articles, pa.Table):
        return _arrow(articles.schema, articles.to_batches(), articles.num_rows, asked)
    if isinstance(articles, pa.RecordBatch):
        return _arrow(articles.schema, [articles], articles.num_rows, asked)
    if isinstance(articles, pa.RecordBatchReader):
        return _arrow(articles.schema, articles, None, asked)
    kind = type(articles)
    if kind.__module__.split(".")[0] == "pandas" and hasattr(articles, "iloc") and hasattr(articles, "columns"):
        return _pandas(articles, asked)
    if hasattr(articles, "__arrow_c_stream__"):
        reader = pa.RecordBatchReader.from_stream(articles)
        # Not len(): of a query that would be a second query.
        rows = next((n for n in (getattr(articles, "height", None), getattr(articles, "num_rows", None)) if isinstance(n, int)), None)
        return _arrow(reader.schema, reader, rows, asked)
    if hasattr(articles, "__arrow_c_array__"):
        batch = pa.record_batch(articles)
        return _arrow(batch.schema, [batch], batch.num_rows, asked)
    if hasattr(articles, "to_batches") and isinstance(getattr(articles, "schema", None), pa.Schema):
        # A data set: only the columns that are wanted leave their files.
        picked = pick(articles.schema.names, asked)
        columns = list(dict.fromkeys(picked.values()))
        return _arrow(articles.schema.empty_table().select(columns).schema, articles.to_batches(columns=columns), None, asked)
    if isinstance(articles, Mapping):
        raise Error("code() takes articles and not one dict: put it into a list")
    if isinstance(articles, Iterable):
        return _loose(articles, asked)
    raise Error(
        f"code() cannot read articles out of {kind.__module__}.{kind.__qualname__}: give a pyarrow table or reader, a pandas or "
        "polars frame, a list of dicts, or an object that speaks Arrow"
    )


def _arrow(schema: pa.Schema, batches: Iterable[pa.RecordBatch], rows: int | None, asked: Mapping[str, str | None]) -> Source:
    picked = pick(schema.names, asked)
    return Source((_named(batch, picked) for batch in batches), rows)


def _named(batch: pa.RecordBatch, picked: Mapping[str, str]) -> pa.RecordBatch:
    columns = [_text(batch.column(batch.schema.get_field_index(name)), field, name) for field, name in picked.items()]
    return pa.RecordBatch.from_arrays(columns, names=list(picked))


def _text(array: pa.Array, field: str, name: str) -> pa.Array:
    """A column as text. Text of any layout passes as it is, without a copy."""
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    kind = array.type
    types = pa.types
    if types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    is_view = getattr(types, "is_string_view", lambda _: False)(kind) or getattr(types, "is_binary_view", lambda _: False)(kind)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_binary(kind) or types.is_large_binary(kind) or is_view or types.is_null(kind):
        return array
    if types.is_fixed_size_binary(kind):
        return array.cast(pa.binary())
    if field == "published":
        if types.is_date(kind):
            return array.cast(pa.date32()).cast(pa.string())
        if types.is_timestamp(kind):
            # A moment is on the day that its own time zone says.
            try:
                return pc.strftime(array, format="%Y-%m-%d")
            except pa.ArrowException as error:
                raise Error(f'the days of the column "{name}" cannot be told ({error}): cast it to date32') from None
    elif field != "text" and (types.is_integer(kind) or types.is_boolean(kind) or types.is_floating(kind)):
        return array.cast(pa.string())
    what = "days: cast it to date32, or to text such as 2019-08-19" if field == "published" else "text: cast it to string"
    raise Error(f'the column "{name}" ({field}) holds {kind} and not {what}')


def _pandas(frame: Any, asked: Mapping[str, str | None]) -> Source:
    there = [str(name) for name in frame.columns]
    picked = pick(there, asked)
    place = {name: number for number, name in enumerate(there)}

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(frame), ROWS):
            piece = frame.iloc[start : start + ROWS]
            columns = []
            for field, name in picked.items():
                series = piece.iloc[:, place[name]]
                try:
                    column = pa.array(series, from_pandas=True)
                except (pa.ArrowException, UnicodeError, TypeError, ValueError):
                    # A column of objects of several kinds.
                    column = _values([None if _is_missing(v) else v for v in series], field)
                if isinstance(column, pa.ChunkedArray):
                    column = column.combine_chunks()
                columns.append(_text(column, field, name))
            yield pa.RecordBatch.from_arrays(columns, names=list(picked))

    return Source(batches(), len(frame))


def _is_missing(value: Any) -> bool:
    # NaN, NaT and pandas.NA are not equal to themselves, or refuse to say.
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ in ("NAType", "NaTType")


def _loose(articles: Iterable[Any], asked: Mapping[str, str | None]) -> Source:
    """Dicts, or batches, one after the other."""
    pieces = iter(articles)
    first = next(pieces, None)
    rows = len(articles) if isinstance(articles, Sequence) else None

    def again() -> Iterator[Any]:
        if first is not None:
            yield first
        yield from pieces

    if first is None:
        return Source([], rows)
    if isinstance(first, pa.RecordBatch):

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in again():
                if not isinstance(batch, pa.RecordBatch):
                    raise Error(f"an iterator of record batches holds {type(batch).__qualname__}: give batches alone")
                yield _named(batch, pick(batch.schema.names, asked))

        return Source(batches(), None)
    if not isinstance(first, Mapping):
        raise Error(
            f"code() takes articles and not {type(first).__qualname__}: give each as a dict with at least \"text\", or all as a "
            "pyarrow table"
        )

    def tables() -> Iterator[pa.RecordBatch]:
        piece: list[Mapping[str, Any]] = []
        for article in again():
            # What is no dict has no text either, and is told as such.
            piece.append(article if isinstance(article, Mapping) else {})
            if len(piece) == ROWS:
                yield _dicts(piece, asked)
                piece = []
        if piece:
            yield _dicts(piece, asked)

    return Source(tables(), rows)


def _dicts(articles: Sequence[Mapping[str, Any]], asked: Mapping[str, str | None]) -> pa.RecordBatch:
    names, columns = [], []
    for field in FIELDS:
        name = asked.get(field) or (None if field == "published" else field)
        if name is not None:
            names.append(field)
            columns.append(_values([article.get(name) for article in articles], field))
    return pa.RecordBatch.from_arrays(columns, names=names)


def _values(values: Sequence[Any], field: str) -> pa.Array:
    """Values of any kind as texts: each on its own, so that an odd one costs itself alone."""
    word: Callable[[Any], Any] = _body if field == "text" else _word
    return pa.array([word(value) for value in values], pa.binary())


def _body(value: Any) -> bytes | None:
    """A text; what is none becomes nothing, which is told as an article without text."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return bytes(value) if isinstance(value, (bytes, bytearray)) else None


def _word(value: Any) -> bytes | None:
    if value is None or isinstance(value, (bytes, bytearray)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat().encode()
    # Several feeds write the source as {"id": …, "name": …}.
    if isinstance(value, Mapping):
        value = value.get("name")
        return None if value is None else _word(str(value))
    return str(value).encode("utf-8", "surrogatepass")
