"""The demo's dashboard looks after the links by its own schedule, as on AWS."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sandbox.showing import look_after_links


class Linking:
    """Counts how often all links are looked at; the first time AWS has a bad moment."""

    def __init__(self) -> None:
        self.looks = 0
        self.enough = threading.Event()

    def check_all(self) -> Any:
        self.looks += 1
        if self.looks == 1:
            raise RuntimeError("S3 does not answer.")
        self.enough.set()
        return SimpleNamespace(checked=2, faulty=1)


def test_the_links_are_looked_after_again_and_again_whatever_aws_does() -> None:
    linking, ends = Linking(), list[Callable[[], None]]()
    sandbox = SimpleNamespace(options=SimpleNamespace(schedule_seconds=0.01), clock=time.time, closing=ends.append)
    look_after_links(sandbox, SimpleNamespace(linking=linking))  # type: ignore[arg-type]
    assert linking.enough.wait(10)
    for end in ends:
        end()
    assert linking.looks >= 2
