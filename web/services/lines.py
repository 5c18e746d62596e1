"""What people paste, understood as invalidation paths, each with what was mended or why it can't be. Pure.

A line may be a path, an address of the distribution, an address of an object of one of its buckets, a cache tag, or a
bare key; several may stand on one line.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from invalidator.errors import BadInputError
from invalidator.rules.cachetags import is_tag, lint_tag
from invalidator.rules.paths import encode_path, key_paths, lint, narrowest, without_covered
from invalidator.rules.routes import Route, viewer_paths
from web.services.addresses import Address, InBucket, Unusable, host_of, read
from web.services.splitting import items_of

MOST_ITEMS = 20_000
"""Pasted things that are read at all: several times what CloudFront takes, since many may be one path."""


@dataclass(frozen=True, slots=True)
class Site:
    """What lines are read against: one distribution.

    names: host names that it answers, in lower case, without port; a leading `*.` stands for any names before.
    others: host names of the account's other distributions, and their ids.
    routes: of each bucket that it reads or that is linked to it.
    keeps_query: whether the query string is part of the cache key of a path.
    tags: whether it keeps cache tags; None where its configuration can't be read.
    elsewhere: whether something else than these buckets may answer a path.
    """

    id: str
    names: frozenset[str]
    routes: Mapping[str, tuple[Route, ...]] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    keeps_query: Callable[[str], bool] = lambda _path: False
    tags: bool | None = False
    elsewhere: Callable[[str], bool] = lambda _path: False


@dataclass(frozen=True, slots=True)
class Understood:
    """One path of what was given. Either `path` or `problem` is None.

    note: what was made of it, where that is not plain.
    mend: what to write instead, where that is plain. widened: whether the path is a wildcard that nobody asked for.
    """

    given: str
    path: str | None = None
    problem: str | None = None
    note: str | None = None
    mend: str | None = None
    widened: bool = False


def understand(lines: Iterable[str], site: Site) -> list[Understood]:
    """Return what the lines mean, in their order; one line may give several.

    Raises: BadInputError for more than are read at all.
    """
    items = items_of("\n".join(lines))
    if len(items) > MOST_ITEMS:
        raise BadInputError(
            f"These are {len(items):,} lines, and at most {MOST_ITEMS:,} are read at once. Send them in several parts."
        )
    return _once_each([one for given in items for one in _one(given, site)])


def paths_in(understood: Sequence[Understood]) -> tuple[str, ...]:
    """Return the paths to send: each once, without those that another covers."""
    return without_covered(one.path for one in understood if one.path is not None)


def refused(understood: Sequence[Understood]) -> list[tuple[str, str]]:
    """Return what could not be understood, with the reasons."""
    return [(one.given, one.problem) for one in understood if one.problem is not None]


def _one(given: str, site: Site) -> list[Understood]:
    try:
        encode_path(given)  # refuses half a character, whatever the rest is
        found = read(given) or _named(given, site)
        if isinstance(found, Address):
            return [_address(given, found, site)]
        if isinstance(found, InBucket):
            return _in_bucket(given, found.bucket, found.key, site)
        if isinstance(found, Unusable):
            return [Understood(given, problem=found.problem, mend=found.mend)]
        return _plain(given, site)
    except BadInputError as error:
        return [Understood(given, problem=str(error))]


def _plain(given: str, site: Site) -> list[Understood]:
    if is_tag(given):
        return [_tag(given, site)]
    if not given.startswith("/"):
        return _key(given, site)
    path, question, _ = given.partition("?")
    if question and not site.keeps_query(path):
        return [_path(given, path, "without the query string, which is not part of what is cached")]
    return [_path(given, given)]


def _named(given: str, site: Site) -> Address | None:
    """Return the address that a text is where it begins with a name that the account serves, maybe after `//`."""
    if given.startswith("/") and not given.startswith("//"):
        return None
    host, slash, rest = given.removeprefix("//").partition("/")
    name = host_of(host)
    if not name or not (_answers(site.names, name) or name in site.others):
        return None
    path, question, query = rest.partition("#")[0].partition("?")
    return Address(name, slash + path, question + query or None)


def _tag(given: str, site: Site) -> Understood:
    """Return a cache tag, in lower case, as CloudFront compares tags without case."""
    key = encode_path(f"/{given}")
    if site.tags is False:
        why = "This distribution keeps no cache tags (CacheTagConfig), so CloudFront would accept a tag and do nothing."
        return Understood(
            given, problem=f"{why} For a key with a # write {key[:200]}.", mend=None if lint(key) else key
        )
    if problem := lint_tag(given):
        return Understood(given, problem=problem)
    note = "every object with that tag"
    return Understood(
        given, given.lower(), note=note if site.tags else f"{note}, if this distribution keeps tags: that can't be read"
    )


def _path(given: str, path: str, note: str | None = None) -> Understood:
    """Return a path in CloudFront's spelling, or why it is none."""
    encoded = encode_path(path)
    problem = lint(encoded)
    if problem is not None:
        return Understood(given, problem=problem, mend=_mend(encoded))
    if note is None and encoded != given:
        note = "written as CloudFront compares it" if given.startswith("/") else "read as a path of the site"
    return Understood(given, encoded, note=note)


