"""Every key that S3 allows, through every kind of origin: overwritten and deleted, it is fresh under every address."""

from collections.abc import Iterator

import pytest

from sandbox.run import Sandbox
from tests.e2e.world import Site, encoded, numbered, settled

pytestmark = pytest.mark.e2e

KEYS = [
    "plain.html",
    "a space.html",
    "a  two.html",
    "plus+plus.html",
    "100%.html",
    "100%25.html",
    "%2F.html",
    "hash#mark.html",
    "what?.html",
    "q?a=b&c=d",
    "star*.html",
    "*",
    "tilde~.html",
    "~/home.html",
    "don't.html",
    'say "hi".html',
    "back\\slash.html",
    "double//slash.html",
    "up/../down.html",
    "./here.html",
    "/leading.html",
    "trailing/",
    "brackets[1].html",
    "curly{2}.html",
    "pipe|.html",
    "caret^.html",
    "tick`.html",
    "less<more>.html",
    "semi;colon.html",
    "comma,.html",
    "equals=.html",
    "at@.html",
    "amp&.html",
    "dollar$.html",
    "bang!.html",
    "colon:.html",
    "(round).html",
    "control\x01\x1f.html",
    "line\nbreak.html",
    "tab\there.html",
    "del\x7f.html",
    "umlaut ä.html",
    "decomposed ä.html",
    "emoji 🦊.html",
    "عربى.html",
    "lang/" + "x" * 1015 + ".htm",
    "ü" * 512,
    "dir.with.dots/index.html",
    "deep/a/b/c/d/e/f/g/index.html",
    "with space/index.html",
    "plus+dir/index.html",
]


MOST_BYTES = 1024
"""Of a key, in UTF-8."""


def keys_of(site: Site) -> list[str]:
    """All keys, the longest ones just as long as they may be in this site."""
    room = MOST_BYTES - len(site.root)
    fitting = [key.encode()[-room:].decode(errors="ignore") for key in KEYS]
    # A website endpoint answers what ends in a slash with the index document under it, of which there is none.
    return [key for key in fitting if not (site.kind == "website" and key.endswith("/"))]


@pytest.fixture(scope="module")
def sites(running: Sandbox) -> Iterator[dict[str, Site]]:
    """A site of each kind, holding all keys, each seen by a visitor."""
    from tests.e2e.conftest import account_of

    account = account_of(running)
    made = {kind: account.site(f"strange-{kind}", kind) for kind in ("rest", "website", "path")}
    for site in made.values():
        site.put_all(numbered(keys_of(site), "one"))
    for site in made.values():
        site.becomes(dict(numbered(keys_of(site), "one")))
        settled(running, site)
    yield made
    account.close()


def _addresses(site: Site, key: str) -> list[str]:
    """Every address under which a visitor may know a key."""
    found = [encoded(key)]
    if " " in key:
        found.append(encoded(key).replace("%20", "+"))
    if site.kind == "website" and key.endswith("/index.html"):
        found.append(encoded(key.removesuffix("index.html")))
    return found


@pytest.mark.parametrize("wild", [False, True], ids=["exact", "wildcards"])
def test_strange_keys_are_fresh_after_an_overwrite_and_after_a_delete(
    sites: dict[str, Site], running: Sandbox, *, wild: bool
) -> None:
    """Keys that only a wildcard reaches come apart: theirs may cover the others, right or wrong."""
    keys = {site.kind: [key for key in keys_of(site) if _needs_wildcard(key) == wild] for site in sites.values()}
    known = [(site, key, uri) for site in sites.values() for key in keys[site.kind] for uri in _addresses(site, key)]
    for site, _, uri in known:
        site.visitor.get(uri)  # so that the edge holds what is to be forgotten
    second = {kind: numbered(of_kind, "two") for kind, of_kind in keys.items()}
    for site in sites.values():
        site.put_all(second[site.kind])
    for site in sites.values():
        site.becomes(dict(second[site.kind]))
        settled(running, site)
    stale = [(s.kind, uri) for s, key, uri in known if s.visitor.get(uri) != (200, second[s.kind][key])]
    assert stale == []
    for site in sites.values():
        for key in keys[site.kind]:
            site.delete(key)
    for site in sites.values():
        site.becomes(dict.fromkeys(keys[site.kind]))
        settled(running, site)
    assert [(s.kind, uri) for s, _, uri in known if s.visitor.get(uri)[0] == 200] == []


def _needs_wildcard(key: str) -> bool:
    """CloudFront takes no raw `~`, `*` is a wildcard, and a path has 4,000 characters at most."""
    return "~" in key or "*" in key or len(encoded(key)) > MOST_BYTES


def test_the_visitor_sends_addresses_as_browsers_do() -> None:
    assert encoded("a b+c%#?*~é") == "/a%20b%2Bc%25%23%3F*~%C3%A9"
