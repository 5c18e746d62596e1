"""Routes: how the keys of a bucket are reached through a distribution, and which paths a changed key makes.

In doubt a route gives more paths, never fewer: what can't be read, a function that may rewrite, or an error page that
may be kept long lead to wildcards. Pages of the CloudFront Developer Guide are named where a rule comes from one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_plus

from invalidator.rules.behaviors import Behavior, behaviors_of
from invalidator.rules.origins import Kind, items, kind_of, targets
from invalidator.rules.paths import encode_path, key_paths, narrowest, spellings, without_covered
from invalidator.rules.patterns import matches, normalized, reach

USUAL_INDEX = "index.html"
# What people name a website's error document, for where its configuration can't be read.
USUAL_ERRORS = frozenset({"404.html", "error.html"})
# An error kept no longer than this is not stale: it is CloudFront's own default (HTTPStatusCodes.html).
SHORT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Website:
    """A bucket's website configuration.

    index: the suffix of index documents, such as `index.html`; None where the endpoint only redirects.
    error: the key of the error document; None without one.
    """

    index: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One way from viewers to a bucket.

    origin_path: what CloudFront puts before the URI when it asks the origin; empty for nothing.
    in_front: what stands before the key in S3's own URI: `bucket/` on an endpoint for all buckets, else nothing.
    index: the name of index documents that answer for their directory; None where none do.
    root: the default root object; empty without one.
    targets: what a behavior may target to come this way; None where every behavior may.
    behaviors: of the distribution, in order; empty where its configuration can't be read.
    error_documents: keys that answer, at this origin, for others that are missing.
    error_pages: decoded URIs whose responses are kept for long under other URIs, which failed.
    per_tenant: whether the origin path has parameters that each tenant of the distribution fills in: then every key
        may be reached, and only its tenant knows where.
    website: whether it goes through a website endpoint, which may answer for keys that are not there.
    """

    origin_path: str = ""
    in_front: str = ""
    index: str | None = None
    root: str = ""
    targets: frozenset[str] | None = None
    behaviors: tuple[Behavior, ...] = ()
    error_documents: frozenset[str] = frozenset()
    error_pages: frozenset[str] = frozenset()
    per_tenant: bool = False
    website: bool = False


def plain_route() -> Route:
    """Return the route to take where the distribution's configuration can't be read: the key, and its directory."""
    return Route(index=USUAL_INDEX)


def routes_of(
    config: Mapping[str, Any],
    bucket: str,
    website: Website | None = None,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Route, ...]:
    """Return every way in which a distribution may serve a bucket; at least one.

    config: the DistributionConfig, in boto3's shape.
    website: the bucket's website configuration; None where it can't be read (the usual names are assumed then).
    policies: CachePolicyConfigs of the custom cache policies in use, by id, as far as they could be read.
    """
    known = [(origin, kind_of(origin, bucket)) for origin in items(config, "Origins")]
    common = Route(
        root=unquote_plus(config.get("DefaultRootObject") or "").removeprefix("/"),
        behaviors=behaviors_of(config, policies or {}),
        error_pages=_lingering_pages(config, plain_s3=all(kind == "rest" for _, kind in known)),
    )
    if all(kind in ("maybe", "other") for _, kind in known):
        # Somebody linked the two, so something that we don't see through stands between them. Its origin paths may
        # be part of the keys, or not.
        paths = {"", *(_origin_path(origin) for origin, _ in known)}
        return tuple(replace(_below(common, path), index=USUAL_INDEX) for path in sorted(paths))
    return tuple(
        _through(common, origin, targets(config, origin["Id"]), kind, bucket, website)
        for origin, kind in known
        if kind != "other"
    )


def _through(
    common: Route,
    origin: Mapping[str, Any],
    reached_by: frozenset[str],
    kind: Kind,
    bucket: str,
    website: Website | None,
) -> Route:
    """Return the route through one origin that reads the bucket, or may."""
    route = replace(_below(common, _origin_path(origin)), targets=reached_by)
    if kind == "path":
        return replace(route, in_front=f"{bucket}/")
    if kind == "maybe":
        return replace(route, index=USUAL_INDEX)
    if kind == "rest":
        return route  # REST endpoints know no index documents (DefaultRootObject.html)
    if website is None:
        return replace(route, website=True, index=USUAL_INDEX, error_documents=USUAL_ERRORS)
    documents = frozenset(filter(None, [website.error]))
    return replace(route, website=True, index=website.index, error_documents=documents)


def _below(common: Route, path: str) -> Route:
    """Return the route with an origin path, which may have parameters (tenant-customization.html)."""
    return replace(common, origin_path=path, per_tenant="{{" in path)


