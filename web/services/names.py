"""Names that people and URLs give: what can't be one is not asked of AWS."""

import re

from invalidator.errors import NotFoundError

# Bucket naming rules (bucketnamingrules.html); buckets of us-east-1 from before 2018 may have capitals, _ and 255.
_BUCKET = re.compile(r"[A-Za-z0-9._-]{3,255}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)


def checked_bucket(name: str) -> str:
    """Return the name.

    Raises: NotFoundError where no bucket can be called so.
    """
    if not _BUCKET.fullmatch(name):
        raise NotFoundError(f"There is no bucket {shown(name)} in this account. Check the name.")
    return name


def checked_id(distribution_id: str) -> str:
    """Return the id of a distribution.

    Raises: NotFoundError where no distribution can be called so.
    """
    if not _ID.fullmatch(distribution_id):
        raise NotFoundError(f"There is no distribution {shown(distribution_id)} in this account. Check the id.")
    return distribution_id


def shown(text: str) -> str:
    """Return a text from outside as it may stand in a sentence: quoted, short, and of whole characters."""
    return ascii(text) if len(text) <= 80 else ascii(text[:79]) + "…"  # noqa: PLR2004 - a name is recognised by then
