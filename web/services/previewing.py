"""What each pasted thing matches now, and evicts: counted for those that matter, side by side."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from invalidator.errors import AccessDeniedError
from invalidator.rules.cachetags import is_tag
from invalidator.rules.paths import encode_path, without_covered
from web.models import PathPreview
from web.services.lines import Site, Understood
from web.services.matching import Matched, Matching, TooManyError

COUNTED = 20
"""Paths of a preview whose objects are counted; of more, nobody reads the figures. Wildcards come first."""

AT_ONCE = 8

_ELSEWHERE = "Another origin answers a part of this, or a function rewrites it: what that is can't be counted."
_TAGGED = "Only CloudFront knows which objects carry a tag."


@dataclass(frozen=True, slots=True)
class Previewed:
    """The paths as they are shown; statement: to add, so that objects can be counted."""

    paths: list[PathPreview]
    statement: dict[str, object] | None = None

    def sent(self, paths: Sequence[str]) -> list[PathPreview]:
        """Return those of the paths that are sent, each once."""
        first = {one.path: one for one in reversed(self.paths) if one.path is not None}
        return [first[path] for path in paths]


class Previewing:
    """Previews against one site."""

    def __init__(self, site: Site, matching: Matching) -> None:
        self._site = site
        self._matching = matching

    def previewed(self, understood: Sequence[Understood], *, brief: bool = False) -> Previewed:
        """Return all as shown. brief: only what wildcards match is counted."""
        matched = self._matched(_worth_counting(understood, brief=brief))
        denied = (one.why for one in matched.values() if isinstance(one.why, AccessDeniedError))
        first = next(denied, None)
        return Previewed([self._shown(one, matched) for one in understood], first.statement if first else None)

    def _matched(self, paths: Sequence[str]) -> dict[str, Matched]:
        if not paths:
            return {}
        with ThreadPoolExecutor(min(AT_ONCE, len(paths))) as pool:
            found = pool.map(lambda path: self._matching.matched(path, self._site.routes), paths)
            return dict(zip(paths, found, strict=True))

    def _hint(self, path: str) -> tuple[str, str] | None:
        """Return what was likely meant by a path that matches nothing, and why: people write keys, viewers URIs."""
        heads = {route.origin_path for routes in self._site.routes.values() for route in routes if route.origin_path}
        for head in sorted(heads):
            other = path.removeprefix(encode_path(head))
            if other != path and other.startswith("/") and self._matching.matched(other, self._site.routes).count:
                return other, f"viewers don't write {head}, which is in front of every key"
        return None

    def _shown(self, one: Understood, matched: dict[str, Matched]) -> PathPreview:
        shown = PathPreview(given=one.given, path=one.path, problem=one.problem, note=one.note, mend=one.mend)
        if one.path is not None and is_tag(one.path):
            return shown.model_copy(update={"uncounted": _TAGGED})
        if one.path is None or one.path not in matched:
            return shown
        found = matched[one.path]
        uncounted = self._uncounted(one.path, found)
        count = found.count if found.whole and (found.count or not uncounted) else None
        needless = max(0, found.count - 1) if one.widened else 0
        hint = self._hint(one.path) if count == 0 else None
        return shown.model_copy(
            update={
                "note": hint[1] if hint else one.note,
                "mend": hint[0] if hint else one.mend,
                "matches": count,
                "evicts": None if count is None else needless,
                "examples": found.examples,
                "uncounted": uncounted,
            }
        )

    def _uncounted(self, path: str, found: Matched) -> str | None:
        if isinstance(found.why, TooManyError):
            return f"More than {found.count:,} objects; a preview counts no further."
        if found.why is not None:
            return f"Objects could not be counted. {found.why}"
        return _ELSEWHERE if self._site.elsewhere(path) else None


def _worth_counting(understood: Sequence[Understood], *, brief: bool) -> list[str]:
    """Return paths to count: wildcards first, since they evict most, then exact ones, then what others cover; no tags.

    brief: only the wildcards that are sent.
    """
    paths = [one.path for one in understood if one.path is not None and not is_tag(one.path)]
    sent = without_covered(paths)
    wild = [path for path in sent if path.endswith("*")]
    if brief:
        return wild[:COUNTED]
    return list(dict.fromkeys([*wild, *sent, *paths]))[:COUNTED]
