"""What a link, its repair and its end come to: a tag and a change of notifications, made from the facts. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from invalidator.errors import BadInputError
from invalidator.rules.tag import TAG, parse_tag
from web.models import BeforeAfter, LinkPlan, LinkWay, RuleChange
from web.services.bridge import SWITCH, Rule, rule_as_we_make_it, rule_name, untold_by, without_us
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
from web.services.policy import statement_for_rules, statement_for_s3
from web.services.records import KeptText
from web.services.restoring import put_back
from web.services.targets import Target, Targets

MOST_TAGS = 50
MOST_CHARACTERS = 256
MOST_CONFIGURATIONS = 100
Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done.

    tag: the value of our tag, None for none. notifications: what its configuration becomes. rule: what is done with our
    rule of EventBridge; None for nothing. adds: whether a destination of ours comes, so that S3 is to try it.
    notes: what stays, and why.
    """

    tag: str | None
    notifications: Change
    rule: Literal["make", "remove"] | None = None
    adds: bool = True
    notes: list[str] = field(default_factory=list)


def plan_of(facts: Facts, steps: Steps) -> LinkPlan:
    """Return what the steps change, as it is and as it will be.

    Raises: OverlapError.
    """
    before: dict[str, object] = dict(facts.all_tags)
    after = {key: value for key, value in before.items() if key != TAG or steps.tag is not None}
    if steps.tag is not None:
        after[TAG] = steps.tag
    configuration = dict(facts.configuration)
    return LinkPlan(
        bucket=facts.bucket,
        tags=BeforeAfter(before=before, after=after),
        notifications=BeforeAfter(before=configuration, after=steps.notifications(configuration)),
        rule=_rule_change(facts, steps),
        notes=steps.notes,
    )


def _rule_change(facts: Facts, steps: Steps) -> RuleChange | None:
    there = own_rule(facts)
    before = there.shown if there else None
    after = before
    if steps.rule == "make":
        after = rule_as_we_make_it(facts.bucket, facts.targets.at(facts.region), there)
    elif steps.rule == "remove" and there:
        after = without_us(there)
    return RuleChange(before=before, after=after) if before != after else None


def own_rule(facts: Facts) -> Rule | None:
    """Return our rule of EventBridge for the bucket, as it is; None where there is none, or it was not looked for."""
    return facts.bridge.own(facts.bucket) if facts.bridge else None


def ways(facts: Facts) -> list[LinkWay]:
    """Return the ways that events can come: by EventBridge only to a queue."""
    to_queue = facts.targets.known and facts.targets.at(facts.region).service == "sqs"
    return ["queue", "eventbridge"] if to_queue else ["queue"]


def link_steps(facts: Facts, ids: Sequence[str], via: LinkWay | None = None) -> Steps:
    """Return the steps that link a bucket; a notification of ours that does its work is left as it is.

    via: how events are to come; None for the way that there is.

    Raises: BadInputError for ids that are none, or too many, or a bucket that has no room for the tag.
    """
    value = tag_value(ids)
    if facts.tag is not None and not facts.ids.bad and " ".join(facts.ids.ids) == value:
        value = facts.tag  # written by hand with other blanks
    own_tags = [key for key in facts.all_tags if not key.startswith("aws:")]  # AWS's own don't count
    if facts.tag is None and len(own_tags) >= MOST_TAGS:
        raise BadInputError(f"{facts.bucket} has {MOST_TAGS} tags, as many as S3 allows. Remove one of them first.")
    target = facts.targets.at(facts.region)
    if (via or facts.via) == "eventbridge":
        return _by_bridge(facts, value, target)

    leaves = own_rule(facts) is not None

    def change(configuration: dict[str, Any]) -> dict[str, Any]:
        own = our_entries(configuration, facts.targets.is_ours)
        if not complete(own, target, facts.targets.is_straight):
            configuration = _joined(configuration, target, facts.targets)
        return _switched(facts, configuration) if leaves else configuration

    return Steps(value, change, rule="remove" if leaves else None, notes=_notes(facts) if leaves else [])


def _by_bridge(facts: Facts, tag: str, target: Target) -> Steps:
    """Return the steps that have events come by EventBridge: our rule, the bucket's switch, no entry of ours."""
    rule_as_we_make_it(facts.bucket, target, None)  # refuses what can't be

    def change(configuration: dict[str, Any]) -> dict[str, Any]:
        return {**without_ours(configuration, facts.targets.is_ours), SWITCH: {}}

    others = [one.name for one in (facts.bridge.to_us(facts.targets) if facts.bridge else ())]
    by_hand = bool(others) and rule_name(facts.bucket) not in others and not untold_by_rules(facts)
    return Steps(tag, change, rule=None if by_hand else "make", adds=False)


