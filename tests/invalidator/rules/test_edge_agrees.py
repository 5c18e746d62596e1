"""The edge agrees: whatever it served from a key, under any URI that viewers use, the key's paths drop.

The edge is written from the documentation and shares no line with the rules: it is their judge.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from invalidator.plan import plan_paths
from invalidator.rules.changes import Change
from invalidator.rules.events import parse
from invalidator.rules.routes import Website, routes_of
from tests.sandbox.edge.world import BUCKET, World, behavior, config_of, items, make_world, rest_origin, website_origin

SECONDS_OF_SHORT_ERRORS = 11

# How viewers percent-encode: browsers (URL Standard), JavaScript's two functions, every encoder after RFC 3986.
RAW = ("/!$&'()*,;:=@~[]|^", "/!$&'()*,;:=@~", "/!'()*~", "/~")
PIECES = [
    "a",
    "b",
    "index.html",
    "404.html",
    "é",
    "🌷",
    " ",
    "+",
    "%",
    "%20",
    "#",
    "?",
    "*",
    "~",
    "'",
    '"',
    "\\",
    "[x]",
]
NAMES = st.lists(st.sampled_from([*PIECES, "..", ".", "\x01", "&", "=", "a.b"]), min_size=0, max_size=3).map("".join)
KEYS = st.lists(NAMES | st.sampled_from(["site", "d"]), min_size=1, max_size=4).map("/".join).filter(bool)


@dataclass(frozen=True)
class Shape:
    """A distribution over the bucket, and how its website endpoint is set up."""

    website: bool = False
    path: str = ""
    root: str = ""
    query: tuple[str, ...] = ("none",)
    patterns: tuple[str, ...] = ()
    elsewhere: int = 0
    default_elsewhere: bool = False
    error_document: str = ""
    error_seconds: int | None = None

    def config(self) -> dict[str, Any]:
        ours = website_origin(self.path) if self.website else rest_origin(self.path)
        behaviors = [behavior(self.query[n % len(self.query)], PathPattern=p) for n, p in enumerate(self.patterns)]
        for one in behaviors[: self.elsewhere]:
            one["TargetOriginId"] = "elsewhere"
        default = behavior(self.query[0], TargetOriginId="elsewhere" if self.default_elsewhere else BUCKET)
        config = config_of(None, *behaviors, default, DefaultRootObject=self.root)
        config["Origins"] = items([ours, rest_origin(bucket="elsewhere")])
        if self.error_seconds is not None:
            page = {"ResponsePagePath": "/404.html", "ResponseCode": "200", "ErrorCachingMinTTL": self.error_seconds}
            config["CustomErrorResponses"] = items([{"ErrorCode": code, **page} for code in (403, 404)])
        return config


PATTERNS = st.sampled_from(["d/*", "*.html", "/a*", "b?", "/index.html", "/%C3%A9*", "/a+b"])
SHAPES = st.builds(
    Shape,
    website=st.booleans(),
    path=st.sampled_from(["", "", "/site", "/site/d", "/a%20b"]),
    root=st.sampled_from(["", "index.html", "d/index.html"]),
    query=st.lists(st.sampled_from(["none", "all"]), min_size=1, max_size=3).map(tuple),
    patterns=st.lists(PATTERNS, max_size=3).map(tuple),
    elsewhere=st.sampled_from([0, 0, 1, 2]),
    default_elsewhere=st.sampled_from([False, False, False, True]),
    error_document=st.sampled_from(["", "404.html"]),
    error_seconds=st.sampled_from([None, 5, 300]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, list[str]]:
    """A shape and keys of the bucket, most of them below its origin path; the first one is that which changes."""
    shape = draw(SHAPES)
    inside = shape.path.replace("%20", " ").removeprefix("/")
    below = KEYS.map(lambda key: f"{inside}/{key}" if inside else key)
    return shape, draw(st.lists(below | below | KEYS, min_size=1, max_size=3, unique=True))


def world_of(shape: Shape, keys: list[str]) -> World:
    world = make_world()
    world.buckets.create("elsewhere")
    if shape.website:
        site: dict[str, Any] = {"IndexDocument": {"Suffix": "index.html"}}
        if shape.error_document:
            site["ErrorDocument"] = {"Key": shape.error_document}
        world.buckets.websites[BUCKET] = site
    world.distribution(shape.config())
    for key in keys:
        world.buckets.put(key, f"one {key}", Cache_Control="max-age=86400")
    return world


def uris(key: str, path: str) -> list[str]:
    """Every URI at which a viewer may look for a key, through any distribution, in every spelling."""
    decoded = {f"/{key}", "/", "/nothing/here"}
    inside = path.replace("%20", " ")
    if f"/{key}".startswith(f"{inside}/"):
        decoded.add(f"/{key}"[len(inside) :])
    for one in [one for one in decoded if one.endswith("index.html")]:
        decoded |= {one.removesuffix("index.html"), one.removesuffix("/index.html")}
    spelled = {quote(one, safe=raw) for one in decoded for raw in RAW}
    spelled |= {one.replace("%20", "+") for one in spelled}
    # Keys' own dot segments: no browser sends them, other clients do.
    return [uri + query for uri in sorted(spelled) if uri.startswith("/") for query in ("", "?v=1", "?v=2")]


def changed(key: str) -> Change:
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-25T12:00:00.000Z",
        "s3": {"bucket": {"name": BUCKET}, "object": {"key": quote(key, safe="/").replace("%20", "+")}},
    }
    return parse({"Records": [record]}).changes[0]


def paths_of(shape: Shape, key: str) -> tuple[str, ...]:
    website = Website("index.html", shape.error_document or None) if shape.website else None
    return plan_paths({BUCKET: routes_of(shape.config(), BUCKET, website)}, [changed(key)])


@settings(max_examples=3 * settings.default.max_examples)
@given(cases())
@example((Shape(website=True), ["d/index.html", "d"]))
@example((Shape(website=True, error_document="404.html"), ["404.html"]))
@example((Shape(error_seconds=300), ["404.html"]))
@example((Shape(root="index.html", path="/site"), ["site/index.html", "index.html"]))
@example((Shape(query=("all",)), ["d/a", "a.html"]))
@example((Shape(), ["~é/a*b c+d%25[x]"]))
@example((Shape(), ["é" * 512]))
@example((Shape(), ["/a", "a//b", "../a"]))
@example((Shape(patterns=("d/*",), default_elsewhere=True), ["/d//a"]))
@example((Shape(patterns=("d/*",), default_elsewhere=True), ["./d/a"]))
def test_what_the_edge_served_from_a_key_is_dropped_by_its_paths(case: tuple[Shape, list[str]]) -> None:
    shape, keys = case
    world = world_of(shape, keys)
    key = keys[0]
    looked_at = uris(key, shape.path)
    old = f"one {key}"
    served = [uri for uri in looked_at if world.text(uri) == old]
    event("served" if served else "not reached")

    world.buckets.put(key, "two", Cache_Control="max-age=86400")
    world.invalidate(*paths_of(shape, key))
    world.clock.advance(SECONDS_OF_SHORT_ERRORS)
    stale = [uri for uri in served if world.text(uri) == old]
    assert stale == []


@settings(max_examples=3 * settings.default.max_examples)
@given(cases())
@example((Shape(website=True), ["d/index.html"]))
@example((Shape(website=True, query=("all",)), ["a/d/index.html"]))
def test_what_the_edge_answered_for_a_deleted_key_is_dropped_by_its_paths(case: tuple[Shape, list[str]]) -> None:
    """Redirects to a directory are cached, too: they must not outlive its index document."""
    shape, keys = case
    world = world_of(shape, keys)
    key = keys[0]
    looked_at = uris(key, shape.path)
    for uri in looked_at:
        world.get(uri)

    world.buckets.delete(key)
    world.invalidate(*paths_of(shape, key))
    world.clock.advance(SECONDS_OF_SHORT_ERRORS)
    cold = world_of(shape, keys[1:])
    answers = {uri: (world.get(uri).status, world.text(uri)) for uri in looked_at}
    fresh = {uri: (cold.get(uri).status, cold.text(uri)) for uri in looked_at}
    assert answers == fresh


@given(cases())
def test_a_key_that_makes_no_paths_is_served_nowhere(case: tuple[Shape, list[str]]) -> None:
    shape, keys = case
    world = world_of(shape, keys)
    if not paths_of(shape, keys[0]):
        assert [uri for uri in uris(keys[0], shape.path) if world.text(uri) == f"one {keys[0]}"] == []
