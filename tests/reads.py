"""Made-up detections for tests of the door, stored as the ingest stores them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
from sqlalchemy import Engine, insert

from workbench.detections.cells import cell_of
from workbench.detections.partitions import ensure_months
from workbench.domain.place import Point
from workbench.domain.plate import normal_plate
from workbench.storage.detection_tables import detection

FIRST_SEEN_AT = datetime(2026, 9, 28, 7, tzinfo=UTC)
CENTRE = Point(-121.281, 38.746)


def made_reads(count: int, *, seed: int, prefix: str = "7") -> list[dict[str, Any]]:
    """Return rows of the detection table around `CENTRE` over ten days."""
    dice = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        plate = prefix + "".join(dice.choice(list("ABC38"), 5))
        lon = CENTRE.lon + float(dice.normal(0, 0.01))
        lat = CENTRE.lat + float(dice.normal(0, 0.01))
        placed = dice.random() > 0.1
        rows.append(
            {
                "seen_at": FIRST_SEEN_AT + timedelta(seconds=int(dice.integers(0, 864_000))),
                "received_at": FIRST_SEEN_AT + timedelta(days=11),
                "camera_id": f"T{number % 7}",
                "plate": plate,
                "plate_normal": normal_plate(plate),
                "pseudonym": False,
                "region": str(dice.choice(["CA", "NV", "or"])),
                "confidence": None if dice.random() < 0.1 else float(dice.integers(50, 100)) / 100,
                "candidates": [[plate, 0.9], ["7AAAAA", 0.1]],
                "lon": lon if placed else None,
                "lat": lat if placed else None,
                "cell": cell_of(Point(lon, lat)) if placed else None,
                "vehicle": {"make": "Made", "year": 2020},
                "source": "test",
                "event_key": uuid4(),
                "flags": [],
            }
        )
    return rows


def store_reads(engine: Engine, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Store rows and return them as a plain frame to compare with."""
    with engine.begin() as connection:
        at = [row["seen_at"] for row in rows]
        ensure_months(connection, min(at), max(at))
        connection.execute(insert(detection), rows)
    return pd.DataFrame(rows)
