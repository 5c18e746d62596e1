"""What pasted lines were understood as, line by line, before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from invalidator.rules.paths import without_covered
from web.models import InvalidationPreview, PathPreview
from web.pages.sentences import quota
from web.pages.states import Look
from web.pages.wording import counted, number

SHOWN = 100
EVERYTHING = "/*"


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A line as it was understood. `matches` is empty where nothing was counted; `word` sums the line up."""

    given: str
    path: str | None
    problem: str | None
    note: str | None
    matches: str
    examples: list[str]
    examples_word: str
    look: Look | None
    word: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """All lines, and what stands beside the button.

    say: for the live region; everything: the whole distribution would be thrown out.
    """

    lines: list[PreviewLine]
    more: str
    say: str
    button: str
    quota: str
    everything: bool


def preview_view(preview: InvalidationPreview) -> PreviewView:
    """Lay out a preview; the first hundred lines are shown, and all that can't be used."""
    shown = preview.paths[:SHOWN] + [line for line in preview.paths[SHOWN:] if line.problem]
    more = len(preview.paths) - len(shown)
    paths = without_covered(line.path for line in preview.paths if line.path and not line.problem)
    return PreviewView(
        lines=[_line(line) for line in shown],
        more=f"And {counted(more, 'more line')}, all understood." if more else "",
        say=_said(len(paths), sum(bool(line.problem) for line in preview.paths)),
        button=f"Invalidate {counted(len(paths), 'path')}" if paths else "Invalidate",
        quota=quota(preview),
        everything=covers_everything(preview),
    )


def covers_everything(preview: InvalidationPreview) -> bool:
    """Whether the whole distribution would be thrown out, which wants a second thought."""
    return any(line.path == EVERYTHING for line in preview.paths)


def may_cover_everything(lines: Sequence[str]) -> bool:
    """Whether it is worth asking: without a wildcard no line can be `/*`."""
    return any("*" in line for line in lines)


def lines_of(text: str) -> list[str]:
    """Return the lines that say something, without the spaces around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _line(line: PathPreview) -> PreviewLine:
    look, word = _word(line)
    return PreviewLine(
        given=line.given,
        path=line.path if not line.problem else None,
        problem=line.problem,
        note=line.note if not line.problem else None,
        matches="" if line.matches is None else counted(line.matches, "object"),
        examples=line.examples if len(line.examples) > 1 else [],
        examples_word=_examples_word(line),
        look=look,
        word=word,
    )


def _word(line: PathPreview) -> tuple[Look | None, str]:
    if line.problem:
        return "faulty", "can't be used"
    if line.evicts:
        return "waiting", f"evicts {number(line.evicts)}"
    if line.matches == 0:
        return "waiting", "matches nothing"
    return "fresh", "ok"


def _said(paths: int, refused: int) -> str:
    wrong = f", {counted(refused, 'line')} can't be used" if refused else ""
    return f"{counted(paths, 'path')} understood{wrong}."


def _examples_word(line: PathPreview) -> str:
    total = line.matches or 0
    return f"the first {len(line.examples)} of them" if total > len(line.examples) else "which"