def _origin_path(origin: Mapping[str, Any]) -> str:
    """Return the origin path as S3 reads it: decoded, without a slash at the end."""
    return unquote_plus(origin.get("OriginPath") or "").rstrip("/")


def _lingering_pages(config: Mapping[str, Any], *, plain_s3: bool) -> frozenset[str]:
    """Return the custom error pages that are kept longer than 10 s under the URIs that failed.

    For the error caching minimum TTL, or for longer where the error itself says so (custom-error-pages-expiration
    .html, HTTPStatusCodes.html); errors of S3's REST endpoint don't, those of every other origin may.
    """
    return frozenset(
        unquote_plus(answer["ResponsePagePath"])
        for answer in items(config, "CustomErrorResponses")
        if answer.get("ResponsePagePath") and not (plain_s3 and answer.get("ErrorCachingMinTTL", 10) <= SHORT_SECONDS)
    )


def viewer_paths(routes: Iterable[Route], key: str) -> tuple[str, ...]:
    """Return the paths that together cover every URI under which viewers may have been given this key's object.

    Empty where no route leads to the key: outside the origin paths, or where no behavior asks that origin.
    """
    return without_covered(path for route in routes for path in _paths_through(route, key))


def _paths_through(route: Route, key: str) -> Iterator[str]:
    """Yield the paths of a key by one route, those that others cover included."""
    leading = [behavior for behavior in route.behaviors if _leads_here(route, behavior)]
    if key in route.error_documents or route.per_tenant:
        yield from map(_all_of, leading)
    whole = f"/{route.in_front}{key}"
    if not whole.startswith(f"{route.origin_path}/"):
        return
    uri = whole[len(route.origin_path) :]
    if uri in route.error_pages:
        yield from map(_all_of, route.behaviors)
    # The viewer's URI is to be named, beside the one that a function made of it ("Changing the URI by using a Lambda
    # function", invalidation-specifying-objects.html); only the function knows which URIs it turns into this one.
    yield from (_all_of(behavior) for behavior in leading if behavior.rewrites)
    for face in _faces(route, uri):
        yield from _face_paths(route, face)


def _faces(route: Route, uri: str) -> Iterator[str]:
    """Yield the decoded URIs that an object answers: its own, the root, and its directory with and without slash.

    IndexDocumentSupport.html (S3): the endpoint answers `/d/` with the index document, and `/d` with a redirect.
    DefaultRootObject.html: the root object answers `/`, and no other directory.
    """
    yield uri
    if route.root and uri == f"/{route.root}":
        yield "/"
    if route.index and uri.endswith(f"/{route.index}"):
        directory = uri.removesuffix(route.index)
        yield directory
        if directory.strip("/"):
            yield directory.removesuffix("/")


def _face_paths(route: Route, face: str) -> Iterator[str]:
    """Yield the paths of one decoded URI, where a behavior may bring it here."""
    taking = _taking(route, face)
    if route.behaviors and not any(_leads_here(route, behavior) for behavior in taking):
        return
    query = any(behavior.query for behavior in taking)
    for path in key_paths(face):
        yield from _with_variants(path) if query and not path.endswith("*") else [path]


def _with_variants(path: str) -> Iterator[str]:
    """Yield what drops a path's variants by query string too ("Forwarding query strings", same page).

    One wildcard behind a file's name does. Behind a name that may be a directory's it would take all that lies in it,
    so there the question mark stands before the wildcard, and the path itself beside it.
    """
    if "." in path.rpartition("/")[2]:
        yield narrowest(f"{path}*")
    else:
        yield path
        yield narrowest(f"{path}?*")


def _taking(route: Route, face: str) -> set[Behavior]:
    """Return the behaviors that may take a decoded URI.

    AWS doesn't say in which spelling it compares path patterns, nor whether the root is compared by the root object's
    name: each that may be counts, as it is and in normal form.
    """
    if len(route.behaviors) <= 1:
        return set(route.behaviors)
    seen = {face, *spellings(face)}
    if face == "/" and route.root:
        seen.add(f"/{route.root}")
    return {first for uri in seen | {*map(normalized, seen)} if (first := _first(route.behaviors, uri))}


def _first(behaviors: Sequence[Behavior], uri: str) -> Behavior | None:
    return next((behavior for behavior in behaviors if matches(behavior.pattern, uri)), None)


def _leads_here(route: Route, behavior: Behavior) -> bool:
    return route.targets is None or behavior.target in route.targets


def _all_of(behavior: Behavior) -> str:
    """Return the narrowest wildcard over every URI that a behavior takes."""
    return narrowest(encode_path(reach(behavior.pattern)) + "*")
