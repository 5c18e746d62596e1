"""What a link, its repair and its end come to: a tag and a change of notifications, made from the facts. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from invalidator.errors import BadInputError
from invalidator.rules.tag import TAG, parse_tag
from web.models import BeforeAfter, LinkPlan
from web.services.errors import DestinationRefusedError, OverlapError
from web.services.facts import Destination, Facts
from web.services.health import mended_ids
from web.services.health_notifications import described
from web.services.notifications import (
    EVENTS,
    Entry,
    complete,
    in_the_way,
    our_entries,
    untold,
    with_ours,
    without_ours,
)
from web.services.policy import statement_for_s3
from web.services.targets import Target, Targets

MOST_TAGS = 50
MOST_CHARACTERS = 256
MOST_CONFIGURATIONS = 100
Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done. tag: the value of our tag, None for none; notifications: what its configuration becomes."""

    tag: str | None
    notifications: Change


def plan_of(facts: Facts, steps: Steps) -> LinkPlan:
    """Return what the steps change, as it is and as it will be.

    Raises: AccessDeniedError where what there is can't be read; OverlapError.
    """
    for read in (facts.tags, facts.notifications):
        if isinstance(read, Exception):
            raise read
    before: dict[str, object] = dict(facts.all_tags)
    after = {key: value for key, value in before.items() if key != TAG or steps.tag is not None}
    if steps.tag is not None:
        after[TAG] = steps.tag
    configuration = dict(facts.configuration)
    return LinkPlan(
        bucket=facts.bucket,
        tags=BeforeAfter(before=before, after=after),
        notifications=BeforeAfter(before=configuration, after=steps.notifications(configuration)),
    )


def link_steps(facts: Facts, ids: Sequence[str]) -> Steps:
    """Return the steps that link a bucket; a notification of ours that does its work is left as it is.

    Raises: BadInputError for ids that are none, or too many, or a bucket that has no room for the tag.
    """
    value = tag_value(ids)
    if facts.tag is not None and not facts.ids.bad and " ".join(facts.ids.ids) == value:
        value = facts.tag  # written by hand with other blanks
    own_tags = [key for key in facts.all_tags if not key.startswith("aws:")]  # AWS's own don't count
    if facts.tag is None and len(own_tags) >= MOST_TAGS:
        raise BadInputError(f"{facts.bucket} has {MOST_TAGS} tags, as many as S3 allows. Remove one of them first.")
    target = facts.targets.at(facts.region)

    def change(configuration: dict[str, Any]) -> dict[str, Any]:
        own = our_entries(configuration, facts.targets.is_ours)
        if complete(own, target, facts.targets.is_straight):
            return configuration
        return _joined(configuration, target, facts.targets)

    return Steps(value, change)


def repair_steps(facts: Facts) -> Steps:
    """Return the steps that mend a link: the notification as we make it, and the tag without what is no distribution.

    Raises: BadInputError where no distribution is left to name, or there is no link.
    """
    ids = mended_ids(facts)
    if not ids:
        raise BadInputError(
            f"No distribution of this account is named in the tag of {facts.bucket}, and none reads it. Link it to one."
        )
    target = facts.targets.at(facts.region)

    def change(configuration: dict[str, Any]) -> dict[str, Any]:
        own = our_entries(configuration, facts.targets.is_ours)
        return configuration if _as_we_make_it(own, target) else _joined(configuration, target, facts.targets)

    return Steps(tag_value(ids), change)


def unlink_steps(facts: Facts) -> Steps:
    """Return the steps that end a link."""
    return Steps(None, lambda configuration: without_ours(configuration, facts.targets.is_ours))


def check_reachable(target: Target, queue: Destination | None) -> None:
    """Refuse a queue that S3 can't send to, where that is known.

    Raises: DestinationRefusedError, with what to do.
    """
    if queue is None:
        return
    if queue.exists is False:
        raise DestinationRefusedError(
            f"There is no queue {target.name} in {target.region}, where the bucket is. Deploy the stack there."
        )
    if queue.accepts is False:
        raise DestinationRefusedError(
            f"The policy of the queue {target.name} in {target.region} does not let S3 send for this bucket. Add the "
            "statement to the queue's policy.",
            statement_for_s3(target.arn, target.arn.split(":")[4]),
        )


def tag_value(ids: Sequence[str]) -> str:
    """Return the tag's value for these ids, each once, in their order.

    Raises: BadInputError.
    """
    named = parse_tag(" ".join(ids))
    if named.bad:
        raise BadInputError(" ".join(named.problems))
    if not named.ids:
        raise BadInputError("No distribution was named. Name at least one, such as E1ABCDEFGHIJKL.")
    value = " ".join(named.ids)
    if len(value) > MOST_CHARACTERS:
        raise BadInputError(
            f"A tag holds {MOST_CHARACTERS} characters, and {len(named.ids)} ids are {len(value)}. Link to fewer."
        )
    return value


def _as_we_make_it(own: Sequence[Entry], target: Target) -> bool:
    return len(own) == 1 and own[0].arn == target.arn and not own[0].filtered and not untold(own, EVENTS)


def _joined(configuration: dict[str, Any], target: Target, targets: Targets) -> dict[str, Any]:
    """Return the configuration with ours in it.

    Raises: OverlapError, BadInputError where S3 would refuse it.
    """
    others = in_the_way(configuration, targets.is_ours)
    if others:
        said = "; ".join(described(entry) for entry in others)
        raise OverlapError(
            f"{said}. S3 tells of an event only once, so ours can't stand beside it. Let that destination pass its "
            f"events on to {target.arn}, or turn on EventBridge for the bucket and send its events there by a rule.",
            [dict(entry.raw) for entry in others],
        )
    after = with_ours(configuration, target, targets.is_ours)
    if sum(len(after[kind]) for kind in after if isinstance(after[kind], list)) > MOST_CONFIGURATIONS:
        raise BadInputError(
            f"The bucket has {MOST_CONFIGURATIONS} notification configurations, as many as S3 allows. Remove one first."
        )
    return after
