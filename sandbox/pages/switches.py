"""The faults as switches on a page: what each is called, what it does, and reading the form back."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.faults import Faults, FaultSwitch


@dataclass(frozen=True, slots=True)
class Switch:
    """A fault. values: what can be chosen, off first, each with its word."""

    name: str
    title: str
    tells: str
    values: tuple[tuple[float, str], ...] = ((0, "off"), (1, "on"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a switch, and whether it is the present one."""

    value: str
    word: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """A switch as it stands."""

    switch: Switch
    choices: tuple[Choice, ...]
    on: bool


SWITCHES: tuple[Switch, ...] = (
    Switch("throttle", "CloudFront throttles", "Every CreateInvalidation is answered with Throttling."),
    Switch("too_many", "Too many in progress", "CloudFront's quotas of paths in progress are used up, it says."),
    Switch("unavailable", "CloudFront is unavailable", "Every call of CloudFront is answered with a 503."),
    Switch("time_out", "Answers get lost", "CloudFront carries CreateInvalidation out, and the answer never arrives."),
    Switch(
        "delay_events_s",
        "Events are late",
        "S3 tells of changes so much later.",
        ((0, "off"), (5, "5 s"), (20, "20 s")),
    ),
    Switch(
        "repeat_events",
        "Events are repeated",
        "S3 tells of each change several times.",
        ((0, "off"), (1, "twice"), (2, "three times")),
    ),
    Switch("reorder_events", "Events overtake each other", "Each is held back for a random while, up to 3 s."),
    Switch(
        "kill_worker",
        "Kill a worker",
        "The next call of the invalidator dies in the middle, once. Its messages come back after half a minute.",
        ((0, "off"), (1, "the next one")),
    ),
)


def rows(now: Faults) -> list[SwitchRow]:
    """Return the switches with what is on now."""
    return [_row(switch, float(getattr(now, switch.name))) for switch in SWITCHES]


def apply(faults: FaultSwitch, form: Mapping[str, str]) -> None:
    """Switch as the form says; a value that is none of a switch's own is as if it were off."""
    for switch in SWITCHES:
        known = {f"{value:g}": value for value, _ in switch.values}
        value = known.get(form.get(switch.name, "0"), 0)
        boolean = isinstance(getattr(Faults(), switch.name), bool)
        faults.set(**{switch.name: bool(value) if boolean else value})


def _row(switch: Switch, now: float) -> SwitchRow:
    choices = tuple(Choice(f"{value:g}", word, value == now) for value, word in switch.values)
    return SwitchRow(switch, choices, now != 0)
