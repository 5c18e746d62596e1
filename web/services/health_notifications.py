"""What is wrong with how a bucket notifies us. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from invalidator.errors import AccessDeniedError
from web.models import HealthItem
from web.services.facts import Facts
from web.services.health_bridge import about_bridge
from web.services.health_codes import denied_item, item
from web.services.notifications import (
    EVENTS,
    NEEDED,
    Entry,
    in_the_way,
    named_as_ours,
    our_entries,
    share_events,
    untold,
)
from web.services.policy import statement_for_s3


def about_notifications(facts: Facts) -> Iterator[HealthItem]:
    """Yield what is wrong with the notification: its absence, its events, its filter, and where it goes."""
    if isinstance(facts.notifications, AccessDeniedError):
        yield denied_item(
            "notification_unreadable", facts.notifications, "So it is unknown whether events are told of."
        )
    elif facts.notifications is None:
        return
    elif not facts.targets.known:
        yield item("target_unset", "It is not configured what buckets notify. Set FRESHEDGE_TARGET_ARN.")
    elif own := ours(facts):
        yield from _about_targets(facts, own)
        yield from _about_events(own, mended=not _in_way(facts))
        yield from _about_filters(facts, own)
        yield from _about_queue(facts, own)
    elif facts.bridge and (facts.via == "eventbridge" or (facts.bridged and facts.bridge.denied)):
        yield from about_bridge(facts, facts.bridge)
    else:
        yield from _missing(facts, facts.notifications)


def _missing(facts: Facts, configuration: Mapping[str, Any]) -> Iterator[HealthItem]:
    others = in_the_way(configuration, facts.targets.is_ours)
    bridge = "EventBridgeConfiguration" in configuration
    yield item(
        "notification_missing",
        "The bucket does not tell us about changes, so what is uploaded stays stale."
        + (" It sends its events to EventBridge, where no rule passes them on to us." if bridge else ""),
        repairable=not others,
        evidence={"event_bridge": bridge},
    )
    lookalikes = named_as_ours(configuration, facts.targets.is_ours)
    for other in lookalikes:
        yield item(
            "target_wrong",
            f"A notification has our name and goes to {other.arn}, where nobody of ours listens. Whose it is can't be "
            "known, so it stays as it is: if it is ours of an earlier target, remove it in the bucket's properties.",
            evidence={"arn": other.arn, "expected": facts.targets.at(facts.region).arn, "id": other.id},
        )
    for other in (one for one in others if one not in lookalikes):
        yield item(
            "notification_overlapped",
            f"{described(other)}, and S3 tells of an event only once. Link the bucket by EventBridge: then a rule of "
            f"ours sends us its events, and that configuration stays as it is.{_taking_over(facts, other)}",
            evidence={"configuration": dict(other.raw), "shared": share_events(other.events, EVENTS)},
        )


def _taking_over(facts: Facts, other: Entry) -> str:
    """Say how a link made by hand with a Lambda of somebody's own is taken over; empty for anything else."""
    by_hand = facts.tag is not None and other.kind == "LambdaFunctionConfigurations" and not other.filtered
    if not by_hand or untold([other], NEEDED):
        return ""
    return (
        " It is like a link made by hand with another Lambda: if that one invalidates, nothing is stale. To take the "
        "link over, link the bucket by EventBridge, verify it, then remove that configuration in the bucket's "
        "properties."
    )


def _about_targets(facts: Facts, own: list[Entry]) -> Iterator[HealthItem]:
    target, mended = facts.targets.at(facts.region), not _in_way(facts)
    for entry in own:
        if entry.arn == target.arn:
            continue
        evidence = {"arn": entry.arn, "expected": target.arn, "id": entry.id}
        if facts.targets.is_straight(entry.arn):
            yield item(
                "lambda_straight",
                "The bucket notifies the Lambda straight. That works; what the Lambda could not do after two retries "
                "is lost, and a deploy is not gathered before it is told. The repair moves it to the queue.",
                repairable=mended,
                evidence=evidence,
            )
        else:
            yield item(
                "target_other_region",
                f"The notification goes to another region than the bucket's ({facts.region}), where S3 does not send.",
                repairable=mended,
                evidence=evidence,
            )


