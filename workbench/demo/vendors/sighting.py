"""A made-up sighting, before a vendor's format is put on it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

import numpy as np

from workbench.demo.cameras import Camera
from workbench.demo.city import City
from workbench.demo.misreads import Readings, read_plates
from workbench.demo.pictures import render_scene
from workbench.demo.plates import REGIONS, plate_texts
from workbench.demo.vehicles import COLORS, MODELS
from workbench.demo.year import ZONE
from workbench.domain.read import Box

_PICTURE_SIZE = (640, 480)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one camera saw and made of one plate.

    Attributes
    ----------
    event
        The vendor's own identifier.
    plate
        As read; `truth` is what stood on the car.
    candidates
        (text, confidence from 0 to 1), the reading first.
    """

    event: UUID
    at: datetime
    camera: Camera
    plate: str
    truth: str
    confidence: float
    candidates: tuple[tuple[str, float], ...]
    region: str
    make: str
    model: str
    body_type: str
    color: str
    year: int
    box: Box

    @property
    def epoch_ms(self) -> int:
        """Milliseconds since 1970."""
        return round(self.at.timestamp() * 1000)


def make_sightings(city: City, count: int, *, stream: int) -> list[Sighting]:
    """Return sightings of the afternoon of the city's last day, in order of time.

    Parameters
    ----------
    city
        Its cameras and vehicles are used.
    count
        How many.
    stream
        Each vendor has its own, so that no two files hold the same sightings.
    """
    rng = np.random.default_rng([city.seed, 1_000 + stream])
    vehicles = rng.integers(len(city.vehicles), size=count)
    cameras = rng.integers(len(city.cameras), size=count)
    noon = datetime.combine(city.ending, time(12), ZONE).timestamp()
    seconds = np.sort(noon + rng.uniform(0, 4 * 3_600, count)).round(3)
    readings = read_plates(city.vehicles.plates[vehicles], np.ones(count, np.float32), rng)
    corners = rng.integers((60, 200), (400, 380), size=(count, 2))
    widths = rng.integers(70, 160, size=count).tolist()
    return [
        _sighting(
            city,
            int(vehicles[row]),
            readings,
            row,
            event=UUID(bytes=rng.bytes(16), version=4),
            at=datetime.fromtimestamp(float(seconds[row]), UTC),
            camera=city.cameras[int(cameras[row])],
            box=Box(int(corners[row, 0]), int(corners[row, 1]), widths[row], widths[row] // 2),
        )
        for row in range(count)
    ]


def picture_base64(sighting: Sighting) -> str:
    """Return a rendered picture of the car as vendors embed it."""
    seed = sighting.event.int % 2**31
    scene = render_scene(sighting.truth, seed, region=sighting.region, size=_PICTURE_SIZE)
    return base64.b64encode(scene.jpeg).decode()


def _sighting(
    city: City,
    vehicle: int,
    readings: Readings,
    row: int,
    *,
    event: UUID,
    at: datetime,
    camera: Camera,
    box: Box,
) -> Sighting:
    make, model, body_type = MODELS[city.vehicles.model[vehicle]]
    count = int(readings.candidate_count[row])
    texts = plate_texts(readings.candidates[row, :count])
    scores = readings.candidate_confidence[row, :count].astype(float).round(4).tolist()
    return Sighting(
        event=event,
        at=at,
        camera=camera,
        plate=texts[0],
        truth=plate_texts(city.vehicles.plates[vehicle : vehicle + 1])[0],
        confidence=scores[0],
        candidates=tuple(zip(texts, scores, strict=True)),
        region=REGIONS[city.vehicles.regions[vehicle]],
        make=make,
        model=model,
        body_type=body_type,
        color=COLORS[city.vehicles.color[vehicle]],
        year=int(city.vehicles.year[vehicle]),
        box=box,
    )
