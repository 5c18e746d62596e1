"""Where a form came from, so that what it did leads back there."""

from urllib.parse import urlsplit


def came_from(referer: str) -> str:
    """Return the page that a form was sent from, without its host: it never leads elsewhere.

    >>> came_from("http://localhost:8000/invalidations?state=failed"), came_from("http://x//evil.example")
    ('/invalidations?state=failed', '/')
    """
    try:
        parts = urlsplit(referer)
    except ValueError:
        return "/"
    if not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
