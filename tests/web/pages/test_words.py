"""How times, money, names, bars and changes are said; pure functions."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.pages.twin import NOON
from tests.web.pages.worlds import record
from web.models import BeforeAfter
from web.pages.chart import month_chart
from web.pages.command import cli_command
from web.pages.diff import notification_rows, staying, tag_rows
from web.pages.live import delay, next_poll
from web.pages.names import pieces, shortened
from web.pages.timebar import LONGEST_SCALE, SHORTEST_SCALE, scale_of, time_bar
from web.pages.wording import ago, counted, duration, exact, listed, money, number


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (0.42, "0.4 s"), (5, "5 s"), (9.94, "9.9 s"), (9.96, "10 s"), (11.4, "11 s"), (99, "99 s"),
        (100, "2 min"), (5399, "90 min"), (7200, "2 h"), (172800, "2 days"), (-3, "0 s"),
    ],
)  # fmt: skip
def test_durations_are_as_exact_as_people_care(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(0), "now"), (timedelta(seconds=-5), "now"), (timedelta(seconds=4), "4 s ago"),
        (timedelta(minutes=12), "12 min ago"), (timedelta(hours=3), "3 h ago"), (timedelta(hours=23), "yesterday"),
        (timedelta(days=3), "Saturday"), (timedelta(days=20), "4 Nov"), (timedelta(days=400), "20 Oct 2025"),
    ],
)  # fmt: skip
def test_times_are_said_relative(before: timedelta, said: str) -> None:
    assert ago(NOON - before, NOON) == said


@given(st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 24), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_any_time_has_words(then: datetime) -> None:
    assert ago(then, NOON)
    assert exact(then).endswith(" UTC")


def test_amounts_keep_what_they_have() -> None:
    assert [number(1204), number(0.5), counted(1, "path"), counted(0, "path"), counted(2, "entry", "entries")] == [
        "1,204", "0.5", "1 path", "0 paths", "2 entries",
    ]  # fmt: skip
    assert [money(0), money(0.0006), money(0.01), money(1234.5)] == ["$0.00", "under $0.01", "$0.01", "$1,234.50"]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"]), listed(list("abcdef"))] == [
        "", "a", "a and b", "a, b and c", "a, b and 4 more",
    ]  # fmt: skip


@given(st.text(max_size=80))
def test_names_are_cut_without_losing_anything_and_show_nothing_invisible(text: str) -> None:
    found = pieces(text)
    assert "".join(piece.text for piece in found) == text
    for piece in found:
        if piece.code is None:
            assert not any(
                unicodedata.category(c) in ("Cc", "Zl", "Zp") or c in "\u202e\u2066\ufeff\u00a0" for c in piece.text
            )


def test_a_joined_emoji_stays_whole_and_a_lone_joiner_is_shown() -> None:
    family = "\N{MAN}\u200d\N{WOMAN}"
    assert [piece.text for piece in pieces(family)] == [family]
    assert [piece.code for piece in pieces("a\u200db")] == [None, "U+200D", None]


@given(st.text(min_size=1, max_size=1100), st.integers(8, 120))
def test_a_shortened_name_fits_and_keeps_both_ends(text: str, width: int) -> None:
    short = shortened(text, width)
    if short is None:
        assert len(text) <= width
        return
    head, tail = short
    assert len(head) + 1 + len(tail) == width
    assert text.startswith(head)
    assert text.endswith(tail)


def test_polls_slow_down_and_start_again_when_something_moves() -> None:
    assert [delay(n) for n in (0, 14, 15, 38, 39)] == [2, 2, 5, 5, 15]
    assert next_poll("/x", {"a": "b", "c": ""}, 200, busy=True, was_busy=False).url == "/x?a=b&poll=1&busy=1"
    assert next_poll("/x", {}, 200, busy=True, was_busy=True).seconds == 15
    assert next_poll("/x", {}, 5, busy=False, was_busy=True).url == "/x?poll=6&busy=0"


def test_quick_polls_cover_thirty_seconds() -> None:
    at, count, quick = 0, 0, 0
    while at < 30:
        at += delay(count)
        count += 1
        quick += delay(count) == 2
    assert at == 30
    assert delay(count) == 5


@given(
    st.floats(0, 900),
    st.floats(0, 900),
    st.floats(0, 900),
    st.sampled_from(["waiting", "queued", "in_progress", "completed", "failed"]),
)
def test_a_bar_never_leaves_its_scale(settle: float, accept: float, edge: float, state: str) -> None:
    one = record(1, 60, settle=settle, accept=accept, edge=edge, state=state)
    scale = scale_of([one], NOON)
    assert SHORTEST_SCALE <= scale <= LONGEST_SCALE
    bar = time_bar(one, NOON, scale)
    for segment in bar.segments if bar else ():
        assert segment.x >= 0
        assert segment.width >= 0
        assert segment.x + segment.width <= 100.02


def test_a_bar_says_its_steps() -> None:
    bar = time_bar(record(1, 5), NOON, 20)
    assert bar
    assert bar.text == "settled 5 s · accepted 0.4 s · edge 5.6 s"
    assert [segment.look for segment in bar.segments] == ["waiting", "moving", "fresh"]
    assert time_bar(record(1, 5, state="unneeded"), NOON, 20) is None


def test_a_month_has_a_bar_a_day_until_today() -> None:
    chart = month_chart({"2026-02-03": 5, "2026-01-31": 99}, date(2026, 2, 10))
    assert [day.count for day in chart.days] == [0, 0, 5, 0, 0, 0, 0, 0, 0, 0]
    assert (chart.last, chart.days[-1].today) == (date(2026, 2, 28), True)
    assert chart.sentence == "Most on 3 Feb: 5."
    assert all(day.y >= 0 and day.x + chart.bar <= chart.width for day in chart.days)


def test_tags_that_stay_come_first_and_a_changed_value_is_out_and_in() -> None:
    rows = tag_rows(BeforeAfter(before={"a": "1", "d": "E1"}, after={"a": "1", "d": "E1 E2"}))
    assert [(row.sign, row.name, row.lines) for row in rows] == [
        ("stays", "a", ("1",)),
        ("removed", "d", ("E1",)),
        ("added", "d", ("E1 E2",)),
    ]
    assert staying(rows) == 1


def test_notifications_show_events_filters_and_destination() -> None:
    queue = {"Id": "q", "Events": ["s3:ObjectCreated:*"], "QueueArn": "arn:q"}
    filtered = {
        "Events": ["s3:ObjectRemoved:*"],
        "TopicArn": "arn:t",
        "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "img/"}, {"Name": "suffix", "Value": ""}]}},
    }
    before = {"TopicConfigurations": [filtered], "EventBridgeConfiguration": {}}
    rows = notification_rows(BeforeAfter(before=before, after={**before, "QueueConfigurations": [queue]}))
    assert [(row.sign, row.name, row.lines) for row in rows] == [
        ("stays", "(no name)", ("ObjectRemoved:*", "prefix “img/”", "→ arn:t")),
        ("stays", "EventBridge", ("all events",)),
        ("added", "q", ("ObjectCreated:*", "→ arn:q")),
    ]


def test_a_filter_of_another_shape_is_shown_whole() -> None:
    odd = {"Id": "q", "Events": [], "QueueArn": "arn:q", "Filter": {"Tag": "x"}}
    (row,) = notification_rows(BeforeAfter(before={}, after={"QueueConfigurations": [odd]}))
    assert row.lines == ('filter {"Tag": "x"}', "→ arn:q")


def test_a_command_is_quoted_for_the_shell() -> None:
    assert cli_command("E1", ["/a b*", "/it's"]).endswith("--paths '/a b*' '/it'\"'\"'s'")
