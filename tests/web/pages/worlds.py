"""Accounts to show: one like many, and one whose names are chosen to do harm."""

from datetime import timedelta

from tests.web.pages.twin import NOON, World, busy
from web.models import Bucket, Cause, Distribution, Failure, HealthItem, Invalidation, Origin

DOCS, SHOP, PRESS, BLOG, STATUS, LANDING = (
    "E2QWRUHAPOMQZL",
    "E1MTV0ZQAXB3JK",
    "E3LPO01ZKX8VNM",
    "E9TTRUE81LKQAP",
    "EKQ02PPM1XAZ77",
    "E77ALKZZ0QWERT",
)
SCRIPT = "<script>alert(1)</script>"
BIDI = "invoice\u202egpj.exe"
CONTROL = "a\x00b\x1b[31mc\nd"
LONG = "/" + "/".join(f"part-{n:03}-of-a-long-key" for n in range(50))[:1023]
HOSTILE = (
    SCRIPT,
    BIDI,
    CONTROL,
    LONG,
    "\"' onmouseover=alert(1) x='",
    "</textarea><img src=x onerror=alert(1)>",
    "{{7*7}}",
)


def ordinary() -> World:
    """An account of eight buckets and six distributions, with work under way and one broken link."""
    world = World()
    for distribution in _distributions():
        world.distributions[distribution.id] = distribution
    for bucket in _buckets():
        world.buckets[bucket.name] = bucket
    world.history = _history()
    world.failures = [failed(one) for one in world.history if one.state == "failed"]
    world.journal = {SHOP: 1204}
    counts = {
        3: 6,
        6: 8,
        7: 34,
        8: 26,
        9: 24,
        11: 11,
        12: 3,
        16: 36,
        17: 28,
        18: 27,
        19: 26,
        21: 4,
        22: 16,
        23: 22,
        24: 30,
    }
    world.usage = {f"2026-11-{day:02}": count for day, count in counts.items()}
    return world


def hostile() -> World:
    """An account whose names, comments, reasons and keys were chosen by somebody who means harm."""
    world = World()
    name = "bucket"
    for number, text in enumerate(HOSTILE):
        identifier = f"EHOSTILE{number:06}"
        world.distributions[identifier] = Distribution(
            id=identifier,
            domain_name="d.cloudfront.net",
            comment=text[:128],
            status="Deployed",
            origins=[
                Origin(
                    id=text[:128], kind="rest", domain_name=text[:128], bucket=f"{name}-{number}", path=f"/{text}"[:255]
                )
            ],
            buckets=[f"{name}-{number}"],
            default_root_object=text[:255],
        )
        world.buckets[f"{name}-{number}"] = Bucket(
            name=f"{name}-{number}",
            region="us-east-1",
            state="faulty",
            distribution_ids=[identifier],
            health=[HealthItem(code="tag", severity="fault", message=text, evidence={"seen": [text]}, repairable=True)],
        )
        world.tags[f"{name}-{number}"] = {text[:128]: text[:256]}
        world.history.append(
            Invalidation(
                id=f"01HOSTILE{number}",
                distribution_id=identifier,
                state="failed",
                cause=Cause(kind="person", actor=text[:100], reason=text[:500], buckets=[f"{name}-{number}"]),
                paths=[text],
                path_count=1,
                created_at=NOON,
                error=text,
            )
        )
        world.failures.append(
            Failure(
                id=f"01HOSTILE{number}",
                kind="message",
                bucket=f"{name}-{number}",
                distribution_id=identifier,
                title=text,
                message=text,
                what_to_do=text,
                statement={"Effect": "Allow", "Action": text, "Resource": text},
                at=NOON,
                retryable=True,
                discardable=True,
            )
        )
    return world


def failed(invalidation: Invalidation) -> Failure:
    """Return a failed invalidation as the failures tell of it."""
    return Failure(
        id=invalidation.id,
        kind="invalidation",
        distribution_id=invalidation.distribution_id,
        bucket=next(iter(invalidation.cause.buckets), None),
        title="An invalidation failed.",
        message=invalidation.error or "Nothing more is known.",
        what_to_do="Mend the cause, then try again.",
        at=invalidation.settled_at or invalidation.created_at,
        retryable=True,
        discardable=True,
    )


