"""Brings lists and cameras up to the present, so that how they stand is as of now."""

from __future__ import annotations

from datetime import timedelta

from workbench.demo.day.lists_come import ListsCome
from workbench.demo.day.times import day_after
from workbench.demo.day.wanted import wanted_cars
from workbench.demo.equipment import OUT_OF_SERVICE, SILENT, trailer_at, trailer_sites
from workbench.demo.reading_on import even_reads
from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.demo.steps import care, equipment
from workbench.demo.steps import day as day_step
from workbench.demo.steps.people import renew_training
from workbench.detections.ingest_log import Caller
from workbench.domain.period import Period
from workbench.hotlists.lists.load import LoadState

LASTS = timedelta(hours=30)
"""More than a day, so that hours of a whole day can be looked at."""


def come_to_now(stage: Stage, report: Report) -> str:  # noqa: ARG001 - it is one act
    """Load the lists once more, and take in what cameras read in the last hours."""
    if day_step.NAME not in stage.progress.done:
        return "there is no day with lists to go on from"
    renew_training(stage, stage.now)
    cared_for = care.NAME in stage.progress.done
    return f"{_load_lists(stage)}; {_read_on(stage) if cared_for else equipment.TOO_OLD}"


def _load_lists(stage: Stage) -> str:
    city, folder = stage.city, stage.home.folder / "day" / "lists"
    lists = ListsCome(stage.now, city, wanted_cars(city), day_after(city.ending), folder)
    lists.sources_write(evening=True)
    loads = lists.load_all()
    good = sum(load.state is LoadState.IN_FORCE for load in loads)
    return f"{good} of {len(loads)} lists loaded just now"


def _read_on(stage: Stage) -> str:
    """Take in the reads of the fixed cameras and the trailer, but for two of them."""
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
