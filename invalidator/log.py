"""Structured logs: one JSON line for each outcome, through the standard `logging`.

A line has `time`, `level`, `message` and the fields given with it. Keys and ids are fields, so that a log query finds
them; what objects hold never is. JSON's escapes keep control characters in keys from reaching a terminal.
"""

import json
import logging
from datetime import UTC, datetime

LOGGER = logging.getLogger("freshedge")
# More items than these make a line that nobody reads and that CloudWatch may cut (256 KB).
_MOST_ITEMS = 100


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, in ASCII."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=True)


def log(level: int, message: str, **fields: object) -> None:
    """Write one line.

    level: of `logging`. message: a constant sentence; what varies goes into the fields. Long lists are cut, with
    their length beside them.
    """
    cut: dict[str, object] = {}
    for name, value in fields.items():
        if isinstance(value, list | tuple) and len(value) > _MOST_ITEMS:
            cut[name], cut[f"{name}_count"] = [*value[:_MOST_ITEMS]], len(value)
        elif value is not None:
            cut[name] = value
    # Without this trick of `extra`, a field named like one of logging's own would raise.
    LOGGER.log(level, message, extra={"fields": cut})


def configure() -> None:
    """Write our lines to standard error, as JSON; on Lambda in place of its own text lines. Once is enough."""
    if not any(isinstance(handler.formatter, JsonFormatter) for handler in LOGGER.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter())
        LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
