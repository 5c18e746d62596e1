"""Examples for the description of the API, by the name of their shape; a test holds that each is of its shape."""

from typing import Any

_AT = "2026-11-25T12:03:11.204Z"
_SITE = "E1ABCDEFGHIJKL"
_QUEUE = {
    "Id": "freshedge",
    "QueueArn": "arn:aws:sqs:us-east-1:123456789012:freshedge-events",
    "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
}
_HEALTH = {
    "code": "filter_narrows",
    "severity": "fault",
    "message": "We are told only of keys that begin with 'img/'; other changes stay stale.",
    "repairable": True,
    "statement": None,
    "evidence": {"filters": [{"prefix": "img/", "suffix": ""}]},
}
_LINK = {
    "bucket": "docs-site",
    "region": "us-east-1",
    "distribution_ids": [_SITE],
    "state": "faulty",
    "health": [_HEALTH],
    "start": {"state": "none", "read": 0, "total": None, "error": None},
    "last_event_at": _AT,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "HealthItem": _HEALTH,
    "Link": _LINK,
    "LinkRequest": {"distribution_ids": [_SITE]},
    "LinkPlan": {
        "bucket": "docs-site",
        "tags": {"before": {"owner": "web team"}, "after": {"owner": "web team", "distributionId": _SITE}},
        "notifications": {"before": {}, "after": {"QueueConfigurations": [_QUEUE]}},
        "baseline": None,
    },
    "Bucket": {
        "name": "docs-site",
        "region": "us-east-1",
        "state": "unlinked",
        "distribution_ids": [],
        "suggested_distribution_ids": [_SITE],
        "health": [],
        "last_event_at": None,
    },
    "Distribution": {
        "id": _SITE,
        "domain_name": "d111111abcdef8.cloudfront.net",
        "aliases": ["docs.example.org"],
        "comment": "The manual",
        "enabled": True,
        "status": "Deployed",
        "origins": [
            {
                "id": "bucket",
                "kind": "rest",
                "domain_name": "docs-site.s3.us-east-1.amazonaws.com",
                "bucket": "docs-site",
                "path": "/site",
            }
        ],
        "buckets": ["docs-site"],
        "settings": {"settle_seconds": 10},
        "paused": False,
        "waiting": 3,
        "in_progress": {"files": 12, "wildcards": 1},
        "default_root_object": "index.html",
    },
    "DistributionSettings": {"settle_seconds": 10},
    "SettingsChange": {"settle_seconds": 10},
    "Paused": {"paused": True},
    "Invalidation": {
        "id": "01JDJ3M2Q4X8T7V9Z0A1B2C3D4",
        "cloudfront_id": "I2J0I21PCUYOIK",
        "distribution_id": _SITE,
        "state": "completed",
        "cause": {"kind": "person", "actor": "anna", "reason": "wrong price on /sale", "buckets": []},
        "paths": ["/sale/*"],
        "path_count": 1,
        "changes": 0,
        "dropped": {},
        "needless_evictions": 0,
        "price_usd": 0,
        "created_at": _AT,
        "settled_at": None,
        "submitted_at": "2026-11-25T12:03:12.011Z",
        "completed_at": "2026-11-25T12:03:22.470Z",
        "error": None,
    },
    "InvalidationRequest": {"paths": ["/sale/*", "https://docs.example.org/a b.html"], "reason": "wrong price"},
    "InvalidationPreview": {
        "paths": [
            {
                "given": "sale/*",
                "path": "/sale/*",
                "problem": None,
                "note": "read as a path of the site",
                "matches": 212,
                "evicts": 0,
                "examples": ["site/sale/index.html"],
            }
        ],
        "price_usd": 0,
        "in_progress": {"files": 12, "wildcards": 1},
        "free_paths_left": 788,
    },
    "Failure": {
        "id": "01JDJ3M2Q4X8T7V9Z0A1B2C3D4",
        "kind": "invalidation",
        "distribution_id": _SITE,
        "bucket": "docs-site",
        "title": "An invalidation waits.",
        "message": "AWS denies cloudfront:CreateInvalidation.",
        "what_to_do": "It goes on being tried. Mend the cause, then try at once.",
        "statement": {"Effect": "Allow", "Action": "cloudfront:CreateInvalidation", "Resource": "*"},
        "at": _AT,
        "retryable": True,
        "discardable": False,
    },
    "Summary": {
        "links": {"linked": 41, "starting": 0, "paused": 0, "faulty": 1, "unlinked": 7},
        "waiting_changes": 3,
        "in_flight": 1,
        "paths_this_month": 212,
        "free_paths": 1000,
        "cost_this_month_usd": 0,
        "paths_by_day": {"2026-11-24": 12, "2026-11-25": 200},
        "failures": 0,
        "oldest_waiting_seconds": 4.2,
        "paused": False,
        "as_of": _AT,
    },
    "Person": {"name": "anna", "role": "admin"},
    "ProblemDocument": {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no bucket 'dosc' in this account. Check the name.",
    },
}
