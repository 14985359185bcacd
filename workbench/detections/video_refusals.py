"""What of a video could not be taken in, as it stands in quarantine."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.detections.formats.base import Rejected
from workbench.errors import RecognitionError, RecordError
from workbench.recognition.video.frames import Video


def failed_frame(frame: int, error: RecognitionError, path: Path) -> Rejected:
    """Return the refusal of a frame that the engine failed at."""
    told = RecordError(
        error.what,
        given=error.given,
        next_step=error.next_step,
        where={"file": path, "frame": frame},
    )
    return Rejected(frame, place_of(frame), told)


def broken_off(video: Video, broken: RecognitionError | None, path: Path) -> Rejected:
    """Return the refusal of what is missing at the end of a video.

    Parameters
    ----------
    broken
        Why it could not go on, if it was not the end of the file.
    """
    frames = video.facts.frames
    told = RecordError(
        broken.what if broken else "The video breaks off",
        given=broken.given if broken else f"{video.passed} frames",
        allowed=broken.allowed if broken else f"{frames} frames, as its header says",
        next_step="what stands before is taken in; ask for the whole file",
        where={"file": path, "frame": video.passed},
    )
    return Rejected(video.passed, place_of(video.passed), told)


def place_of(frame: int) -> bytes:
    """Return what stands in quarantine for a frame; its pixels are found in the video.

    Examples
    --------
    >>> place_of(12)
    b'{"frame": 12}'
    """
    return json.dumps({"frame": frame}).encode()
