"""Reads the plates of the demo's pictures and takes the reads in."""

from __future__ import annotations

from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.demo.steps.layout import picture_files
from workbench.detections.deliveries import Counts
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.recognition.registry import shipped_engines


def read_pictures(stage: Stage, report: Report) -> str:
    """Take in every picture as `workbench ingest images` does, each of another camera."""
    intake = ImageIntake(
        stage.now.ingest,
        load_engine=shipped_engines().load,
        policy=stage.policy,
        clock=stage.clock,
    )
    counts, already, files = Counts(), 0, picture_files(stage)
    for number, file in enumerate(files):
        report(number, len(files))
        camera = Photographer(camera=stage.city.cameras[number].camera_id)
        receipt = intake.take(file, Caller(origin=ORIGIN), camera)
        counts, already = counts + receipt.counts, already + receipt.already
    if already == len(files):
        return f"{already} pictures are there already"
    return f"{counts.stored} readings on {len(files)} pictures, each with its candidates"
