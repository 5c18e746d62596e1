"""A blog with index documents behind a website endpoint: `/posts/hello/` is the object `posts/hello/index.html`."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from sandbox.sites.site import CSS, Change, Edit, File, Moment, Site, page, published, raw

FRONT, STYLE, ABOUT, MISSING = "index.html", "style.css", "about/index.html", "404.html"
SLUGS = ("hello-world", "what-a-cache-forgets", "a-week-without-stale-pages")
MORE = (
    "the-edge-remembers",
    "deploys-on-a-friday",
    "one-path-is-enough",
    "notes-from-the-origin",
    "small-files-far-away",
)
_POST = re.compile(r"posts/([^/]+)/index\.html")


def _slugs(keys: Iterable[str]) -> list[str]:
    return [found[1] for key in keys if (found := _POST.fullmatch(key))]


def _title(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _key(slug: str) -> str:
    return f"posts/{slug}/index.html"


def _front(headline: str, slugs: Iterable[str], at: datetime) -> File:
    rows = "\n".join(f'<li><a href="/posts/{escape(slug)}/">{escape(_title(slug))}</a></li>' for slug in slugs)
    return File(page("blog/index.html", headline=headline, posts_html=rows, published=published(at)))


def _post(slug: str, at: datetime) -> File:
    return File(page("blog/post.html", title=_title(slug), published=published(at)))


def _all(moment: Moment, slugs: list[str]) -> Mapping[str, File]:
    fixed = {
        FRONT: _front(moment.headline, slugs, moment.at),
        ABOUT: File(page("blog/about.html", published=published(moment.at))),
        MISSING: File(page("blog/404.html", published=published(moment.at))),
        STYLE: File(raw("blog/style.css"), CSS),
    }
    return fixed | {_key(slug): _post(slug, moment.at) for slug in slugs}


def _first(moment: Moment) -> Mapping[str, File]:
    return _all(moment, list(SLUGS))


def _change_headline(moment: Moment, text: str) -> Edit:
    return Edit({FRONT: _front(text, _slugs(moment.keys), moment.at)}, watch=((FRONT, "/"),))


def _add_post(moment: Moment, text: str) -> Edit:
    del text
    known = _slugs(moment.keys)
    fresh = next((slug for slug in MORE if slug not in known), f"post-{moment.at:%H-%M-%S}")
    puts = {_key(fresh): _post(fresh, moment.at), FRONT: _front(moment.headline, [fresh, *known], moment.at)}
    return Edit(puts, watch=((FRONT, "/"), (_key(fresh), f"/posts/{fresh}/")))


def _delete_post(moment: Moment, text: str) -> Edit:
    del text
    known = _slugs(moment.keys)
    front = {FRONT: _front(moment.headline, known[1:], moment.at)}
    if not known:
        return Edit(front, watch=((FRONT, "/"),))
    gone = known[0]
    return Edit(front, (_key(gone),), watch=((FRONT, "/"), (_key(gone), f"/posts/{gone}/")))


def _redeploy(moment: Moment, text: str) -> Edit:
    del text
    return Edit(_all(moment, _slugs(moment.keys)), watch=((FRONT, "/"), (ABOUT, "/about/"), (STYLE, "/style.css")))


BLOG = Site(
    name="blog",
    title="A blog",
    bucket="blog-site",
    alias="blog.example.org",
    kind="index documents behind a website endpoint",
    front=FRONT,
    headline="Notes from the edge",
    first=_first,
    changes=(
        Change("headline", "Change the headline", "Overwrites index.html.", _change_headline, "New headline"),
        Change("post", "Publish a post", "Adds a post, and overwrites index.html.", _add_post),
        Change("delete", "Delete a post", "Deletes a post, and overwrites index.html.", _delete_post),
        Change("redeploy", "Deploy everything", "Uploads every file again, with the time of now.", _redeploy),
    ),
)
