"""How long responses are kept: the table of `Expiration.html`, and the rules for errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.edge.freshness import FOREVER, Lifetimes, directives, error_keeping, http_time, keeping

NOW = 1_790_000_000.0  # Mon, 21 Sep 2026 14:13:20 GMT
IN_A_MINUTE, AN_HOUR_AGO = "Mon, 21 Sep 2026 14:14:20 GMT", "Mon, 21 Sep 2026 13:13:20 GMT"

WHOLE = Lifetimes(0, 86400, 31536000)
LEAST = Lifetimes(100, 200, 300)
OFF = Lifetimes(0, 0, 0)
ON_TELLING = Lifetimes(0, 0, 31536000)


@pytest.mark.parametrize(
    ("lifetimes", "headers", "seconds"),
    [
        (WHOLE, {}, 86400),
        (WHOLE, {"cache-control": "public"}, 86400),
        (WHOLE, {"cache-control": "max-age=60"}, 60),
        (WHOLE, {"cache-control": "max-age=99999999999"}, 31536000),
        (WHOLE, {"cache-control": "max-age=60, s-maxage=30"}, 30),
        (WHOLE, {"cache-control": "s-maxage=0, max-age=60"}, 0),
        (WHOLE, {"cache-control": 'MAX-AGE="60"'}, 60),
        (WHOLE, {"cache-control": "max-age=soon"}, 86400),
        (WHOLE, {"cache-control": "max-age=-5"}, 86400),
        (WHOLE, {"expires": IN_A_MINUTE}, 60),
        (WHOLE, {"expires": AN_HOUR_AGO}, 0),
        (WHOLE, {"expires": "0"}, 0),
        (WHOLE, {"cache-control": "max-age=5", "expires": IN_A_MINUTE}, 5),
        (WHOLE, {"cache-control": "public", "expires": IN_A_MINUTE}, 60),
        (WHOLE, {"cache-control": "no-cache"}, 0),
        (LEAST, {}, 200),
        (LEAST, {"cache-control": "max-age=1"}, 100),
        (LEAST, {"cache-control": "max-age=150"}, 150),
        (LEAST, {"cache-control": "max-age=1000"}, 300),
        (LEAST, {"cache-control": "s-maxage=1000, max-age=1"}, 300),
        (LEAST, {"expires": IN_A_MINUTE}, 100),
        (LEAST, {"cache-control": "no-store"}, 100),
        (LEAST, {"cache-control": "private, max-age=250"}, 100),
        (ON_TELLING, {}, 0),
        (ON_TELLING, {"cache-control": "max-age=60"}, 60),
    ],
)
def test_a_success_is_kept_as_the_table_says(lifetimes: Lifetimes, headers: dict[str, str], seconds: float) -> None:
    kept = keeping(headers, lifetimes, NOW)
    assert (kept.store, kept.seconds) == (True, seconds)


@pytest.mark.parametrize(
    ("lifetimes", "control"),
    [(WHOLE, "no-store"), (WHOLE, "private"), (WHOLE, "max-age=60, No-Store"), (OFF, "max-age=60"), (OFF, "")],
)
def test_what_must_not_be_stored_is_not(lifetimes: Lifetimes, control: str) -> None:
    assert not keeping({"cache-control": control}, lifetimes, NOW).store


@pytest.mark.parametrize(
    ("lifetimes", "control", "seconds"),
    [
        (WHOLE, "max-age=60", FOREVER),
        (WHOLE, "max-age=60, stale-if-error=0", 0),
        (WHOLE, "max-age=60, stale-if-error=30", 30),
        (WHOLE, "no-cache", 0),
        (LEAST, "no-cache", FOREVER),
    ],
)
def test_an_expired_object_stands_in_for_an_error(lifetimes: Lifetimes, control: str, seconds: float) -> None:
    assert keeping({"cache-control": control}, lifetimes, NOW).stale_seconds == seconds


@pytest.mark.parametrize(
    ("status", "headers", "minimum", "seconds"),
    [
        (404, {}, 10, 10),
        (404, {"cache-control": "max-age=600"}, 10, 600),
        (404, {"cache-control": "max-age=5"}, 10, 10),
        (404, {"cache-control": "max-age=600"}, 900, 900),
        (404, {"expires": IN_A_MINUTE}, 10, 60),
        (404, {"cache-control": "no-store"}, 10, 10),
        (405, {}, 10, 10),
        (414, {}, 10, 10),
        (500, {}, 10, 10),
        (503, {}, 2, 2),
        (404, {"cache-control": "s-maxage=99999999999"}, 10, 31536000),
        (403, {"cache-control": "max-age=60"}, 10, 60),
        (400, {"expires": IN_A_MINUTE}, 10, 60),
        (412, {"cache-control": "s-maxage=1"}, 10, 10),
        (415, {"cache-control": "max-age=60"}, 10, 60),
    ],
)
def test_an_error_is_kept(status: int, headers: dict[str, str], minimum: float, seconds: float) -> None:
    kept = error_keeping(status, headers, minimum, WHOLE, NOW)
    assert (kept.store, kept.seconds) == (True, seconds)


@pytest.mark.parametrize("status", [400, 403, 412, 415, 416, 401, 429])
def test_these_errors_are_not_kept_unless_the_origin_says_so(status: int) -> None:
    assert not error_keeping(status, {"cache-control": "public"}, 300, WHOLE, NOW).store


def test_an_error_caching_minimum_of_nothing_keeps_nothing() -> None:
    assert not error_keeping(404, {}, 0, WHOLE, NOW).store


@given(st.text(max_size=60), st.text(max_size=40))
def test_no_header_of_an_origin_breaks_the_edge(control: str, expires: str) -> None:
    kept = keeping({"cache-control": control, "expires": expires}, LEAST, NOW)
    assert 100 <= kept.seconds <= 300
    directives(control)
    http_time(expires)
