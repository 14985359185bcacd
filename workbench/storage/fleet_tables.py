"""Equipment and its care (Policy 426.4.1, 426.6.1, 426.6.2): where it is, and in what state."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, REAL

from workbench.domain.equipment import EquipmentKind, FaultState, PursuitExit
from workbench.policy.life_rules import Paper
from workbench.storage.metadata import metadata
from workbench.storage.types import UtcDateTime


def _listed(values: type[StrEnum]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _number() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _camera(*, nullable: bool = False) -> Column[str]:
    return Column("camera_id", Text, ForeignKey("camera.id"), nullable=nullable)


def _vehicle(*, nullable: bool = False) -> Column[str]:
    return Column("vehicle_unit", Text, ForeignKey("vehicle.unit"), nullable=nullable)


def _officer() -> Column[str]:
    return Column("username", Text, ForeignKey("account.username"), nullable=False)


site = Table(
    "site",
    metadata,
    _number(),
    Column("name", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("owner", Text, comment="Whose ground or pole it is"),
    Column("public_owner", Boolean, comment="Whether that is a public body; empty: not known"),
    Column("lon", Double, nullable=False, comment="Degrees, EPSG:4326"),
    Column("lat", Double, nullable=False, comment="Degrees, EPSG:4326"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", Text, nullable=False),
    CheckConstraint("btrim(name) <> '' AND btrim(address) <> ''", name="named"),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon_range"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
    comment="Places at which cameras and trailers stand",
)

vehicle = Table(
    "vehicle",
    metadata,
    Column("unit", Text, primary_key=True, comment="The department's number of the car"),
    Column("description", Text, nullable=False),
    Column("marked", Boolean, nullable=False, comment="Its readers are on at all times"),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", Text, nullable=False),
    CheckConstraint("btrim(unit) <> '' AND btrim(description) <> ''", name="named"),
    comment="Cars that carry readers (Policy 426.6.1)",
)

camera_place = Table(
    "camera_place",
    metadata,
    _number(),
    _camera(),
    Column("site_id", BigInteger, ForeignKey("site.id")),
    _vehicle(nullable=True),
    Column("heading_deg", REAL, comment="Where it looks, clockwise from north"),
    Column("direction", Text, comment="Direction of travel that it reads, in words"),
    Column("from_at", UtcDateTime, nullable=False),
    Column("until_at", UtcDateTime, comment="Not part of it; empty while it is there"),
    Column("placed_at", UtcDateTime, nullable=False, comment="When it was recorded"),
    Column("placed_by", Text, nullable=False),
    Column("removed_at", UtcDateTime, comment="When the end was recorded"),
    Column("removed_by", Text),
    Column("removed_because", Text),
    CheckConstraint("num_nonnulls(site_id, vehicle_unit) = 1", name="at_one_place"),
    CheckConstraint("heading_deg >= 0 AND heading_deg < 360", name="heading_range"),
    CheckConstraint("from_at <= placed_at", name="not_ahead"),
    CheckConstraint("until_at > from_at AND until_at <= removed_at", name="ends_later"),
    CheckConstraint(
        "num_nulls(until_at, removed_at, removed_by, removed_because) IN (0, 4)",
        name="end_whole",
    ),
    Index(
        "uq_camera_place_standing",
        "camera_id",
        unique=True,
        postgresql_where=text("until_at IS NULL"),
    ),
    Index(None, "camera_id", "from_at"),
    Index(None, "vehicle_unit", "from_at"),
    comment="Where each camera was from when to when: a site, or a car that carries it",
)

inspection = Table(
    "inspection",
    metadata,
    _number(),
    _camera(),
    Column("place_id", BigInteger, ForeignKey("camera_place.id"), comment="Where it was then"),
    Column("done_by", Text, nullable=False, comment="Who looked at it"),
    Column("done_at", UtcDateTime, nullable=False),
    Column("items", JSONB, nullable=False, comment="[{item, good, words}, ...] as the policy asks"),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("counts_until", UtcDateTime, nullable=False, comment="End of the quarter of done_at"),
    Column("makes_up", Text, comment="Quarter that it makes up; empty: it came in time"),
    CheckConstraint("done_at <= recorded_at", name="not_ahead"),
    CheckConstraint(
        "done_at < counts_until AND counts_until <= done_at + interval '367 days'",
        name="counts_for_its_quarter",
    ),
    CheckConstraint(
        "recorded_at < counts_until OR coalesce(makes_up, '') <> ''", name="late_is_made_up"
    ),
    CheckConstraint("btrim(done_by) <> ''", name="by_somebody"),
    CheckConstraint("jsonb_typeof(items) = 'array' AND items <> '[]'", name="items_named"),
    Index(None, "camera_id", "done_at"),
    comment="Regular inspections (Policy 426.4.1 administrators (a)); only added to",
)

vehicle_assignment = Table(
    "vehicle_assignment",
    metadata,
    _number(),
    _vehicle(),
    _officer(),
    Column("assigned_at", UtcDateTime, nullable=False),
    Column("training_ids", ARRAY(BigInteger), nullable=False, comment="That were current then"),
    Column("assigned_by", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    CheckConstraint("assigned_by <> username", name="assigned_by_another"),
    CheckConstraint("cardinality(training_ids) > 0", name="trained"),
    CheckConstraint("ended_at >= assigned_at", name="ends_later"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="end_whole"),
    Index(
        "uq_vehicle_assignment_standing",
        "vehicle_unit",
        "username",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    comment="Who may drive which car with readers (Policy 426.6.1 deployment (b), (c))",
)

shift = Table(
    "shift",
    metadata,
    _number(),
    _vehicle(),
    _officer(),
    Column("assignment_id", BigInteger, ForeignKey("vehicle_assignment.id"), nullable=False),
    Column("training_ids", ARRAY(BigInteger), nullable=False, comment="Current at its start"),
    Column("cameras", ARRAY(Text), nullable=False, comment="Of the car at its start"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("affixed", Boolean, nullable=False, comment="Cameras affixed and inspected"),
    Column("software_started", Boolean, nullable=False),
    Column("lights", JSONB, nullable=False, comment="{light: whether it was green}"),
    Column("words", Text, nullable=False, comment="What was not in order"),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end_recorded_at", UtcDateTime),
    Column("end_recorded_by", Text),
    CheckConstraint("started_at <= recorded_at AND ended_at <= end_recorded_at", name="not_ahead"),
    CheckConstraint("ended_at > started_at", name="ends_later"),
    CheckConstraint(
        "num_nulls(ended_at, end_recorded_at, end_recorded_by) IN (0, 3)", name="end_whole"
    ),
    CheckConstraint("jsonb_typeof(lights) = 'object' AND lights <> '{}'", name="lights_named"),
    CheckConstraint(
        "btrim(words) <> '' OR (affixed AND software_started"
        " AND NOT jsonb_path_exists(lights, '$.* ? (@ != true)'))",
        name="says_what_is_wrong",
    ),
    Index(None, "vehicle_unit", "started_at"),
    Index(None, "username", "started_at"),
    comment="Log of shifts of cars with readers (Policy 426.6.1)",
)

pursuit_exit = Table(
    "pursuit_exit",
    metadata,
    _number(),
    Column("shift_id", BigInteger, ForeignKey("shift.id"), nullable=False),
    Column("left_at", UtcDateTime, nullable=False),
    Column("because", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint(f"because IN ({_listed(PursuitExit)})", name="because_known"),
    CheckConstraint("left_at <= recorded_at", name="not_ahead"),
    Index(None, "shift_id"),
    comment="When a car with readers left a pursuit, and why (Policy 426.6.1 (a) to (c))",
)

fault = Table(
    "fault",
    metadata,
    _number(),
    _camera(nullable=True),
    _vehicle(nullable=True),
    Column("kind", Text, nullable=False, comment="Of the equipment, when it was found"),
    Column("discovered_at", UtcDateTime, nullable=False),
    Column("discovered_by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("damage", Boolean, nullable=False, comment="Damage or vandalism, not malfunction alone"),
    Column("out_of_service", Boolean, nullable=False, comment="Until it is repaired"),
    Column("inspection_id", BigInteger, ForeignKey("inspection.id")),
    Column("shift_id", BigInteger, ForeignKey("shift.id")),
    Column("needs_paper", Text, comment="Of the policy, when it was found"),
    Column("state", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("paper_number", Text, comment="Of the crime report or memo"),
    Column("supervisor", Text, comment="Who was told"),
    Column("supervisor_told_at", UtcDateTime),
    Column("administrator", Text, comment="The ALPR administrator who was told"),
    Column("administrator_told_at", UtcDateTime),
    Column("returned_by", Text, comment="Who brought a trailer back"),
    Column("reported_at", UtcDateTime),
    Column("reported_by", Text),
    Column("repaired_at", UtcDateTime),
    Column("repaired_by", Text, ForeignKey("account.username")),
    Column("repair", Text, comment="What was done"),
    Column("repair_recorded_at", UtcDateTime),
    CheckConstraint("num_nonnulls(camera_id, vehicle_unit) = 1", name="on_one_thing"),
    CheckConstraint(f"kind IN ({_listed(EquipmentKind)})", name="kind_known"),
    CheckConstraint("camera_id IS NOT NULL OR kind = 'vehicle'", name="car_is_vehicle"),
    CheckConstraint(f"state IN ({_listed(FaultState)})", name="state_known"),
    CheckConstraint(f"needs_paper IN ({_listed(Paper)})", name="paper_known"),
    CheckConstraint("btrim(what) <> '' AND btrim(discovered_by) <> ''", name="says_what"),
    CheckConstraint("discovered_at <= recorded_at", name="not_ahead"),
    CheckConstraint(
        "num_nulls(supervisor, supervisor_told_at, administrator, administrator_told_at,"
        " reported_at, reported_by) IN (0, 6)",
        name="report_whole",
    ),
    CheckConstraint(
        "num_nulls(repaired_at, repaired_by, repair, repair_recorded_at) IN (0, 4)",
        name="repair_whole",
    ),
    CheckConstraint("(state = 'open') = (reported_at IS NULL)", name="reported_is_so"),
    CheckConstraint("(state = 'repaired') = (repaired_at IS NOT NULL)", name="repaired_is_so"),
    CheckConstraint(
        "reported_at IS NULL OR needs_paper IS NULL OR btrim(coalesce(paper_number, '')) <> ''",
        name="paper_there",
    ),
    CheckConstraint(
        "btrim(supervisor) <> '' AND btrim(administrator) <> '' AND btrim(repair) <> ''",
        name="names_given",
    ),
    CheckConstraint(
        "supervisor_told_at BETWEEN discovered_at AND reported_at"
        " AND administrator_told_at BETWEEN discovered_at AND reported_at",
        name="told_in_order",
    ),
    CheckConstraint(
        "repaired_at >= discovered_at AND repaired_at <= repair_recorded_at",
        name="repaired_later",
    ),
    CheckConstraint("returned_by IS NULL OR kind = 'trailer'", name="trailer_returned"),
    Index(None, "camera_id", "discovered_at"),
    Index(None, "vehicle_unit", "discovered_at"),
    Index("ix_fault_standing", "id", postgresql_where=text("state <> 'repaired'")),
    comment="Damaged or inoperable equipment: paper, who was told, repair (Policy 426.6.2)",
)
