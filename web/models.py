"""The shapes of the API, which the pages show too. Times are aware and in UTC; money is in US dollars."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Item = TypeVar("Item")

LinkState = Literal["linked", "starting", "paused", "faulty", "unlinked"]
Severity = Literal["fault", "warning", "note"]
OriginKind = Literal["rest", "website", "other"]
InvalidationState = Literal["waiting", "queued", "in_progress", "completed", "failed", "unneeded"]
LinkWay = Literal["queue", "eventbridge"]
StationState = Literal["ok", "broken", "waiting", "unknown"]
CauseKind = Literal["s3", "person", "start", "sweep", "probe", "outside"]
ConfirmLevel = Literal["none", "ask", "type"]
StartState = Literal["none", "waiting", "reading", "clearing", "done"]
Role = Literal["viewer", "operator", "linker", "admin"]


def _whole(text: str) -> str:
    """Refuse half a character (a lone surrogate): JSON can write one, and nothing further on can."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a character") from error
    return text


Text = Annotated[str, AfterValidator(_whole)]
"""What people send in."""


class Model(BaseModel):
    """Base of all shapes: immutable, and nothing unknown passes unnoticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Model, Generic[Item]):
    """One page of a list. `next_cursor` is None on the last one; `as_of` tells how old the whole list is.

    notes: what the list leaves out, and why, in sentences for people.
    """

    items: list[Item]
    next_cursor: str | None = None
    total: int | None = None
    as_of: datetime | None = None
    notes: list[str] = []


class HealthItem(Model):
    """One finding about a link.

    code: stable, of a closed set (`docs/health.md`); message: what is wrong and what to do.
    repairable: whether `repair` mends it; statement: an IAM statement to add where a permission is missing.
    """

    code: str
    severity: Severity
    message: str
    repairable: bool = False
    statement: dict[str, object] | None = None
    evidence: dict[str, object] = {}


class StartProgress(Model):
    """How far a link's start has come; `read` and `total` count objects."""

    state: StartState = "none"
    read: int = 0
    total: int | None = None
    error: str | None = None


class Bucket(Model):
    """A bucket of the account. `state` is of its link; `unlinked` where it has none."""

    name: str
    region: str | None
    state: LinkState
    distribution_ids: list[str] = []
    suggested_distribution_ids: list[str] = []
    health: list[HealthItem] = []
    last_event_at: datetime | None = None


class Link(Model):
    """A bucket and the distributions named in its tag.

    via: how events come: straight from the bucket's notification (to the queue, or to the Lambda itself), or through a
        rule of EventBridge; None where they don't, or it is unknown.
    checked_at: when the notification was looked at; None for never. kept_at: of what one click restores, where there is
        a notification configuration from before our last write.
    """

    bucket: str
    region: str | None
    distribution_ids: list[str]
    state: LinkState
    health: list[HealthItem] = []
    start: StartProgress = StartProgress()
    last_event_at: datetime | None = None
    via: LinkWay | None = None
    checked_at: datetime | None = None
    kept_at: datetime | None = None


class LinkChoices(Model):
    """What there is to choose for a bucket's link, before a plan is made.

    via: how its events come now; None where they don't, or it is unknown. ways: those that this installation has.
    overlaps: configurations of others, in AWS's shape, that listen to events which a link needs: S3 tells of an event
        only once, so no notification of ours can stand beside them.
    """

    bucket: Bucket
    via: LinkWay | None = None
    ways: list[LinkWay] = ["queue", "eventbridge"]
    overlaps: list[dict[str, object]] = []


class BeforeAfter(Model):
    """Something of a bucket as it is and as it will be, in AWS's own shape."""

    before: dict[str, object]
    after: dict[str, object]


class Baseline(Model):
    """What reading a bucket once for its start takes."""

    objects: int
    price_usd: float


class RuleChange(Model):
    """A rule of EventBridge as it is and as it will be; None where there is none.

    Each is of AWS's shape: `Name`, `EventPattern`, `State`, `Targets`.
    """

    before: dict[str, object] | None
    after: dict[str, object] | None


class LinkPlan(Model):
    """Exactly what a link, repair, restore or unlink changes.

    `tags` are maps of key to value; `notifications` AWS's shape. rule: only where a rule of EventBridge is made,
    changed or removed. notes: what stays though somebody might expect it to go, and why.
    """

    bucket: str
    tags: BeforeAfter
    notifications: BeforeAfter
    baseline: Baseline | None = None
    rule: RuleChange | None = None
    notes: list[str] = []


class HealthReport(Model):
    """What a look at all links found: how many, how many with a fault, and which; `unread`: could not be looked at."""

    checked: int
    faulty: int
    as_of: datetime
    faulty_buckets: list[str] = []
    unread: dict[str, str] = {}


class Station(Model):
    """One station on the way from a bucket to the edge.

    state: `waiting` where it is not there yet. statement: an IAM statement to add, where a permission is missing.
    """

    name: str
    state: StationState
    message: str
    evidence: dict[str, object] = {}
    at: datetime | None = None
    statement: dict[str, object] | None = None


class Verification(Model):
    """A probe object on its way from a bucket to the edge.

    done: nothing more will change; ok: it came through, None while that is open. sentence: how it stands, in words.
    deleted_at: when the probe object was deleted; None while it is there.
    """

    id: str
    bucket: str
    key: str
    stations: list[Station]
    done: bool = False
    ok: bool | None = None
    sentence: str
    started_at: datetime
    deleted_at: datetime | None = None
    actor: str | None = None


