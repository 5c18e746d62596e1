"""What the environment says, read once at the rim and passed in."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The invalidator's settings, from `FRESHEDGE_…` variables; `docs/operations.md` tells each.

    Without `table` the Lambda runs in direct mode. Durations are in seconds.
    """

    model_config = SettingsConfigDict(env_prefix="FRESHEDGE_", frozen=True, extra="ignore")

    table: str | None = None
    work_queue_url: str | None = None
    dead_letter_queue_url: str | None = None
    target_arn: str | None = None
    function_arn: str | None = None
    settle_seconds: float = Field(default=5, ge=0, le=900)
    max_wait_seconds: float = Field(default=60, ge=1, le=3600)
    start_delay_seconds: float = Field(default=300, ge=0)
    lease_seconds: float = Field(default=30, ge=1, le=900)
    rescue_seconds: float = Field(default=60, ge=1)
    strategy: str = "balanced"
