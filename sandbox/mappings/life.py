"""The life of an execution environment: what makes a handler's process seem killed, though it is only a thread.

A thread can't be killed from outside. But nothing that a dead process still computes can be seen, only what it asks of
AWS; so every AWS client of an environment is watched, and once its life is over each call raises `Killed` instead.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


class Killed(BaseException):
    """The process of this handler is no more. No `Exception`: the handler must not catch it."""


class Life:
    """Whether an environment lives, and how many calls of AWS it has left; safe across threads."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._left: int | None = None

    @property
    def over(self) -> bool:
        """Whether it is dead."""
        return self._over.is_set()

    @property
    def doomed(self) -> bool:
        """Whether it is dead, or will be after some more steps."""
        return self.over or self._left is not None

    def end(self) -> None:
        """Die now."""
        self._over.set()

    def end_after(self, steps: int) -> None:
        """Die after so many steps. A call of AWS has two: one before it is sent, one once it was carried out."""
        with self._lock:
            self._left = steps

    def step(self) -> None:
        """Take a step.

        Raises: Killed if that was one too many.
        """
        with self._lock:
            if self._left is not None:
                self._left -= 1
                if self._left < 0:
                    self._over.set()
        if self.over:
            raise Killed

    def sleep(self, seconds: float) -> None:
        """Wait so long.

        Raises: Killed if it is dead, or dies meanwhile.
        """
        if self._over.wait(seconds):
            raise Killed


class LifeClock:
    """The clock of a handler: its sleep ends with the environment's life. It is an `invalidator.clock.Clock`.

    clock: returns the time in unix seconds.
    """

    def __init__(self, clock: Callable[[], float], life: Life) -> None:
        self._clock = clock
        self._life = life

    def now(self) -> datetime:
        """Return the present time, aware, in UTC."""
        return datetime.fromtimestamp(self._clock(), UTC)

    def sleep(self, seconds: float) -> None:
        """Return once so many seconds have passed.

        Raises: Killed if the environment dies meanwhile.
        """
        self._life.sleep(seconds)


class Watched:
    """A boto3 client that works only as long as its environment lives; otherwise it is the client."""

    def __init__(self, client: Any, life: Life) -> None:  # noqa: ANN401 - boto3 makes its clients' types at run time
        self._client = client
        self._life = life

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the client has
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self._life.step()
            answer = found(*args, **kwargs)
            self._life.step()
            return answer

        return call
