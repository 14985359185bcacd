"""Files of pictures into reads, one after the other; a bad one never stops the rest."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.errors import PictureUnreadableError, RecognitionError
from workbench.policy import Policy
from workbench.recognition.base import PlateRead, Recogniser
from workbench.recognition.pictures import (
    DecodedPicture,
    PictureLimits,
    check_size,
    decode_picture,
)

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
"""Which files of a folder are pictures; a file that is named itself may have any name."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureReads:
    """What became of one picture.

    Attributes
    ----------
    path
        As it was given.
    ms
        Milliseconds that decoding and reading took.
    reads
        The most confident first; empty also where nothing was found.
    content
        The file's bytes, as far as they could be read.
    picture
        Its pixels; ``None`` where there is an error.
    error
        Why it could not be read.
    """

    path: Path
    ms: float
    reads: tuple[PlateRead, ...] = ()
    content: bytes = field(default=b"", repr=False)
    picture: DecodedPicture | None = None
    error: RecognitionError | None = None

    @property
    def width(self) -> int | None:
        """In pixels, upright; ``None`` where there is an error."""
        return self.picture.width if self.picture else None

    @property
    def height(self) -> int | None:
        """In pixels, upright; ``None`` where there is an error."""
        return self.picture.height if self.picture else None


def recognise(paths: Iterable[Path], engine: Recogniser, policy: Policy) -> Iterator[PictureReads]:
    """Read pictures and give each result as soon as it is there.

    Parameters
    ----------
    paths
        Files; `picture_files` finds those of folders.
    engine
        From the registry.
    policy
        Says how large a picture may be.

    Yields
    ------
    PictureReads
        One for each path, in their order; with an error where it could not be read.
    """
    limits = PictureLimits.of(policy)
    for path in paths:
        yield _read_one(path, engine, limits)


def picture_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files that are named, and the pictures of folders that are named, in order."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
            found += sorted(file for file in below if file.is_file())
        else:
            found.append(path)
    return found


def picture_content(path: Path, limits: PictureLimits) -> bytes:
    """Return the bytes of a picture file, unless it is larger than a picture may be.

    Raises
    ------
    PictureTooLargeError
        If it has more bytes than the limits.
    PictureUnreadableError
        If it is no file, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise PictureUnreadableError(
                "This is no file", allowed="a picture file", where={"file": path}
            )
        check_size(path.stat().st_size, name=str(path), limits=limits)
        with path.open("rb") as file:
            return file.read(limits.size_bytes + 1)  # it may have grown meanwhile
    except OSError as error:
        raise PictureUnreadableError(
            "The file cannot be read",
            given=error.strerror,
            allowed="a picture file that this account may read",
            where={"file": path},
        ) from error


def plate_reads(engine: Recogniser, picture: DecodedPicture, path: Path) -> tuple[PlateRead, ...]:
    """Return what an engine reads on a picture.

    Raises
    ------
    RecognitionError
        If the engine fails, whatever its libraries raise.
    """
    try:
        return tuple(engine.read(picture.pixels))
    except RecognitionError:
        raise
    except Exception as error:
        raise RecognitionError(
            "The engine failed at this picture",
            given=f"{type(error).__name__}: {error}",
            next_step=f"report it with the picture; engine {engine.name} {engine.version}",
            where={"file": path},
        ) from error


def _read_one(path: Path, engine: Recogniser, limits: PictureLimits) -> PictureReads:
    began = time.perf_counter()
    content = b""
    try:
        content = picture_content(path, limits)
        picture = decode_picture(content, name=str(path), limits=limits)
        reads = plate_reads(engine, picture, path)
    except RecognitionError as error:
        return PictureReads(path, _ms_since(began), content=content, error=error)
    return PictureReads(path, _ms_since(began), reads, content, picture)


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
