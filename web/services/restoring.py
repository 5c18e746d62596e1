"""A notification configuration put back as it was, without taking away what others wrote meanwhile. Pure."""

from collections.abc import Mapping
from typing import Any

Configuration = Mapping[str, Any]


def put_back(now: Configuration, base: Configuration, kept: Configuration) -> dict[str, Any]:
    """Return the configuration that is to be put in place of `now`.

    base: as it was when the restoring was planned; kept: as it shall be again. Where nothing changed since, that is
    `kept` itself. Otherwise what `kept` does not have of `base` goes, what it has beyond `base` comes, and everything
    else stays as somebody wrote it.

    >>> put_back({"T": ["a", "theirs"]}, {"T": ["a"]}, {"Q": ["b"]})
    {'T': ['theirs'], 'Q': ['b']}
    """
    if now in (base, kept):
        return dict(kept)
    found: dict[str, Any] = {}
    for name in [*now, *(name for name in kept if name not in now)]:
        if any(isinstance(one.get(name), list) for one in (now, base, kept)):
            if entries := _entries(*(one.get(name) or [] for one in (now, base, kept))):
                found[name] = entries
        elif _stays(name, now, base, kept):
            found[name] = now.get(name, kept.get(name))
    return found


def _entries(now: list[Any], base: list[Any], kept: list[Any]) -> list[Any]:
    going = [one for one in base if one not in kept]
    coming = [one for one in kept if one not in base]
    return [*(one for one in now if one not in going), *(one for one in coming if one not in now)]


def _stays(name: str, now: Configuration, base: Configuration, kept: Configuration) -> bool:
    """Whether a switch, which is there or not, is there: as kept where that differs from base, else as it is."""
    return name in (kept if (name in kept) != (name in base) else now)
