"""How distributions are named to people: by the address that their viewers type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from web.models import Distribution


@dataclass(frozen=True, slots=True)
class Site:
    """A distribution's id, and the address by which people know it (empty where it is not known to us)."""

    id: str
    site: str


def site_of(distribution: Distribution) -> str:
    """Return the first alias, else the comment, else CloudFront's own name."""
    return next(iter(distribution.aliases), "") or distribution.comment or distribution.domain_name


def sites(ids: Iterable[str], known: Mapping[str, Distribution]) -> list[Site]:
    """Name distributions; one that is not known (deleted, or of another account) has no address."""
    return [Site(name, site_of(known[name]) if name in known else "") for name in ids]


def reading(distribution: Distribution, bucket: str) -> bool:
    """Whether one of its origins is this bucket."""
    return any(origin.bucket == bucket for origin in distribution.origins)
