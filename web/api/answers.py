"""What all calls share: parameters of lists, and how errors are documented."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel

Search = Annotated[str, Query(max_length=200, description="Text that names or ids contain.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items of a page at most.")]
DryRun = Annotated[bool, Query(description="Answer what would be done, and do nothing.")]
BucketName = Annotated[str, Path(max_length=255, description="A bucket's name.", examples=["docs.example.org"])]
DistributionId = Annotated[str, Path(max_length=64, description="A distribution's id.", examples=["E1ABCDEFGHIJKL"])]
DEFAULT_LIMIT = 50


class ProblemDocument(BaseModel):
    """A problem as RFC 9457 tells it; some have further members."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def _problem(description: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
    return {"description": description, "content": {"application/problem+json": schema}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _problem("Nobody is signed in."),
    403: _problem(
        "Not from a page of ours; or it takes another role: `needed` tells which; or AWS denied a call: `statement` is "
        "the IAM statement to add."
    ),
    404: _problem("No such bucket, distribution or invalidation in this account."),
    409: _problem("It does not fit with what is there: `overlaps`, or somebody else writes just now."),
    413: _problem("The request is too large."),
    422: _problem("Something in the request can't be used: `errors` tells what."),
    502: _problem(
        "AWS refused. `done` and `failed` tell which steps were carried out, `back` what undoes them: `unlink`, "
        "`restore` or null; the same call again goes on."
    ),
    503: _problem("AWS wants this later: see `Retry-After`."),
}
