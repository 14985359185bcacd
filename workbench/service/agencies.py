"""Routes of the register of agencies."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Line, Words, problems
from workbench.sharing.agencies.agency import AgencyProfile

router = APIRouter(prefix="/v1/agencies", tags=["sharing"])

# JSON has no enumerations: their text is taken where they are asked for.
Kind = Annotated[RecipientKind, Field(strict=False)]
Duty = Annotated[AgencyDuty, Field(strict=False)]


class AgencyGiven(Body):
    """An agency to be entered."""

    name: Line
    kind: Kind
    duty: Duty
    state: Line | None = None
    aliases: list[Line] = Field(default_factory=list)


class AgenciesGiven(Body):
    """Agencies to be entered, all of them or none."""

    agencies: Annotated[list[AgencyGiven], Field(min_length=1, max_length=5_000)]


class AgencyChanged(Body):
    """What an agency is from now on; all of it but the name."""

    name: Line
    kind: Kind
    duty: Duty
    state: Line | None = None
    aliases: list[Line] = Field(default_factory=list)
    reason: Words


class AgencySwitched(Body):
    """Whether anything goes to an agency."""

    name: Line
    on: bool
    reason: Words


class AgencyVerified(Body):
    """How an agency was verified."""

    name: Line
    how: Words


class AgencyAnswer(Answer):
    """An agency of the register."""

    agency: dict[str, Any]


class AgenciesAnswer(Answer):
    """The register, by name."""

    agencies: list[dict[str, Any]]


@router.get("", responses=problems(401, 403))
def agencies(
    actor: GivenActor, runtime: GivenRuntime, *, unverified: bool = False
) -> AgenciesAnswer:
    """Return the register of agencies, or those alone that nobody has verified."""
    found = runtime.sharing.agencies.all(actor)
    wanted = (one for one in found if not (unverified and one.verified_at))
    return AgenciesAnswer(agencies=[one.as_json() for one in wanted])


@router.post("", status_code=201, responses=problems(401, 403))
def add_agency(given: AgencyGiven, actor: GivenActor, runtime: GivenRuntime) -> AgencyAnswer:
    """Enter an agency; somebody else verifies it."""
    added = runtime.sharing.agencies.add(actor, _profile(given))
    return AgencyAnswer(agency=added.as_json())


@router.post("/imports", status_code=201, responses=problems(401, 403))
def import_agencies(
    given: AgenciesGiven, actor: GivenActor, runtime: GivenRuntime
) -> AgenciesAnswer:
    """Enter agencies, all of them or none; somebody else verifies each."""
    profiles = [_profile(each) for each in given.agencies]
    added = runtime.sharing.agencies.import_all(actor, profiles)
    return AgenciesAnswer(agencies=[one.as_json() for one in added])


@router.post("/changes", status_code=201, responses=problems(401, 403))
def change_agency(given: AgencyChanged, actor: GivenActor, runtime: GivenRuntime) -> AgencyAnswer:
    """Say anew what an agency is; it has to be verified again."""
    said = {"kind": given.kind, "duty": given.duty, "state": given.state}
    changed = runtime.sharing.agencies.change(
        actor, given.name, reason=given.reason, aliases=tuple(given.aliases), **said
    )
    return AgencyAnswer(agency=changed.as_json())


@router.post("/switches", status_code=201, responses=problems(401, 403))
def switch_agency(given: AgencySwitched, actor: GivenActor, runtime: GivenRuntime) -> AgencyAnswer:
    """Switch an agency on or off."""
    agencies_ = runtime.sharing.agencies
    switched = agencies_.switch(actor, given.name, on=given.on, reason=given.reason)
    return AgencyAnswer(agency=switched.as_json())


@router.post("/verifications", status_code=201, responses=problems(401, 403))
def verify_agency(given: AgencyVerified, actor: GivenActor, runtime: GivenRuntime) -> AgencyAnswer:
    """Record that an agency is what the register says; not by who entered it."""
    verified = runtime.sharing.agencies.verify(actor, given.name, how=given.how)
    return AgencyAnswer(agency=verified.as_json())


def _profile(given: AgencyGiven) -> AgencyProfile:
    return AgencyProfile(
        name=given.name,
        kind=given.kind,
        duty=given.duty,
        state=given.state,
        aliases=tuple(given.aliases),
    )
