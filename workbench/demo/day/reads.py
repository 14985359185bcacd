"""What the cameras read on the day: the wanted cars among everybody else, with pictures of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

from workbench.demo.city import City
from workbench.demo.day.times import DayTimes
from workbench.demo.day.wanted import Part, Pass, WantedCar
from workbench.demo.pictures import ScenePicture, render_scene
from workbench.demo.plates import plate_texts
from workbench.demo.read_table import READ_SCHEMA
from workbench.demo.trips import Passages
from workbench.storage.pictures import PictureStore

SOURCE = "demo-day"
EVERY = timedelta(minutes=30)
"""How often the reads of the day come in; those of wanted cars at once."""

_SIZE = (640, 480)
_PICTURED = pa.schema(
    [*READ_SCHEMA, ("plate_picture", pa.string()), ("vehicle_picture", pa.string())]
)

Sight = tuple[str, datetime]
"""A camera and when it saw something."""


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """Reads that arrive together.

    Attributes
    ----------
    at_once
        Whether a wanted car is among them.
    """

    at: datetime
    table: pa.Table
    at_once: bool


@dataclass(frozen=True, slots=True, eq=False)
class DayReads:
    """The reads of the day, in the order in which they arrive.

    Attributes
    ----------
    table
        Columns that reads are taken in with.
    truth
        The plate that really stood on the car; never in a database.
    wanted
        The passages of the wanted cars, with their car.
    """

    table: pa.Table
    truth: Mapping[Sight, str]
    wanted: Mapping[Sight, tuple[WantedCar, Pass]]

    def portions(self) -> list[Portion]:
        """Return the portions in order; a passage of a wanted car ends one."""
        arrived = self.table["received_at"].to_pylist()
        at_once = self._at_once()
        bounds = sorted({_next_round(at) for at in arrived} | at_once)
        places = np.searchsorted(
            np.array([at.timestamp() for at in arrived]),
            [at.timestamp() for at in bounds],
            side="right",
        ).tolist()
        cut = zip(bounds, [0, *places], places, strict=False)
        return [
            Portion(at, self.table.slice(first, end - first), at in at_once)
            for at, first, end in cut
            if end > first
        ]

    def _at_once(self) -> set[datetime]:
        sights = zip(
            self.table["camera_id"].to_pylist(),
            self.table["seen_at"].to_pylist(),
            self.table["received_at"].to_pylist(),
            strict=True,
        )
        return {received for camera, seen, received in sights if (camera, seen) in self.wanted}


def day_reads(
    city: City,
    cars: Sequence[WantedCar],
    day: DayTimes,
    rows: int,
    pictures: PictureStore,
) -> DayReads:
    """Return the reads of the day; each passage of a wanted car has its pictures.

    Parameters
    ----------
    rows
        How many reads there are.
    pictures
        Where the pictures are kept.
    """
    made = city.day(day.on, rows, _passages(cars, day))
    vehicles = {car.vehicle: car for car in cars}
    truth = plate_texts(city.vehicles.plates[made.vehicle])
    read = made.table.to_pylist()
    wanted: dict[Sight, tuple[WantedCar, Pass]] = {}
    for row, vehicle in zip(read, made.vehicle.tolist(), strict=True):
        row["source"] = SOURCE
        if (car := vehicles.get(vehicle)) is not None:
            passage = _pass_at(car, day, row["seen_at"])
            wanted[row["camera_id"], row["seen_at"]] = (car, passage)
            _seen(row, car, passage, pictures, seed=city.seed + len(wanted))
    sights = [(row["camera_id"], row["seen_at"]) for row in read]
    table = pa.Table.from_pylist(read, schema=_PICTURED)
    order = pc.sort_indices(table, [("received_at", "ascending"), ("source_event", "ascending")])
    return DayReads(table.take(order), dict(zip(sights, truth, strict=True)), wanted)


def _next_round(at: datetime) -> datetime:
    every_s = EVERY.total_seconds()
    return datetime.fromtimestamp((at.timestamp() // every_s + 1) * every_s, UTC)


def _passages(cars: Sequence[WantedCar], day: DayTimes) -> Passages:
    each = [(car.vehicle, passage) for car in cars for passage in car.passes]
    return Passages(
        np.array([vehicle for vehicle, _ in each]),
        np.array([passage.camera for _, passage in each]),
        np.array([day.at(passage.clock).timestamp() for _, passage in each]),
    )


def _pass_at(car: WantedCar, day: DayTimes, seen_at: datetime) -> Pass:
    return next(each for each in car.passes if day.at(each.clock) == seen_at)


def _seen(
    row: dict[str, Any], car: WantedCar, passage: Pass, pictures: PictureStore, *, seed: int
) -> None:
    """Put the pictures into a read, and what the camera makes of the plate."""
    night = not 6 < int(passage.clock[:2]) < 19
    scene = render_scene(
        car.plate, seed, region=car.region, size=_SIZE, night=night, color=car.color
    )
    row["vehicle_picture"] = pictures.put(scene.jpeg)
    row["plate_picture"] = pictures.put(_cropped(scene))
    row["plate_box"] = [scene.box.x, scene.box.y, scene.box.width, scene.box.height]
    row["received_at"] = row["seen_at"] + timedelta(seconds=4)
    row["region"] = car.region
    sure = {"text": car.plate, "confidence": 0.97}
    said = [sure]
    if passage.misread:
        doubt = car.part is not Part.LOOK_ALIKE
        wrong = {"text": car.misread_as, "confidence": 0.71 if doubt else 0.96}
        said = [wrong, sure | {"confidence": 0.24}] if doubt else [wrong]
    row |= {"plate": said[0]["text"], "confidence": said[0]["confidence"], "candidates": said}


def _cropped(scene: ScenePicture) -> bytes:
    box, encoded = scene.box, BytesIO()
    with Image.open(BytesIO(scene.jpeg)) as whole:
        whole.crop((box.x, box.y, box.x + box.width, box.y + box.height)).save(encoded, "JPEG")
    return encoded.getvalue()
