"""Passages read from films of real scenes: the camera of each labelled picture moves past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from workbench.bench.plates.truth import Plate
from workbench.bench.timing import Figures
from workbench.detections.from_videos import Shown
from workbench.detections.video_reading import VideoReading
from workbench.recognition.base import Pixels, PlateRead, Recogniser
from workbench.recognition.video import VideoLimits, open_video

FRAMES_PER_SECOND = 5.0
LOOKS = 10
"""Frames that show each scene: two seconds."""

_PAUSE_FRAMES = 8
"""Grey frames between two scenes: following has to end before the next plate comes."""

_FRAME_PX = (1280, 720)
_GREY = 114
_ENLARGED = (0.8, 1.25)
_DRIFT = 0.08
_JPEG = 85


@dataclass(frozen=True, slots=True)
class Filmed:
    """What was stored of one scene.

    Attributes
    ----------
    texts
        One for each passage that began while the scene was shown, the longest passage first.
    """

    truth: str
    texts: tuple[str, ...]


def run(
    plates: Sequence[Plate],
    folder: Path,
    engine: Recogniser,
    limits: VideoLimits,
    *,
    seed: int,
    report: Callable[[str], None],
) -> Figures:
    """Film labelled scenes, read the film, and return how many plates came out right.

    The same frames read one by one show what following and voting are worth.

    Parameters
    ----------
    plates
        Labelled pictures, each with one plate and its box.
    folder
        Takes the film.
    seed
        Chooses how the camera moves.

    Returns
    -------
    dict
        ``scenes``; ``passages_exact``, ``passages_none`` and ``passages_twice`` as shares of the
        scenes; ``single_frames_exact`` as a share of the frames.
    """
    film = folder / "scenes.avi"
    report(f"filming {len(plates)} scenes")
    write_film(film, plates, np.random.default_rng(seed))
    single = _Singles(engine, [plate.text for plate in plates])
    report("reading the film")
    filmed = list(read_film(film, single, limits, [plate.text for plate in plates]))
    exact = [each.truth in each.texts for each in filmed]
    return {
        "scenes": len(filmed),
        "passages_exact": round(float(np.mean(exact)), 4),
        "passages_none": round(float(np.mean([not each.texts for each in filmed])), 4),
        "passages_twice": round(
            float(np.mean([each.texts.count(each.truth) > 1 for each in filmed])), 4
        ),
        "single_frames_exact": round(single.exact, 4),
    }


def write_film(film: Path, plates: Sequence[Plate], rng: np.random.Generator) -> None:
    """Write a film in which the camera moves past each scene, blurred and noisy as films are."""
    writer = cv2.VideoWriter(
        str(film), cv2.VideoWriter.fourcc(*"MJPG"), FRAMES_PER_SECOND, _FRAME_PX
    )
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, _JPEG)
    pause = np.full((_FRAME_PX[1], _FRAME_PX[0], 3), _GREY, np.uint8)
    try:
        for plate in plates:
            for frame in moving(_decoded(plate.picture), plate, rng):
                writer.write(frame)
            for _ in range(_PAUSE_FRAMES):
                writer.write(pause)
    finally:
        writer.release()


def moving(scene: Pixels, plate: Plate, rng: np.random.Generator) -> Iterator[Pixels]:
    """Yield the frames of one scene: it grows and drifts, and the plate stays in view."""
    width, height = _FRAME_PX
    box = plate.box
    middle = (
        (box.x + box.width / 2, box.y + box.height / 2)
        if box
        else (scene.shape[1] / 2, scene.shape[0] / 2)
    )
    fitting = max(width / scene.shape[1], height / scene.shape[0])
    start, end = rng.uniform(*_ENLARGED, size=2) * fitting
    drift = rng.uniform(-_DRIFT, _DRIFT, size=(2, 2)) * (width, height)
    for part in np.linspace(0, 1, LOOKS):
        size = start + (end - start) * part
        x, y = drift[0] + (drift[1] - drift[0]) * part
        matrix = np.array(
            [
                [size, 0, width / 2 + x - size * middle[0]],
                [0, size, height / 2 + y - size * middle[1]],
            ]
        )
        frame = cv2.warpAffine(
            scene, matrix, _FRAME_PX, flags=cv2.INTER_LINEAR, borderValue=(_GREY,) * 3
        )
        yield _as_filmed(np.asarray(frame, np.uint8), rng)


def read_film(
    film: Path, engine: Recogniser, limits: VideoLimits, truths: Sequence[str]
) -> Iterator[Filmed]:
    """Yield what each scene of a film became, by when its passages began."""
    found: list[list[Shown]] = [[] for _ in truths]
    with open_video(film, limits) as video:
        reading = VideoReading(video, film, engine, looks_per_second=FRAMES_PER_SECOND)
        for look in reading.looks():
            for shown in look.over:
                first = shown.passage.first.frame // (LOOKS + _PAUSE_FRAMES)
                found[min(first, len(found) - 1)].append(shown)
    for truth, scene in zip(truths, found, strict=True):
        longest = sorted(scene, key=lambda shown: -shown.passage.votes.frames)
        yield Filmed(truth, tuple(shown.passage.votes.result().text for shown in longest))


class _Singles:
    """An engine that also counts how often a single frame has the right plate."""

    def __init__(self, engine: Recogniser, truths: Sequence[str]) -> None:
        self._engine = engine
        self._truths = truths
        self._looks = 0
        self._right = 0

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def version(self) -> str:
        return self._engine.version

    @property
    def exact(self) -> float:
        return self._right / (LOOKS * len(self._truths))

    def read(self, picture: Pixels) -> list[PlateRead]:
        reads = self._engine.read(picture)
        scene, frame = divmod(self._looks, LOOKS + _PAUSE_FRAMES)
        self._looks += 1
        if frame < LOOKS:
            self._right += any(read.text == self._truths[scene] for read in reads)
        return reads


def _as_filmed(frame: Pixels, rng: np.random.Generator) -> Pixels:
    blurred = cv2.GaussianBlur(frame, (0, 0), float(rng.uniform(0.3, 1.3)))
    noisy = blurred * rng.uniform(0.75, 1.15) + rng.normal(0, 5, frame.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _decoded(picture: Path) -> Pixels:
    decoded = cv2.imdecode(np.fromfile(picture, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(decoded, np.uint8)
