"""Sends a round and is killed after an alert left and before that is recorded."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import numpy as np

from workbench.hotlists.alerts.open import open_worker
from workbench.hotlists.alerts.outbox import Outbox
from workbench.policy import load_policy
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles


class KilledOutbox(Outbox):
    """Never lives to tell."""

    def sent(self, claimed) -> None:  # noqa: ARG002 - as the outbox has it
        os.kill(os.getpid(), signal.SIGKILL)


def main(home: str, now: str) -> None:
    """Send until killed."""
    settings = Settings(home=Path(home))
    with open_all_roles(settings) as database:
        runtime = build_runtime(
            settings, load_policy(), database, clock=lambda: datetime.fromisoformat(now)
        )
        worker = open_worker(
            database.service,
            settings,
            policy=runtime.policy,
            audit=runtime.audit,
            clock=runtime.clock,
            guard=runtime.guard,
            find=runtime.finds_notices,
            rng=np.random.default_rng(1),
        )
        worker._outbox.__class__ = KilledOutbox
        worker.round()


if __name__ == "__main__":
    main(*sys.argv[1:])
