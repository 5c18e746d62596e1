"""What a terminal shows of the log: a line a record, for people, that does nothing to the terminal.

Names in it are others' choice: a key, a path or a reason may hold escape sequences, line ends that begin a line of
their own, or characters that turn the text around.
"""

import logging
import sys
from types import TracebackType

_BASIC = 0xFFFF
_TOLD = ("distribution_id", "bucket", "reason", "error")
"""Fields of structured lines that say whose and why."""

QUIET_SECONDS = 300.0
"""For so long a line that was shown is not shown again."""
_MOST_KEPT = 500

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def visible(text: str) -> str:
    r"""Return a text in which every character is seen, those that nobody sees by their codes.

    >>> print(visible("a\x1b[2Jb\n\u202e c"), visible("naïve"))
    a\u001b[2Jb\u000a\u202e c naïve
    """
    return "".join(one if one.isprintable() else _code(one) for one in text)


def _code(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) <= _BASIC else f"\\U{ord(one):08x}"


class LineFormatter(logging.Formatter):
    """One line for people: when, what, and of the structured fields those that say whose and why."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line without a trace."""
        fields = getattr(record, "fields", {})
        told = [str(fields[name]) for name in _TOLD if fields.get(name)]
        return visible(super().formatMessage(record) + "".join(f" · {text}" for text in told))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's name
        """Return a trace, indented: no line of it, whatever an error says, can be taken for a record."""
        return "\n".join(f"  {visible(line)}" for line in super().formatException(ei).split("\n"))


class Repeats(logging.Filter):
    """Lets a line through once in a while: what goes on for hours says so every few seconds. The log has all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[tuple[str, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is news; by its own time."""
        fields = getattr(record, "fields", {})
        line = (record.getMessage(), *(str(fields.get(name)) for name in _TOLD))
        last = self._shown.get(line)
        if last is not None and 0 <= record.created - last < QUIET_SECONDS:
            return False
        if len(self._shown) >= _MOST_KEPT:
            self._shown.clear()
        self._shown[line] = record.created
        return True


def show_problems() -> None:
    """Show problems alone, on standard error, each once in a while."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Repeats())
    handler.setFormatter(LineFormatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
