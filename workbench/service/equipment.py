"""Routes of equipment: what there is, how it stands, inspections and what is overdue."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from workbench.domain.period import Period
from workbench.domain.place import Point
from workbench.fleet.as_json import (
    camera_json,
    health_json,
    inspection_json,
    overdue_json,
    place_words,
    plain,
    rows_json,
)
from workbench.fleet.inspections import Item
from workbench.fleet.places import PutUp
from workbench.fleet.registry import Site, Vehicle
from workbench.fleet.told_cells import whole_hours_of
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

CameraId = Annotated[str, Path(max_length=200, pattern=r"^[^\x00]*$")]
Quarter = Annotated[str | None, Query(max_length=20, description="Such as 2026Q3")]
Since = Annotated[Instant | None, Query(json_schema_extra={"format": "date-time"})]


class SiteBody(Body):
    """A place at which cameras stand."""

    name: Line
    address: Line
    lon: float
    lat: float
    owner: Line | None = None
    public_owner: bool | None = None


class VehicleBody(Body):
    """A car that carries readers."""

    unit: Line
    description: Line
    marked: bool = True
    active: bool = True


class PlaceBody(Body):
    """Where a camera is put: at a site or on a car."""

    site: Line | None = None
    vehicle: Line | None = None
    heading_deg: float | None = None
    direction: Line | None = None
    from_at: Instant | None = None


class DownBody(Body):
    """Why and when a camera was taken down."""

    because: Words
    until_at: Instant | None = None


class ItemBody(Body):
    """What was found about one item."""

    item: Line
    good: bool
    words: Words = ""
    damage: bool = False
    out_of_service: bool = False


class InspectionBody(Body):
    """An inspection: every item of the policy, once."""

    items: list[ItemBody]
    done_by: Line | None = None
    done_at: Instant | None = None


class EquipmentAnswer(Answer):
    """Sites, cars and cameras."""

    sites: list[dict[str, Any]]
    vehicles: list[dict[str, Any]]
    cameras: list[dict[str, Any]]


class HealthAnswer(Answer):
    """How cameras stand, and what is out of order."""

    at: str
    well: bool
    typical_share: float | None
    findings: list[dict[str, Any]]
    cameras: list[dict[str, Any]]


class CoverageAnswer(Answer):
    """In how many hours each camera worked, of whole hours."""

    start: str
    end: str
    cameras: list[dict[str, Any]]


class OverdueAnswer(Answer):
    """Cameras that were not inspected in a quarter."""

    overdue: list[dict[str, Any]]


class PapersAnswer(Answer):
    """What is on record about a camera."""

    camera_id: str
    camera: dict[str, Any] | None
    places: list[dict[str, Any]]
    inspections: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    error_rates: list[dict[str, Any]]
    coverage: dict[str, Any] | None = Field(description="In how many hours of that time it worked")


class DoneAnswer(Answer):
    """What was recorded."""

    done: dict[str, Any]


@router.get("", responses=problems(401, 403))
def equipment(actor: GivenActor, runtime: GivenRuntime) -> EquipmentAnswer:
    """Return sites, cars and cameras."""
    runtime.fleet.reading.allow(actor)
    registry, places = runtime.fleet.registry, runtime.fleet.places.standing()
    return EquipmentAnswer(
        sites=[plain(asdict(one)) for one in registry.sites()],
        vehicles=[plain(asdict(one)) for one in registry.vehicles()],
        cameras=[
            {**camera_json(one), "place": place_words(places.get(one.id))}
            for one in runtime.cameras.all()
        ],
    )


@router.get("/health", responses=problems(401, 403))
def health(actor: GivenActor, runtime: GivenRuntime) -> HealthAnswer:
    """Return how cameras stand, and what is out of order."""
    runtime.fleet.reading.allow(actor)
    return HealthAnswer(**health_json(runtime.fleet.reading.health()))


@router.get("/coverage", responses=problems(401, 403))
def coverage(
    actor: GivenActor, runtime: GivenRuntime, start: Since = None, end: Since = None
) -> CoverageAnswer:
    """Return in how many hours each camera worked; of the last 28 days by default.

    What is asked for is widened to whole hours; `start` and `end` of the answer say to which.
    """
    runtime.fleet.reading.allow(actor)
    asked = whole_hours_of(_period(runtime, start, end, days=28))
    rows = rows_json(runtime.fleet.reading.coverage(asked))
    return CoverageAnswer(start=asked.start.isoformat(), end=asked.end.isoformat(), cameras=rows)


@router.get("/inspections/overdue", responses=problems(401, 403))
def overdue(actor: GivenActor, runtime: GivenRuntime, quarter: Quarter = None) -> OverdueAnswer:
    """Return the cameras that were not inspected in a quarter; the last that is over by default."""
    runtime.fleet.reading.allow(actor)
    inspections = runtime.fleet.inspections
    found = inspections.overdue(inspections.turn(quarter) if quarter else None)
    return OverdueAnswer(overdue=[overdue_json(one) for one in found])


@router.get("/cameras/{camera_id}", responses=problems(401, 403))
def camera(
    camera_id: CameraId,
    actor: GivenActor,
    runtime: GivenRuntime,
    start: Since = None,
    end: Since = None,
) -> PapersAnswer:
    """Return what is on record about a camera; of the last 91 days by default."""
    runtime.fleet.reading.allow(actor)
    asked = _period(runtime, start, end, days=91)
    papers = runtime.fleet.reading.camera(camera_id, asked).as_json()
    frame = runtime.fleet.reading.coverage(asked)
    worked = rows_json(frame[frame["camera_id"] == camera_id])
    return PapersAnswer(**papers, coverage=worked[0] if worked else None)


@router.post("/sites", status_code=201, responses=problems(401, 403))
def add_site(given: SiteBody, actor: GivenActor, runtime: GivenRuntime) -> DoneAnswer:
    """Add a place at which cameras stand."""
    values = given.model_dump(exclude={"lon", "lat"})
    new = Site(**values, position=Point(given.lon, given.lat))
    runtime.fleet.registry.add_site(actor, new)
    return DoneAnswer(done=plain(asdict(new)))


@router.post("/vehicles", status_code=201, responses=problems(401, 403))
def add_vehicle(given: VehicleBody, actor: GivenActor, runtime: GivenRuntime) -> DoneAnswer:
    """Add a car that carries readers."""
    new = Vehicle(**given.model_dump())
    runtime.fleet.registry.add_vehicle(actor, new)
    return DoneAnswer(done=plain(asdict(new)))


@router.post("/vehicles/changes", status_code=201, responses=problems(401, 403))
def change_vehicle(given: VehicleBody, actor: GivenActor, runtime: GivenRuntime) -> DoneAnswer:
    """Put this in the place of what is on record about the car of that number."""
    new = Vehicle(**given.model_dump())
    runtime.fleet.registry.change_vehicle(actor, new)
    return DoneAnswer(done=plain(asdict(new)))


@router.post("/cameras/{camera_id}/places", status_code=201, responses=problems(401, 403))
def put(
    camera_id: CameraId, given: PlaceBody, actor: GivenActor, runtime: GivenRuntime
) -> DoneAnswer:
    """Put a camera up at a site or on a car."""
    where = PutUp(**given.model_dump(exclude={"from_at"}))
    number = runtime.fleet.places.put(actor, camera_id, where, from_at=given.from_at)
    return DoneAnswer(done={"installation": number, **plain(asdict(where))})


@router.post("/cameras/{camera_id}/take-down", status_code=201, responses=problems(401, 403))
def take_down(
    camera_id: CameraId, given: DownBody, actor: GivenActor, runtime: GivenRuntime
) -> DoneAnswer:
    """Take a camera down."""
    places = runtime.fleet.places
    places.take_down(actor, camera_id, because=given.because, until_at=given.until_at)
    return DoneAnswer(done={"camera_id": camera_id})


@router.post("/cameras/{camera_id}/inspections", status_code=201, responses=problems(401, 403))
def inspect(
    camera_id: CameraId, given: InspectionBody, actor: GivenActor, runtime: GivenRuntime
) -> DoneAnswer:
    """Record an inspection; an item that is not in order opens a fault."""
    items = tuple(Item(**item.model_dump()) for item in given.items)
    record = runtime.fleet.inspections.record
    done = record(actor, camera_id, items, done_by=given.done_by, done_at=given.done_at)
    return DoneAnswer(done=inspection_json(done))


def _period(runtime: Runtime, start: Any, end: Any, *, days: int) -> Period:
    """Return what is asked for; by default days of UTC up to now."""
    until = end or runtime.clock()
    first = (until - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(start or first, until)
