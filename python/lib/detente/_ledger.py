"""Looking things up in a ledger."""

from __future__ import annotations

import datetime
import json
import os
from typing import Any, Union

import pyarrow as pa

from . import _detente

#: A day: a date, or a text such as "2019-08-19".
Day = Union[datetime.date, str, None]


def _ask(**asked: Any) -> str:
    """A question as the native half takes it: what was not asked is left out."""
    for name in ("from_", "to", "on", "as_of"):
        value = asked.get(name)
        if isinstance(value, datetime.datetime):
            asked[name] = value.date().isoformat()
        elif hasattr(value, "isoformat"):
            asked[name] = value.isoformat()
        elif value is not None and not isinstance(value, str):
            raise _detente.Error(f"{name}={value!r} is no day: give a date, or a text such as 2019-08-19")
    for name in ("limit", "offset", "parties"):
        value = asked.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise _detente.Error(f"{name}={value!r} is no count: give a whole number from 0 on")
    try:
        return json.dumps({name: value for name, value in asked.items() if value is not None})
    except TypeError as error:
        raise _detente.Error(f"this cannot be asked ({error}): give texts, days and numbers") from None


class Ledger:
    """A ledger file that ``detente add`` keeps, opened to be read; nothing in it is changed.

    Parties are named by key or by name ("IRN", "Iran"). Days are dates or texts. ``as_of`` asks what was known on a day
    before. Tables come as pyarrow tables; small answers as dicts.

    >>> ledger = detente.Ledger("detente.db")
    >>> ledger.standing("Iran", "Israel", on="2018-06-01")["state"]
    'hostile'
    """

    def __init__(self, path: str | os.PathLike[str] = "detente.db") -> None:
        self._path = os.fspath(path)
        self._ledger = _detente.Ledger(self._path)

    def __repr__(self) -> str:
        return f"detente.Ledger({self._path!r})"

    def counts(self, *, as_of: Day = None) -> dict[str, Any]:
        """How much the ledger holds: articles, reports, parties, dyads, publishers, and the days from first to last."""
        return json.loads(self._ledger.counts(_ask(as_of=as_of)))

    def runs(self) -> list[dict[str, Any]]:
        """What made the ledger, run by run: program, lexicon and models with their hashes, settings, inputs, counts; as
        ``detente runs --to json`` says it."""
        return json.loads(self._ledger.runs())

    def standing(
        self, a: str, b: str, *, on: Day = None, from_: Day = None, to: Day = None, as_of: Day = None
    ) -> dict[str, Any] | pa.Table:
        """Where two parties stand: with ``from_`` or ``to``, a table with a row for the end of each month; else a dict for
        one day, the last that is told of unless you name one. The level runs from −10 (war) to +10 (union) and its band
        holds 80 of 100 such levels; ``None`` is no evidence, and not zero."""
        if from_ is None and to is None:
            return json.loads(self._ledger.standing(_ask(dyad=[a, b], on=on, as_of=as_of)))
        if on is not None:
            raise _detente.Error("on= asks for one day, from_= and to= for a span: leave one of them out")
        return _table(self._ledger.months(_ask(dyad=[a, b], from_=from_, to=to, as_of=as_of)))

    def standings(self, on: Day = None, *, as_of: Day = None) -> pa.Table:
        """Where all pairs stand at the end of the month of a day (the last that is told of, unless you name one)."""
        return _table(self._ledger.standings(_ask(on=on, as_of=as_of)))

    def turns(
        self,
        a: str | None = None,
        b: str | None = None,
        *,
        from_: Day = None,
        to: Day = None,
        min_certainty: float | None = None,
        limit: int | None = None,
        as_of: Day = None,
    ) -> pa.Table:
        """When it changed how parties stand, newest first: of two parties, of one, or of all."""
        pair, party = _parties(a, b)
        asked = _ask(
            dyad=pair, party=party, from_=from_, to=to, min_certainty=min_certainty, limit=limit, as_of=as_of
        )
        return _table(self._ledger.turns(asked))

    def blocs(
        self, on: Day = None, *, people: bool = False, parties: int | None = None, as_of: Day = None
    ) -> dict[str, Any]:
        """Who stands with whom on a day, who between, and what strains it; as ``detente blocs --to json`` says it."""
        return json.loads(self._ledger.blocs(_ask(on=on, people=bool(people), parties=parties, as_of=as_of)))

    def events(
        self,
        a: str | None = None,
        b: str | None = None,
        *,
        actor: str | None = None,
        recipient: str | None = None,
        event: str | None = None,
        from_: Day = None,
        to: Day = None,
        status: str | None = None,
        text: str | None = None,
        doc: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        offset: int | None = None,
        as_of: Day = None,
    ) -> pa.Table:
        """Events, each with the reports that tell of it, by day. ``a`` and ``b`` ask for what passed between two parties, ``a``
        alone for one; ``event`` for a PLOVER type, ``status`` for asserted, negated, future, hypothetical or historical, ``text``
        for words of the sentence or the headline, ``doc`` for one article."""
        return _table(self._ledger.events(_filter(a, b, dict(locals()))))

    def reports(
        self,
        a: str | None = None,
        b: str | None = None,
        *,
        actor: str | None = None,
        recipient: str | None = None,
        event: str | None = None,
        from_: Day = None,
        to: Day = None,
        status: str | None = None,
        text: str | None = None,
        doc: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        offset: int | None = None,
        as_of: Day = None,
    ) -> pa.Table:
        """Reports with their sentences, by day; asked for as events are. The columns are those of :func:`detente.code`."""
        return _table(self._ledger.reports(_filter(a, b, dict(locals()))))


def _parties(a: str | None, b: str | None) -> tuple[list[str] | None, str | None]:
    if a is not None and b is not None:
        return [a, b], None
    return None, a if a is not None else b


def _filter(a: str | None, b: str | None, asked: dict[str, Any]) -> str:
    pair, party = _parties(a, b)
    names = ("actor recipient event from_ to status text doc newest_first limit offset as_of").split()
    return _ask(dyad=pair, party=party, **{name: asked[name] for name in names})


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])
