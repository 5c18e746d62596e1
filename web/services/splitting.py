"""Pasted text, cut into what people meant as one thing each. Pure."""

import json
import re
from collections.abc import Mapping

# Things that begin so begin anew wherever they stand behind a blank, comma or semicolon.
_BEGINS = r"/|https?://|s3://|arn:aws[a-z-]*:s3:::"
_BETWEEN = re.compile(rf"[\s,;]+(?={_BEGINS})|\s*[,;]\s*(?=#)", re.IGNORECASE)
_BEGINNING = re.compile(_BEGINS, re.IGNORECASE)
_BULLET = re.compile(rf"[-*•]\s+(?={_BEGINS})", re.IGNORECASE)
# What `aws s3 cp`, `mv`, `rm` and `sync` print of an object, `(dryrun)` before it or not.
_PRINTED = re.compile(r"(?:\(dryrun\) )?(?:upload|copy|move|delete): (?:.* to )?(?P<target>s3://.+)")
_QUOTED = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*[,;]?""")
_FILE = re.compile(r"\S*(?:\.[A-Za-z0-9]{1,5}|/|\*)")


def items_of(text: str) -> list[str]:
    r"""Return the things that a text names: a line each, several on a line, quoted, or in JSON.

    A blank within a path or key is kept: only what looks like another beginning, or words that all look like files,
    are taken apart.

    >>> items_of("/a b.html /c")
    ['/a b.html', '/c']
    >>> items_of('"/a", "/b",\nindex.html, css/app.css\nmy photo.jpg')
    ['/a', '/b', 'index.html', 'css/app.css', 'my photo.jpg']
    """
    listed = _json_list(text)
    if listed is not None:
        return listed
    return [item for line in lines_in(text) for item in _items_on(line.strip()) if item]


def lines_in(text: str) -> list[str]:
    """Return the lines of a text as textareas and editors break them; other breaks are characters of keys."""
    return re.split(r"\r\n?|\n", text)


def rewritten(text: str, instead: Mapping[str, str | None]) -> str:
    r"""Return a text with other things in the place of some; None leaves one out. Lines without them stay as they are.

    >>> rewritten("/a*b\n/c d, /~e", {"/a*b": "/a*", "/~e": None})
    '/a*\n/c d'
    """
    listed = _json_list(text)
    lines = lines_in(text) if listed is None else listed
    kept: list[str] = []
    for line in lines:
        items = [line] if listed is not None else items_of(line)
        if not any(item in instead for item in items):
            kept.append(line)
            continue
        kept += [other for item in items if (other := instead.get(item, item)) is not None]
    return "\n".join(kept)


def _items_on(line: str) -> list[str]:
    if printed := _PRINTED.fullmatch(line):
        return [printed["target"]]
    if line.startswith("#"):  # a tag has neither blank nor comma
        words = [word for word in re.split(r"[\s,;]+", line) if word]
        return words if all(word.startswith("#") or _BEGINNING.match(word) for word in words) else [line]
    line = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    quoted = _quoted(line)
    if quoted is not None:
        return quoted
    pieces = _BETWEEN.split(line)
    if len(pieces) == 1 and not _BEGINNING.match(line):
        words = [word for word in re.split(r"[\s,;]+", line) if word]
        return words if len(words) > 1 and all(_FILE.fullmatch(word) for word in words) else [line]
    return [*(piece.rstrip(",;") for piece in pieces[:-1]), pieces[-1]]


def _quoted(line: str) -> list[str] | None:
    """Return what stands in quotes, where a line is nothing but that."""
    found, at = [], 0
    while match := _QUOTED.match(line, at):
        found.append(match[1] if match[1] is not None else match[2])
        at = match.end()
    return found if found and at == len(line) else None


def _json_list(text: str) -> list[str] | None:
    """Return the texts of a JSON list, or the paths of what `aws cloudfront get-invalidation` prints."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for name in ("Invalidation", "InvalidationBatch", "Paths", "Items"):
        told = told.get(name, told) if isinstance(told, dict) else told
    return told if isinstance(told, list) and all(isinstance(item, str) for item in told) else None
