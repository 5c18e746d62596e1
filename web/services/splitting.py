"""Pasted text, cut into what people meant as one thing each. Pure."""

import json
import re

# Things that begin so begin anew wherever they stand behind a blank, comma or semicolon.
_BETWEEN = re.compile(r"[\s,;]+(?=/|https?://|s3://)", re.IGNORECASE)
_QUOTED = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*[,;]?""")
_FILE = re.compile(r"\S*(?:\.[A-Za-z0-9]{1,5}|/|\*)")


def items_of(text: str) -> list[str]:
    r"""Return the things that a text names: a line each, several on a line, quoted, or a JSON list.

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
    return [item for line in re.split(r"\r?\n", text) for item in _items_on(line.strip()) if item]


def _items_on(line: str) -> list[str]:
    quoted = _quoted(line)
    if quoted is not None:
        return quoted
    pieces = _BETWEEN.split(line)
    if len(pieces) == 1 and not re.match(r"/|https?://|s3://", line, re.IGNORECASE):
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
    if not text.lstrip().startswith("["):
        return None
    try:
        listed = json.loads(text)
    except ValueError:
        return None
    return listed if isinstance(listed, list) and all(isinstance(item, str) for item in listed) else None
