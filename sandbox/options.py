"""How a sandbox is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ACCOUNT = "123456789012"
REGION = "us-east-1"
REGIONS = (REGION, "eu-west-1", "eu-central-1", "us-west-2")
"""Where there is an events queue, so that buckets there can be linked."""

FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:freshedge-invalidator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Ports, times and what to begin with; the defaults are the demo's.

    port, aws_port, edge_port: on 127.0.0.1; 0 takes any free one.
    environment: `FRESHEDGE_…` settings, as `contract` names them; addresses of the sandbox itself are set over them.
    sites: whether to make the sample sites. data: the folder that keeps everything, or None.
    effect_seconds, completion_seconds: of CloudFront; quicker than the real one, so that nobody waits.
    requests_per_second: how many CreateInvalidation calls go through; None is AWS's own figure.
    timeout_seconds: how long a call of the invalidator may take.
    visibility_seconds: of the queues that feed it. Six times the time-out is AWS's advice; here a killed worker's
        messages come back after half a minute, for the same reason.
    schedule_seconds: between two rings of the schedule; first_ring_seconds: from the start to the first one.
    retry_seconds: how long Lambda waits before it tries an asynchronous call again.
    """

    port: int = 8000
    aws_port: int = 8001
    edge_port: int = 8002
    environment: Mapping[str, str] = field(default_factory=dict)
    sites: bool = True
    data: Path | None = None
    effect_seconds: float = 0.5
    completion_seconds: float = 4.0
    requests_per_second: float | None = None
    timeout_seconds: float = 25.0
    visibility_seconds: int = 30
    schedule_seconds: float = 60.0
    first_ring_seconds: float = 2.0
    retry_seconds: tuple[float, ...] = (10.0, 20.0)
