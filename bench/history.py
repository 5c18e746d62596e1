"""Pages of the history: how many reads of the table each takes, of a hundred records and of a hundred thousand."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from bench.long_history import BEGUN, LongTable, attempts
from bench.report import Row
from invalidator.clock import SystemClock
from invalidator.table.tables import Tables

SHORT, LONG = 100, 100_000
LIMIT = 50
FILTERS: Mapping[str, Mapping[str, Any]] = {
    "everything": {},
    "of a distribution": {"distribution_id": f"E{3:013}"},
    "of a bucket": {"bucket": "bucket-3"},
    "of a person": {"actor": "anna"},
    "of a rare person": {"actor": "rare person"},
    "failed": {"state": "failed"},
    "by persons": {"kind": "person"},
    "of a day": {"since": BEGUN + timedelta(minutes=30), "until": BEGUN + timedelta(minutes=90)},
    "failed of a distribution": {"distribution_id": f"E{3:013}", "state": "failed"},
    "by persons of a distribution": {"distribution_id": f"E{3:013}", "kind": "person"},
    "failed of a bucket": {"bucket": "bucket-3", "state": "failed"},
    "failed probes": {"kind": "probe", "state": "failed"},
}


def rows(stack: ExitStack) -> list[Row]:
    """Read a first page by every filter, of a short history and of a long one."""
    del stack
    short, long = _filled(SHORT), _filled(LONG)
    found = []
    for name, asked in FILTERS.items():
        few, many, taken = _reads(short, asked), _reads(long, asked), _seconds(long, asked)
        found.append(
            Row(f"history {name}", many, "reads", (f"of {SHORT}", few), f"the same; {taken * 1000:.1f} ms here")
        )
    return found


def _filled(count: int) -> LongTable:
    table = LongTable()
    for one in attempts(count):
        table.add(one)
    return table


def _page(table: LongTable, asked: Mapping[str, Any]) -> object:
    client: Any = table
    return Tables.of(client, "freshedge", SystemClock()).attempts.page(**asked, limit=LIMIT)


def _reads(table: LongTable, asked: Mapping[str, Any]) -> int:
    table.calls.clear()
    _page(table, asked)
    return sum(table.calls.values())


def _seconds(table: LongTable, asked: Mapping[str, Any]) -> float:
    begun = time.perf_counter()
    _page(table, asked)
    return time.perf_counter() - begun
