"""The twin's failures: listed, tried again and discarded as the real ones are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from invalidator.errors import BadInputError, NotFoundError
from web.models import Cause, Failure, Invalidation, Page, Person

if TYPE_CHECKING:
    from tests.web.pages.twin import World


@dataclass
class Failures:
    """`world.failures`, in their order. What is tried again becomes a record of that person's, unless it only waits."""

    world: "World"

    def page(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Failure]:
        self.world.fail("failures")
        if cursor is not None and not cursor.isdecimal():
            raise BadInputError("This cursor is none of ours. Begin at the first page.")
        start = int(cursor or 0)
        part = self.world.failures[start : start + limit]
        following = str(start + limit) if start + limit < len(self.world.failures) else None
        found = [one for one in part if q.lower() in _text(one)]
        return Page(items=found, next_cursor=following, as_of=self.world.clock.now())

    def count(self) -> int:
        self.world.fail("count")
        return len(self.world.failures)

    def retry(self, failure_id: str, person: Person) -> Invalidation | None:
        found = self._of(failure_id)
        self.world.fail("retry")
        if not found.retryable:
            raise BadInputError("Nothing of it can be sent again: it has no paths. Put its bucket's files there anew.")
        self.world.audit.append(("retry", failure_id, person.name))
        if found.kind == "waiting":
            return None
        self.world.failures.remove(found)
        if found.kind == "message":
            return None
        made = Invalidation(
            id=f"again-{failure_id}",
            distribution_id=found.distribution_id or "",
            state="queued",
            cause=Cause(kind="person", actor=person.name, reason=f"again, after {failure_id} failed"),
            paths=["/"],
            path_count=1,
            created_at=self.world.clock.now(),
        )
        self.world.history.insert(0, made)
        return made

    def discard(self, failure_id: str, person: Person) -> None:
        found = self._of(failure_id)
        if not found.discardable:
            raise BadInputError("It is not lost yet, and goes on being tried. Only what failed can be discarded.")
        self.world.audit.append(("discard", failure_id, person.name))
        self.world.failures.remove(found)

    def _of(self, failure_id: str) -> Failure:
        for one in self.world.failures:
            if one.id == failure_id:
                return one
        raise NotFoundError(f"There is no failure {failure_id}. It may have been dealt with.")


def _text(failure: Failure) -> str:
    return " ".join(filter(None, (failure.id, failure.distribution_id, failure.bucket, failure.message))).lower()