def _address(given: str, address: Address, site: Site) -> Understood:
    name, query = address.host, address.query
    if not _answers(site.names, name):
        other = site.others.get(name)
        where = f"answered by {other}: invalidate it there" if other else "no name of this distribution"
        return Understood(given, problem=f"{name or 'That'} is {where}.")
    path = address.path or "/"
    if query and site.keeps_query(path):
        return _path(given, path + query, "with its query string, which is cached apart")
    note = "without the query string, which is not part of what is cached" if query else "the path of that address"
    return _path(given, path, note)


def _in_bucket(given: str, bucket: str, key: str, site: Site) -> list[Understood]:
    routes = site.routes.get(bucket)
    if routes is None:
        read = ", ".join(sorted(site.routes)) or "no bucket of this account"
        return [Understood(given, problem=f"This distribution does not read the bucket {bucket!r}; it reads {read}.")]
    folder = not key or key.endswith(("/", "*"))
    paths = below(routes, key.removesuffix("*")) if folder else viewer_paths(routes, key)
    if not paths:
        return [Understood(given, problem="The distribution does not serve that key: it lies outside the origin path.")]
    note = "everything below, as the site has it" if folder else "where the site has that object"
    return [_made(given, path, note, asked_wide=folder) for path in paths]


def _key(given: str, site: Site) -> list[Understood]:
    """A bare key is one of the distribution's buckets where it leads to viewers, and otherwise a path without slash."""
    if "*" not in given and "%" not in given and "?" not in given:
        paths = without_covered(path for routes in site.routes.values() for path in viewer_paths(routes, given))
        if paths and paths != (f"/{given}",):
            return [_made(given, path, "where the site has that object", asked_wide=False) for path in paths]
    return [_path(given, f"/{given}")]


def _made(given: str, path: str, note: str, *, asked_wide: bool) -> Understood:
    problem = lint(path)
    if problem is not None:
        return Understood(given, problem=problem, mend=_mend(path))
    wide = path.endswith("*") and not asked_wide
    return Understood(given, path, note=f"{note}; CloudFront can't name it alone" if wide else note, widened=wide)


def _mend(path: str) -> str | None:
    """Return what to write in the place of a path that CloudFront can't be told; None where that is not plain."""
    mended = narrowest(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", path))
    return mended if mended != path and lint(mended) is None else None


def below(routes: Iterable[Route], prefix: str) -> tuple[str, ...]:
    """Return the wildcards over the URIs of all keys that begin with a prefix; none where no route leads there."""
    found: list[str] = []
    for route in routes:
        whole = f"/{route.in_front}{prefix}"
        if whole.startswith(f"{route.origin_path}/"):
            uri = whole[len(route.origin_path) :]
        elif f"{route.origin_path}/".startswith(whole):
            uri = "/"
        else:
            continue
        found += (path if path.endswith("*") else narrowest(f"{path}*") for path in key_paths(uri))
    return without_covered(found)


def _once_each(found: Sequence[Understood]) -> list[Understood]:
    """Say of paths that come again, or that another covers, that they are sent once."""
    sent = set(without_covered(one.path for one in found if one.path is not None))
    heads = {path[:-1] for path in sent if path.endswith("*")}
    lengths = sorted({len(head) for head in heads})
    seen: set[str] = set()
    shown: list[Understood] = []
    for one in found:
        note = one.note
        if one.path is not None and one.path in seen:
            note = "named twice, sent once"
        elif one.path is not None and one.path not in sent:
            note = f"covered by {next(one.path[:n] for n in lengths if one.path[:n] in heads)}*"
        shown.append(replace(one, note=note))
        seen.add(one.path or "")
    return shown


def _answers(names: frozenset[str], host: str) -> bool:
    """Whether one of the names stands for a host (CNAMEs.html: `*.` stands for one or more labels)."""
    if host in names:
        return True
    return any(name.startswith("*.") and host.endswith(name[1:]) for name in names)
