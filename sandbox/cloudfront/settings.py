"""How fast the local CloudFront is, and how much it bears."""

from dataclasses import dataclass

from sandbox.cloudfront import limits


@dataclass(frozen=True, slots=True)
class CloudFrontSettings:
    """Times and rates; by default AWS's own figures. They may be changed while the sandbox runs.

    effect_seconds: from an accepted invalidation until the edge drops what it names.
    completion_seconds: from an accepted invalidation until its status is `Completed`.
    deploy_seconds: from a new or changed distribution until its status is `Deployed`. AWS takes minutes; nobody
        wants to wait for that here.
    requests_per_second: CreateInvalidation calls of the account in the long run; infinity switches throttling off.
    burst: calls that go through at once after a pause.
    """

    effect_seconds: float = limits.EFFECT_SECONDS
    completion_seconds: float = limits.COMPLETION_SECONDS
    deploy_seconds: float = 3.0
    requests_per_second: float = limits.REQUESTS_PER_SECOND
    burst: float = limits.REQUESTS_BURST

    def __post_init__(self) -> None:
        """Refuse what makes no sense, with the name of the setting."""
        for name in ("effect_seconds", "completion_seconds", "deploy_seconds"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} is a number of seconds from 0 on, not {getattr(self, name)}.")
        if self.requests_per_second <= 0 or self.burst < 1:
            raise ValueError("requests_per_second is above 0 (infinity for no throttling) and burst is 1 or more.")
