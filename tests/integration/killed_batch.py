"""Takes in a folder with two workers; run as a process of its own by a test, which kills it."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial
from pathlib import Path

from tests.unit.workers_at_work import slow_engine
from workbench.detections.image_batches import ImageBatches, Spreading
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.policy import load_policy
from workbench.recognition.finding_pictures import stream_pictures
from workbench.recognition.workers import LocalProcesses
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles


def main(home: str, folder: str, notes: str, camera: str, now: str) -> None:
    """Take in the folder."""
    settings, policy = Settings(home=Path(home)), load_policy()
    load = partial(slow_engine, notes, 1.0)
    with open_all_roles(settings) as database:
        runtime = build_runtime(
            settings, policy, database, clock=lambda: datetime.fromisoformat(now)
        )
        intake = ImageIntake(runtime.ingest, load_engine=load, policy=policy, clock=runtime.clock)
        spreading = Spreading(workers=LocalProcesses(2), load_engine=load)
        many = ImageBatches(intake, spreading, policy=policy)
        list(many.take(stream_pictures([Path(folder)]), Caller(), Photographer(camera=camera)))


if __name__ == "__main__":
    main(*sys.argv[1:])
