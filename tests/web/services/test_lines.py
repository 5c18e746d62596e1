"""What people paste, and what it is understood as."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.errors import BadInputError
from invalidator.rules.cachetags import lint_item
from invalidator.rules.paths import covers
from invalidator.rules.routes import Route, viewer_paths
from web.services.batches import too_many, wider
from web.services.lines import Site, paths_in, refused, understand
from web.services.splitting import items_of

SITE = Site(
    id="E1",
    names=frozenset({"d1.cloudfront.net", "www.example.org", "*.shop.example.org", "e1.localhost"}),
    routes={"docs": (Route(origin_path="/site", index="index.html"),), "app": (Route(root="index.html"),)},
    others={"d2.cloudfront.net": "E2", "other.example.org": "E2"},
    keeps_query=lambda path: path.startswith("/search"),
)
APP = Site(id="E1", names=frozenset({"d1.cloudfront.net"}), routes={"app": (Route(root="index.html"),)})


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("/a.html", ["/a.html"]),
        ("  /a.html  ", ["/a.html"]),
        ("/a.html /b.html", ["/a.html", "/b.html"]),
        ("/a.html, /b.html;/c", ["/a.html", "/b.html", "/c"]),
        ("/a b.html", ["/a b.html"]),
        ("https://x.org/a https://x.org/b", ["https://x.org/a", "https://x.org/b"]),
        ("s3://docs/a s3://docs/b c", ["s3://docs/a", "s3://docs/b c"]),
        ("/a\r\n\r\n/b\n", ["/a", "/b"]),
        ('"/a", "/b",', ["/a", "/b"]),
        ("'/a b'", ["/a b"]),
        ('["/a", "b c"]', ["/a", "b c"]),
        ("[draft].html", ["[draft].html"]),
        ("index.html about.html", ["index.html", "about.html"]),
        ("my photo.jpg", ["my photo.jpg"]),
        ("css/* js/", ["css/*", "js/"]),
        ("", []),
        ("  \n ", []),
        ("/a\x85b", ["/a\x85b"]),
        ("- /a\n* /b\n• https://x.org/c", ["/a", "/b", "https://x.org/c"]),
        ("- a", ["- a"]),
        ("upload: public/my page.html to s3://docs/my page.html", ["s3://docs/my page.html"]),
        ("(dryrun) delete: s3://docs/old.html", ["s3://docs/old.html"]),
        ("#news #Sports, /a", ["#news", "#Sports", "/a"]),
        ("/a, #news", ["/a", "#news"]),
        ("/a #b", ["/a #b"]),
        ("# a comment", ["# a comment"]),
        ('[\n "/a",\n "/b c"\n]', ["/a", "/b c"]),
        ('{"Invalidation": {"InvalidationBatch": {"Paths": {"Quantity": 1, "Items": ["/a"]}}}}', ["/a"]),
        ('{"Items": [1]}', ['{"Items": [1]}']),
        ("[" * 100_000, ["[" * 100_000]),
    ],
)
def test_text_is_cut_into_what_was_meant_as_one_thing(text: str, items: list[str]) -> None:
    assert items_of(text) == items


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        # paths, as they are or in CloudFront's spelling
        ("/a.html", ["/a.html"]),
        ("/", ["/"]),
        ("/*", ["/*"]),
        ("/my file/café.html", ["/my%20file/caf%C3%A9.html"]),
        ("/a%20b", ["/a%20b"]),
        ("/a?x=1", ["/a"]),
        ("/a?*", ["/a"]),
        ("/search?x=1", ["/search?x=1"]),
        ("/search?*", ["/search?*"]),
        ("/a#b", ["/a%23b"]),
        ("/[a]", ["/%5Ba%5D"]),
        ("/100%", ["/100%25"]),
        # addresses
        ("https://www.example.org/a b/", ["/a%20b/"]),
        ("https://www.example.org", ["/"]),
        ("HTTP://WWW.Example.ORG:8080/A", ["/A"]),
        ("https://user@www.example.org/a", ["/a"]),
        ("https://eu.shop.example.org/a", ["/a"]),
        ("https://a.eu.shop.example.org/a", ["/a"]),
        ("https://d1.cloudfront.net/a#part", ["/a"]),
        ("https://d1.cloudfront.net/a?utm=1", ["/a"]),
        ("https://d1.cloudfront.net/search?q=1", ["/search?q=1"]),
        ("http://e1.localhost:8002/a/", ["/a/"]),
        ("www.example.org/a", ["/a"]),
        ("www.example.org", ["/"]),
        ("//a", ["//a"]),
        ("//www.example.org/a?x#y", ["/a"]),
        ("https://docs.s3.eu-west-1.amazonaws.com/site/a%20b", ["/a%20b", "/a+b"]),
        ("https://s3.amazonaws.com/docs/site/c.html", ["/c.html"]),
        ("https://docs.s3.dualstack.us-east-1.amazonaws.com/site/guide/", ["/guide/*"]),
        ("arn:aws:s3:::docs/site/c.html", ["/c.html"]),
        ("s3a://docs/site/c.html", ["/c.html"]),
        # buckets
        ("s3://docs/site/guide/index.html", ["/guide/index.html", "/guide/", "/guide"]),
        ("s3://docs/site/guide/", ["/guide/*"]),
        ("s3://docs/site/guide/*", ["/guide/*"]),
        ("s3://docs/site/gu*", ["/gu*"]),
        ("s3://docs", ["/*"]),
        ("s3://docs/", ["/*"]),
        ("s3://docs/si", None),
        ("s3://docs/si*", ["/*"]),
        ("s3://docs/site/a b", ["/a%20b", "/a+b"]),
        ("s3://docs/site/~x/y", ["/*"]),
        ("s3://app/index.html", ["/index.html", "/"]),
        ("s3://app/a*b", ["/a*"]),
        # bare keys
        ("site/guide/index.html", ["/guide/index.html", "/guide/", "/guide", "/site/guide/index.html"]),
        ("a.html", ["/a.html"]),
        ("css/*", ["/css/*"]),
        ("a%20b.html", ["/a%20b.html"]),
    ],
)
def test_a_line_is_understood(line: str, paths: list[str] | None) -> None:
    understood = understand([line], SITE)
    if paths is None:
        assert refused(understood)
    else:
        assert refused(understood) == []
        assert list(dict.fromkeys(one.path for one in understood)) == paths


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("/a*b", "only at the end: write /a*"),
        ("no-slash*in*it", "only at the end"),
        ("/~joe/x", "write /*"),
        ("/" + "x" * 5000, "4,000 characters"),
        ("https://other.example.org/a", "answered by E2"),
        ("other.example.org/a", "answered by E2"),
        ("https://elsewhere.net/a", "no name of this distribution"),
        ("https:///a", "no name"),
        ("https://[::1/a", "no name"),
        ("s3://nobodys/a", "does not read the bucket 'nobodys'; it reads app, docs"),
        ("s3://docs/elsewhere/a", "outside the origin path"),
        ("#tag", "keeps no cache tags"),
        ("# a comment", "write /%23%20a%20comment"),
        ("ftp://www.example.org/a", "nothing at ftp:// addresses"),
        ("FTP://www.example.org/a", "nothing at ftp:// addresses"),
        ("file:///etc/passwd", "nothing at file:// addresses"),
        ("javascript://x/%0aalert(1)", "nothing at javascript:// addresses"),
        ("https:/www.example.org/a", "two slashes"),
        ("s3:/docs/site/a", "two slashes"),
        ("https://nobodys.s3.amazonaws.com/a", "does not read the bucket 'nobodys'"),
        ("//other.example.org/a", "answered by E2"),
        ("/\udc80", "half of a character"),
        ("https://www.example.org/\udc80", "half of a character"),
        ("\udc80.html", "half of a character"),
        ("s3://docs/site/\udc80", "half of a character"),
        ("s3://\udc80/site", "half of a character"),
    ],
)
def test_a_line_that_names_no_path_is_refused_with_the_reason(line: str, why: str) -> None:
    (one,) = understand([line], SITE)
    assert one.path is None
    assert why in (one.problem or "")
    assert one.given == line


def test_what_was_mended_is_told() -> None:
    notes = {one.given: one.note for one in understand(["/a", "/a b", "b", "https://d1.cloudfront.net/c?x"], APP)}
    assert notes["/a"] is None
    assert "as CloudFront" in (notes["/a b"] or "")
    assert "path of the site" in (notes["b"] or "")
    assert "without the query string" in (notes["https://d1.cloudfront.net/c?x"] or "")


def test_a_key_that_cloudfront_cannot_name_is_told_to_take_more_with_it() -> None:
    (one,) = understand(["s3://app/home/~joe"], APP)
    assert (one.path, one.widened) == ("/home/*", True)
    assert "can't name it alone" in (one.note or "")


def test_what_another_path_covers_is_sent_once() -> None:
    understood = understand(["/a/b", "/a/*", "/a/b", "/c"], APP)
    assert paths_in(understood) == ("/a/*", "/c")
    assert [one.note for one in understood] == ["covered by /a/*", None, "named twice, sent once", None]


def test_more_than_cloudfront_takes_at_once_is_refused() -> None:
    wild = [f"/{n}/*" for n in range(15)]
    files = [f"/{n}" for n in range(3000)]
    assert too_many([*wild, *files]) is None
    assert "These are 1 path and 16 wildcards." in (too_many([*wild, "/x/*", "/a"]) or "")
    assert "These are 3,001 paths. CloudFront takes 3,000 paths and 15 wildcards" in (too_many([*files, "/a"]) or "")
    assert "3,001 paths" in (too_many([f"#{n}" for n in range(3001)]) or "")


def test_a_few_wider_paths_are_offered_in_place_of_too_many() -> None:
    assert wider([f"/img/{n}.jpg" for n in range(4000)]) == ("/img/*",)
    assert wider([f"/{n}.jpg" for n in range(4000)]) == ()
    assert wider([*(f"/img/{n}.jpg" for n in range(4000)), "#news"]) == ()


def test_ten_thousand_lines_are_read_at_once_and_far_more_are_refused() -> None:
    assert len(paths_in(understand([f"/img/{n}.jpg" for n in range(10_000)], APP))) == 10_000
    with pytest.raises(BadInputError, match="These are 20,001 lines, and at most 20,000 are read at once"):
        understand(["/a"] * 20_001, APP)


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("/a*b", "/a*"),
        ("/~joe/x", "/*"),
        ("/100%/~x", "/100%25/*"),
        ("https:/www.example.org/a", "https://www.example.org/a"),
        ("#tag", "/%23tag"),
        ("#~", None),
        ("ftp://x/a", None),
        ("https://elsewhere.net/a", None),
    ],
)
def test_a_bad_line_brings_its_mend_where_that_is_plain(line: str, mend: str | None) -> None:
    (one,) = understand([line], APP)
    assert one.problem
    assert one.mend == mend
    if mend is not None:
        assert [again.problem for again in understand([mend], SITE)] == [None]


def test_tags_are_taken_where_the_distribution_keeps_them() -> None:
    kept = replace(APP, tags=True)
    understood = understand(["#News #news", "/a", "#section:a/b?c=#1"], kept)
    assert paths_in(understood) == ("#news", "/a", "#section:a/b?c=#1")
    assert [one.note for one in understood][:2] == ["every object with that tag", "named twice, sent once"]
    unknown = understand(["#news"], replace(APP, tags=None))
    assert "that can't be read" in (unknown[0].note or "")


@pytest.mark.parametrize(
    ("tag", "why"),
    [("#", "no name"), ("#a*", "no wildcard"), ("#é", "visible ASCII"), ("#a b", "visible ASCII"), ("#" * 258, "256")],
)
def test_a_tag_that_is_none_is_refused_with_the_reason(tag: str, why: str) -> None:
    (one,) = understand([tag], replace(APP, tags=True))
    assert one.path is None
    assert why in (one.problem or "")


def test_everything_covers_no_tag() -> None:
    understood = understand(["/*", "#news"], replace(APP, tags=True))
    assert paths_in(understood) == ("/*", "#news")


KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@given(st.lists(st.one_of(st.text(max_size=40), KEYS.map(lambda key: f"s3://docs/site/{key}")), max_size=5))
def test_whatever_is_pasted_every_path_is_one_that_cloudfront_takes(lines: list[str]) -> None:
    for one in understand(lines, SITE):
        assert (one.path is None) != (one.problem is None)
        if one.path is not None:
            assert lint_item(one.path) is None


@given(KEYS.filter(lambda key: not key.endswith(("/", "*")) and key == key.strip() and "\n" not in key))
def test_the_address_of_an_object_covers_every_uri_of_it(key: str) -> None:
    paths = paths_in(understand([f"s3://app/{key}"], APP)) if items_of(f"s3://app/{key}") == [f"s3://app/{key}"] else ()
    if paths:
        assert all(any(covers(path, uri) for path in paths) for uri in viewer_paths(APP.routes["app"], key))
