"""A video from where it stopped: each look gives what is over, and what is still in view."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.detections.from_videos import Shown
from workbench.detections.video_pictures import VideoPictures
from workbench.errors import RecognitionError
from workbench.recognition.base import PlateRead, Recogniser
from workbench.recognition.exif import Shot
from workbench.recognition.pictures import DecodedPicture
from workbench.recognition.read_pictures import plate_reads
from workbench.recognition.video.following import FollowingRules, step
from workbench.recognition.video.frames import Frame, Video
from workbench.recognition.video.passages import Passage
from workbench.recognition.video.sightings import sightings_of

_SLACK = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one frame brought, or the end of the video.

    Attributes
    ----------
    frames
        How many frames are handled now.
    over
        Passages that are over, with their pictures.
    open
        Passages that may go on.
    failure
        Why the engine could not read this frame.
    """

    frames: int
    over: tuple[Shown, ...] = ()
    open: tuple[Passage, ...] = ()
    failure: RecognitionError | None = None


class VideoReading:
    """Looks at the frames of a video from some frame on.

    Where a frame is looked at depends on its time and on that of the frame before it alone, so a
    video that stopped goes on with the frames that it would have had.

    Parameters
    ----------
    video
        Open, none of its frames passed yet.
    engine
        Reads each frame that is looked at.
    looks_per_second
        How many of a second, at most.
    after, passages
        How many frames were handled before, and what was in view then. Their best frames are
        decoded again for the pictures.
    """

    def __init__(
        self,
        video: Video,
        path: Path,
        engine: Recogniser,
        *,
        looks_per_second: float,
        after: int = 0,
        passages: tuple[Passage, ...] = (),
    ) -> None:
        self._video = video
        self._path = path
        self._engine = engine
        self._looks_per_second = looks_per_second
        # A video may have fewer frames than could be looked at.
        rate = video.facts.frames_per_second or looks_per_second
        self._rules = FollowingRules.at(min(rate, looks_per_second))
        self._after = after
        self._passages = passages
        self._needed = {best.frame for each in passages for best in each.best.values()}
        self._pictures = VideoPictures()
        self._slot = -1

    def looks(self) -> Iterator[Look]:
        """Give what each frame brought, and at last what was still in view at the end.

        Raises
        ------
        VideoUnreadableError
            If it is longer than the limit, or a frame is larger.
        """
        for frame in self._video.frames(self._wanted):
            if frame.number < self._after:
                self._pictures.keep(frame, self._passages)
            else:
                yield self._look(frame)
        yield self.end()

    def end(self) -> Look:
        """Return the last look: what is in view now is over."""
        over = tuple(self._pictures.of(passage) for passage in self._passages)
        self._passages = ()
        return Look(frames=max(self._video.passed, self._after), over=over)

    def _wanted(self, number: int, at_s: float) -> bool:
        slot = math.floor(at_s * self._looks_per_second + _SLACK)
        due, self._slot = slot > self._slot, max(slot, self._slot)
        return due if number >= self._after else number in self._needed

    def _look(self, frame: Frame) -> Look:
        failure: RecognitionError | None = None
        reads: tuple[PlateRead, ...] = ()
        picture = DecodedPicture(frame.pixels, "image/jpeg", Shot())
        try:
            reads = plate_reads(self._engine, picture, self._path)
        except RecognitionError as error:
            failure = error
        known, others = self._of_this_engine()
        seen = sightings_of(reads, frame=frame.number, at_s=frame.at_s, pixels=frame.pixels)
        found = step(known, seen, frame.at_s, self._rules)
        over = tuple(self._pictures.of(passage) for passage in (*others, *found.closed))
        self._passages = found.open
        self._pictures.keep(frame, found.open)
        return Look(frames=frame.number + 1, over=over, open=found.open, failure=failure)

    def _of_this_engine(self) -> tuple[list[Passage], list[Passage]]:
        """Return passages that go on, and those that another engine began before the stop."""
        name, version = self._engine.name, self._engine.version
        ours = [each for each in self._passages if (each.engine, each.version) == (name, version)]
        return ours, [each for each in self._passages if each not in ours]
