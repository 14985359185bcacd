"""Made-up lists, hits and the acts of people, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from tests.pictures import car_picture, encoded
from tests.reads import made_reads, store_reads
from workbench.domain.hit import (
    Agreement,
    Disposition,
    HitEventKind,
    HitOutcome,
    HitState,
    MatchKind,
    Occupancy,
    Place,
    Priority,
)
from workbench.domain.hot_entry import Category, ListKind
from workbench.domain.person import Actor, Role
from workbench.domain.stop_basis import StopBasis
from workbench.hotlists.hits import Hit, HitEvent
from workbench.hotlists.hits.acts import (
    Act,
    AskConfirmation,
    Broadcast,
    Call,
    Close,
    Compare,
    Confirm,
    Find,
    Open,
    RecordStop,
    Refuse,
    RunPlate,
    Score,
)
from workbench.hotlists.lists.template import load_list_template
from workbench.runtime import Runtime
from workbench.storage.database import Database
from workbench.storage.detection_tables import detection
from workbench.storage.hit_tables import hit as hit_table
from workbench.storage.hot_list_tables import hot_list, hot_list_load
from workbench.storage.people_tables import account, account_role
from workbench.storage.picture_rows import keep_picture

SEEN_AT = datetime(2026, 11, 2, 17, 50, tzinfo=UTC)
FACTS = "Driver ran the red light at Vernon and nearly struck a cyclist"
BASIS = {"basis": "observed_violation", "facts": FACTS, "code_section": "VC 21453(a)"}
ANSWER = {"response": "VEH/STOLEN LIC/2ABC345", "result": "stolen, active"}

OPEN = Open()
COMPARE = Compare(
    plate_picture=True,
    vehicle_picture=True,
    region=Agreement.AGREES,
    make=Agreement.AGREES,
    colour=Agreement.CANNOT_TELL,
)
RUN_PLATE = RunPlate()
ASK = AskConfirmation(priority=Priority.URGENT)
ASK_ROUTINE = AskConfirmation(priority=Priority.ROUTINE)
ASK_AGAIN = AskConfirmation(priority=Priority.URGENT, second=True)
CONFIRM = Confirm(**ANSWER)
REFUSE = Refuse(**ANSWER | {"result": "no record"})
FROM_CAR = Broadcast(channel="Patrol main", place=Place.VEHICLE)
FROM_DESK = Broadcast(channel="Patrol main", place=Place.DESKTOP)
CANCEL = Broadcast(channel="Patrol main", place=Place.DESKTOP, cancels=True)
CALL = Call(
    call_type="stolen_vehicle",
    vehicle_description="silver sedan, dent in the left door",
    direction="north on Vernon",
)
RECOVERY = Call(
    call_type="stolen_vehicle_recovery", vehicle_description="silver sedan", direction="parked"
)
FOUND_EMPTY = Find(occupancy=Occupancy.UNOCCUPIED, recovered=False)
STOP = RecordStop(basis=StopBasis.OBSERVED_VIOLATION, facts=FACTS, code_section="VC 21453(a)")
CLOSE = Close(disposition=Disposition.CORRECT, outcome=HitOutcome.RECOVERED)
CLOSE_UNSCORED = Close(disposition=Disposition.NOT_SCORED, outcome=HitOutcome.GONE)
SCORE = Score(disposition=Disposition.MISREAD, plate_picture=True)

ACTS: tuple[Act, ...] = (
    OPEN,
    COMPARE,
    RUN_PLATE,
    ASK,
    ASK_AGAIN,
    CONFIRM,
    REFUSE,
    FROM_CAR,
    FROM_DESK,
    CANCEL,
    CALL,
    RECOVERY,
    FOUND_EMPTY,
    STOP,
    CLOSE,
    CLOSE_UNSCORED,
    SCORE,
)

ENROLLED_AT = datetime(2026, 1, 5, tzinfo=UTC)

_numbers = count(1)
_paints = count(0x101010, 0x050301)


def made_hit(**changed: Any) -> Hit:
    """Return a made-up hit of a stolen vehicle; every field has a default."""
    values: dict[str, Any] = {
        "id": 1,
        "made_at": SEEN_AT + timedelta(seconds=1),
        "state": HitState.NEW,
        "possible": False,
        "informational": False,
        "match": MatchKind.EXACT,
        "posterior": 0.9,
        "detection_id": 1,
        "seen_at": SEEN_AT,
        "read_plate": "2ABC345",
        "read_region": "CA",
        "camera_id": "cam-1",
        "engine": "plates",
        "engine_version": "1",
        "list_code": "SVS",
        "list_kind": ListKind.GENERAL,
        "load_id": 1,
        "line": 1,
        "listed_plate": "2ABC345",
        "listed_region": "CA",
        "category": Category.STOLEN_VEHICLE,
        "list_loaded_at": SEEN_AT - timedelta(hours=3),
        "entry": {"make": "HOND"},
    }
    return Hit(**values | changed)


def made_event(number: int, act: Act | HitEventKind, at: datetime, **details: Any) -> HitEvent:
    """Return an event as an act makes it, number and time given."""
    kind = act if isinstance(act, HitEventKind) else act.kind
    said = {} if isinstance(act, HitEventKind) else act.details()
    return HitEvent(
        id=number,
        hit_id=1,
        kind=kind,
        happened_at=at,
        recorded_at=at,
        recorded_by="o.officer",
        details={**said, **details},
    )


def told(*acts: tuple[float, Act]) -> list[HitEvent]:
    """Return events of acts at minutes after `SEEN_AT`, recorded in this order."""
    return [
        made_event(number, act, SEEN_AT + timedelta(minutes=minutes))
        for number, (minutes, act) in enumerate(acts, start=1)
    ]


def store_load(connection: Connection, code: str = "SVS", **changed: Any) -> int:
    """Return the load of a list, made anew if there is no list of that code yet."""
    kind = changed.get("kind", "general")
    category = "special_list" if kind == "special" else "stolen_vehicle"
    listed = {
        "code": code,
        "name": "Made up",
        "kind": kind,
        "source": "DOJ",
        "category": category,
        "address": "file:///made-up.csv",
        "template": load_list_template("plain").model_dump(mode="json"),
        "enabled": True,
        "switched_by": "t.admin",
        "switched_at": SEEN_AT,
        "switch_reason": "made up",
    }
    connection.execute(insert(hot_list).values(listed))
    load = {
        "list_code": code,
        "state": "in_force",
        "began_at": SEEN_AT - timedelta(hours=3),
        "ended_at": SEEN_AT - timedelta(hours=3),
        "good": 1,
        "duplicate": 0,
        "failed": 0,
        "reasons": [],
        "in_force_at": SEEN_AT - timedelta(hours=3),
    }
    statement = insert(hot_list_load).values(load).returning(hot_list_load.c.id)
    return int(connection.execute(statement).scalar_one())


def store_hits(engine: Engine, *hits: Mapping[str, Any], kind: str = "general") -> list[int]:
    """Store made-up hits of a list of their own and return their numbers."""
    code = f"T{uuid4().hex[:12].upper()}"
    with engine.begin() as connection:
        load_id = store_load(connection, code, kind=kind)
        ids = []
        for changed in hits or ({},):
            made = made_hit(**changed)
            values = {name: getattr(made, name) for name in Hit.__dataclass_fields__}
            values |= {"load_id": load_id, "list_code": changed.get("list_code", code)}
            number = changed.get("detection_id") or next(_numbers)
            values |= {"detection_id": number, "list_kind": kind}
            values |= {"informational": kind == "special"}
            if kind == "special":
                values["category"] = "special_list"
            del values["id"]
            statement = insert(hit_table).values(values).returning(hit_table.c.id)
            ids.append(int(connection.execute(statement).scalar_one()))
    return ids


def enrolled(database: Database, username: str, *roles: Role) -> None:
    """Give a made-up person of tests the account and roles that the database knows people by."""
    with database.owner.begin() as connection:
        enrol(connection, username, *roles)


def enrol(connection: Connection, username: str, *roles: Role) -> None:
    """Do the same in a transaction of the caller's."""
    made = {
        "username": username,
        "display_name": f"Made Up {username}",
        "title": "Made Up",
        "organisation": "Roseville Police Department",
        "created_at": ENROLLED_AT,
        "created_by": "t.admin",
    }
    new = connection.execute(upsert(account).values(made).on_conflict_do_nothing())
    for role in roles if new.rowcount else ():
        held = {"username": username, "role": role, "starts_at": ENROLLED_AT}
        granted = {"granted_at": ENROLLED_AT, "granted_by": "t.admin"}
        connection.execute(insert(account_role).values(held | granted))


