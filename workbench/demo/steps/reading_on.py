"""Lets the cameras read on up to the present, so that how they stand is as of now."""

from __future__ import annotations

from datetime import timedelta

from workbench.demo.equipment import OUT_OF_SERVICE, SILENT, trailer_at, trailer_sites
from workbench.demo.reading_on import even_reads
from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.demo.steps import care, equipment
from workbench.detections.ingest_log import Caller
from workbench.domain.period import Period

LASTS = timedelta(hours=30)
"""More than a day, so that hours of a whole day can be looked at."""


def read_on(stage: Stage, report: Report) -> str:  # noqa: ARG001 - it is one act
    """Take in what fixed cameras and the trailer read in the last hours, but for two of them."""
    if care.NAME not in stage.progress.done:
        return equipment.TOO_OLD
    quiet = {SILENT, OUT_OF_SERVICE}
    cameras = [camera for camera in stage.city.cameras if camera.camera_id not in quiet]
    cameras.append(trailer_at(trailer_sites(stage.city)[1]))
    now = stage.clock()
    table = even_reads(stage.city, cameras, Period(now - LASTS, now))
    name = f"demo reads up to {now:%Y-%m-%d %H:00}"
    receipt = stage.now.ingest.take_table(table, Caller(origin=ORIGIN), name=name)
    if receipt.already:
        return f"the reads of the last full hour of {len(cameras)} cameras are there already"
    return f"{receipt.counts.stored:,} reads of {len(cameras)} cameras; {SILENT} is silent"
