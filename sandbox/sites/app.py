"""An app of hashed bundles: `index.html` names `assets/app.<hash>.js`, which never changes under that name."""

import hashlib
import re
from collections.abc import Mapping

from sandbox.sites.site import CSS, SCRIPT, Change, Edit, File, Moment, Site, page, published, raw

FRONT = "index.html"
FOREVER = "public, max-age=31536000, immutable"
_BUNDLE = re.compile(r"assets/app\.[0-9a-f]{8}\.(js|css)")


def _hashed(ending: str, body: bytes) -> str:
    return f"assets/app.{hashlib.sha256(body).hexdigest()[:8]}.{ending}"


def _build(headline: str, moment: Moment) -> dict[str, File]:
    """Return the files of one build: two bundles, and the page that names them."""
    style = raw("app/app.css")
    # To the microsecond: two builds of one second are two, or the second would find no old bundle to delete.
    script = page("app/app.js", build=moment.at.isoformat(), built=published(moment.at))
    names = {"css": _hashed("css", style), "js": _hashed("js", script)}
    front = page("app/index.html", headline=headline, published=published(moment.at), **names)
    return {
        names["css"]: File(style, CSS, FOREVER),
        names["js"]: File(script, SCRIPT, FOREVER),
        FRONT: File(front),
    }


def _first(moment: Moment) -> Mapping[str, File]:
    return _build(moment.headline, moment) | {"robots.txt": File(b"User-agent: *\nAllow: /\n", "text/plain")}


def _ship(moment: Moment, text: str) -> Edit:
    build = _build(text, moment)
    (script,) = [key for key in build if key.endswith(".js")]
    return Edit(build, watch=((FRONT, "/"), (script, f"/{script}")))


def _clean(moment: Moment, text: str) -> Edit:
    """Delete bundles; a visitor with an old page still finds them at the edge, until it is told."""
    del text
    build = _build(moment.headline, moment)
    old = tuple(key for key in moment.keys if _BUNDLE.fullmatch(key) and key not in build)
    return Edit(build, old, watch=((FRONT, "/"), *((key, f"/{key}") for key in old[:3])))


APP = Site(
    name="app",
    title="An app",
    bucket="app-site",
    alias="app.example.org",
    kind="hashed bundles behind an origin access control, with a default root object",
    front=FRONT,
    headline="Harbour watch",
    first=_first,
    changes=(
        Change("ship", "Ship a build", "Uploads a new bundle, and overwrites index.html.", _ship, "Title of the build"),
        Change("clean", "Ship, and delete old bundles", "Ships a build and deletes the ones before.", _clean),
    ),
)
