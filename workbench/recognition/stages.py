"""The stages of a recogniser that finds, cuts out and reads, each with its time."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from workbench.recognition.base import (
    CropReader,
    Pixels,
    Place,
    PlateRead,
    Reading,
    TimedReads,
)
from workbench.recognition.geometry import cut_out, grown

Looks = list[tuple[Reading, ...]]
"""The readings of one place, one look for each margin."""


def read_in_stages(
    picture: Pixels,
    *,
    find: Callable[[Pixels], list[Place]],
    reader: CropReader,
    margins: tuple[float, ...],
    judge: Callable[[Pixels, Place, Looks], PlateRead | None],
) -> TimedReads:
    """Return the reads of a picture, the most confident first, and how long each stage took.

    Parameters
    ----------
    find
        Gives the places worth reading.
    margins
        By how much of a place's height each cut-out is larger than it; below 0 smaller.
    judge
        Makes a read of the looks at a place, or nothing.
    """
    began = perf_counter()
    places = find(picture)
    found_at = perf_counter()
    outlines = [grown(place.corners, margin) for place in places for margin in margins]
    crops = [cut_out(picture, outline) for outline in outlines]
    cut_at = perf_counter()
    looks, each = reader.read(crops), len(margins)
    read_at = perf_counter()
    reads = [
        judge(picture, place, looks[number * each : (number + 1) * each])
        for number, place in enumerate(places)
    ]
    spent = {"find": found_at - began, "cut": cut_at - found_at, "read": read_at - cut_at}
    return TimedReads(
        sorted((read for read in reads if read), key=lambda read: -read.confidence),
        {stage: seconds * 1_000 for stage, seconds in spent.items()},
    )
