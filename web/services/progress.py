"""How far something that takes several writes has come, for the error that tells of the one that failed."""

from collections.abc import Iterator
from contextlib import contextmanager

from invalidator.errors import FreshedgeError, UnavailableError
from web.services.errors import StepFailedError, WayBack

UNANSWERED = "perhaps: AWS gave no answer"
"""Said of a step that may have been carried out."""


class Progress:
    """The steps of one change of a bucket's link.

    back: how to undo what is written of it: by an unlink where there was no link before, else by restoring.
    """

    def __init__(self, bucket: str, back: WayBack | None) -> None:
        self._bucket = bucket
        self._back = back
        self._done: list[str] = []
        self._now = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Carry a step out.

        Raises: StepFailedError; before anything was written, what failed, as it is.
        """
        self._now = name
        try:
            yield
        except FreshedgeError as error:
            if not self._done:
                raise
            raise StepFailedError(error, self._done, name, self._then(), self._back) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Do one write of the present step; where AWS gave no answer, it may have been carried out."""
        try:
            yield
        except UnavailableError:
            self._note(f"{self._now} ({UNANSWERED})")
            raise
        self._note(self._now)

    def _note(self, what: str) -> None:
        if what not in self._done:
            self._done.append(what)

    def _then(self) -> str:
        ways = {
            "unlink": " Or unlink it: then all is as it was before.",
            "restore": " Or restore the notification that was there before.",
        }
        way = ways.get(self._back or "", "")
        return f"Do it again: what is done stays, and the rest follows.{way} {self._bucket} shows what is missing."
