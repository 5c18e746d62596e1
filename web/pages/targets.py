"""What buckets notify, region by region, and what is known of each: for the page about this installation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from web.models import Bucket, HealthItem, Link
from web.pages.findings import worst_first
from web.pages.states import Badge
from web.services.targets import Targets

OF_TARGETS = {"queue_missing", "queue_refuses", "queue_unreadable"}
"""The findings about a link (`docs/health.md`) that are about the target of its region."""

TAKES, UNKNOWN, UNREACHED = Badge("fresh", "takes events"), Badge("unknown", "unknown"), Badge("faulty", "out of reach")
BADGES = {
    "queue_missing": Badge("faulty", "missing"),
    "queue_refuses": Badge("faulty", "refuses S3"),
    "queue_unreadable": UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region with buckets in it. `linked`: how many links notify its target."""

    region: str
    arn: str
    buckets: int
    linked: int
    badge: Badge
    sentence: str


def region_rows(buckets: Iterable[Bucket], links: Iterable[Link], targets: Targets) -> list[RegionRow]:
    """Lay out the regions in which there are buckets, by name; none where links have no target."""
    if not targets.known:
        return []
    counts: dict[str, int] = {}
    for bucket in buckets:
        if bucket.region:
            counts[bucket.region] = counts.get(bucket.region, 0) + 1
    linked: dict[str, list[Link]] = {region: [] for region in counts}
    for link in links:
        if link.region and link.state != "unlinked":
            linked.setdefault(link.region, []).append(link)
    return [_row(region, counts.get(region, 0), linked[region], targets) for region in sorted(linked)]


def _row(region: str, buckets: int, links: Sequence[Link], targets: Targets) -> RegionRow:
    target = targets.at(region)
    if target.region != region:
        badge = UNREACHED if links else UNKNOWN
        return RegionRow(
            region,
            target.arn,
            buckets,
            len(links),
            badge,
            f"It is in {target.region}, and S3 notifies only in its own region. Use EventBridge, or a queue in each.",
        )
    badge, sentence = _known(links)
    return RegionRow(region, target.arn, buckets, len(links), badge, sentence)


def _known(links: Sequence[Link]) -> tuple[Badge, str]:
    found: list[HealthItem] = worst_first(one for link in links for one in link.health if one.code in OF_TARGETS)
    if found:
        return BADGES[found[0].code], found[0].message
    if any(link.checked_at and link.via and not _straight(link) for link in links):
        return TAKES, "Links of this region notify it, and nothing is wrong with it."
    if any(link.checked_at for link in links):
        return UNKNOWN, "No link of this region was seen to notify it, so it is unknown whether it takes events."
    if links:
        return UNKNOWN, "Nobody has looked yet. Check all links, or open one of this region."
    return UNKNOWN, "No bucket of this region is linked, so nobody has looked."


def _straight(link: Link) -> bool:
    """Whether it goes to the Lambda past the queue, so that nobody looks at the queue for it."""
    return any(one.code == "lambda_straight" for one in link.health)
