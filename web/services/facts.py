"""What is known of one bucket, its link and what stands behind it, before anything is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from invalidator.errors import AccessDeniedError
from invalidator.rules.tag import TAG, TagIds, parse_tag
from web.models import Distribution, LinkWay
from web.services.bridge import SWITCH, Bridge
from web.services.kept import KeptHealth
from web.services.notifications import our_entries
from web.services.targets import Targets


@dataclass(frozen=True, slots=True)
class Destination:
    """The queue that the bucket's region notifies.

    exists, accepts: whether it is there, and lets S3 send for this bucket; None where that could not be read.
    accepts_rule: whether it lets the bucket's rule of EventBridge send. denied: the permission that was missing to
        read it.
    """

    exists: bool | None = None
    accepts: bool | None = None
    denied: AccessDeniedError | None = None
    accepts_rule: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One bucket.

    tags, notifications: as AWS gave them, or the AccessDeniedError that it gave instead; None for not looked at.
    distributions: those that the tag names, by id; None for one that this account does not have.
    suggested: distributions that read the bucket and are not named in the tag.
    destination: None where links notify no queue, or it was not looked at.
    last_event_at: when the invalidator last heard of the bucket; None for never.
    history: whether there is a table in which events of the bucket would have been noted.
    paused: whether all of its distributions, or everything, is paused.
    bridge: what EventBridge does with the bucket's events; None where it was not looked at.
    checked_at: when the notification was looked at; None for never. kept: what was found then, where it was not now.
    unread: why distributions could not be read just now, by id; what is known of those is as a list showed it.
    kept_at: when the configuration was kept that one click restores; None without one, or not looked for.
    """

    bucket: str
    region: str | None
    targets: Targets
    tags: Mapping[str, str] | AccessDeniedError
    notifications: Mapping[str, Any] | AccessDeniedError | None = None
    distributions: Mapping[str, Distribution | None]
    suggested: tuple[str, ...] = ()
    destination: Destination | None = None
    last_event_at: datetime | None = None
    history: bool = False
    paused: bool = False
    bridge: Bridge | None = None
    checked_at: datetime | None = None
    kept: KeptHealth | None = None
    unread: Mapping[str, str] = field(default_factory=dict)
    kept_at: datetime | None = None

    @property
    def all_tags(self) -> Mapping[str, str]:
        """The tags; none where they can't be read."""
        return {} if isinstance(self.tags, AccessDeniedError) else self.tags

    @property
    def configuration(self) -> Mapping[str, Any]:
        """The notification configuration; empty where it was not read."""
        return self.notifications if isinstance(self.notifications, Mapping) else {}

    @property
    def tag(self) -> str | None:
        """The value of our tag; None where there is none, or it can't be read."""
        return self.all_tags.get(TAG)

    @property
    def ids(self) -> TagIds:
        """What the tag names."""
        return parse_tag(self.tag or "")

    @property
    def via(self) -> LinkWay | None:
        """How events come, or are meant to; None where nothing of ours is there, or that is not known."""
        if our_entries(self.configuration, self.targets.is_ours):
            return "queue"
        bridge = self.bridge
        if bridge and (bridge.own(self.bucket) or (self.tag is not None and bridge.to_us(self.targets))):
            return "eventbridge"
        return self.kept.via if self.kept and self.notifications is None else None

    @property
    def bridged(self) -> bool:
        """Whether the bucket sends its events to EventBridge."""
        return SWITCH in self.configuration
