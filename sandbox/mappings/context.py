"""Lambda's context object, as far as it tells something here (Lambda Developer Guide, `python-context.html`)."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler is told about its call.

    clock: returns the time in unix seconds. ends_at: when the call is ended, by that clock.
    """

    clock: Callable[[], float]
    ends_at: float
    aws_request_id: str
    invoked_function_arn: str
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "512"

    @property
    def function_name(self) -> str:
        """The function's name, the last part of its ARN."""
        return self.invoked_function_arn.rpartition(":")[2]

    @property
    def log_group_name(self) -> str:
        """Where the function's log would be."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """Where this environment's log would be."""
        return f"local/[$LATEST]{self.aws_request_id}"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long until the call is ended, 0 at the least."""
        return max(0, round((self.ends_at - self.clock()) * 1000))
