"""Films that tests render, and an engine that reads the coloured marks in them without a doubt."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

from workbench.domain.read import Box
from workbench.recognition.base import Pixels, PlateRead, Reading

SIZE = (640, 360)
FPS = 10
MISREAD = "0WR0NG0"
"""What the engine reads, quite sure, where a mark is painted as a misread one."""

COLORS = {
    "7ABC123": (210, 40, 40),
    "4XYZ987": (40, 60, 210),
    "8GRN555": (40, 190, 50),
    MISREAD: (210, 40, 210),
}
_NEAR = 12
"""Steps of hue, of 180."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A plate of a film: a block of the colour of its text, with stripes to be sharp by."""

    text: str
    x: float
    y: float
    height: float = 24
    blurred: bool = False


def pixels_of(marks: Sequence[Mark], salt: int = 0) -> np.ndarray:
    """Return a frame, RGB; the salt makes films differ that show the same."""
    width, height = SIZE
    frame = np.full((height, width, 3), 128, np.uint8)
    frame[:8, :64] = np.random.default_rng(salt).integers(90, 166, (8, 64, 1), np.uint8)
    for mark in marks:
        left, top = round(mark.x - mark.height), round(mark.y - mark.height / 2)
        right, bottom = round(mark.x + mark.height), round(mark.y + mark.height / 2)
        part = frame[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
        part[:] = COLORS[mark.text]
        part[:, :: max(2, round(mark.height / 6))] //= 2
        if mark.blurred and part.size:
            part[:] = COLORS[mark.text]
    return frame


def film(
    path: Path,
    frames: Sequence[Sequence[Mark]],
    *,
    salt: int = 0,
    codec: str | None = None,
    fps: float = FPS,
) -> Path:
    """Write a film, encoded as its name says: .avi, .mp4, .mov or .mkv."""
    pictures = [pixels_of(marks, salt) for marks in frames]
    return film_of(path, pictures, codec=codec, fps=fps)


def film_of(
    path: Path, pictures: Sequence[np.ndarray], *, codec: str | None = None, fps: float = FPS
) -> Path:
    """Write a film of RGB pictures of one size."""
    kind = codec or ("MJPG" if path.suffix == ".avi" else "mp4v")
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*kind), float(fps), (width, height)
    )
    assert writer.isOpened()
    for picture in pictures:
        writer.write(np.ascontiguousarray(picture[:, :, ::-1]))
    writer.release()
    return path


def made_at(path: Path, at: datetime) -> Path:
    """Write a creation time into an MP4, as cameras do."""
    content = bytearray(path.read_bytes())
    start = content.index(b"mvhd") + 4
    assert content[start] == 0
    seconds = int((at - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    content[start + 4 : start + 8] = struct.pack(">I", seconds)
    path.write_bytes(bytes(content))
    return path


def shown_at(path: Path, times_ms: Sequence[int]) -> Path:
    """Write into a short MKV when each of its frames is shown."""
    content = bytearray(path.read_bytes())
    at = 0
    for number, time_ms in enumerate(times_ms):
        # A block: its track's number, its time within the cluster; the first is a key frame.
        written = struct.pack(">h", number * 1_000 // FPS)
        at = content.index(b"\x81" + written + (b"\x00" if number else b"\x80"), at)
        content[at + 1 : at + 3] = struct.pack(">h", time_ms)
        at += 4
    path.write_bytes(bytes(content))
    return path


@dataclass
class MarkEngine:
    """Finds marks by their colour; counts how often it is asked.

    Attributes
    ----------
    probability
        Of each reading; a misread one is given 1.0, as engines do at blurred plates.
    fails_at
        At which questions it fails, counted from 0.
    """

    probability: float = 0.7
    version: str = "1"
    fails_at: frozenset[int] = frozenset()
    asked: int = 0
    name: str = "marks"
    seen: list[int] = field(default_factory=list)

    def read(self, picture: Pixels) -> list[PlateRead]:
        assert not picture.flags.writeable
        self.asked += 1
        if self.asked - 1 in self.fails_at:
            raise RuntimeError("out of memory")
        hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
        hues, vivid = hsv[:, :, 0].astype(np.int16), hsv[:, :, 1] > 90
        reads = [read for text in COLORS for read in self._marks(hues, vivid, text)]
        self.seen.append(len(reads))
        return reads

    def _marks(self, hues: np.ndarray, vivid: np.ndarray, text: str) -> list[PlateRead]:
        away = np.abs(hues - _hue(COLORS[text]))
        near = (vivid & (np.minimum(away, 180 - away) < _NEAR)).astype(np.uint8)
        closed = cv2.morphologyEx(near, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(closed)
        boxes = [Box(*(int(side) for side in stats[n][:4])) for n in range(1, count)]
        return [self._read(text, box) for box in boxes if box.width > 10 and box.height > 8]

    def _read(self, text: str, box: Box) -> PlateRead:
        sure = 1.0 if text == MISREAD else self.probability
        others = () if text == MISREAD else (Reading(text[:-1] + "9", (1 - sure) / 2),)
        right, bottom = box.x + box.width, box.y + box.height
        return PlateRead(
            text=text,
            confidence=sure,
            candidates=(Reading(text, sure), *others),
            box=box,
            corners=((box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)),
            engine=self.name,
            version=self.version,
            region="CA",
        )


def _hue(color: tuple[int, int, int]) -> int:
    return int(cv2.cvtColor(np.array([[color]], np.uint8), cv2.COLOR_RGB2HSV)[0, 0, 0])


def crossing(text: str, frames: int, *, y: float = 180, height: float = 24) -> list[list[Mark]]:
    """Return a plate that goes from left to right."""
    step = (SIZE[0] - 160) / frames
    return [[Mark(text, 80 + n * step, y, height)] for n in range(frames)]


def together(*films: Sequence[Sequence[Mark]]) -> list[list[Mark]]:
    """Return films laid over one another; shorter ones end sooner."""
    longest = max(len(one) for one in films)
    return [[m for one in films if n < len(one) for m in one[n]] for n in range(longest)]


BUSY = together(
    crossing("7ABC123", 30),
    [list(frame) for frame in reversed(crossing("4XYZ987", 24, y=250))],
    [[]] * 40 + crossing("7ABC123", 20),
    [[]] * 25 + crossing("8GRN555", 20, y=90),
)
"""Four passages in sixty frames."""
