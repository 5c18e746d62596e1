"""Log lines: one JSON object each, whatever the keys of objects hold."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.log import LOGGER, JsonFormatter, configure, log


@pytest.fixture
def stream() -> Iterator[StringIO]:
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonFormatter())
    level = LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    yield text
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(level)


def lines(stream: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_time_level_message_and_fields(stream: StringIO) -> None:
    log(logging.WARNING, "The bucket is gone.", bucket="site", region=None)
    (line,) = lines(stream)
    assert line.pop("time")
    assert line == {"level": "WARNING", "message": "The bucket is gone.", "bucket": "site"}


def test_fields_named_like_loggings_own_are_no_trouble(stream: StringIO) -> None:
    log(logging.INFO, "Hello.", name="n", msg="m", args="a", levelname="l")
    assert lines(stream)[0]["msg"] == "m"


def test_long_lists_are_cut_with_their_length_beside_them(stream: StringIO) -> None:
    log(logging.INFO, "Sent.", paths=tuple(f"/{n}" for n in range(3000)), few=["/a"])
    (line,) = lines(stream)
    assert line["paths_count"] == 3000
    assert len(line["paths"]) == 100  # type: ignore[arg-type]
    assert line["few"] == ["/a"]


def test_a_trace_stands_in_its_line(stream: StringIO) -> None:
    try:
        1 / 0  # noqa: B018 - the fault to be traced
    except ZeroDivisionError:
        LOGGER.exception("It broke.")
    assert "ZeroDivisionError" in str(lines(stream)[0]["trace"])


@given(st.text())
def test_no_key_breaks_a_line_or_reaches_a_terminal(key: str) -> None:
    record = logging.LogRecord("freshedge", logging.INFO, "", 0, "Changed.", None, None)
    record.fields = {"key": key}
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["key"] == key


def test_configuring_twice_writes_once() -> None:
    before, level, propagate = list(LOGGER.handlers), LOGGER.level, LOGGER.propagate
    try:
        configure()
        once = len(LOGGER.handlers)
        configure()
        assert len(LOGGER.handlers) == once
        assert any(isinstance(handler.formatter, JsonFormatter) for handler in LOGGER.handlers)
    finally:
        LOGGER.handlers[:], LOGGER.propagate = before, propagate
        LOGGER.setLevel(level)