class Origin(Model):
    """An origin of a distribution; `bucket` only where it is one of S3's."""

    id: str
    kind: OriginKind
    domain_name: str
    bucket: str | None = None
    path: str = ""


class DistributionSettings(Model):
    """What people set for one distribution; None means the default."""

    strategy: Literal["precise", "balanced", "frugal"] | None = None
    evictions_per_path: Annotated[float, Field(ge=0)] | None = None
    settle_seconds: Annotated[float, Field(ge=0, le=900)] | None = None
    monthly_budget_usd: Annotated[float, Field(ge=0)] | None = None
    dropping: bool | None = None


class InProgress(Model):
    """What CloudFront works on for one distribution, against its quotas of 3,000 files and 15 wildcards."""

    files: int = 0
    wildcards: int = 0


class Distribution(Model):
    """A distribution of the account. `buckets` are linked to it; `waiting` counts changes in its journal."""

    id: str
    domain_name: str
    aliases: list[str] = []
    comment: str = ""
    enabled: bool = True
    status: str = ""
    origins: list[Origin] = []
    buckets: list[str] = []
    settings: DistributionSettings = DistributionSettings()
    paused: bool = False
    waiting: int = 0
    in_progress: InProgress = InProgress()
    default_root_object: str = ""


class Cause(Model):
    """Why an invalidation was made. `actor` is a person's name or the system's."""

    kind: CauseKind
    actor: str | None = None
    reason: str | None = None
    buckets: list[str] = []


class Invalidation(Model):
    """One request to CloudFront and its record. `paths` holds the first 100 of `path_count`.

    paths_known: False where CloudFront could not be asked for them; `path_count` is 0 then, and means nothing.
    summary: what came of the changes it covers, in one sentence of numbers, the same as in the log.
    """

    id: str
    cloudfront_id: str | None = None
    distribution_id: str
    state: InvalidationState
    cause: Cause
    paths: list[str] = []
    path_count: int = 0
    paths_known: bool = True
    changes: int = 0
    dropped: dict[str, int] = {}
    needless_evictions: int = 0
    price_usd: float = 0
    created_at: datetime
    settled_at: datetime | None = None
    submitted_at: datetime | None = None
    completed_at: datetime | None = None
    error: str | None = None
    summary: str | None = None


class InvalidationRequest(Model):
    """What a person asks for: paths as typed (paths, URLs, `s3://` or bare keys), and why."""

    paths: Annotated[list[Text], Field(min_length=1)]
    reason: Annotated[Text, Field(max_length=500)] | None = None


class PathPreview(Model):
    """One line as given, the path or `#tag` it was understood as, or the problem with it.

    mend: a text to put in the place of `given`, that would do.
    matches: objects of its buckets that it matches now; evicts: those a person did not name; None where not counted.
    uncounted: why `matches` is not all, or not known, where that was asked.
    """

    given: str
    path: str | None
    problem: str | None = None
    note: str | None = None
    mend: str | None = None
    matches: int | None = None
    evicts: int | None = None
    examples: list[str] = []
    uncounted: str | None = None


class InvalidationPreview(Model):
    """What an invalidation would send, match and cost.

    asked: what it would count against the quotas; in_progress: what counts already, others' invalidations too, unless
        `quota_note` says why not.
    problem: why it can't be sent as a whole, though each line may be good; instead: fewer, wider paths that could.
    confirm: how much of a second thought it wants, by what it evicts; confirm_reason: why, and confirm_text: what to
        type for `type`. Programs need not confirm.
    statement: an IAM statement to add, so that objects can be counted.
    """

    paths: list[PathPreview]
    price_usd: float
    in_progress: InProgress
    free_paths_left: int | None = None
    asked: InProgress = InProgress()
    quota_note: str | None = None
    problem: str | None = None
    instead: list[str] = []
    confirm: ConfirmLevel = "none"
    confirm_reason: str | None = None
    confirm_text: str | None = None
    statement: dict[str, object] | None = None


class Failure(Model):
    """Something that could not be done: an invalidation, a message nobody understood, or changes that wait.

    statement: an IAM statement to add, where a permission is missing. at: since when.
    """

    id: str
    kind: Literal["invalidation", "message", "waiting"]
    distribution_id: str | None = None
    bucket: str | None = None
    title: str
    message: str
    what_to_do: str
    statement: dict[str, object] | None = None
    at: datetime
    retryable: bool
    discardable: bool


class Summary(Model):
    """The overview's figures.

    links: how many of each state. oldest_waiting_seconds: of the oldest change not yet live. usage_known: False where
        nobody counts paths (direct mode): those of this month and their cost are 0 then, and unknown.
    """

    links: dict[str, int]
    waiting_changes: int = 0
    in_flight: int = 0
    paths_this_month: int = 0
    free_paths: int = 1000
    cost_this_month_usd: float = 0
    paths_by_day: dict[str, int] = {}
    usage_known: bool = True
    failures: int = 0
    oldest_waiting_seconds: float | None = None
    paused: bool = False
    as_of: datetime


class Stale(Model):
    """That the account can't be read again just now.

    since: when that began; as_of: of when what is shown is; reason: what AWS answered last.
    """

    since: datetime
    as_of: datetime
    reason: str


class Person(Model):
    """Who asks."""

    name: str
    role: Role = "viewer"
