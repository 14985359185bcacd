"""Rendered pictures and a stand-in engine for tests of recognition."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageFont

from workbench.domain.read import Box
from workbench.recognition.base import Pixels, PlateRead, Reading

PLATE_BOX = Box(240, 300, 160, 80)
TAKEN = "2026:11:01 20:15:30"


def car_picture(plate: str = "4BCD567", *, paint: str = "#6b2226") -> Image.Image:
    """Return a made-up car from behind, 640 x 480, its plate at `PLATE_BOX`."""
    image = Image.new("RGB", (640, 480), "#86898c")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 640, 170), fill="#9fb8cc")
    pen.rounded_rectangle((110, 130, 530, 430), 40, fill=paint)
    pen.rounded_rectangle((170, 145, 470, 240), 20, fill="#20262c")
    for left in (125, 465):
        pen.rounded_rectangle((left, 260, left + 50, 320), 8, fill="#b01818")
    box = PLATE_BOX
    pen.rectangle((box.x, box.y, box.x + box.width, box.y + box.height), fill="#f4f4f2")
    middle = (box.x + box.width / 2, box.y + box.height / 2)
    pen.text(middle, plate, "#1c2c6e", font=ImageFont.load_default(38), anchor="mm")
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def exif_of(
    taken: str | None = TAKEN, offset: str | None = "-07:00", *, placed: bool = False
) -> Image.Exif:
    """Return EXIF as a camera writes it; placed in Roseville where asked."""
    exif = Image.Exif()
    times = exif.get_ifd(ExifTags.IFD.Exif)
    if taken:
        times[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        times[ExifTags.Base.OffsetTimeOriginal] = offset
    if placed:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({
            ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (38.0, 45.0, 0.0),
            ExifTags.GPS.GPSLongitudeRef: "W", ExifTags.GPS.GPSLongitude: (121.0, 15.0, 36.0),
        })  # fmt: skip
    return exif


@dataclass
class FixedEngine:
    """An engine that finds one plate in every picture and counts how often it is asked.

    Attributes
    ----------
    failure
        Raised instead, as an engine's library may do.
    """

    text: str = "4BCD567"
    confidence: float = 0.5
    failure: Exception | None = None
    asked: int = 0
    name: str = "fixed"
    version: str = "1"

    def read(self, picture: Pixels) -> list[PlateRead]:
        self.asked += 1
        assert picture.dtype == np.uint8
        assert not picture.flags.writeable
        if self.failure:
            raise self.failure
        x, y, width, height = PLATE_BOX.x, PLATE_BOX.y, PLATE_BOX.width, PLATE_BOX.height
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        return [
            PlateRead(
                text=self.text,
                confidence=self.confidence,
                candidates=(Reading(self.text, 0.6), Reading("4BCO567", 0.2)),
                box=PLATE_BOX,
                corners=corners,
                engine=self.name,
                version=self.version,
            )
        ]