def store_hits_of_reads(
    runtime: Runtime, *hits: Mapping[str, Any], kind: str = "general", **read: Any
) -> list[int]:
    """Store made-up hits of reads that are kept, with pictures, and return their numbers.

    Parameters
    ----------
    read
        What is other about the reads, such as ``vehicle_picture=None``.
    """
    numbers = []
    for changed in hits or ({},):
        plate, vehicle = store_pictures(runtime)
        (row,) = made_reads(1, seed=5)
        row |= {"seen_at": changed.get("seen_at", SEEN_AT), "region": "CA", "event_key": uuid4()}
        row |= {"vehicle": {"make": "Honda", "color": "silver"}}
        row |= {"plate_picture": plate, "vehicle_picture": vehicle, **read}
        row |= {"camera_id": changed.get("camera_id", "cam-1")}
        store_reads(runtime.database.service, [row])
        with runtime.database.service.connect() as connection:
            wanted = select(detection.c.id).where(detection.c.event_key == row["event_key"])
            number = connection.scalar(wanted)
        numbers += store_hits(
            runtime.database.service, {**changed, "detection_id": number}, kind=kind
        )
    return numbers


def store_pictures(runtime: Runtime) -> tuple[str, str]:
    """Keep a picture of a plate and one of a vehicle that no other read has."""
    paint = f"#{next(_paints) % 0xFFFFFF:06x}"
    vehicle = car_picture(paint=paint)
    with runtime.database.service.begin() as connection:
        kept = [
            keep_picture(runtime.pictures, connection, encoded(picture), SEEN_AT)
            for picture in (vehicle.crop((120, 250, 180, 310)), vehicle)
        ]
    return kept[0], kept[1]


def see(runtime: Runtime, actor: Actor, hit_id: int) -> None:
    """Let somebody open the read of a hit and its pictures at the door, each look logged."""
    (row,) = runtime.hit_door.read(actor, hit_id).table.to_pylist()
    for name in ("plate_picture", "vehicle_picture"):
        if row[name]:
            runtime.hit_door.picture(actor, hit_id, row[name])
