"""Cold import: what a Lambda pays before its first event."""

import statistics
import subprocess
import sys
import time
from contextlib import ExitStack

from bench.report import Row

RUNS = 5


def seconds(statement: str) -> float:
    """Median wall time of a fresh interpreter that runs one statement."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def rows(_: ExitStack) -> list[Row]:
    """Time the two Lambda entries against boto3 alone, which both need."""
    boto3 = ("boto3 alone", seconds("import boto3"))
    return [
        Row("cold import of invalidator.handler", seconds("import invalidator.handler"), "s", boto3),
        Row("cold import of web.app", seconds("import web.app"), "s", boto3),
    ]
