"""`/summary` and `/me`."""

from fastapi import APIRouter

from web.access.roles import reads
from web.deps import CurrentPerson, CurrentServices
from web.models import Person, Summary

router = APIRouter(tags=["overview"], dependencies=[reads("viewer")])


@router.get("/summary")
def summary(services: CurrentServices) -> Summary:
    """How everything stands: links by state, what is in flight, paths and cost of this month, failures."""
    return services.overview.summary()


@router.get("/me")
def me(person: CurrentPerson) -> Person:
    """Who asks."""
    return person
