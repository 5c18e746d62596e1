"""How many failures there are, for the navigation of every page: counted now and then, not with every page."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import Request

from invalidator.errors import FreshedgeError
from web.pages.shell import present

log = logging.getLogger(__name__)

AGE = timedelta(seconds=30)
"""How old the number may be; what is done about a failure here shows at once (`Tally.forget`)."""


class Tally:
    """The number of failures as it was counted last; it is counted anew by one thread at a time."""

    def __init__(self) -> None:
        self._counted: tuple[datetime, int | None] | None = None
        self._counting = threading.Lock()

    def of(self, count: Callable[[], int], now: datetime) -> int | None:
        """Return how many there are; None where that can't be told, which must not keep a page from being shown.

        count: counts them, and may fail with an error of ours.
        """
        last = self._counted
        if last is not None and now - last[0] <= AGE:
            return last[1]
        if not self._counting.acquire(blocking=False):
            return last[1] if last else None
        try:
            self.note(count(), now)
        except FreshedgeError as error:
            log.warning("It could not be counted how many failures there are: %s", error)
            self._counted = (now, None)
        finally:
            self._counting.release()
        return self._counted[1] if self._counted else None

    def note(self, number: int, now: datetime) -> None:
        """Keep a number that was counted on the way."""
        self._counted = (now, number)

    def forget(self) -> None:
        """Have it counted anew with the next page: something was done about a failure."""
        self._counted = None


def tally_of(request: Request) -> Tally:
    """Return the app's tally, made on first use."""
    state = request.app.state
    if not hasattr(state, "tally"):
        state.tally = Tally()
    tally: Tally = state.tally
    return tally


def note_failures(request: Request) -> None:
    """Note for the frame of a page how many failures there are; parts and forms have no frame."""
    if request.method == "GET" and "hx-request" not in request.headers:
        count = request.app.state.services.failures.count
        request.state.failures = tally_of(request).of(count, present(request))
