"""CloudFront's quotas and the bounds of its values; each with the page that states it.

Pages are of the CloudFront Developer Guide unless another one is named.
"""

FILES_IN_PROGRESS = 3000
"""Paths without wildcard that a distribution may have in progress, tags too (`InvalidationLimits.html`,
`invalidation-specifying-tags.html`)."""

WILDCARDS_IN_PROGRESS = 15
"""Paths with wildcard that a distribution may have in progress (`InvalidationLimits.html`)."""

BATCH_PATHS = 3000
"""Paths in one batch: more could never be in progress at once (`InvalidationLimits.html`)."""

PATH_CHARACTERS = 4000
"""Length of an invalidation path (`invalidation-specifying-objects.html`)."""

TAG_CHARACTERS = 256
"""Length of a cache tag without its `#` (`invalidation-specifying-tags.html`)."""

REQUESTS_PER_SECOND = 0.5
"""CreateInvalidation calls of an account that go through in the long run (an SDK maintainer in aws-sdk-js issue 3983;
documented nowhere)."""

REQUESTS_BURST = 6
"""CreateInvalidation calls that go through at once after a pause. Ours: that issue saw about the seventh refused."""

EFFECT_SECONDS = 5.0
"""From acceptance until no edge serves the old objects, 95 % of the time (What's New, 2026-04-29)."""

COMPLETION_SECONDS = 25.0
"""From acceptance until `Completed`, 95 % of the time (What's New, 2026-04-29)."""

PAGE_ITEMS = 100
"""Items on a page of a list unless `MaxItems` says fewer, and at most (API Reference, `ListInvalidations`)."""

ORIGINS = 100
"""Origins of a distribution (`cloudfront-limits.html`)."""

CACHE_BEHAVIORS = 75
"""Cache behaviours of a distribution besides the default one (`cloudfront-limits.html`)."""

ALIASES = 100
"""Alternate domain names of a distribution (`cloudfront-limits.html`)."""

PATTERN_CHARACTERS = 255
"""Length of a behaviour's path pattern (`DownloadDistValuesCacheBehavior.html`)."""

ROOT_OBJECT_CHARACTERS = 255
"""Length of a default root object (API Reference, `DistributionConfig`)."""

TAGS = 50
"""Resource tags of a distribution (API Reference, `TagResource`; Tagging best practices)."""
