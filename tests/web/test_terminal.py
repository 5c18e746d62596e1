"""The log on a terminal: whoever chose a name does nothing to the terminal with it, and writes no line of their own."""

import logging

from hypothesis import given
from hypothesis import strategies as st

from web.terminal import QUIET_SECONDS, LineFormatter, Repeats, visible


def line(message: str, *args: object, **fields: object) -> str:
    record = logging.LogRecord("freshedge", logging.WARNING, "", 0, message, args, None)
    record.fields = fields
    return LineFormatter("%(message)s").format(record)


def test_a_problem_is_one_line_that_says_whose_and_why_and_nothing_strange() -> None:
    told = line("An invalidation waits.", distribution_id="E1", bucket="a\x1b[31m", reason="Rate exceeded", changes=3)
    assert told == "An invalidation waits. · E1 · a\\u001b[31m · Rate exceeded"


def test_what_stands_in_the_sentence_is_as_harmless_as_the_fields() -> None:
    told = line("%s %s", "GET", "/links/\x1b]0;mine\x07\n12:00:00 All is well.\u202e")
    assert told == "GET /links/\\u001b]0;mine\\u0007\\u000a12:00:00 All is well.\\u202e"


def test_no_line_of_a_trace_can_be_taken_for_a_record() -> None:
    error = ValueError("\x1b[2J\n12:00:00 All is well.")
    record = logging.LogRecord("web", logging.ERROR, "", 0, "It failed.", None, (ValueError, error, None))
    first, *trace = LineFormatter("%(message)s").format(record).split("\n")
    assert first == "It failed."
    assert trace[-1] == "  12:00:00 All is well."
    assert all(one.startswith("  ") and one.isprintable() for one in trace)


@given(st.text())
def test_every_text_becomes_one_that_is_seen(text: str) -> None:
    assert visible(text).isprintable()


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_what_is_said_over_and_over_is_shown_once_in_a_while() -> None:
    news = Repeats()

    def told(message: str, at: float, **fields: str) -> bool:
        made = logging.makeLogRecord({"msg": message, "created": at, "fields": fields})
        return bool(news.filter(made))

    assert told("It waits.", 0, bucket="a", reason="503")
    assert not told("It waits.", 10, bucket="a", reason="503")
    assert told("It waits.", 10, bucket="b", reason="503")
    assert told("It waits.", 20, bucket="a", reason="403")
    assert told("It waits.", QUIET_SECONDS + 1, bucket="a", reason="503")
    assert told("It waits.", 0, bucket="a", reason="503"), "a clock that was set back hides nothing"
