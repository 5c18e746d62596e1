"""Publish a change to a sample site: read what is there, make the edit, upload it."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from sandbox.sites.setup import put
from sandbox.sites.site import Change, Moment, Site

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_HEADLINE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
MOST_TEXT = 120
"""Characters of a headline."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A change that was published.

    watch: keys to look at, each with the address that visitors open.
    begun: before the first object was written. at: after the last one.
    """

    site: Site
    label: str
    puts: int
    deletes: int
    watch: tuple[tuple[str, str], ...]
    begun: datetime
    at: datetime


class Publisher:
    """Publishes to the sample sites, as a deploy tool would.

    now: tells the time, aware, in UTC.
    """

    def __init__(self, s3: "S3Client", now: Callable[[], datetime]) -> None:
        self._s3, self._now = s3, now

    def publish(
        self,
        site: Site,
        change: Change,
        text: str,
        *,
        before: Callable[[list[str]], object] = lambda _: None,
        after: Callable[["Publication"], object] = lambda _: None,
    ) -> Publication:
        """Carry a change out; an empty text leaves the headline as it is.

        before: called with the addresses that will change. after: called with what was published, at once.
        """
        keys = self._keys(site)
        headline = self._headline(site)
        words = " ".join(text.split())[:MOST_TEXT] or headline
        edit = change.make(Moment(keys, headline, self._now()), words)
        before([uri for _, uri in edit.watch])
        begun = self._now()
        for key, file in edit.puts.items():
            put(self._s3, site, key, file)
        for key in edit.deletes:
            self._s3.delete_object(Bucket=site.bucket, Key=key)
        published = Publication(site, change.label, len(edit.puts), len(edit.deletes), edit.watch, begun, self._now())
        after(published)
        return published

    def _keys(self, site: Site) -> tuple[str, ...]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=site.bucket)
        return tuple(item["Key"] for page in pages for item in page.get("Contents", []))

    def _headline(self, site: Site) -> str:
        try:
            body = self._s3.get_object(Bucket=site.bucket, Key=site.front)["Body"].read().decode("utf8", "replace")
        except ClientError:
            return site.headline
        found = _HEADLINE.search(body)
        return html.unescape(found[1]) if found else site.headline
