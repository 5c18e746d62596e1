"""Documentation under an origin path: the bucket's folder `site/` is the whole of what visitors see."""

from collections.abc import Mapping

from sandbox.sites.site import CSS, Change, Edit, File, Moment, Site, page, published, raw

ROOT = "site"
FRONT = f"{ROOT}/index.html"
PAGES = {
    f"{ROOT}/guide/start.html": "Getting started",
    f"{ROOT}/guide/caching rules.html": "Caching rules",
    f"{ROOT}/reference/a+b.html": "Reference: a+b",
}
DRAFT = "drafts/next.html"


def _uri(key: str) -> str:
    """Return the address that a browser opens for a key."""
    return key.removeprefix(ROOT).replace(" ", "%20").replace("+", "%2B")


def _front(headline: str, moment: Moment) -> File:
    rows = "\n".join(f'<li><a href="{_uri(key)}">{title}</a></li>' for key, title in PAGES.items())
    return File(page("docs/index.html", headline=headline, pages_html=rows, published=published(moment.at)))


def _page(title: str, moment: Moment) -> File:
    return File(page("docs/page.html", title=title, published=published(moment.at)))


def _first(moment: Moment) -> Mapping[str, File]:
    return {
        FRONT: _front(moment.headline, moment),
        f"{ROOT}/style.css": File(raw("docs/style.css"), CSS),
        DRAFT: _page("A draft that no visitor sees", moment),
    } | {key: _page(title, moment) for key, title in PAGES.items()}


def _retitle(moment: Moment, text: str) -> Edit:
    return Edit({FRONT: _front(text, moment)}, watch=((FRONT, "/"),))


def _edit_pages(moment: Moment, text: str) -> Edit:
    del text
    return Edit(
        {key: _page(title, moment) for key, title in PAGES.items()}, watch=tuple((key, _uri(key)) for key in PAGES)
    )


DOCS = Site(
    name="docs",
    title="Documentation",
    bucket="docs-site",
    alias="docs.example.org",
    kind="an origin path, behind an origin access identity",
    front=FRONT,
    headline="The handbook",
    first=_first,
    changes=(
        Change("title", "Change the title", "Overwrites site/index.html.", _retitle, "New title"),
        Change("pages", "Edit the pages", "Overwrites three pages; one has a space, one a plus.", _edit_pages),
    ),
)
