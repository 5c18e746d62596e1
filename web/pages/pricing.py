"""What an invalidation costs and what room CloudFront has for it, said before the click."""

from web.models import InvalidationPreview
from web.pages.wording import counted, money, number

FREE = 1000
FILES_AT_ONCE = 3000
WILDCARDS_AT_ONCE = 15
"""Quotas of CloudFront in progress: Developer Guide, "Quotas on invalidations"."""


def price_and_quota(preview: InvalidationPreview) -> str:
    """Say both, one after the other."""
    return f"{_price(preview)} · {_quota(preview)}"


def _price(preview: InvalidationPreview) -> str:
    left, asked = preview.free_paths_left, preview.asked.files + preview.asked.wildcards
    if left is None:
        how = f"up to {money(preview.price_usd)}" if preview.price_usd else "nothing"
        return f"Costs {how}: nobody counts here how many of this month's {FREE:,} free paths are left"
    if not preview.price_usd:
        return f"Free: {number(max(0, left - asked))} of {FREE:,} free paths of this month left after this"
    if not left:
        return f"Costs {money(preview.price_usd)}: this month's {FREE:,} free paths are used"
    return f"Costs {money(preview.price_usd)}: {number(left)} of {counted(asked, 'path')} still free this month"


def _quota(preview: InvalidationPreview) -> str:
    now, asked = preview.in_progress, preview.asked
    said = f"{now.wildcards} of {WILDCARDS_AT_ONCE} wildcards and {number(now.files)} of {FILES_AT_ONCE:,} files"
    full = now.wildcards + asked.wildcards > WILDCARDS_AT_ONCE or now.files + asked.files > FILES_AT_ONCE
    if full and not preview.problem:
        return f"{said} are in progress, so this waits until CloudFront has room, and then goes by itself"
    return f"{said} in progress"
