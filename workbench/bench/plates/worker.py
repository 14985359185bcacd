"""The process that one engine is measured in: a path in on each line, what was read out.

A process of its own, so that the memory of one engine is not counted for another, and no library
of one changes how another works.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

import numpy as np
from PIL import Image

from workbench.errors import RecognitionError
from workbench.policy import load_policy
from workbench.recognition.base import PlateRead, Recogniser, TimedRecogniser
from workbench.recognition.options import EngineOptions
from workbench.recognition.picture_line import picture_line
from workbench.recognition.pictures import DecodedPicture, PictureLimits, decode_picture
from workbench.recognition.read_pictures import PictureReads, picture_content, plate_reads
from workbench.recognition.registry import shipped_engines
from workbench.settings import load_settings


def serve(engine: Recogniser, limits: PictureLimits, paths: Iterable[str], out: TextIO) -> None:
    """Answer each path with a line of JSON.

    A line is what `picture_line` gives and, besides, ``stage_ms`` by stage and ``luminance``, the
    mean of the picture from 0 to 255.
    """
    for path in paths:
        print(json.dumps(_answer(engine, limits, Path(path.rstrip("\n")))), file=out, flush=True)


def _answer(engine: Recogniser, limits: PictureLimits, path: Path) -> dict[str, Any]:
    began = perf_counter()
    found = PictureReads(path, ms=0.0)
    stage_ms: Mapping[str, float] = {}
    try:
        picture = decode_picture(picture_content(path, limits), name=str(path), limits=limits)
        decode_ms = (perf_counter() - began) * 1_000
        reads, stages = _read(engine, picture, path)
        found = replace(found, reads=reads, picture=picture)
        stage_ms = {"decode": decode_ms, **stages}
    except RecognitionError as error:
        found = replace(found, error=error)
    found = replace(found, ms=round((perf_counter() - began) * 1_000, 2))
    own = {"stage_ms": stage_ms, "luminance": _luminance(found.picture)}
    return picture_line(found) | own


def _read(
    engine: Recogniser, picture: DecodedPicture, path: Path
) -> tuple[tuple[PlateRead, ...], Mapping[str, float]]:
    if not isinstance(engine, TimedRecogniser):
        return plate_reads(engine, picture, path), {}
    timed = engine.read_timed(picture.pixels)
    return tuple(timed.reads), timed.stage_ms


def _luminance(picture: DecodedPicture | None) -> float | None:
    if picture is None:
        return None
    return round(float(np.asarray(Image.fromarray(picture.pixels).convert("L")).mean()), 1)


def main(arguments: list[str]) -> None:
    """Load the engine that is named, say its version, then answer until the input ends."""
    name, threads, models = arguments
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    began = perf_counter()
    engine = shipped_engines().load(name, EngineOptions(threads=int(threads), models=Path(models)))
    load_ms = round((perf_counter() - began) * 1_000, 1)
    print(json.dumps({"version": engine.version, "load_ms": load_ms}), file=out, flush=True)
    serve(engine, PictureLimits.of(load_policy(load_settings().policy_file)), sys.stdin, out)


if __name__ == "__main__":
    main(sys.argv[1:])
