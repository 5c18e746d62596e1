"""What is wrong with a link, from the facts. Pure.

A fault means that changes may stay stale; a warning, that they may under some condition; a note, that all works and
could be better.
"""

from collections.abc import Iterator

from invalidator.errors import AccessDeniedError
from invalidator.rules.tag import TAG
from web.models import Distribution, HealthItem, LinkState
from web.services.facts import Facts
from web.services.health_codes import denied_item, item
from web.services.health_notifications import about_notifications


def state_of(facts: Facts, health: list[HealthItem]) -> LinkState:
    """Return the state of a link: a fault is told even while it is paused."""
    if not is_link(facts):
        return "unlinked"
    if any(item.severity == "fault" for item in health):
        return "faulty"
    return "paused" if facts.paused else "linked"


def is_link(facts: Facts) -> bool:
    """Whether there is anything of a link: the tag, or a notification to us."""
    kept = facts.kept if facts.notifications is None else None
    return facts.tag is not None or facts.via is not None or (kept is not None and kept.notified)


def findings(facts: Facts) -> list[HealthItem]:
    """Return all findings about a bucket's link, the worst first; none for a bucket without a link that we may read."""
    if isinstance(facts.tags, AccessDeniedError):
        return [denied_item("tag_unreadable", facts.tags, "So it is unknown whether the bucket is linked.")]
    if not is_link(facts):
        return [one for one in facts.kept.health if one.code == "tag_unreadable"] if facts.kept else []
    told = about_notifications(facts) if facts.notifications is not None else _found_before(facts)
    found = [*_about_tag(facts), *_about_distributions(facts), *told, *_about_events(facts)]
    order = ("fault", "warning", "note")
    return sorted(found, key=lambda item: order.index(item.severity))


def _about_tag(facts: Facts) -> Iterator[HealthItem]:
    if facts.tag is None:
        alike = sorted(key for key in facts.all_tags if key.lower() == TAG.lower())
        but = f" Its tag {alike[0]} is another one: capitals count." if alike else ""
        yield item(
            "tag_missing",
            f"The bucket notifies us and has no tag {TAG}, so nobody knows what to invalidate.{but} "
            "Link it again, or unlink it.",
            repairable=bool(facts.suggested),
            evidence={"alike": alike, "suggested": list(facts.suggested)},
        )
    elif facts.ids.bad or not facts.ids.ids:
        said = " ".join(facts.ids.problems) or f"The tag {TAG} is empty: it names the ids of distributions."
        mended = bool(mended_ids(facts))
        evidence = {"value": facts.tag, "bad": list(facts.ids.bad)}
        yield item("tag_bad", said, repairable=mended, evidence=evidence)


def _about_distributions(facts: Facts) -> Iterator[HealthItem]:
    for name in facts.ids.ids:
        distribution = facts.distributions.get(name)
        if distribution is None:
            yield item(
                "distribution_unknown",
                f"The tag names {name}, and this account has no such distribution: it was deleted, or is another "
                "account's. Link the bucket to those that there are.",
                repairable=bool(mended_ids(facts)),
                evidence={"distribution_id": name},
            )
            continue
        yield from _about_distribution(facts, distribution)


def _about_distribution(facts: Facts, distribution: Distribution) -> Iterator[HealthItem]:
    if why := facts.unread.get(distribution.id):
        yield item(
            "distribution_unread",
            f"What is said of {distribution.id} is as a list showed it before: {why}",
            evidence={"distribution_id": distribution.id},
        )
    if not distribution.enabled:
        yield item(
            "distribution_disabled",
            f"{distribution.id} is disabled: it serves nobody. Enable it in CloudFront, or unlink it.",
            evidence={"distribution_id": distribution.id},
        )
    if not any(origin.bucket == facts.bucket for origin in distribution.origins):
        yield item(
            "distribution_reads_another",
            f"No origin of {distribution.id} is this bucket. If something between them reads it, such as an access "
            "point or a function, all is well; otherwise the link makes invalidations for nothing.",
            evidence={
                "distribution_id": distribution.id,
                "origins": [origin.domain_name for origin in distribution.origins],
            },
        )


def _found_before(facts: Facts) -> Iterator[HealthItem]:
    """Yield what was found of the notification when it was looked at, where it was not now."""
    if facts.kept is None:
        yield item("not_checked", "Nobody has looked yet how it notifies us. Open the link, or check all links.")
    else:
        yield from (one for one in facts.kept.health if not one.code.startswith(READ_NOW))


READ_NOW = ("tag_missing", "tag_bad", "distribution_", "event_")
"""Findings of what lists read themselves, each time."""


def _about_events(facts: Facts) -> Iterator[HealthItem]:
    if facts.history and facts.last_event_at is None and facts.via:
        yield item("event_never_seen", "No event of this bucket has reached us yet. Upload something to see it come.")


def mended_ids(facts: Facts) -> list[str]:
    """Return the ids that the tag should name: those of its words that are distributions here, else the suggested."""
    words = [part for word in (facts.tag or "").split() for part in _ids_in(word)]
    known = [word for word in dict.fromkeys(words) if facts.distributions.get(word) is not None]
    return known or list(facts.suggested)


def _ids_in(word: str) -> list[str]:
    """Return what may be ids in a word of the tag: the word, the end of an ARN, or the parts between separators."""
    return [word, word.rpartition("/")[2], *(p for p in word.replace("+", ",").replace("/", ",").split(",") if p)]


def candidates(value: str) -> list[str]:
    """Return every text in a tag's value that may be a distribution's id, mended ones too, to be looked up."""
    return list(dict.fromkeys(part for word in value.split() for part in _ids_in(word) if part.isalnum()))
