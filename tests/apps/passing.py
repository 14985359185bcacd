"""Listed cars that pass a camera, taken in as the camera's own messages, for the Hits page."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from tests.deliveries import sample_json
from tests.hot_entries import made_plates
from tests.listed_plates import Lists
from tests.pages import Pages
from tests.pictures import PLATE_BOX, car_picture, encoded
from workbench.detections.ingest_log import Caller
from workbench.storage.hit_tables import hit


class Street:
    """One camera, and lists of a test's own."""

    def __init__(
        self, pages: Pages, *, camera: str | None = None, loaded_at: datetime | None = None
    ) -> None:
        self.camera = camera or f"cam{uuid4().hex[:6]}"
        self._pages = pages
        self._lists = Lists(pages.staff.database.service, loaded_at or pages.clock())

    def wanted(self, *plates: str, **changes: Any) -> str:
        """Put plates on a new list, of stolen vehicles unless told otherwise; return its code."""
        code = changes.pop("code", f"T{uuid4().hex[:7].upper()}")
        details = {"make": "Toyota", "color": "Silver", "year": "2018", "owner": "Made Up"}
        self._lists.load(code, plates, **{"region": "CA", "details": details, **changes})
        return code

    def plate(self) -> str:
        """Return a plate of the state's form that no other test has."""
        return made_plates(1, seed=int.from_bytes(uuid4().bytes[:4]))[0]

    def passes(self, plate: str, **said: Any) -> float:
        """Take in a read of a plate; return when it was committed, in monotonic seconds."""
        content = json.dumps(self._message(plate, **said)).encode()
        self._pages.runtime.ingest.take(content, Caller(), name="passing.json")
        return time.monotonic()

    def hit(self, plate: str) -> int:
        """Return the number of the newest hit of a listed plate."""
        newest = select(hit.c.id).where(hit.c.listed_plate == plate).order_by(hit.c.id.desc())
        with self._pages.staff.database.reader.connect() as connection:
            return int(connection.scalars(newest.limit(1)).one())

    def clear(self) -> None:
        """Leave nothing in force."""
        self._lists.clear()

    def _message(
        self,
        plate: str,
        *,
        region: str = "us-ca",
        others: Sequence[tuple[str, float]] = (),
        seen_at: datetime | None = None,
        pictures: bool = True,
    ) -> dict[str, Any]:
        group = sample_json("rekor_group.json")
        uuid = f"{self.camera}-{uuid4()}"
        at_ms = int((seen_at or self._pages.clock()).timestamp() * 1000)
        readings = [(plate, 93.5), *others]
        group |= {
            "agent_uid": self.camera,
            "best_uuid": uuid,
            "uuids": [uuid],
            "best_plate_number": plate,
            "best_region": region,
            "epoch_start": at_ms,
            "epoch_end": at_ms,
            "best_uuid_epoch_ms": at_ms,
            "candidates": [
                {"plate": text, "confidence": share, "matches_template": 1}
                for text, share in readings
            ],
        }
        group["best_plate"] |= {"plate": plate, "region": region}
        if pictures:
            group |= {"vehicle_crop_jpeg": _jpeg(plate, whole=True)}
            group["best_plate"] |= {"plate_crop_jpeg": _jpeg(plate, whole=False)}
        else:
            del group["vehicle_crop_jpeg"], group["best_plate"]["plate_crop_jpeg"]
        return group


def _jpeg(plate: str, *, whole: bool) -> str:
    car = car_picture(plate, paint="#9aa0a6")
    box = PLATE_BOX
    crop = (box.x, box.y, box.x + box.width, box.y + box.height)
    return base64.b64encode(encoded(car if whole else car.crop(crop))).decode("ascii")
