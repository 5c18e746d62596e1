"""Names that others chose, shown exactly and without harm: keys, paths, buckets, reasons.

Jinja escapes what HTML would read. What is left are characters that nobody sees, or that turn the text around them:
control characters, bidi marks, odd spaces. They are shown as their code points.
"""

import unicodedata
from dataclasses import dataclass

WIDTH = 64
INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
JOINER = "\u200d"
"""Zero width joiner: inside an emoji it is part of what people see."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `code` names a character that can't be seen, such as `U+202E`, and is None for the others."""

    text: str
    code: str | None = None
    name: str = ""


def pieces(text: str) -> list[Piece]:
    r"""Cut a text into what can be seen and what can't; joined again, the texts are the text.

    >>> [p.code or p.text for p in pieces("a\u202eb")]
    ['a', 'U+202E', 'b']
    """
    found: list[Piece] = []
    seen = ""
    for index, character in enumerate(text):
        if not _hidden(text, index):
            seen += character
            continue
        if seen:
            found.append(Piece(seen))
            seen = ""
        found.append(Piece(character, f"U+{ord(character):04X}", unicodedata.name(character, "control character")))
    return [*found, Piece(seen)] if seen or not found else found


def shortened(text: str, width: int = WIDTH) -> tuple[str, str] | None:
    """Return head and tail of a text that is wider than `width` characters, None for one that fits.

    The tail is the longer one: the end of a key tells more than its beginning.
    """
    if len(text) <= width:
        return None
    head = width // 3
    return text[:head], text[-(width - head - 1) :]


def _hidden(text: str, index: int) -> bool:
    character = text[index]
    if character == JOINER:
        around = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
        return not any(unicodedata.category(other) == "So" or other == "\ufe0f" for other in around)
    category = unicodedata.category(character)
    return category in INVISIBLE or (category == "Zs" and character != " ")
