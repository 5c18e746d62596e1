"""Looks at many objects at once, within bounds: a few dozen at a time, and no longer than there is time."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from invalidator.aws.objects import Objects
from invalidator.deadline import Deadline
from invalidator.errors import AccessDeniedError, FreshedgeError
from invalidator.log import log
from invalidator.rules.fingerprints import Seen

AT_ONCE = 32
"""As many as the client keeps connections."""

MOST_DENIED = 32
"""After so many, no more is tried: a key that is not there is denied too where the role may not list the bucket."""


class Looks:
    """Looks at objects."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def at(self, bucket: str, region: str | None, keys: Sequence[str], deadline: Deadline) -> dict[str, Seen | None]:
        """Return what is under each key; None where it could not be looked at, or there was no time to.

        Where looks are denied again and again, no more are tried, and the log says what right is missing.
        """
        found: dict[str, Seen | None] = dict.fromkeys(keys)
        denied: list[FreshedgeError] = []

        def look(key: str) -> tuple[str, Seen | None]:
            if len(denied) >= MOST_DENIED or deadline.left() <= 0:
                return key, None
            try:
                return key, self._objects.look(bucket, key, region)
            except AccessDeniedError as error:
                denied.append(error)
            except FreshedgeError as error:
                log(logging.WARNING, "An object could not be looked at.", bucket=bucket, key=key, reason=str(error))
            return key, None

        with ThreadPoolExecutor(min(AT_ONCE, max(1, len(keys)))) as pool:
            asked: list[Future[tuple[str, Seen | None]]] = [pool.submit(look, key) for key in found]
            found.update(one.result() for one in wait(asked).done)
        if denied:
            message = "Objects can't be looked at, so their changes count. Allow s3:GetObject and s3:ListBucket."
            log(logging.WARNING, message, bucket=bucket, objects=len(denied), reason=str(denied[0]))
        return found
