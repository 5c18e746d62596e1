"""`/links/batch`: several buckets linked at once, a result a row."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from invalidator.errors import BadInputError
from web.access.roles import requires
from web.api.answers import DryRun
from web.deps import CurrentPerson, CurrentServices
from web.models import Link, LinkPlan, LinkWay, Model, Text
from web.problems import problem_of
from web.services.link_many import MOST, Outcome, link_many, plan_many

router = APIRouter(prefix="/links", tags=["links"])


class BatchRow(Model):
    """A bucket and what it shall make fresh: exactly these distributions.

    via: how its events come; null for the way that there is, or straight to the queue.
    """

    bucket: Annotated[Text, Field(max_length=255)]
    distribution_ids: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(min_length=1, max_length=50)]
    via: LinkWay | None = None


class BatchRequest(Model):
    """Links to be made, each bucket once."""

    links: Annotated[list[BatchRow], Field(min_length=1, max_length=MOST)]


class BatchResult(Model):
    """What one bucket came to.

    status: as the call for it alone would have answered. link: as it is now; plan: what would change, of a dry run;
    problem: as RFC 9457 tells it. Exactly one of the three is there.
    """

    bucket: str
    status: int
    link: Link | None = None
    plan: LinkPlan | None = None
    problem: dict[str, object] | None = None


class BatchAnswer(Model):
    """What each bucket came to, in the order in which they were asked for."""

    results: list[BatchResult]


@router.post("/batch", status_code=207, dependencies=[requires("linker")])
def batch(
    request: BatchRequest, services: CurrentServices, person: CurrentPerson, dry_run: DryRun = False
) -> BatchAnswer:
    """Link several buckets at once; one that fails keeps none of the others from it."""
    wanted = {row.bucket: row.distribution_ids for row in request.links}
    if len(wanted) < len(request.links):
        raise BadInputError("A bucket is named twice. Name each once, with all its distributions.")
    ways = {row.bucket: row.via for row in request.links if row.via}
    if dry_run:
        return BatchAnswer(results=[_result(one) for one in plan_many(services.linking, wanted, ways)])
    return BatchAnswer(results=[_result(one) for one in link_many(services.linking, wanted, ways, person)])


def _result(outcome: Outcome[Link] | Outcome[LinkPlan]) -> BatchResult:
    if outcome.error:
        problem = problem_of(outcome.error)
        return BatchResult(bucket=outcome.bucket, status=problem.status, problem=problem.body())
    found = outcome.result
    link, plan = (None, found) if isinstance(found, LinkPlan) else (found, None)
    return BatchResult(bucket=outcome.bucket, status=200, link=link, plan=plan)
