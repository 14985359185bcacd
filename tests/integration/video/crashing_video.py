"""Takes in a video and kills itself on the way; run as a process of its own by a test."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from tests.videos import MarkEngine
from workbench.detections import deliveries
from workbench.detections.from_videos import Filming
from workbench.detections.ingest_log import Caller
from workbench.detections.video_intake import VideoIntake
from workbench.policy import load_policy
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles


def main(home: str, file: str, camera: str, at: str, now: str, where: str, after: str) -> None:
    """Crash after some portions: between two transactions, or inside one before its commit."""
    settings, policy = Settings(home=Path(home)), load_policy()
    advance, calls = deliveries.advance, []

    def clock() -> datetime:
        return datetime.fromisoformat(now)

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def crashing_advance(*args, **kwargs):
        calls.append(1)
        if where == "inside" and len(calls) == int(after):
            die()
        return advance(*args, **kwargs)

    def report(_done: int, _total: int, _passages: int) -> None:
        if where == "between" and len(calls) == int(after):
            die()

    deliveries.advance = crashing_advance
    with open_all_roles(settings) as database:
        runtime = build_runtime(settings, policy, database, clock=clock)
        intake = VideoIntake(
            runtime.ingest,
            load_engine=MarkEngine,
            policy=policy,
            clock=clock,
            looks_in_a_portion=4,
        )
        intake.take(Path(file), Caller(), Filming(camera=camera, at=at), report)


if __name__ == "__main__":
    main(*sys.argv[1:])
