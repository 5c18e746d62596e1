"""What pasted lines were understood as, line by line, before anything is sent."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from invalidator.rules.paths import without_covered
from web.models import ConfirmLevel, InvalidationPreview, PathPreview
from web.pages.command import cli_command
from web.pages.errors import pretty
from web.pages.pricing import price_and_quota
from web.pages.states import Look
from web.pages.wording import counted, number
from web.services.splitting import lines_in

SHOWN = 100
COMMANDED = 100
"""Paths up to which they are shown as a command: more would not fit a command line comfortably."""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A thing as it was understood: the paths that it stands for, or none. `matches`: empty where nothing was counted.

    notes: what was made of it, and what of it could not be counted. mend: a text that would do in its place. `word`
    sums the line up.
    """

    given: str
    paths: list[str]
    problem: str | None
    notes: list[str]
    mend: str | None
    matches: str
    examples: list[str]
    examples_word: str
    look: Look | None
    word: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """All lines, and what stands beside the button.

    say: for the live region. ready: whether it can be sent as it is; unready: why not, in a few words. mends: lines
    that one click mends; refused: those that can't be used. problem: why it can't be sent as a whole; instead: wider
    paths that could.
    confirm, confirm_reason, confirm_text: how it is confirmed, why, and what is typed; digest: of what is confirmed.
    """

    lines: list[PreviewLine]
    more: str
    say: str
    button: str
    ready: bool
    unready: str
    mends: int
    refused: int
    quota: str
    quota_note: str | None
    problem: str | None
    instead: list[str]
    command: str | None
    statement: str | None
    confirm: ConfirmLevel = "none"
    confirm_reason: str = ""
    confirm_text: str = ""
    digest: str = ""


def preview_view(preview: InvalidationPreview, distribution_id: str) -> PreviewView:
    """Lay out a preview; the first hundred lines are shown, and of those that can't be used a hundred more."""
    wrong = [line for line in preview.paths if line.problem]
    rest = [line for line in preview.paths[SHOWN:] if line.problem][:SHOWN]
    shown = preview.paths[:SHOWN] + rest
    paths = without_covered(line.path for line in preview.paths if line.path and not line.problem)
    mends = sum(line.mend is not None for line in wrong)
    ready = bool(paths) and not wrong and not preview.problem
    return PreviewView(
        lines=[_line(list(lines), frozenset(paths)) for _, lines in groupby(shown, _together)],
        more=_more(preview.paths[SHOWN:], len(rest)),
        say=_said(len(paths), len(wrong), preview.problem),
        button=f"Invalidate {counted(len(paths), 'path')}" if ready else "Invalidate",
        ready=ready,
        unready=_unready(len(wrong), mends) if wrong else "",
        mends=mends,
        refused=len(wrong),
        quota=price_and_quota(preview),
        quota_note=preview.quota_note,
        problem=preview.problem,
        instead=preview.instead,
        command=cli_command(distribution_id, list(paths)) if ready and len(paths) <= COMMANDED else None,
        statement=pretty(preview.statement),
        confirm=preview.confirm if ready else "none",
        confirm_reason=preview.confirm_reason or "",
        confirm_text=preview.confirm_text or "",
        digest=digest_of(preview),
    )


def digest_of(preview: InvalidationPreview) -> str:
    """Return what tells whether what is sent is what was confirmed: the paths, in their order."""
    told = "\n".join(line.path or "" for line in preview.paths)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def lines_of(text: str) -> list[str]:
    """Return the lines that say something, without the spaces around them."""
    return [line.strip() for line in lines_in(text) if line.strip()]


def _together(line: PathPreview) -> tuple[str, bool]:
    return line.given, line.problem is not None


def _line(lines: Sequence[PathPreview], sent: Collection[str]) -> PreviewLine:
    """Lay out what one thing stands for: several paths of one object, or the same thing again."""
    first = lines[0]
    known = [line.matches for line in lines if line.matches is not None]
    most = max(lines, key=lambda line: line.matches or 0)
    look, word = _word(most) if first.problem or any(line.path in sent for line in lines) else (None, "covered")
    notes = dict.fromkeys(note for line in lines for note in (line.note, line.uncounted) if note and not first.problem)
    return PreviewLine(
        given=first.given,
        paths=list(dict.fromkeys(line.path for line in lines if line.path)) if not first.problem else [],
        problem=first.problem,
        notes=list(notes),
        mend=first.mend,
        matches=counted(max(known), "object") if known else "",
        examples=most.examples if len(most.examples) > 1 else [],
        examples_word=_examples_word(most),
        look=look,
        word=word,
    )


def _word(line: PathPreview) -> tuple[Look | None, str]:
    if line.problem:
        return "faulty", "can't be used"
    if line.evicts:
        return "waiting", f"evicts {number(line.evicts)} needlessly"
    if line.matches is None:
        return (None, "not counted") if line.uncounted else ("fresh", "ok")
    if line.matches == 0:
        return "waiting", "matches nothing"
    if line.path and line.path.endswith("*"):
        return "waiting", f"evicts {number(line.matches)}"
    return "fresh", "ok"


def _said(paths: int, refused: int, problem: str | None) -> str:
    wrong = f", {counted(refused, 'line')} can't be used" if refused else ""
    return f"{counted(paths, 'path')} understood{wrong}.{f' {problem}' if problem else ''}"


def _unready(refused: int, mends: int) -> str:
    if mends == refused:
        return f"{counted(refused, 'line')} to mend first."
    return f"{counted(refused, 'line')} can't be used: mend or leave {'it' if refused == 1 else 'them'} out first."


def _more(beyond: Sequence[PathPreview], shown: int) -> str:
    wrong = sum(line.problem is not None for line in beyond) - shown
    good = len(beyond) - shown - wrong
    if not good and not wrong:
        return ""
    what = [f"{counted(good, 'more line')}, understood"] * (good > 0)
    what += [f"{counted(wrong, 'more line')} that can't be used"] * (wrong > 0)
    return f"And {', and '.join(what)}."


def _examples_word(line: PathPreview) -> str:
    total = line.matches or 0
    return f"the first {len(line.examples)} of them" if total > len(line.examples) else "which"
