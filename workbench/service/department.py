"""What a client has to know before it asks: the department, its zone and purposes, who one is."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter

from workbench.service.edge import Answer, GivenActor, GivenRuntime, problems

router = APIRouter(prefix="/v1", tags=["department"])


class PurposeAnswer(Answer):
    """A purpose for which data may be looked at."""

    code: str
    title: str
    section: str
    needs_approval: bool


class DepartmentAnswer(Answer):
    """The department and what its policy lets a client fill in."""

    name: str
    time_zone: str
    area: tuple[float, float, float, float]
    purposes: list[PurposeAnswer]
    case_number_required: bool
    default_limit: int
    max_limit: int
    reads_per_look: int
    canvass_default_minutes: int
    policy_version: str
    version: str


class PersonAnswer(Answer):
    """Who a token belongs to, with the roles that hold now."""

    username: str
    display_name: str
    organisation: str
    roles: list[str]


@router.get("/department", responses=problems(401))
def department(_actor: GivenActor, runtime: GivenRuntime) -> DepartmentAnswer:
    """Return the department, its time zone and its purposes."""
    policy = runtime.policy
    return DepartmentAnswer(
        name=policy.department.name.value,
        time_zone=policy.department.time_zone.value,
        area=policy.department.area.value,
        purposes=[PurposeAnswer(**purpose.model_dump()) for purpose in policy.purposes],
        case_number_required=policy.search.case_number_required.value,
        default_limit=policy.search.default_limit.value,
        max_limit=policy.search.max_limit.value,
        reads_per_look=policy.search.reads_per_look.value,
        canvass_default_minutes=policy.search.canvass_default_minutes.value,
        policy_version=policy.version,
        version=version("alpr-workbench"),
    )


@router.get("/session", responses=problems(401))
def session(actor: GivenActor, runtime: GivenRuntime) -> PersonAnswer:
    """Return who the token belongs to."""
    person = actor.person
    return PersonAnswer(
        username=person.username,
        display_name=person.display_name,
        organisation=person.organisation,
        roles=sorted(person.roles_at(runtime.clock())),
    )
