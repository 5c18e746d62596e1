"""Run the benchmarks: `python -m bench [ROW …]`; without names, all of them.

Each row prints what was measured, and beside it the same of a yardstick in the same run, because seconds of one machine
say little on another. Seeds are fixed. Nothing is asserted: a benchmark that is slow is a finding, not a failure.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack

from bench import demo, edge, fresh, handler, history, imports, inventory, pages, uploads
from bench.report import Row, show

ROWS: dict[str, Callable[[ExitStack], list[Row]]] = {
    "imports": imports.rows,
    "handler": handler.rows,
    "start": demo.rows,
    "fresh": fresh.rows,
    "uploads": uploads.rows,
    "edge": edge.rows,
    "inventory": inventory.rows,
    "pages": pages.rows,
    "history": history.rows,
}


def main() -> int:
    """Measure the rows named on the command line; return 2 for a name that is none."""
    wanted = sys.argv[1:] or list(ROWS)
    if unknown := [name for name in wanted if name not in ROWS]:
        print(f"There is no row {', '.join(unknown)}; there are {', '.join(ROWS)}.", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        for name in wanted:
            show(ROWS[name](stack))
    return 0


if __name__ == "__main__":
    sys.exit(main())
