"""Reads of a test's own camera and plates, and the rows that are held of them."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, select, text

from tests.people import made_actor
from tests.reads import made_reads, store_reads
from workbench.detections.ingest_log import Caller
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Actor, Role
from workbench.domain.read_set import ReadSet
from workbench.retention.holds.counting import CountedHold
from workbench.retention.holds.placing import NewHold, PlacedHold
from workbench.runtime import Runtime
from workbench.storage.detection_tables import detection

CASE = "26-014532"
WHY = "Evidence in a made-up robbery"
ANALYST = made_actor(Role.ANALYST)


def new_plate(stem: str = "8H") -> str:
    """Return a plate that no other test has."""
    return f"{stem}{uuid4().hex[:6].upper()}"


def of_plate(pattern: str, **more: Any) -> ReadSet:
    """Return the reads of a plate or pattern."""
    return ReadSet(search=SearchCriteria(plate=parse_pattern(pattern), **more))


def store(engine: Engine, plate: str, /, *seen_at: datetime, **changed: Any) -> list[int]:
    """Store reads of a plate and return their numbers, in order of time."""
    rows = made_reads(len(seen_at), seed=7)
    for row, at in zip(rows, seen_at, strict=True):
        row |= {"plate": plate, "plate_normal": plate, "seen_at": at, "confidence": 0.9}
        row |= {"received_at": max(at, row["received_at"]), "event_key": uuid4(), **changed}
    store_reads(engine, rows)
    return numbers(engine, plate)


def numbers(engine: Engine, plate: str) -> list[int]:
    """Return the numbers of a plate's reads, in order of time."""
    mine = select(detection.c.id).where(detection.c.plate_normal == plate)
    with engine.connect() as connection:
        return list(connection.scalars(mine.order_by(detection.c.seen_at, detection.c.id)))


def held(engine: Engine, hold_id: int) -> list[int]:
    """Return the numbers of the reads that are written down as held by a hold."""
    statement = text("SELECT detection_id FROM held_detection WHERE hold_id = :id ORDER BY 1")
    with engine.connect() as connection:
        return list(connection.scalars(statement, {"id": hold_id}))


def placed(runtime: Runtime, meant: ReadSet, actor: Actor = ANALYST, **more: Any) -> PlacedHold:
    """Place a hold under an inquiry of its own."""
    inquiry = under(runtime, actor)
    stated = {"case_number": CASE, "reason": WHY, **more}
    return runtime.holds.placing.place(actor, inquiry, NewHold(meant=meant, **stated))


def counted(runtime: Runtime, hold_id: int, actor: Actor = ANALYST) -> CountedHold:
    """Count a hold under an inquiry of its own."""
    return runtime.holds.counting.count(actor, under(runtime, actor), hold_id)


def under(runtime: Runtime, actor: Actor = ANALYST) -> UUID:
    """Open an inquiry."""
    return runtime.inquiries.open(
        actor, purpose="active_investigation", reason=WHY, case_number=CASE
    ).id


def take_in(
    runtime: Runtime, folder: Path, plate: str, *seen_at: datetime, camera: str = "H1", **more: Any
) -> None:
    """Take reads of a plate in by a file, as a camera's system delivers them."""
    file = folder / f"{uuid4().hex}.csv"
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("plate", "seen_at", "camera", "lon", "lat", "confidence"))
        place = more.get("lon", -121.28), more.get("lat", 38.746), more.get("confidence", 0.9)
        for at in seen_at:
            writer.writerow((plate, at.isoformat(), camera, *place))
    runtime.ingest.take(file, Caller())


def minutes_after(at: datetime, *minutes: float) -> list[datetime]:
    """Return instants some minutes after another."""
    return [at + timedelta(minutes=each) for each in minutes]
