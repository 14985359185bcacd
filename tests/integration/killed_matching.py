"""Takes in a file and kills itself around its hits; run as a process of its own by a test."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from workbench.detections.ingest_log import Caller
from workbench.hotlists.matching import watching
from workbench.policy import load_policy
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles


def main(home: str, file: str, now: str, where: str) -> None:
    """Die when the reads are stored: before their hits are, or after, but before the commit."""
    settings, policy = Settings(home=Path(home)), load_policy()
    record_hits = watching.record_hits

    def clock() -> datetime:
        return datetime.fromisoformat(now)

    def dying(*args, **kwargs):
        if where == "after":
            assert record_hits(*args, **kwargs).hits == 1
        os.kill(os.getpid(), signal.SIGKILL)

    watching.record_hits = dying
    with open_all_roles(settings) as database:
        runtime = build_runtime(settings, policy, database, clock=clock)
        runtime.ingest.take(Path(file), Caller())


if __name__ == "__main__":
    main(*sys.argv[1:])
