"""How many objects a path matches now, and which: by LIST, within bounds, so that a preview stays quick and cheap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import FreshedgeError
from invalidator.rules.paths import covers
from invalidator.rules.routes import Route, viewer_paths

MOST_CALLS = 30
"""LIST calls for one preview ($0.005 a thousand)."""

MOST_PAGES = 10
"""LIST calls for one path: ten thousand keys."""

EXAMPLES = 20


@dataclass(slots=True)
class Matched:
    """What a path matches.

    count: as far as it was counted; whole: whether that is all. examples: the first keys. why: what kept it from being
    counted to its end, where something did.
    """

    count: int = 0
    examples: list[str] = field(default_factory=list)
    why: FreshedgeError | None = None

    @property
    def whole(self) -> bool:
        """Whether all was counted."""
        return self.why is None

    def add(self, key: str) -> None:
        """Count a key."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(key)


class TooManyError(FreshedgeError):
    """More than may be listed for a preview."""


class Matching:
    """Counts for the paths of one preview. regions: of the buckets, by name."""

    def __init__(self, clients: Clients, regions: Mapping[str, str | None]) -> None:
        self._clients = clients
        self._regions = regions
        self._calls = MOST_CALLS

    def matched(self, path: str, routes_by_bucket: Mapping[str, Sequence[Route]]) -> Matched:
        """Return what a path matches in these buckets, and why that is not all, where one can't be listed."""
        found = Matched()
        for bucket, routes in routes_by_bucket.items():
            try:
                for key in self._candidates(path, bucket, routes):
                    if any(covers(path, uri) for uri in viewer_paths(routes, key)):
                        found.add(key)
            except FreshedgeError as error:
                found.why = error
        return found

    def _candidates(self, path: str, bucket: str, routes: Sequence[Route]) -> Iterator[str]:
        """Yield the keys that a path may match, each once."""
        seen: set[str] = set()
        for prefix in dict.fromkeys(name for route in routes for name in _keys_named(path, route)):
            if path.endswith("*"):
                listed = self._keys(bucket, prefix)
            else:
                listed = (key for key in self._keys(bucket, prefix, most=1) if key == prefix)
            for key in listed:
                if key not in seen:
                    seen.add(key)
                    yield key

    def _keys(self, bucket: str, prefix: str, most: int = 1000) -> Iterator[str]:
        """Yield the keys that begin with a prefix, in S3's order, which puts the key that is the prefix first.

        Raises: FreshedgeError of any kind, also where too many calls would be needed.
        """
        token: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            if self._calls == 0:
                break
            self._calls -= 1
            with explained("s3:ListBucket", f"arn:aws:s3:::{bucket}"):
                client = self._clients.s3_in(self._regions.get(bucket))
                answer = client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=most, **token)  # type: ignore[arg-type]
            yield from (found["Key"] for found in answer.get("Contents", []))
            if not answer.get("IsTruncated") or most == 1:
                return
            token = {"ContinuationToken": answer["NextContinuationToken"]}
        raise TooManyError(f"More keys begin with {prefix!r} than a preview counts.")


def _keys_named(path: str, route: Route) -> Iterator[str]:
    """Yield the keys that an exact path may mean by a route; for a wildcard, what those keys begin with.

    S3 reads `+` as a space, and a raw `+` names the key with a plus too.
    """
    wild = path.endswith("*")
    text = path.removesuffix("*")
    for uri in dict.fromkeys((unquote(text), unquote_plus(text))):
        yield from _key_of(route, uri)
        if wild:
            continue
        if route.root and uri == "/":
            yield from _key_of(route, f"/{route.root}")
        if route.index:
            yield from _key_of(route, f"{uri.rstrip('/')}/{route.index}")


def _key_of(route: Route, uri: str) -> Iterator[str]:
    whole = f"{route.origin_path}{uri}"[1:]
    if whole.startswith(route.in_front):
        yield whole.removeprefix(route.in_front)
