"""Reads with pictures, hits and looks about them, to be packed by tests."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import insert

from tests.held_reads import of_plate, store
from tests.hits import made_hit, store_load
from tests.people import made_actor
from tests.sharing import (
    ADMIN,
    CAPTAIN,
    CUSTODIAN,
    REVIEW,
    approve,
    new_agency_name,
    profile,
    written,
)
from workbench.domain.person import Actor, Role
from workbench.hotlists.hits.hit import Hit
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import Package
from workbench.runtime import Runtime
from workbench.sharing.releases.desk import Packing
from workbench.storage.hit_tables import hit as hit_table
from workbench.storage.picture_rows import keep_picture

CASE = "26-014532"
SEEN = datetime(2026, 10, 1, 20, 30, tzinfo=UTC)
ANALYST = made_actor(Role.ANALYST)


def picture_of(plate: str, width: int = 320) -> bytes:
    """Return a drawn car's picture; each plate has its own."""
    image = Image.new("RGB", (width, width * 3 // 4), (150, 170, 190))
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 80, width - 40, width // 2), fill=(60, 70, 110))
    pen.rectangle((100, 120, width - 100, 150), fill=(245, 245, 240))
    pen.text((110, 128), plate, fill=(20, 30, 90))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def store_pictured(
    runtime: Runtime, plate: str, *minutes: float, camera: str = "North 1", **changed: Any
) -> list[int]:
    """Store reads of a plate, some minutes after `SEEN`, with a picture; return their numbers."""
    with runtime.database.service.begin() as connection:
        content = picture_of(plate)
        sha256 = keep_picture(runtime.pictures, connection, content, SEEN)
    values = {
        "vehicle_picture": sha256,
        "camera_id": camera,
        "engine": "plates",
        "engine_version": "1",
        "candidates": [[plate, 0.9], [f"{plate[:-1]}O", 0.1]],
        **changed,
    }
    at = [SEEN + timedelta(minutes=each) for each in minutes]
    return store(runtime.database.service, plate, *at, **values)


def store_hit(runtime: Runtime, code: str, detection_id: int, plate: str, **changed: Any) -> int:
    """Store a hit about a read and return its number."""
    made = made_hit(
        detection_id=detection_id, read_plate=plate, listed_plate=plate, list_code=code, **changed
    )
    values = {name: getattr(made, name) for name in Hit.__dataclass_fields__ if name != "id"}
    with runtime.database.service.begin() as connection:
        values["load_id"] = store_load(connection, code)
        new = insert(hit_table).values(values).returning(hit_table.c.id)
        return int(connection.execute(new).scalar_one())


def opened(runtime: Runtime, actor: Actor = ANALYST) -> UUID:
    """Return an open inquiry of somebody."""
    return runtime.inquiries.open(
        actor, purpose="active_investigation", reason="Made-up robbery", case_number=CASE
    ).id


def packed(
    runtime: Runtime, plate: str, out: Path, *, booking: str | None = None, **order: Any
) -> Package:
    """Make a package of a plate's reads."""
    asked = Order(reads=of_plate(plate), **order)
    inquiry = opened(runtime)
    return runtime.evidence.make_package(ANALYST, inquiry, asked, out=out, booking=booking)


def released(runtime: Runtime, plate: str, out: Path) -> Package:
    """Make the package that fulfils an approved request for a plate's reads."""
    name = new_agency_name("Made-up <County>")
    sharing = runtime.sharing
    sharing.agencies.add(ADMIN, profile(name))
    sharing.agencies.verify(CAPTAIN, name, how="Called back")
    asked = written(name, requester_name="D. Example <deputy>", purpose="People v. Example")
    number = sharing.releases.record(CUSTODIAN, asked).id
    sharing.releases.take(ADMIN, number, REVIEW)
    sharing.releases.take(CAPTAIN, number, approve(plate=plate))
    under = opened(runtime, CUSTODIAN)
    done = sharing.releases.fulfil(CUSTODIAN, number, Packing(inquiry_id=under, out=out))
    return runtime.evidence.show(CUSTODIAN, int(done.events[-1].details["package"]))


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a packed table."""
    with (folder / "data" / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
