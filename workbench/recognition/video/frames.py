"""The frames of a video, one after the other: number, time within the video, upright RGB pixels.

OpenCV decodes (decision 0072). Frames are never sought, always passed through: what a container
says about where its frames lie is not always true, and a number must mean the same frame each time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import VideoUnreadableError
from workbench.policy import Policy
from workbench.recognition.base import Pixels
from workbench.recognition.torch_parts import load_package
from workbench.recognition.video.container import HEAD_BYTES, container_of

ALLOWED = "a whole video as MP4, MOV, MKV, WebM, AVI or MPEG"

_MISSING_FRAMES, _MISSING_SHARE = 2, 0.01
_MOST_FRAMES_PER_SECOND = 1_000

Wanted = Callable[[int, float], bool]
"""Whether a frame of that number and time is to be decoded into pixels."""


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """The largest video that is taken.

    Attributes
    ----------
    megapixels
        Millions of pixels of a frame.
    hours
        Its length.
    """

    megapixels: int
    hours: int

    @classmethod
    def of(cls, policy: Policy) -> VideoLimits:
        """Return the limits of a policy."""
        rules = policy.recognition
        return cls(rules.max_megapixels.value, rules.max_video_hours.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """What a video's header says.

    Attributes
    ----------
    container
        Such as ``MP4``.
    width, height
        Of a frame, in pixels, as it stands upright.
    frames
        How many there are; 0 where the header does not say.
    frames_per_second
        On average; 0 where the header does not say.
    """

    container: str
    width: int
    height: int
    frames: int
    frames_per_second: float

    @property
    def duration_s(self) -> float:
        """Its length; 0 where the header does not say."""
        return self.frames / self.frames_per_second if self.frames_per_second else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame.

    Attributes
    ----------
    number
        From 0, in the order in which they are shown.
    at_s
        Seconds from the first frame; as the container says, so a frame rate that varies is right.
    pixels
        RGB, height x width x 3, 8 bits, read-only; turned as the container says.
    """

    number: int
    at_s: float
    pixels: Pixels = field(repr=False)


class Video:
    """An open video; made by `open_video`."""

    def __init__(
        self, path: Path, facts: VideoFacts, limits: VideoLimits, capture: Any, cv2: Any
    ) -> None:
        self.facts = facts
        self._path = path
        self._limits = limits
        self._capture = capture
        self._cv2 = cv2
        self._passed = 0

    @property
    def passed(self) -> int:
        """How many frames were passed through so far."""
        return self._passed

    def frames(self, wanted: Wanted) -> Iterator[Frame]:
        """Pass through all frames and give those that are wanted; once for an open video.

        Raises
        ------
        VideoUnreadableError
            If it goes on for longer than the limit, or a frame is larger.
        """
        before_s = 0.0
        while self._capture.grab():
            at_s = self._at_s(before_s)
            if at_s > self._limits.hours * 3_600:
                raise too_long(self._path, at_s, self._limits)
            number, before_s = self._passed, at_s
            self._passed += 1
            if wanted(number, at_s):
                found, pixels = self._capture.retrieve()
                if found:
                    yield Frame(number, at_s, self._rgb(pixels))

    def missing(self) -> int:
        """Return how many frames are missing at the end, of those that the header promises."""
        short = self.facts.frames - self._passed
        slack = max(_MISSING_FRAMES, math.ceil(self.facts.frames * _MISSING_SHARE))
        return short if short > slack else 0

    def _at_s(self, before_s: float) -> float:
        """Return the present frame's time; where there is none, a frame after the one before."""
        at_s = float(self._capture.get(self._cv2.CAP_PROP_POS_MSEC)) / 1_000
        if self._passed == 0:
            return max(0.0, at_s) if math.isfinite(at_s) else 0.0
        if math.isfinite(at_s) and at_s > before_s:
            return at_s
        return before_s + 1 / (self.facts.frames_per_second or 25.0)

    def _rgb(self, pixels: Any) -> Pixels:
        grey = pixels.ndim == 2
        upright: Pixels = np.ascontiguousarray(
            np.repeat(pixels[:, :, None], 3, axis=2) if grey else pixels[:, :, 2::-1]
        )
        _check_size(self._path, (upright.shape[1], upright.shape[0]), self._limits)
        upright.flags.writeable = False
        return upright


@contextmanager
def open_video(path: Path, limits: VideoLimits) -> Iterator[Video]:
    """Open a video file; nothing but that file is ever opened.

    Yields
    ------
    Video

    Raises
    ------
    VideoUnreadableError
        If it is no file, empty, no video of a known container, without frames, too large or too
        long.
    DependencyError
        If OpenCV is not installed.
    """
    container = checked_container(path)
    cv2 = load_package("cv2")
    # Told to use FFmpeg: other ways of OpenCV take a name for a pattern of many files.
    capture = cv2.VideoCapture(str(path.resolve()), cv2.CAP_FFMPEG)
    try:
        yield Video(
            path, _checked_facts(path, container, capture, cv2, limits), limits, capture, cv2
        )
    finally:
        capture.release()


def checked_container(path: Path) -> str:
    """Return the kind of container that a file is.

    Raises
    ------
    VideoUnreadableError
        If it is no file, cannot be read, is empty, or is no container that is taken.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise VideoUnreadableError(
            "The file cannot be read",
            given=error.strerror,
            allowed="a video file that this account may read",
            where={"file": path},
        ) from error
    container = container_of(head)
    if container is None:
        raise VideoUnreadableError(
            "This is no video that can be read" if head else "The file is empty",
            given=head[:16] if head else "0 bytes",
            allowed=ALLOWED,
            where={"file": path},
        )
    return container


def too_long(path: Path, seconds: float, limits: VideoLimits) -> VideoUnreadableError:
    """Return the error for a video that is longer than the limit."""
    return VideoUnreadableError(
        "The video is too long",
        given=f"{seconds / 3600:.1f} hours",
        allowed=f"at most {limits.hours} hours (recognition.max_video_hours)",
        next_step="cut it into parts, or change the policy file",
        where={"file": path},
    )


def _checked_facts(
    path: Path, container: str, capture: Any, cv2: Any, limits: VideoLimits
) -> VideoFacts:
    if not capture.isOpened():
        raise VideoUnreadableError(
            "The video cannot be opened",
            given=f"{container}, {path.stat().st_size} bytes",
            allowed=ALLOWED,
            next_step="it may be cut off: MP4 keeps its index at the end; ask for the whole file",
            where={"file": path},
        )
    rate = float(capture.get(cv2.CAP_PROP_FPS))
    facts = VideoFacts(
        container=container,
        width=int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
        height=int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        frames=max(0, int(capture.get(cv2.CAP_PROP_FRAME_COUNT))),
        frames_per_second=rate if 0 < rate < _MOST_FRAMES_PER_SECOND else 0.0,
    )
    _check_size(path, (facts.width, facts.height), limits)
    if facts.duration_s > limits.hours * 3_600:
        raise too_long(path, facts.duration_s, limits)
    return facts


def _check_size(path: Path, size: tuple[int, int], limits: VideoLimits) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise VideoUnreadableError(
            "The video has no pictures", given=f"{width} x {height}", where={"file": path}
        )
    if width * height > limits.megapixels * 1_000_000:
        raise VideoUnreadableError(
            "The frames have too many pixels",
            given=f"{width} x {height}",
            allowed=f"at most {limits.megapixels} megapixels (recognition.max_megapixels)",
            where={"file": path},
        )
