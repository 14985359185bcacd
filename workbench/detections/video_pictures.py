"""The pictures of passages that are not over yet: of their best frames so far, and of no other."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from PIL import Image

from workbench.detections.from_videos import Shown
from workbench.domain.read import Box
from workbench.recognition.base import Pixels
from workbench.recognition.picture_jobs import plate_png
from workbench.recognition.video.frames import Frame
from workbench.recognition.video.passages import Passage

_JPEG_QUALITY = 90


class VideoPictures:
    """Keeps encoded frames and cut-outs while a passage may need them."""

    def __init__(self) -> None:
        self._vehicles: dict[int, bytes] = {}
        self._plates: dict[tuple[int, Box], bytes] = {}

    def keep(self, frame: Frame, passages: Iterable[Passage]) -> None:
        """Keep what passages need of a frame, and forget what none needs any more.

        Parameters
        ----------
        passages
            All that are open.
        """
        needed = {(best.frame, best.box) for each in passages for best in each.best.values()}
        frames = {number for number, _ in needed}
        self._vehicles = {n: kept for n, kept in self._vehicles.items() if n in frames}
        self._plates = {key: kept for key, kept in self._plates.items() if key in needed}
        if frame.number in frames:
            self._vehicles.setdefault(frame.number, _jpeg(frame.pixels))
            for number, box in needed:
                if number == frame.number:
                    self._plates.setdefault((number, box), plate_png(frame.pixels, box))

    def of(self, passage: Passage) -> Shown:
        """Return a passage with its pictures; nothing may have been forgotten since it was open."""
        best = passage.picture()
        return Shown(passage, self._vehicles[best.frame], self._plates[best.frame, best.box])


def _jpeg(pixels: Pixels) -> bytes:
    encoded = BytesIO()
    Image.fromarray(pixels).save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return encoded.getvalue()
