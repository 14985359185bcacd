"""Routes of the weekly review: how weeks stand, what there is to review, the signature."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from workbench.domain.week import Week
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Words, problems

router = APIRouter(prefix="/v1/audit/reviews", tags=["audit"])

WeekText = Annotated[str, Path(max_length=10, description="Such as 2026-W45")]


def week_of(week: WeekText) -> Week:
    """Return the week that an address names.

    Raises
    ------
    PeriodError
        If it names none.
    """
    return Week.parse(week)


GivenWeek = Annotated[Week, Depends(week_of)]


class Signed(Body):
    """What the reviewer found, in words."""

    note: Words


class WeekAnswer(Answer):
    """Whether a week with looks was reviewed, by whom, and whether it is overdue."""

    week: str
    signed_by: str | None
    signed_at: str | None
    note: str | None
    overdue: bool


class WeeksAnswer(Answer):
    """The last weeks with looks, newest first."""

    weeks: list[WeekAnswer]


class ReviewAnswer(Answer):
    """A week: what each person did, and the looks that let many reads out; no plates."""

    week: str
    people: list[dict[str, Any]]
    wide: list[dict[str, Any]]
    access_id: int


@router.get("", responses=problems(401, 403))
def weeks(actor: GivenActor, runtime: GivenRuntime) -> WeeksAnswer:
    """Return how the last weeks stand."""
    found = runtime.weekly_review.states(actor)
    return WeeksAnswer(weeks=[WeekAnswer(**one.as_json()) for one in found])


@router.get("/{week}", responses=problems(401, 403))
def review(week: GivenWeek, actor: GivenActor, runtime: GivenRuntime) -> ReviewAnswer:
    """Return what there is to review of a week; recorded."""
    return ReviewAnswer(**runtime.weekly_review.show(actor, week).as_json())


@router.post("/{week}/signature", status_code=201, responses=problems(401, 403))
def sign(week: GivenWeek, signed: Signed, actor: GivenActor, runtime: GivenRuntime) -> WeekAnswer:
    """Sign that a week was reviewed; never by somebody who looked in it."""
    done = runtime.weekly_review.sign(actor, week, note=signed.note)
    return WeekAnswer(**done.as_json())
