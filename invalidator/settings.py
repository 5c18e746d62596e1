"""What the environment says, read once at the rim and passed in.

A plain dataclass: settings libraries cost more at a Lambda's cold start than everything else of ours together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from invalidator.errors import BadInputError

PREFIX = "FRESHEDGE_"
_RANGES = {
    "settle_seconds": (0.0, 900.0),
    "max_wait_seconds": (1.0, 3600.0),
    "start_delay_seconds": (0.0, 86400.0),
    "lease_seconds": (1.0, 900.0),
    "rescue_seconds": (1.0, 86400.0),
}
_STRATEGIES = ("precise", "balanced", "frugal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The invalidator's settings, from `FRESHEDGE_…` variables; `docs/operations.md` tells each.

    Without `table` the Lambda runs in direct mode. Durations are in seconds.

    Raises: BadInputError for a value that can't be; the text names the variable.
    """

    table: str | None = None
    work_queue_url: str | None = None
    dead_letter_queue_url: str | None = None
    target_arn: str | None = None
    function_arn: str | None = None
    settle_seconds: float = 5.0
    max_wait_seconds: float = 60.0
    start_delay_seconds: float = 300.0
    lease_seconds: float = 30.0
    rescue_seconds: float = 60.0
    strategy: str = "balanced"

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        for name, (least, most) in _RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise BadInputError(f"{PREFIX}{name.upper()} must be between {least:g} and {most:g} seconds.")
        if self.strategy not in _STRATEGIES and not self.strategy.isdecimal():
            raise BadInputError(f"{PREFIX}STRATEGY must be {', '.join(_STRATEGIES)} or a number of evictions a path.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Return the settings that an environment says; an empty variable counts as none.

        Raises: BadInputError for a value that can't be; the text names the variable.
        """
        told: dict[str, str | float] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            if value := environment.get(name, "").strip():
                told[field.name] = _number(name, value) if field.name in _RANGES else value
        return cls(**told)  # type: ignore[arg-type]


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise BadInputError(f"{name} must be a number of seconds, not {value!r}.") from error
