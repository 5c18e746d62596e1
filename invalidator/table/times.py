"""Times and ids as the table keeps them: integers of milliseconds, and texts that sort by time."""

import random
from datetime import UTC, datetime, timedelta

# Crockford's base 32 sorts as the numbers do (ULID specification, github.com/ulid/spec).
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26
_RANDOM_BITS = 80
_RANDOM = (1 << _RANDOM_BITS) - 1
_SYSTEM = random.SystemRandom()


def to_ms(time: datetime) -> int:
    """Return an aware time as whole milliseconds since 1970."""
    return round(time.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware time in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def new_id(at: datetime, after: str | None = None) -> str:
    """Return a ULID: 48 bits of time and 80 of randomness, in 26 characters that sort by time.

    after: an id that the new one must follow, even within one millisecond. By a random distance, since the ids of two
    that follow the same one must differ, too.

    >>> id = new_id(from_ms(1_000))
    >>> id < new_id(from_ms(1_001)), new_id(from_ms(0), after=id) > id, len(id)
    (True, True, 26)
    """
    first = to_ms(at) << _RANDOM_BITS
    if after is not None:
        first = max(first, _number(after) + 1)
    last = first | _RANDOM
    return _text(first + _SYSTEM.randint(0, last - first))


def time_of(known_id: str) -> datetime:
    """Return the time that an id sorts by.

    >>> to_ms(time_of(new_id(from_ms(1_000))))
    1000
    """
    return from_ms(_number(known_id) >> _RANDOM_BITS)


def first_id(at: datetime) -> str:
    """Return what sorts before every id of this millisecond or later, and behind every earlier one."""
    return _text(to_ms(at) << _RANDOM_BITS)


def _text(number: int) -> str:
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def _number(text: str) -> int:
    number = 0
    for digit in text:
        number = number << 5 | _DIGITS.index(digit)
    return number
