"""What kind of video a file is by its first bytes, and when it says that it was made.

Only containers that are named here reach the decoder: a play list or a list of files, which a
decoder would follow to other files, is no video.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

HEAD_BYTES = 1_024

_MP4_PARTS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_TS_BYTE, _TS_PACKETS = 0x47, (188, 192, 204)
_MP4_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_MATROSKA_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_SEGMENT, _INFO, _DATE = 0x18538067, 0x1549A966, 0x4461
_MOST_PARTS = 10_000
_MOST_HEADER_BYTES = 1 << 20


def container_of(head: bytes) -> str | None:
    r"""Return the kind of container that begins so; ``None`` where it is none that is taken.

    Parameters
    ----------
    head
        The first `HEAD_BYTES` of the file, or all of a shorter one.

    Examples
    --------
    >>> container_of(b"RIFF\x10\x00\x00\x00AVI LIST"), container_of(b"#EXTM3U")
    ('AVI', None)
    """
    if head[4:8] in _MP4_PARTS:
        return "MP4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "Matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "AVI"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "MPEG-PS"
    return "MPEG-TS" if any(_is_ts(head, size) for size in _TS_PACKETS) else None


def creation_time(path: Path, container: str) -> datetime | None:
    """Return when a video says that it was made; ``None`` where it says nothing.

    MP4 and MOV say it in ``mvhd`` (ISO/IEC 14496-12, 8.2.2), Matroska in ``DateUTC`` (RFC 9559,
    5.1.2.11). Both mean UTC; cameras without a zone write their local time there, and some write
    when the recording ended.
    """
    sources: dict[str, Callable[[BinaryIO], datetime | None]] = {
        "MP4": _of_mp4,
        "Matroska": _of_matroska,
    }
    read = sources.get(container)
    if read is None:
        return None
    try:
        with path.open("rb") as file:
            return read(file)
    except (OSError, struct.error, OverflowError):
        return None  # what is broken in it counts as not said


def _is_ts(head: bytes, size: int) -> bool:
    start = 4 if size == 192 else 0  # M2TS has a time stamp before each packet
    marks = head[start::size]
    return len(marks) > 3 and all(mark == _TS_BYTE for mark in marks)


def _of_mp4(file: BinaryIO) -> datetime | None:
    for kind, size in _boxes(file, _length(file)):
        if kind == b"moov":
            for inner, _ in _boxes(file, file.tell() + size):
                if inner == b"mvhd":
                    return _of_mvhd(file.read(12))
    return None


def _boxes(file: BinaryIO, end: int) -> Iterator[tuple[bytes, int]]:
    """Give the boxes up to an offset, the file standing at the content of each."""
    for _ in range(_MOST_PARTS):
        start = file.tell()
        if start + 8 > end:
            return
        size, kind = struct.unpack(">I4s", file.read(8))
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
        whole = end - start if size == 0 else size
        held = whole - (file.tell() - start)
        if held < 0:
            return
        yield kind, held
        file.seek(start + whole)


def _of_mvhd(content: bytes) -> datetime | None:
    version = content[0] if content else 0
    (seconds,) = struct.unpack_from(">Q" if version == 1 else ">I", content, 4)
    return _MP4_EPOCH + timedelta(seconds=seconds) if seconds else None


def _of_matroska(file: BinaryIO) -> datetime | None:
    end = _length(file)
    for kind, size in _elements(file, end):
        if kind == _SEGMENT:
            return _of_segment(file, min(end, file.tell() + size))
    return None


def _of_segment(file: BinaryIO, end: int) -> datetime | None:
    for kind, size in _elements(file, min(end, file.tell() + _MOST_HEADER_BYTES)):
        if kind == _INFO:
            for inner, length in _elements(file, file.tell() + size):
                if inner == _DATE and length == 8:
                    (nanoseconds,) = struct.unpack(">q", file.read(8))
                    return _MATROSKA_EPOCH + timedelta(microseconds=nanoseconds // 1_000)
            return None
    return None


def _elements(file: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    """Give the elements up to an offset, the file standing at the content of each."""
    for _ in range(_MOST_PARTS):
        if file.tell() >= end:
            return
        kind, size = _number(file, marked=True), _number(file, marked=False)
        if kind is None or size is None:
            return
        start = file.tell()
        yield kind, size
        file.seek(start + size)


def _number(file: BinaryIO, *, marked: bool) -> int | None:
    """Return a number of Matroska's variable length, with or without the mark of its length."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    rest = file.read(length - 1)
    whole = int.from_bytes(first + rest)
    return whole if marked else whole & ((1 << (7 * length)) - 1)


def _length(file: BinaryIO) -> int:
    end = file.seek(0, 2)
    file.seek(0)
    return end
