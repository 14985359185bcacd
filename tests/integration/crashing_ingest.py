"""Takes in a file and kills itself on the way; run as a process of its own by a test."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from workbench.detections import deliveries
from workbench.detections.ingest_log import Caller
from workbench.detections.intake import open_intake
from workbench.policy import load_policy
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles
from workbench.storage.pictures import PictureStore


def main(home: str, file: str, originals: str, now: str, where: str, after: str) -> None:
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

    def report(_counts) -> None:
        if where == "between" and len(calls) == int(after):
            die()

    deliveries.advance = crashing_advance
    with open_all_roles(settings) as database:
        runtime = build_runtime(settings, policy, database, clock=clock)
        intake = open_intake(
            database.service,
            pictures=runtime.pictures,
            originals=PictureStore(originals),
            policy=policy,
            audit=runtime.audit,
            clock=clock,
            batch_rows=10,
        )
        intake.ingest.take(Path(file), Caller(), report=report)


if __name__ == "__main__":
    main(*sys.argv[1:])
