"""The JSON line of a picture, as `workbench recognise --json` writes it."""

from __future__ import annotations

from typing import Any

from workbench.recognition.base import PlateRead
from workbench.recognition.picture_jobs import ReadPicture
from workbench.recognition.read_pictures import PictureReads

_DIGITS = 6


def picture_line(found: ReadPicture | PictureReads) -> dict[str, Any]:
    """Return what became of a picture as JSON-ready values.

    Its schema is ``data_schema/recognition/picture_line.schema.json``. An ``error`` stands in it
    only where the picture could not be read; ``width`` and ``height`` are null then.
    """
    line: dict[str, Any] = {
        "image": str(found.path),
        "width": found.width,
        "height": found.height,
        "ms": found.ms,
        "reads": [_read(read) for read in found.reads],
    }
    if found.error:
        line["error"] = found.error.as_dict()
    return line


def _read(read: PlateRead) -> dict[str, Any]:
    return {
        "plate": read.text,
        "confidence": round(read.confidence, _DIGITS),
        "box": [read.box.x, read.box.y, read.box.width, read.box.height],
        "corners": [[round(x, 1), round(y, 1)] for x, y in read.corners],
        "region": read.region,
        "candidates": [[text, round(each, _DIGITS)] for text, each in read.candidates],
        "engine": read.engine,
        "version": read.version,
    }