def _distributions() -> list[Distribution]:
    sites = [
        (DOCS, "docs.example.org", "docs-site", "/site", "rest"),
        (SHOP, "cdn.shop.example", "shop-assets", "", "rest"),
        (PRESS, "press.example.org", "press-kit", "", "website"),
        (BLOG, "blog.example.org", "blog-2026", "", "website"),
        (STATUS, "status.example.org", "status-page", "", "rest"),
        (LANDING, "www.example.org", "landing", "", "rest"),
    ]
    linked = {DOCS, SHOP, PRESS, LANDING}
    made = [
        Distribution(
            id=id_,
            domain_name=f"d{number}11111abcdef8.cloudfront.net",
            aliases=[alias],
            status="Deployed",
            origins=[
                Origin(
                    id=f"s3-{bucket}",
                    kind=kind,
                    domain_name=f"{bucket}.s3.us-east-1.amazonaws.com",
                    bucket=bucket,
                    path=path,
                ),
                *([Origin(id="api", kind="other", domain_name="api.example.org")] if id_ == DOCS else []),
            ],
            buckets=[bucket] if id_ in linked else [],
            default_root_object="index.html" if kind == "rest" else "",
            waiting=1204 if id_ == SHOP else 0,
            paused=id_ == LANDING,
        )
        for number, (id_, alias, bucket, path, kind) in enumerate(sites)
    ]
    return [busy(d, 3, 1) if d.id == DOCS else d for d in made]


def _buckets() -> list[Bucket]:
    fault = HealthItem(
        code="event_types_incomplete",
        severity="fault",
        message="Its notification leaves out s3:ObjectRemoved:*, so deleted pages stay at the edge. Repair adds it.",
        repairable=True,
        evidence={"events": ["s3:ObjectCreated:*"], "configuration": "freshedge"},
    )
    note = HealthItem(
        code="permission_missing",
        severity="note",
        message="We may not read who may write to this bucket. Add the statement, or leave it.",
        statement={"Effect": "Allow", "Action": "s3:GetBucketPolicy", "Resource": "arn:aws:s3:::press-kit"},
    )

    def linked(name: str, region: str, id_: str, minutes: float, state: str = "linked") -> Bucket:
        seen = NOON - timedelta(minutes=minutes)
        return Bucket(name=name, region=region, state=state, distribution_ids=[id_], last_event_at=seen)

    def could(name: str, id_: str) -> Bucket:
        return Bucket(name=name, region="us-east-1", state="unlinked", suggested_distribution_ids=[id_])

    press = linked("press-kit", "eu-west-1", PRESS, 60 * 30, "faulty").model_copy(update={"health": [note, fault]})
    return [
        linked("docs-site", "eu-west-1", DOCS, 0.2),
        linked("shop-assets", "us-east-1", SHOP, 0),
        press,
        could("blog-2026", BLOG),
        could("status-page", STATUS),
        linked("landing", "us-east-1", LANDING, 38, "paused"),
        Bucket(name="raw-logs-prod", region="us-east-1", state="unlinked"),
        Bucket(name="terraform-state", region=None, state="unlinked"),
    ]


def record(
    number: int,
    minutes: float,
    *,
    state: str = "completed",
    distribution: str = DOCS,
    bucket: str | None = "docs-site",
    settle: float = 5,
    accept: float = 0.4,
    edge: float = 5.6,
    **more: object,
) -> Invalidation:
    """Make a record that began so many minutes before noon and went as the seconds say."""
    created = NOON - timedelta(minutes=minutes)
    settled = created + timedelta(seconds=settle)
    submitted = settled + timedelta(seconds=accept)
    sent = state in ("in_progress", "completed")
    given: dict[str, object] = {
        "cause": Cause(kind="s3", buckets=[bucket] if bucket else []),
        "paths": ["/", "/index.html", "/guide/*"],
        "path_count": 3,
        "changes": 5,
        "cloudfront_id": f"I{number:013}" if sent else None,
    }
    return Invalidation(
        id=f"01KB{number:022}",
        distribution_id=distribution,
        state=state,
        created_at=created,
        settled_at=settled if settle else None,
        submitted_at=submitted if sent else None,
        completed_at=submitted + timedelta(seconds=edge) if state == "completed" else None,
        **{**given, **more},
    )


def _history() -> list[Invalidation]:
    asked = Cause(kind="person", actor="demo", reason="wrong price on /sale")
    refused = "CloudFront has no distribution E3LPO01ZKX8VNM any more. Unlink press-kit, or link it to another one."
    return [
        record(9, 0.19, state="in_progress", dropped={"unchanged": 407}),
        record(8, 12, dropped={"unchanged": 407}),
        record(
            7,
            38,
            state="unneeded",
            distribution=LANDING,
            bucket="landing",
            paths=[],
            path_count=0,
            changes=0,
            dropped={"unchanged": 18},
        ),
        record(
            6,
            64,
            distribution=SHOP,
            bucket=None,
            settle=0,
            edge=10.6,
            cause=asked,
            paths=["/sale"],
            path_count=1,
            changes=0,
        ),
        record(5, 120, state="failed", distribution=PRESS, bucket="press-kit", error=refused),
        record(4, 60 * 22, accept=15.8, edge=10.2, changes=2310, paths=["/a/*", "/b/*", "/c/*", "/d/*"], path_count=4),
        record(3, 60 * 49, settle=0, cause=Cause(kind="outside"), paths=["/*"], path_count=1, changes=0),
    ]
