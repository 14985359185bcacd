"""What the cameras read on the day: the wanted cars among everybody else, with pictures of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

from workbench.demo.city import City
from workbench.demo.day.on_shift import UNSENT, passing_patrol
from workbench.demo.day.times import DayTimes
from workbench.demo.day.wanted import Part, WantedCar
from workbench.demo.pictures import ScenePicture, render_scene
from workbench.demo.plates import plate_texts
from workbench.demo.trips import Passages, joined
from workbench.domain.place import Point
from workbench.domain.read import Candidate, Read, Vehicle

SOURCE = "demo-day"
EVERY = timedelta(hours=1)
"""How often the reads of the day come in; those of wanted cars come at once."""

_DELAY = timedelta(seconds=4)
_SIZE, _PLATE_SHARE = (480, 360), 0.19

Sight = tuple[str, datetime]
"""A camera and when it saw something."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage of a wanted car as a camera sends it, with its pictures.

    Attributes
    ----------
    at
        When the read arrives.
    """

    at: datetime
    read: Read
    car: WantedCar
    misread: bool

    @property
    def sight(self) -> Sight:
        """Where and when."""
        return self.read.camera, self.read.seen_at


@dataclass(frozen=True, slots=True, eq=False)
class DayReads:
    """The reads of the day.

    Attributes
    ----------
    table
        Of everybody else, in the columns that reads are taken in with, as they arrive.
    seen
        Of the wanted cars, in order.
    truth
        The plate that really stood on the car; never in a database.
    """

    table: pa.Table
    seen: tuple[Seen, ...]
    truth: Mapping[Sight, str]

    @property
    def wanted(self) -> Mapping[Sight, Seen]:
        """The passages of wanted cars by where and when."""
        return {each.sight: each for each in self.seen}

    def portions(self) -> list[tuple[datetime, pa.Table]]:
        """Return when each hour's reads arrive, and the reads."""
        rounds = [_next_round(at) for at in self.table["received_at"].to_pylist()]
        ends = [*np.flatnonzero([a != b for a, b in pairwise(rounds)]) + 1, len(rounds)]
        return [
            (rounds[first], self.table.slice(first, end - first))
            for first, end in zip([0, *ends[:-1]], ends, strict=True)
        ]


def day_reads(city: City, cars: Sequence[WantedCar], day: DayTimes, rows: int) -> DayReads:
    """Return the reads of the day; each passage of a wanted car has its pictures.

    Parameters
    ----------
    rows
        How many reads cameras make, those of the wanted cars among them; what a car does not
        send is not in what is returned.
    """
    planned = joined([_passages(cars, day), passing_patrol(city, cars, day)])
    made = city.day(day.on, rows, planned)
    vehicles = {car.vehicle: car for car in cars}
    sights = zip(
        made.table["camera_id"].to_pylist(), made.table["seen_at"].to_pylist(), strict=True
    )
    truth = dict(zip(sights, plate_texts(city.vehicles.plates[made.vehicle]), strict=True))
    ours = np.isin(made.vehicle, list(vehicles))
    rows_of_ours = made.table.filter(pa.array(ours)).to_pylist()
    seen = [
        _seen(row, vehicles[vehicle], day, seed=city.seed + number)
        for number, (row, vehicle) in enumerate(
            zip(rows_of_ours, made.vehicle[ours].tolist(), strict=True)
        )
    ]
    sent = pc.invert(pc.is_in(made.table["camera_id"], pa.array(sorted(UNSENT))))
    others = made.table.filter(pc.and_(pa.array(~ours), sent))
    source = others.column_names.index("source")
    others = others.set_column(source, "source", pa.repeat(pa.scalar(SOURCE), len(others)))
    order = pc.sort_indices(others, [("received_at", "ascending"), ("source_event", "ascending")])
    return DayReads(others.take(order), tuple(seen), truth)


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


def _seen(row: Mapping[str, Any], car: WantedCar, day: DayTimes, *, seed: int) -> Seen:
    """Return a passage as the camera sends it: with pictures, and perhaps with a misread."""
    passage = next(each for each in car.passes if day.at(each.clock) == row["seen_at"])
    night = not 6 < int(passage.clock[:2]) < 19
    scene = render_scene(
        car.plate,
        seed,
        region=car.region,
        size=_SIZE,
        night=night,
        plate_share=_PLATE_SHARE,
        color=car.color,
    )
    said = _said(car, misread=passage.misread)
    read = Read(
        plate=said[0].text,
        seen_at=row["seen_at"],
        camera=row["camera_id"],
        source=SOURCE,
        region=car.region,
        confidence=said[0].confidence,
        candidates=said,
        position=Point(row["lon"], row["lat"]),
        heading_deg=row["heading_deg"],
        direction=row["direction"],
        vehicle=Vehicle(make=car.make, color=car.color),
        plate_box=scene.box,
        engine=row["engine"],
        engine_version=row["engine_version"],
        source_event=row["source_event"],
        plate_picture=_cropped(scene),
        vehicle_picture=scene.jpeg,
    )
    return Seen(row["seen_at"] + _DELAY, read, car, passage.misread)


def _said(car: WantedCar, *, misread: bool) -> tuple[Candidate, ...]:
    """Return what the camera makes of the plate, the reading first."""
    if not misread:
        return (Candidate(car.plate, 0.97),)
    if car.part is Part.LOOK_ALIKE:
        return (Candidate(car.misread_as, 0.96),)
    return Candidate(car.misread_as, 0.71), Candidate(car.plate, 0.24)


def _cropped(scene: ScenePicture) -> bytes:
    box, encoded = scene.box, BytesIO()
    with Image.open(BytesIO(scene.jpeg)) as whole:
        whole.crop((box.x, box.y, box.x + box.width, box.y + box.height)).save(encoded, "JPEG")
    return encoded.getvalue()
