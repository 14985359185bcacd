"""One picture as a job for a worker: what is sent there, and what comes back."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image

from workbench.domain.read import Box
from workbench.errors import PictureUnreadableError, RecognitionError, RecordError
from workbench.recognition.base import Pixels, PlateRead, Recogniser
from workbench.recognition.exif import Shot
from workbench.recognition.pictures import DecodedPicture, PictureLimits, decode_picture
from workbench.recognition.read_pictures import picture_content, plate_reads
from workbench.recognition.workers import Done

_MARGIN = 0.25

Check = Callable[[Shot, Path], object]
"""Refuses a picture before it is read, which takes longer than everything else."""


@dataclass(frozen=True, slots=True)
class PictureJob:
    """A picture to read.

    Attributes
    ----------
    path
        Its file; its name in errors where the content is sent along.
    sha256
        Of the content that is meant; ``None`` takes whatever the file holds.
    content
        ``None`` where the worker reads the file itself.
    unreadable
        Why there is no content, where it was to be sent.
    """

    path: Path
    sha256: str | None = None
    content: bytes | None = field(default=None, repr=False)
    unreadable: RecognitionError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPicture:
    """What a worker read on a picture; no pixels in it, so that it travels light.

    Attributes
    ----------
    ms
        Milliseconds that reading the file, decoding and recognising took.
    width, height
        In pixels, upright; ``None`` where it could not be decoded.
    shot
        When and where it says it was taken.
    reads
        The most confident first.
    plate_pictures
        A PNG of each read's plate, if it was asked for.
    error
        Why it could not be read.
    """

    path: Path
    ms: float = 0.0
    width: int | None = None
    height: int | None = None
    shot: Shot | None = None
    reads: tuple[PlateRead, ...] = ()
    plate_pictures: tuple[bytes, ...] = field(default=(), repr=False)
    error: RecognitionError | RecordError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReading:
    """The task of reading pictures with an engine; goes to workers as it is.

    Attributes
    ----------
    load_engine
        Loads the engine in the worker.
    limits
        How large a picture may be.
    check
        Called with what a picture says about itself, before it is read.
    cut_out
        Whether a picture of each plate comes back too.
    """

    load_engine: Callable[[], Recogniser]
    limits: PictureLimits
    check: Check | None = None
    cut_out: bool = False

    def load(self) -> Callable[[PictureJob], ReadPicture]:
        """Return what reads one picture, with the engine loaded."""
        engine = self.load_engine()
        return lambda job: self._read(engine, job)

    def _read(self, engine: Recogniser, job: PictureJob) -> ReadPicture:
        began = time.perf_counter()
        try:
            picture = self._decoded(job)
            if self.check:
                self.check(picture.shot, job.path)
            reads = plate_reads(engine, picture, job.path)
            boxes = [read.box for read in reads] if self.cut_out else []
            cut = tuple(plate_png(picture.pixels, box) for box in boxes)
        except (RecognitionError, RecordError) as error:
            return ReadPicture(path=job.path, ms=_ms_since(began), error=error)
        return ReadPicture(
            path=job.path,
            ms=_ms_since(began),
            width=picture.width,
            height=picture.height,
            shot=picture.shot,
            reads=reads,
            plate_pictures=cut,
        )

    def _decoded(self, job: PictureJob) -> DecodedPicture:
        content = job.content
        if job.unreadable:
            raise job.unreadable
        if content is None:
            content = picture_content(job.path, self.limits)
        if job.sha256 and hashlib.sha256(content).hexdigest() != job.sha256:
            raise changed_meanwhile(job.path)
        return decode_picture(content, name=str(job.path), limits=self.limits)


def picture_job(path: Path, limits: PictureLimits, *, send_content: bool) -> PictureJob:
    """Return the job of reading a file, with its content where the worker cannot see the file.

    What cannot be read here travels as its error, so that it is told like every other.
    """
    if send_content:
        try:
            return PictureJob(path, content=picture_content(path, limits))
        except RecognitionError as error:
            return PictureJob(path, unreadable=error)
    return PictureJob(path)


def changed_meanwhile(path: Path) -> PictureUnreadableError:
    """Return the error of a file that is being written while it is read."""
    return PictureUnreadableError(
        "The file changed while it was read",
        allowed="a picture that is whole",
        next_step="give it again when it is written",
        where={"file": path},
    )


def found_of(done: Done[PictureJob, ReadPicture]) -> ReadPicture:
    """Return what was read, or that nothing was because no worker came back from it."""
    path, error = done.job.path, done.error
    return done.result or ReadPicture(path=path, error=of_file(error, path) if error else None)


def of_file(error: RecognitionError | RecordError, path: Path) -> RecognitionError | RecordError:
    """Return the error with the file's name in it, however deep it was raised."""
    if "file" in error.where:
        return error
    return type(error)(
        error.what,
        given=error.given,
        allowed=error.allowed,
        next_step=error.next_step,
        where={"file": path, **error.where},
    )


def plate_png(pixels: Pixels, box: Box) -> bytes:
    """Return the plate with some of what is around it, cut out and not changed otherwise.

    Raises
    ------
    RecognitionError
        If the box lies outside of the picture.

    Examples
    --------
    >>> import numpy as np
    >>> plate_png(np.zeros((50, 90, 3), np.uint8), Box(10, 10, 40, 20))[1:4]
    b'PNG'
    """
    margin = round(box.height * _MARGIN)
    left, top = max(0, box.x - margin), max(0, box.y - margin)
    cut = pixels[top : box.y + box.height + margin, left : box.x + box.width + margin]
    if not cut.size:
        raise RecognitionError(
            "An engine read a plate outside of the picture",
            given=box,
            allowed=f"within {pixels.shape[1]} x {pixels.shape[0]} pixels",
        )
    encoded = BytesIO()
    Image.fromarray(cut).save(encoded, "PNG")
    return encoded.getvalue()


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