def _about_events(own: list[Entry], *, mended: bool) -> Iterator[HealthItem]:
    missing = untold(own, NEEDED)
    if missing:
        yield item(
            "events_incomplete",
            f"The bucket does not tell us of {' and '.join(missing)}; such changes stay stale.",
            repairable=mended,
            evidence={"missing": missing, "events": sorted({event for entry in own for event in entry.events})},
        )
    elif untold(own, ["s3:LifecycleExpiration:*"]):
        yield item(
            "lifecycle_untold",
            "What lifecycle rules delete is not told of: ObjectRemoved leaves it out. Without such rules nothing is "
            "missing.",
            repairable=mended,
        )


def _about_filters(facts: Facts, own: list[Entry]) -> Iterator[HealthItem]:
    narrow = [entry for entry in own if entry.filtered]
    if not narrow or not untold([entry for entry in own if not entry.filtered], NEEDED):
        return
    hidden = _hides(facts, narrow)
    told = " or ".join(_filter(entry) for entry in narrow)
    yield item(
        "filter_narrows" if hidden else "filter_aside",
        f"We are told only of {told}"
        + ("; other changes stay stale." if hidden else ", which is all that the linked distributions read."),
        repairable=hidden and not _in_way(facts),
        evidence={"filters": [{"prefix": entry.prefix, "suffix": entry.suffix} for entry in narrow]},
    )


def _hides(facts: Facts, narrow: list[Entry]) -> bool:
    """Whether a filter hides keys that a linked distribution may serve."""
    if any(entry.suffix for entry in narrow):
        return True
    known = [d for name in facts.ids.ids if (d := facts.distributions.get(name))]
    paths = [o.path.strip("/") for d in known for o in d.origins if o.bucket == facts.bucket]
    if not paths:
        return True
    return not all(any(path and f"{path}/".startswith(entry.prefix) for entry in narrow) for path in paths)


def _about_queue(facts: Facts, own: list[Entry]) -> Iterator[HealthItem]:
    target, queue = facts.targets.at(facts.region), facts.destination
    if queue is None or all(entry.arn != target.arn for entry in own):
        return
    if queue.denied:
        yield denied_item("queue_unreadable", queue.denied, "So it is unknown whether S3 may send to it.")
    elif queue.exists is False:
        yield item(
            "queue_missing",
            f"There is no queue {target.name} in {target.region}: deploy the stack for that region, then repair.",
            evidence={"arn": target.arn},
        )
    elif queue.accepts is False:
        statement = statement_for_s3(target.arn, target.arn.split(":")[4])
        yield item(
            "queue_refuses",
            f"The policy of the queue {target.name} does not let S3 send for this bucket. Add the statement to the "
            "queue's policy.",
            statement=statement,
            evidence={"arn": target.arn},
        )


def described(entry: Entry) -> str:
    """Say what an entry of somebody else does."""
    where = f" of {_filter(entry)}" if entry.filtered else ""
    return f"The configuration {entry.id or '(no name)'} already sends {', '.join(entry.events)}{where} to {entry.arn}"


def _filter(entry: Entry) -> str:
    parts = [f"keys that begin with {entry.prefix!r}"] if entry.prefix else []
    parts += [f"keys that end with {entry.suffix!r}"] if entry.suffix else []
    return " and ".join(parts)


def ours(facts: Facts) -> list[Entry]:
    """Return the entries of the bucket's configuration that are ours; none where it was not read."""
    return our_entries(facts.configuration, facts.targets.is_ours)


def _in_way(facts: Facts) -> bool:
    return bool(in_the_way(facts.configuration, facts.targets.is_ours))
