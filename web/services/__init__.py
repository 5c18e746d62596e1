"""What pages, API and command line all call. No HTTP in here, and no HTML.

The classes here say what each service does; those that do it are in the modules beside this one, and
`web.services.wiring.make_services` puts them together. With a table, history and requests are in it; without one
(direct mode) CloudFront and the Lambda itself are asked. Every call may raise one of `invalidator.errors`:
AccessDeniedError (with the statement to add), ThrottledError and UnavailableError beside those named.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from web.models import (
    Bucket,
    CauseKind,
    Distribution,
    DistributionSettings,
    Failure,
    HealthReport,
    Invalidation,
    InvalidationPreview,
    InvalidationState,
    Link,
    LinkChoices,
    LinkPlan,
    LinkState,
    LinkWay,
    Page,
    Person,
    Stale,
    Summary,
    Verification,
)


class Inventory(Protocol):
    """What the account has: its buckets and distributions. Lists are as old as their `as_of`; single ones are live."""

    @property
    def as_of(self) -> datetime:
        """When what the lists show was read."""

    @property
    def stale(self) -> Stale | None:
        """That what the lists show could not be read again when that was tried last; None while all is well."""

    def refresh(self) -> None:
        """Read the whole account anew."""

    def buckets(
        self, *, q: str = "", cursor: str | None = None, state: LinkState | None = None, limit: int = 50
    ) -> Page[Bucket]:
        """Return buckets by name. q: text that the name or a distribution's id contains.

        Raises: BadInputError for a cursor that is none of ours.
        """

    def bucket(self, name: str) -> Bucket:
        """Return one bucket, read live.

        Raises: NotFoundError.
        """

    def distributions(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Distribution]:
        """Return distributions by id. q: text that the id, a name, the comment or the name of a bucket contains.

        Raises: BadInputError for a cursor that is none of ours.
        """

    def known(self, paused: Collection[str] = ()) -> dict[str, Distribution]:
        """Return all distributions by id, as old as `as_of`, without settings and without what is under way.

        paused: of which of them it is to be told whether they are paused, as of now.
        """

    def distribution(self, distribution_id: str) -> Distribution:
        """Return one distribution, read live, with what waits and what is in progress.

        Raises: NotFoundError, also for one of another account.
        """


class Linking(Protocol):
    """Links of buckets: seen, planned, made, mended, ended. A plan writes nothing."""

    def link(self, bucket: str) -> Link:
        """Return the link of a bucket with its health, read live; state `unlinked` where it has none.

        Raises: NotFoundError.
        """

    def links(
        self, *, q: str = "", cursor: str | None = None, state: LinkState | None = None, limit: int = 50
    ) -> Page[Link]:
        """Return the links by bucket, as old as `as_of`; buckets without a link only with state `unlinked`.

        Raises: BadInputError for a cursor that is none of ours.
        """

    def choices(self, bucket: str) -> LinkChoices:
        """Return what there is to choose for a bucket's link, read live.

        Raises: NotFoundError.
        """

    def plan(
        self, bucket: str, ids: Sequence[str], *, baseline: bool | None = None, via: LinkWay | None = None
    ) -> LinkPlan:
        """Return what linking the bucket to exactly these distributions would change.

        via: how events are to come; None for the way that there is, or straight to the queue. Where somebody's
        configuration is in the way of the queue (OverlapError), `eventbridge` goes beside it.

        Raises: NotFoundError (bucket, distribution), BadInputError (ids), OverlapError.
        """

    def apply(
        self,
        bucket: str,
        ids: Sequence[str],
        person: Person,
        *,
        baseline: bool | None = None,
        via: LinkWay | None = None,
    ) -> Link:
        """Link the bucket to exactly these distributions, and read back until it shows.

        Raises: as `plan`; BusyError; StepFailedError, which tells what was done before it.
        """

    def unlink_plan(self, bucket: str) -> LinkPlan:
        """Return what ending the link would change.

        Raises: NotFoundError.
        """

    def unlink(self, bucket: str, person: Person) -> Link:
        """End the link, and read back until it shows; a bucket without one stays as it is.

        Raises: NotFoundError, BusyError, StepFailedError.
        """

    def repair_plan(self, bucket: str) -> LinkPlan:
        """Return what mending the link would change.

        Raises: NotFoundError, BadInputError (there is no link to mend), OverlapError.
        """

    def repair(self, bucket: str, person: Person) -> Link:
        """Mend what can be mended of the link, and read back until it shows.

        Raises: as `repair_plan`; BusyError; StepFailedError.
        """

    def restore_plan(self, bucket: str) -> LinkPlan:
        """Return what undoing our last write of the notification configuration would change.

        Raises: NotFoundError; BadInputError where none was kept (`Link.kept_at` is None).
        """

    def restore(self, bucket: str, person: Person) -> Link:
        """Undo that write; what others wrote since stays. What was replaced is kept in its place.

        Raises: as `restore_plan`; BusyError; StepFailedError.
        """

    def check_all(self, person: Person | None = None) -> HealthReport:
        """Look at all links now, and keep what was found for the lists; remove probes that nobody looked after."""


class Verifying(Protocol):
    """A probe object followed from the bucket to the edge."""

    def start(self, bucket: str, person: Person) -> Verification:
        """Write a probe object into a linked bucket, and return how it stands; where one is under way, that one.

        A role that may not write objects is told by the first station, with the statement to add.

        Raises: NotFoundError; BadInputError where the bucket is not linked; AccessDeniedError where its tags can't be
            read, so that that is unknown.
        """

    def look(self, bucket: str) -> Verification | None:
        """Return how far the last probe of a bucket is, and delete it once it needs no more; None without one.

        Raises: NotFoundError.
        """

    def tidy(self) -> int:
        """Delete probe objects that nobody looked after, and return how many."""


class Invalidating(Protocol):
    """Invalidations by hand, pauses, and the settings of distributions."""

    def preview(self, distribution_id: str, lines: Sequence[str], *, brief: bool = False) -> InvalidationPreview:
        """Return what lines would invalidate: paths, URLs, `s3://` addresses, `#tags`, bare keys, several a line.

        brief: count only what the confirmation is measured by, which is what wildcards match.

        Raises: NotFoundError; BadInputError for more lines than are read at all.
        """

    def submit(
        self, distribution_id: str, lines: Sequence[str], *, reason: str | None, person: Person, key: str | None = None
    ) -> Invalidation:
        """Ask for an invalidation, and return its record. key: the same key and paths are the same request.

        Raises: NotFoundError, LinesRefusedError (nothing is sent then), IdempotencyConflictError; BadInputError for no
            path, and for more than CloudFront takes at once.
        """

    def pause(self, distribution_id: str | None, person: Person) -> None:
        """Hold invalidations of a distribution back, or of all (None); changes go on being recorded.

        Raises: NotFoundError; BadInputError in direct mode, where nothing could hold them.
        """

    def resume(self, distribution_id: str | None, person: Person) -> None:
        """End a pause; a distribution stays paused while all are.

        Raises: as `pause`.
        """

    def all_paused(self) -> bool:
        """Whether everything is paused."""

    def settings(self, distribution_id: str) -> DistributionSettings:
        """Return what was chosen for a distribution; None is the default.

        Raises: NotFoundError.
        """

    def save_settings(
        self, distribution_id: str, settings: DistributionSettings, person: Person
    ) -> DistributionSettings:
        """Choose for a distribution: only the members that were set in `settings`; None goes back to the default.

        Raises: NotFoundError; BadInputError in direct mode.
        """


class History(Protocol):
    """What was invalidated, why, and what came of it, also what was made elsewhere. Newest first."""

    def page(
        self,
        *,
        distribution: str | None = None,
        bucket: str | None = None,
        actor: str | None = None,
        state: InvalidationState | None = None,
        kind: CauseKind | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Invalidation]:
        """Return the invalidations that match. A page may hold fewer than asked for; the cursor goes on.

        `notes` tell what is left out: where CloudFront could not be asked for what was made elsewhere, or not for all.

        Raises: BadInputError for a cursor that is none of ours.
        """

    def get(self, invalidation_id: str) -> Invalidation:
        """Return one invalidation.

        Raises: NotFoundError.
        """

    def paths(self, invalidation_id: str) -> list[str]:
        """Return all paths of one invalidation.

        Raises: NotFoundError.
        """

    def open(self) -> list[Invalidation]:
        """Return everything that is not final, of all distributions.

        For a distribution whose journal waits there is one that has no record yet: state `waiting`, cause `s3`, an
        empty id, and as many changes as wait.
        """


class Failures(Protocol):
    """What could not be done, why, and what to do."""

    def page(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Failure]:
        """Return failures: what still waits and dead letters on the first page, then what failed, newest first.

        A page before the last may hold fewer than asked for. q: text that id, distribution, bucket or message contains.

        Raises: BadInputError for a cursor that is none of ours.
        """

    def count(self) -> int:
        """Return how many there are, of failed ones among the newest hundred."""

    def retry(self, failure_id: str, person: Person) -> Invalidation | None:
        """Ask again for what failed, or have what waits looked at now (None where that has no record yet).

        A dead letter is sent again to the queue in which it died (None too).

        Raises: NotFoundError; BadInputError where it can't be tried again; BusyError where somebody else reads the
            letter; StepFailedError where it was sent and could not be deleted.
        """

    def discard(self, failure_id: str, person: Person) -> None:
        """Tell nobody of a failure any more; the history keeps it. A dead letter is deleted for good.

        Raises: NotFoundError; BadInputError for what is not lost yet; BusyError where somebody else reads the letter.
        """


class Overview(Protocol):
    """How everything stands."""

    def summary(self) -> Summary:
        """Return the overview's figures."""

    def look(self) -> tuple[Summary, list[Invalidation]]:
        """Return the figures, and what `History.open` returns: both of one reading."""


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one dashboard."""

    inventory: Inventory
    linking: Linking
    invalidating: Invalidating
    history: History
    overview: Overview
    verifying: Verifying
    failures: Failures
