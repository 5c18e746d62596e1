"""Facts as the API shows them."""

from web.models import Bucket, Link
from web.services.facts import Facts
from web.services.health import findings, state_of


def link_of(facts: Facts) -> Link:
    """Return the link of a bucket."""
    health = findings(facts)
    return Link(
        bucket=facts.bucket,
        region=facts.region,
        distribution_ids=list(facts.ids.ids),
        state=state_of(facts, health),
        health=health,
        last_event_at=facts.last_event_at,
        via=facts.via,
        checked_at=facts.checked_at or (facts.kept.checked_at if facts.kept else None),
        kept_at=facts.kept_at,
    )


def bucket_of(facts: Facts, link: Link | None = None) -> Bucket:
    """Return the bucket with what its link is. link: where it was made already."""
    link = link or link_of(facts)
    return Bucket(
        name=facts.bucket,
        region=facts.region,
        state=link.state,
        distribution_ids=link.distribution_ids,
        suggested_distribution_ids=list(facts.suggested),
        health=link.health,
        last_event_at=link.last_event_at,
    )
