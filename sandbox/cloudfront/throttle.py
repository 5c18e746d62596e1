"""The account's request rate: a bucket of tokens, one a call."""

from collections.abc import Callable

from sandbox.cloudfront.settings import CloudFrontSettings


class Throttle:
    """Counts the calls of an account by a passed-in clock, in unix seconds. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: float | None = None  # None: as many as the burst allows
        self._filled_at = clock()

    def take(self, settings: CloudFrontSettings) -> bool:
        """Count one call; False where it comes too early (such a call costs nothing)."""
        if settings.requests_per_second == float("inf"):
            return True
        now = self._clock()
        tokens = settings.burst if self._tokens is None else self._tokens
        tokens = min(settings.burst, tokens + max(0.0, now - self._filled_at) * settings.requests_per_second)
        self._filled_at = now
        enough = tokens >= 1
        self._tokens = tokens - 1 if enough else tokens
        return enough
