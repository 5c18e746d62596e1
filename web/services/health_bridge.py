"""What is wrong with a link whose events come by a rule of EventBridge. Pure."""

from collections.abc import Iterator

from web.models import HealthItem
from web.services.bridge import Bridge, Rule, untold_by
from web.services.facts import Facts
from web.services.health_codes import denied_item, item
from web.services.policy import statement_for_rules


def about_bridge(facts: Facts, bridge: Bridge) -> Iterator[HealthItem]:
    """Yield what is wrong on the way by EventBridge: the bucket's switch, the rule, its target, and the queue."""
    if bridge.denied:
        yield denied_item(
            "rule_unreadable",
            bridge.denied,
            "The bucket sends its events to EventBridge, and it is unknown whether a rule there passes them on to us.",
        )
        return
    if not facts.bridged:
        yield item(
            "bridge_off",
            "There is a rule of EventBridge for this bucket, and the bucket does not send its events there, so what is "
            "uploaded stays stale.",
            repairable=True,
        )
    own, to_us = bridge.own(facts.bucket), bridge.to_us(facts.targets)
    if not to_us and own:
        yield item(
            "rule_target_wrong",
            f"The rule {own.name} does not send the events to us as they are.",
            repairable=True,
            evidence={"rule": own.shown, "expected": facts.targets.at(facts.region).arn},
        )
    elif not any(rule.enabled for rule in to_us):
        yield _disabled(to_us[0], repairable=own is not None)
    elif missing := untold_by([rule for rule in to_us if rule.enabled], facts.bucket):
        yield item(
            "rule_incomplete",
            f"No rule passes on all events of {' and '.join(missing)}; such changes may stay stale.",
            repairable=True,
            evidence={"missing": missing, "rules": [rule.shown for rule in to_us]},
        )
    yield from _about_queue(facts)


def _disabled(rule: Rule, *, repairable: bool) -> HealthItem:
    return item(
        "rule_disabled",
        f"The rule {rule.name} of EventBridge is disabled, so what is uploaded stays stale. Enable it.",
        repairable=repairable,
        evidence={"rule": rule.shown},
    )


def _about_queue(facts: Facts) -> Iterator[HealthItem]:
    target, queue = facts.targets.at(facts.region), facts.destination
    if queue is None:
        return
    if queue.denied:
        yield denied_item("queue_unreadable", queue.denied, "So it is unknown whether a rule may send to it.")
    elif queue.exists is False:
        yield item(
            "queue_missing",
            f"There is no queue {target.name} in {target.region}: deploy the stack for that region, then repair.",
            evidence={"arn": target.arn},
        )
    elif queue.accepts_rule is False:
        yield item(
            "queue_refuses",
            f"The policy of the queue {target.name} does not let rules of EventBridge send. Add the statement to the "
            "queue's policy.",
            statement=statement_for_rules(target.arn, target.arn.split(":")[4]),
            evidence={"arn": target.arn},
        )
