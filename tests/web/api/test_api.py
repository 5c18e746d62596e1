"""The API by its contract: shapes, states, errors."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.api.conftest import Api
from tests.web.services.world import OURS, World

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def times(found: Any) -> list[str]:
    """Every text in an answer that is a time, by its name."""
    if isinstance(found, dict):
        own = [value for name, value in found.items() if name.endswith(("_at", "as_of")) and value is not None]
        return own + [time for value in found.values() for time in times(value)]
    return [time for value in found for time in times(value)] if isinstance(found, list) else []


@pytest.fixture
def site(world: World) -> str:
    """A distribution over the bucket `docs`."""
    return world.distribution(world.bucket("docs", owner="web team"), Comment="The manual")


def test_a_link_is_planned_made_seen_mended_and_ended(world: World, api: Api, site: str) -> None:
    wanted = {"distribution_ids": [site]}
    plan = api.call("PUT", "/links/docs?dry_run=true", wanted)
    assert plan["tags"] == {"before": {"owner": "web team"}, "after": {"owner": "web team", "distributionId": site}}
    assert plan["notifications"] == {"before": {}, "after": {"QueueConfigurations": [OURS]}}
    assert plan["baseline"] is None
    assert world.notifications("docs") == {}
    link = api.call("PUT", "/links/docs", wanted)
    later = api.get("/links/docs")
    assert later["checked_at"] > link["checked_at"]
    assert link | {"checked_at": later["checked_at"]} == later
    assert (link["bucket"], link["region"], link["state"], link["distribution_ids"]) == (
        "docs",
        "us-east-1",
        "linked",
        [site],
    )
    assert link["start"] == {"state": "none", "read": 0, "total": None, "error": None}
    assert [one["bucket"] for one in api.get("/links")["items"]] == ["docs"]
    world.notify("docs", {})
    broken = api.get("/links/docs")
    assert broken["state"] == "faulty"
    assert set(broken["health"][0]) == {"code", "severity", "message", "repairable", "statement", "evidence"}
    assert api.call("POST", "/links/docs/repair?dry_run=true")["notifications"]["after"] == {
        "QueueConfigurations": [OURS]
    }
    assert api.call("POST", "/links/docs/repair")["state"] == "linked"
    assert api.call("DELETE", "/links/docs?dry_run=true")["tags"]["after"] == {"owner": "web team"}
    assert api.call("DELETE", "/links/docs")["state"] == "unlinked"
    assert world.tags("docs") == {"owner": "web team"}


def test_an_invalidation_is_previewed_asked_for_and_read(world: World, api: Api, site: str) -> None:
    world.s3.put_object(Bucket="docs", Key="a.html", Body=b"x")
    there = f"/distributions/{site}/invalidations"
    plan = api.call("POST", f"{there}?dry_run=true", {"paths": ["a.html", "/b*c"]})
    one, two = plan["paths"]
    assert (one["given"], one["path"], one["problem"], one["matches"], one["evicts"], one["examples"]) == (
        "a.html",
        "/a.html",
        None,
        1,
        0,
        ["a.html"],
    )
    assert (two["path"], two["matches"]) == (None, None)
    assert two["problem"]
    assert plan["in_progress"] == {"files": 0, "wildcards": 0}
    asked = {"paths": ["/a.html"], "reason": "wrong price"}
    record = api.call("POST", there, asked, 202, Idempotency_Key="k1")
    assert record["cause"] == {"kind": "person", "actor": "demo", "reason": "wrong price", "buckets": []}
    assert (record["state"], record["path_count"], record["cloudfront_id"]) == ("waiting", 1, None)
    assert api.call("POST", there, asked, 202, Idempotency_Key="k1")["id"] == record["id"]
    api.call("POST", there, {"paths": ["/other"]}, 409, Idempotency_Key="k1")
    assert api.get(f"/invalidations/{record['id']}") == record
    assert [one["id"] for one in api.get(f"/invalidations?distribution={site}&actor=demo&kind=person")["items"]] == [
        record["id"]
    ]
    assert api.get("/invalidations?state=failed")["items"] == []


def test_times_in_filters_are_of_any_zone(api: Api, site: str) -> None:
    record = api.call("POST", f"/distributions/{site}/invalidations", {"paths": ["/a"]}, 202)
    made = datetime.fromisoformat(record["created_at"])
    before, after = made - timedelta(seconds=1), made + timedelta(seconds=1)
    utc = {"from": before.isoformat().replace("+00:00", "Z"), "to": f"{after:%Y-%m-%dT%H:%M:%S}"}
    for since, until in ((utc["from"], utc["to"]), (f"{before:%Y-%m-%dT%H:%M:%S}", after.isoformat())):
        answer = api.client.get("/api/v1/invalidations", params={"from": since, "to": until})
        assert [one["id"] for one in answer.json()["items"]] == [record["id"]]
    assert api.get(f"/invalidations?from={utc['to']}")["items"] == []
    api.get("/invalidations?from=yesterday", 422)


def test_pause_resume_and_settings(api: Api, site: str) -> None:
    assert api.call("POST", f"/distributions/{site}/pause")["paused"] is True
    assert api.call("POST", f"/distributions/{site}/resume")["paused"] is False
    assert api.call("POST", "/pause") == {"paused": True}
    assert api.get("/summary")["paused"] is True
    assert api.get(f"/distributions/{site}")["paused"] is True
    assert api.call("POST", "/resume") == {"paused": False}
    assert api.call("PATCH", f"/distributions/{site}/settings", {"settle_seconds": 12})["settle_seconds"] == 12
    assert api.call("PATCH", f"/distributions/{site}/settings", {})["settle_seconds"] == 12
    assert api.call("PATCH", f"/distributions/{site}/settings", {"settle_seconds": None})["settle_seconds"] is None
    for bad in ({"settle_seconds": -1}, {"settle_seconds": 901}, {"settle_seconds": "x"}, {"unknown": 1}, [], None):
        api.call("PATCH", f"/distributions/{site}/settings", bad, 422)


def test_lists_have_items_a_cursor_and_their_age(world: World, api: Api, site: str) -> None:
    for n in range(3):
        world.bucket(f"bucket-{n}")
    page = api.get("/buckets?limit=3")
    assert [one["name"] for one in page["items"]] == ["bucket-0", "bucket-1", "bucket-2"]
    assert TIME.fullmatch(page["as_of"])
    rest = api.get(f"/buckets?limit=3&cursor={page['next_cursor']}")
    assert ([one["name"] for one in rest["items"]], rest["next_cursor"]) == (["docs"], None)
    assert [one["name"] for one in api.get("/buckets?q=doc")["items"]] == ["docs"]
    assert [one["id"] for one in api.get("/distributions?q=manual")["items"]] == [site]
    assert api.get("/links")["items"] == []
    assert {"items", "next_cursor"} <= set(api.get("/invalidations"))
    for path in ("/buckets", "/distributions", "/links", "/invalidations"):
        api.get(f"{path}?limit=0", 422)
        api.get(f"{path}?cursor=%21", 422)
        api.get(f"{path}?state=nonsense", 422 if path != "/distributions" else 200)


def test_single_things_have_what_the_contract_names(api: Api, site: str) -> None:
    bucket = api.get("/buckets/docs")
    assert {"name", "region", "state", "distribution_ids", "suggested_distribution_ids", "health"} <= set(bucket)
    assert bucket["suggested_distribution_ids"] == [site]
    distribution = api.get(f"/distributions/{site}")
    names = "id domain_name aliases comment enabled status origins buckets settings paused waiting in_progress"
    assert set(names.split()) <= set(distribution)
    assert {"id", "kind", "bucket", "path"} <= set(distribution["origins"][0])
    assert api.get("/me") == {"name": "demo", "role": "admin"}
    assert {"links", "in_flight", "paths_this_month", "cost_this_month_usd", "failures"} <= set(api.get("/summary"))


def test_every_time_is_in_utc(world: World, api: Api, site: str) -> None:
    api.call("PUT", "/links/docs", {"distribution_ids": [site]})
    world.tables.links.note("docs", [site], world.clock.now(), event_at=world.clock.now())
    api.call("POST", f"/distributions/{site}/invalidations", {"paths": ["/a"]}, 202)
    for path in ("/links/docs", "/buckets/docs", "/invalidations", "/summary", "/links"):
        found = times(api.get(path))
        assert found
        assert all(TIME.fullmatch(time) for time in found)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/buckets/nobodys", None, 404),
        ("GET", "/distributions/E0UNKNOWN", None, 404),
        ("GET", "/links/nobodys", None, 404),
        ("GET", "/invalidations/none", None, 404),
        ("PUT", "/links/nobodys", {"distribution_ids": ["E0UNKNOWN"]}, 404),
        ("PUT", "/links/docs", {"distribution_ids": ["E0UNKNOWN"]}, 404),
        ("PUT", "/links/docs", {"distribution_ids": []}, 422),
        ("PUT", "/links/docs", {"distribution_ids": ["a,b"]}, 422),
        ("PUT", "/links/docs", {"distribution_ids": "E1"}, 422),
        ("PUT", "/links/docs", {}, 422),
        ("PUT", "/links/docs", None, 422),
        ("PUT", "/links/docs", {"distribution_ids": ["E1"], "more": 1}, 422),
        ("PUT", "/links/docs", {"distribution_ids": ["\ud800"]}, 422),
        ("POST", "/links/docs/repair", None, 422),
        ("POST", "/distributions/E0UNKNOWN/invalidations", {"paths": ["/a"]}, 404),
        ("POST", "/distributions/E0UNKNOWN/pause", None, 404),
        ("PATCH", "/distributions/E0UNKNOWN/settings", {"settle_seconds": 1}, 404),
        ("DELETE", "/buckets", None, 405),
        ("POST", "/summary", None, 405),
        ("PUT", "/invalidations/x", None, 405),
        ("DELETE", "/links/nobodys", None, 404),
    ],
)
def test_what_cannot_be_is_a_problem(world: World, api: Api, method: str, path: str, body: Any, status: int) -> None:
    world.bucket("docs")
    problem = api.call(method, path, body, status)
    assert problem["type"] == "about:blank"
    assert world.wire.written() == []


@pytest.mark.parametrize(
    "body",
    [
        {"paths": []},
        {"paths": ["no-slash*in*it"]},
        {"paths": ["/" + "x" * 5000]},
        {"paths": ["/~x"]},
        {"paths": [""]},
        {"paths": ["\ud800"]},
        {"paths": ["/a"], "reason": "x" * 501},
        {"paths": [f"/{n}/*" for n in range(16)]},
        {"paths": [f"/{n}" for n in range(3001)]},
        {"paths": [f"/{n}" for n in range(10_000)]},
        {"paths": ["/a"] * 20_001},
        {"paths": "/a"},
        {"paths": [1]},
        {},
        [],
    ],
)
def test_paths_that_cannot_be_are_refused_and_told_apart(world: World, api: Api, site: str, body: Any) -> None:
    problem = api.call("POST", f"/distributions/{site}/invalidations", body, 422)
    assert len(problem["detail"]) < 2000
    assert world.services.history.page().items == []


def test_refused_lines_are_listed_with_their_reasons(api: Api, site: str) -> None:
    problem = api.call("POST", f"/distributions/{site}/invalidations", {"paths": ["/ok", "/b*d"]}, 422)
    assert [(one["given"], bool(one["problem"])) for one in problem["errors"]] == [("/b*d", True)]


def test_a_missing_permission_comes_with_its_statement(world: World, api: Api, site: str) -> None:
    world.wire.denied.add("PutBucketNotificationConfiguration")
    problem = api.call("PUT", "/links/docs", {"distribution_ids": [site]}, 403)
    assert problem["statement"] == {
        "Effect": "Allow",
        "Action": "s3:PutBucketNotification",
        "Resource": "arn:aws:s3:::docs",
    }


def test_a_failure_between_two_steps_tells_both(world: World, api: Api, site: str) -> None:
    world.wire.denied.update({"TagResource", "PutBucketTagging"})
    problem = api.call("PUT", "/links/docs", {"distribution_ids": [site]}, 403)
    assert (problem["done"], problem["failed"], problem["back"]) == (["the notification"], "the tag", "unlink")


def test_an_overlap_tells_whose_it_is(world: World, api: Api, site: str) -> None:
    theirs = {"Id": "thumbs", "QueueArn": world.queue("thumbs"), "Events": ["s3:ObjectCreated:*"]}
    world.notify("docs", {"QueueConfigurations": [theirs]})
    problem = api.call("PUT", "/links/docs?dry_run=true", {"distribution_ids": [site]}, 409)
    assert problem["overlaps"] == [theirs]


def test_a_body_that_is_no_json_is_a_problem(api: Api) -> None:
    for body in (b"{", b"\xff\xfe", b"null", b'{"distribution_ids":' + b"[" * 5000):
        answer = api.client.put(
            "/api/v1/links/docs",
            content=body,
            headers={"Origin": "http://localhost", "Content-Type": "application/json"},
        )
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(api: Api, site: str) -> None:
    problem = api.call("POST", f"/distributions/{site}/invalidations", {"paths": ["/" + "x" * 1_100_000]}, 413)
    assert "1024 KB" in problem["detail"]


ODD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ODD)
def test_no_name_in_an_address_makes_it_crash(api: Api, name: str) -> None:
    from urllib.parse import quote

    part = quote(name, safe="")
    for method, path in (
        ("GET", f"/buckets/{part}"),
        ("GET", f"/links/{part}"),
        ("DELETE", f"/links/{part}"),
        ("GET", f"/distributions/{part}"),
        ("GET", f"/invalidations/{part}"),
        ("POST", f"/distributions/{part}/pause"),
        ("GET", f"/buckets?q={part}&cursor={part}"),
    ):
        answer = api.client.request(method, f"/api/v1{path}", headers={"Origin": "http://localhost"})
        assert answer.status_code in (200, 307, 404, 405, 422), f"{method} {path}: {answer.status_code} {answer.text}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"


def test_addresses_of_broken_encoding_are_answered(api: Api) -> None:
    for part in ("%ff%fe", "%00", "%", "%zz", "a%2Fb", "..%2f..%2fetc", "%F0%9F%98%80"):
        answer = api.client.get(f"/api/v1/buckets/{part}")
        assert answer.status_code in (404, 405)
        assert answer.headers["content-type"] == "application/problem+json"
