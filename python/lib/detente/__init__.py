"""Reads news and tells who did what to whom, with the words behind every claim.

:func:`code` takes articles and gives a table of reports, :func:`reports` does so batch by batch,
:class:`Ledger` looks things up in a ledger that the program ``detente`` keeps, and :mod:`detente.spark` runs the same
function over a Spark cluster. What went wrong is an :class:`Error` of one sentence.
"""

from __future__ import annotations

from ._code import Coder, Skipped, code, coder, jsonl, reports, schema
from ._detente import Error, __version__
from ._ledger import Ledger

__all__ = ["Coder", "Error", "Ledger", "Skipped", "__version__", "code", "coder", "jsonl", "reports", "schema"]
