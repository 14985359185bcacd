"""Routes of faults, of who has which car, and of the log of shifts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from workbench.domain.equipment import PursuitExit
from workbench.domain.period import Period
from workbench.fleet.as_json import fault_json, plain, shift_finding_json, shift_json
from workbench.fleet.faults import Finding, Told
from workbench.fleet.shift import Start
from workbench.runtime import Runtime
from workbench.service.edge import (
    Answer,
    Body,
    GivenActor,
    GivenRuntime,
    Instant,
    Line,
    Words,
    problems,
)

router = APIRouter(prefix="/v1/equipment", tags=["equipment"])

Number = Annotated[int, Path(ge=1, lt=2**63)]
Days = Annotated[int, Query(ge=1, le=91, description="Up to the end; not with a start")]
Since = Annotated[Instant | None, Query(json_schema_extra={"format": "date-time"})]


class FaultBody(Body):
    """What was found, on a camera or a car."""

    what: Words
    camera: Line | None = None
    vehicle: Line | None = None
    discovered_by: Line | None = None
    discovered_at: Instant | None = None
    damage: bool = False
    out_of_service: bool = False


class ToldBody(Body):
    """Who was told of a fault, when, and on which paper."""

    supervisor: Line
    administrator: Line
    supervisor_told_at: Instant | None = None
    administrator_told_at: Instant | None = None
    paper_number: Line | None = None
    returned_by: Line | None = None


class RepairBody(Body):
    """What the garage did."""

    repair: Words
    repaired_at: Instant | None = None


class AssignmentBody(Body):
    """Somebody and a car."""

    username: Line
    vehicle: Line


class StartBody(Body):
    """The start of a shift, and what was confirmed then."""

    vehicle: Line
    affixed: bool
    software_started: bool
    lights: dict[Line, bool]
    words: Words = ""
    username: Line | None = None
    started_at: Instant | None = None


class EndBody(Body):
    """When a shift ended; now by default."""

    ended_at: Instant | None = None


class PursuitBody(Body):
    """Why and when a car left a pursuit."""

    because: Annotated[PursuitExit, Field(strict=False)]
    words: Words = ""
    left_at: Instant | None = None


class FaultsAnswer(Answer):
    """Faults, the oldest first."""

    faults: list[dict[str, Any]]


class FaultAnswer(Answer):
    """A fault."""

    fault: dict[str, Any]


class ShiftsAnswer(Answer):
    """Shifts, the oldest first, each with the pursuits that the car left."""

    shifts: list[dict[str, Any]]


class ShiftAnswer(Answer):
    """A shift."""

    shift: dict[str, Any]


class ExceptionsAnswer(Answer):
    """What is out of order with cars and shifts, the oldest first."""

    exceptions: list[dict[str, Any]]


class AssignmentsAnswer(Answer):
    """Who may have which car."""

    assignments: list[dict[str, Any]]


class FoundAnswer(Answer):
    """Number of a new fault."""

    fault_id: int


class PursuitAnswer(Answer):
    """What was noted about a pursuit."""

    shift_id: int
    because: str


@router.get("/faults", responses=problems(401, 403))
def faults(actor: GivenActor, runtime: GivenRuntime, *, standing: bool = True) -> FaultsAnswer:
    """Return faults that stand, or all."""
    runtime.fleet.reading.allow(actor)
    found = runtime.fleet.faults.all(standing=standing)
    return FaultsAnswer(faults=[fault_json(one) for one in found])


@router.post("/faults", status_code=201, responses=problems(401, 403))
def find(given: FaultBody, actor: GivenActor, runtime: GivenRuntime) -> FoundAnswer:
    """Record that equipment is damaged or does not work."""
    return FoundAnswer(fault_id=runtime.fleet.faults.find(actor, Finding(**given.model_dump())))


@router.post("/faults/{number}/report", status_code=201, responses=problems(401, 403))
def report(
    number: Number, given: ToldBody, actor: GivenActor, runtime: GivenRuntime
) -> FaultAnswer:
    """Record who was told of a fault, and on which paper."""
    done = runtime.fleet.faults.tell(actor, number, Told(**given.model_dump()))
    return FaultAnswer(fault=fault_json(done))


@router.post("/faults/{number}/repair", status_code=201, responses=problems(401, 403))
def repair(
    number: Number, given: RepairBody, actor: GivenActor, runtime: GivenRuntime
) -> FaultAnswer:
    """Record a repair; for the garage alone."""
    done = runtime.fleet.faults.repair(
        actor, number, repair=given.repair, repaired_at=given.repaired_at
    )
    return FaultAnswer(fault=fault_json(done))


@router.get("/assignments", responses=problems(401, 403))
def assignments(actor: GivenActor, runtime: GivenRuntime) -> AssignmentsAnswer:
    """Return who may have which car."""
    runtime.fleet.reading.allow(actor)
    found = runtime.fleet.assignments.standing()
    return AssignmentsAnswer(assignments=[plain(asdict(one)) for one in found])


@router.post("/assignments", status_code=201, responses=problems(401, 403))
def assign(given: AssignmentBody, actor: GivenActor, runtime: GivenRuntime) -> AssignmentsAnswer:
    """Assign somebody to a car; refused without account and current training."""
    made = runtime.fleet.assignments.assign(actor, given.username, given.vehicle)
    return AssignmentsAnswer(assignments=[plain(asdict(made))])


@router.post("/assignments/end", status_code=204, responses=problems(401, 403))
def unassign(given: AssignmentBody, actor: GivenActor, runtime: GivenRuntime) -> None:
    """End an assignment."""
    runtime.fleet.assignments.end(actor, given.username, given.vehicle)


@router.get("/shifts", responses=problems(401, 403))
def shifts(
    actor: GivenActor,
    runtime: GivenRuntime,
    days: Days = 7,
    start: Since = None,
    end: Since = None,
) -> ShiftsAnswer:
    """Return the shifts of a time; of the last days by default."""
    runtime.fleet.reading.allow(actor)
    log = runtime.fleet.shifts
    return ShiftsAnswer(
        shifts=[
            shift_json(one)
            | {"left_pursuits": [plain(asdict(each)) for each in log.pursuits(one.id)]}
            for one in log.all(_asked(runtime, days, start, end))
        ]
    )


@router.get("/shifts/exceptions", responses=problems(401, 403))
def exceptions(
    actor: GivenActor,
    runtime: GivenRuntime,
    days: Days = 7,
    start: Since = None,
    end: Since = None,
) -> ExceptionsAnswer:
    """Return what is out of order with cars and shifts of a time; of the last days by default.

    Whoever reviews shifts sees all of it, others what concerns their own.
    """
    found = runtime.fleet.reading.exceptions(actor, _asked(runtime, days, start, end))
    return ExceptionsAnswer(exceptions=[shift_finding_json(one) for one in found])


@router.post("/shifts", status_code=201, responses=problems(401, 403))
def start(given: StartBody, actor: GivenActor, runtime: GivenRuntime) -> ShiftAnswer:
    """Record the start of a shift; what is not in order opens a fault."""
    values = given.model_dump(include={"affixed", "software_started", "lights", "words"})
    done = runtime.fleet.shifts.start(
        actor,
        given.vehicle,
        Start(**values),
        username=given.username,
        started_at=given.started_at,
    )
    return ShiftAnswer(shift=shift_json(done))


@router.post("/shifts/{number}/end", status_code=201, responses=problems(401, 403))
def end(number: Number, given: EndBody, actor: GivenActor, runtime: GivenRuntime) -> ShiftAnswer:
    """Record the end of a shift."""
    done = runtime.fleet.shifts.end(actor, number, ended_at=given.ended_at)
    return ShiftAnswer(shift=shift_json(done))


@router.post("/shifts/{number}/pursuits", status_code=201, responses=problems(401, 403))
def pursuit(
    number: Number, given: PursuitBody, actor: GivenActor, runtime: GivenRuntime
) -> PursuitAnswer:
    """Record that the car left a pursuit."""
    runtime.fleet.shifts.left_pursuit(
        actor, number, given.because, words=given.words, left_at=given.left_at
    )
    return PursuitAnswer(shift_id=number, because=given.because.value)


def _asked(runtime: Runtime, days: int, start: datetime | None, end: datetime | None) -> Period:
    until = end or runtime.clock()
    return Period(start or until - timedelta(days=days), until)
