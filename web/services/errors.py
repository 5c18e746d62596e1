"""What can go wrong in the services alone; the rest is in `invalidator.errors`."""

from collections.abc import Sequence
from typing import Literal

from invalidator.errors import BadInputError, FreshedgeError

WayBack = Literal["unlink", "restore"]
"""What undoes the part of a change that was carried out."""


class OverlapError(FreshedgeError):
    """Somebody else's notification listens to the same events, which S3 does not allow twice.

    others: their configurations, in AWS's shape.
    """

    def __init__(self, message: str, others: Sequence[dict[str, object]]) -> None:
        super().__init__(message)
        self.others = list(others)


class DestinationRefusedError(FreshedgeError):
    """S3 can't reach what a bucket is to notify, ours or somebody else's.

    statement: to add to the queue's policy, where that is what is missing.
    """

    def __init__(self, message: str, statement: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.statement = statement


class BusyError(FreshedgeError):
    """Somebody else of ours is writing to the same bucket just now."""


class StepFailedError(FreshedgeError):
    """Something that takes several writes went wrong between them.

    cause: why; done: the steps that wrote something, in order and in words; failed: the one that was not carried out.
    back: what undoes those done, where there is such a thing; doing it again goes on.
    """

    def __init__(
        self, cause: FreshedgeError, done: Sequence[str], failed: str, then: str, back: WayBack | None = None
    ) -> None:
        said = f"Done: {', '.join(done)}." if done else "Nothing was written."
        super().__init__(f"It stopped at: {failed}. {cause} {said} {then}".strip())
        self.cause = cause
        self.done = list(done)
        self.failed = failed
        self.back = back


class LinesRefusedError(BadInputError):
    """Lines that a person pasted and that name no path.

    refused: pairs of the line as given and what is wrong with it.
    """

    def __init__(self, refused: Sequence[tuple[str, str]]) -> None:
        first = " ".join(f"{given[:80]!r}: {why}" for given, why in refused[:3])
        rest = f" And {len(refused) - 3} more." if len(refused) > 3 else ""  # noqa: PLR2004 - three show what is meant
        super().__init__(f"Nothing was invalidated. {first}{rest}")
        self.refused = list(refused)