def untold_by_rules(facts: Facts) -> list[str]:
    """Return the kinds of events that no enabled rule of the bucket passes on to us."""
    rules = facts.bridge.to_us(facts.targets) if facts.bridge else []
    return untold_by([rule for rule in rules if rule.enabled], facts.bucket)


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
    if facts.via == "eventbridge":
        return _by_bridge(facts, tag_value(ids), target)

    def change(configuration: dict[str, Any]) -> dict[str, Any]:
        own = our_entries(configuration, facts.targets.is_ours)
        return configuration if _as_we_make_it(own, target) else _joined(configuration, target, facts.targets)

    return Steps(tag_value(ids), change)


def unlink_steps(facts: Facts) -> Steps:
    """Return the steps that end a link: what is ours goes, of EventBridge too as far as that is known to be ours."""

    def change(configuration: dict[str, Any]) -> dict[str, Any]:
        return _switched(facts, without_ours(configuration, facts.targets.is_ours))

    ours = own_rule(facts) or (facts.bridge and facts.bridge.switched_on is not None)
    return Steps(None, change, rule="remove" if ours else None, adds=False, notes=_notes(facts))


def _switched(facts: Facts, configuration: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration without the switch of EventBridge, where it is known to be ours alone."""
    ours = facts.bridge is not None and facts.bridge.switched_on and not _why_switch_stays(facts)
    return {name: value for name, value in configuration.items() if name != SWITCH or not ours}


def _notes(facts: Facts) -> list[str]:
    stays = _why_switch_stays(facts)
    return [f"The bucket goes on sending its events to EventBridge: {stays}."] if stays else []


def _why_switch_stays(facts: Facts) -> str:
    """Say why the bucket goes on sending to EventBridge after us; empty where it does not, or nothing there is ours."""
    bridge = facts.bridge
    if bridge is None or not facts.bridged or (bridge.switched_on is None and own_rule(facts) is None):
        return ""
    if bridge.denied:
        return f"{bridge.denied.action} is denied, so it is unknown who else relies on it"
    if not bridge.switched_on:
        return "that was not switched on by us, or nobody wrote down that it was"
    others = bridge.others(facts.bucket, facts.targets)
    return f"others may rely on it, by the rule {' and '.join(others)}" if others else ""


def restore_steps(facts: Facts, kept: KeptText) -> Steps:
    """Return the steps that undo our last write of the configuration; what others wrote since stays."""
    rule = own_rule(facts)
    notes = [f"The rule {rule.name} of EventBridge stays as it is."] if rule else []
    if facts.tag is not None and _would_be_deaf(facts, put_back(facts.configuration, kept.after, kept.before)):
        notes.append(
            "The bucket would no longer tell us about changes, and the tag stays: the link would be faulty. To end the "
            "link, unlink it."
        )
    return Steps(facts.tag, lambda now: put_back(now, kept.after, kept.before), adds=False, notes=notes)


def _would_be_deaf(facts: Facts, after: dict[str, Any]) -> bool:
    """Whether what tells us of changes now would be gone."""
    if facts.via == "eventbridge":
        return facts.bridged and SWITCH not in after
    return facts.via == "queue" and not our_entries(after, facts.targets.is_ours)


def check_reachable(target: Target, queue: Destination | None, *, by_rule: bool = False) -> None:
    """Refuse a queue that S3, or a rule of EventBridge, can't send to, where that is known.

    Raises: DestinationRefusedError, with what to do.
    """
    if queue is None:
        return
    if queue.exists is False:
        raise DestinationRefusedError(
            f"There is no queue {target.name} in {target.region}, where the bucket is. Deploy the stack there."
        )
    if by_rule and queue.accepts_rule is False:
        raise DestinationRefusedError(
            f"The policy of the queue {target.name} in {target.region} does not let rules of EventBridge send. Add the "
            "statement to the queue's policy.",
            statement_for_rules(target.arn, target.arn.split(":")[4]),
        )
    if queue.accepts is False and not by_rule:
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
            f"{said}. S3 tells of an event only once, so ours can't stand beside it. Link it by EventBridge instead: "
            f"then a rule of ours sends the events to {target.arn}, and that configuration stays as it is.",
            [dict(entry.raw) for entry in others],
        )
    after = with_ours(configuration, target, targets.is_ours)
    if sum(len(after[kind]) for kind in after if isinstance(after[kind], list)) > MOST_CONFIGURATIONS:
        raise BadInputError(
            f"The bucket has {MOST_CONFIGURATIONS} notification configurations, as many as S3 allows. Remove one first."
        )
    return after
