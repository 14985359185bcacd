"""Purges and kills itself on the way; one process that forks for each case it is told.

Reads lines of JSON: the database's home, the site's home, the instant, where to die and at which
time it gets there. Prints the status of each child.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from tests.retention import JOB
from workbench.audit import AuditLog
from workbench.policy import load_policy
from workbench.retention.files import Stores
from workbench.retention.ledger import Ledger
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles

PLACES = {
    # where: whose, which method, and whether it dies after it
    "logged, not committed": (AuditLog, "append_in", True),
    "file deleted, not committed": (Stores, "delete", True),
    "committed, not in the ledger outside": (Ledger, "export", False),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(owner: type, name: str, *, after: bool, at: int) -> None:
    """Make a method die when it is called for the n-th time."""
    method, calls = getattr(owner, name), []

    def call(*args, **kwargs):
        calls.append(1)
        if len(calls) == at and not after:
            die()
        result = method(*args, **kwargs)
        if len(calls) == at:
            die()
        return result

    setattr(owner, name, call)


def purge(database_home: str, home: str, now: str, where: str, at: int) -> None:
    if where in PLACES:
        owner, name, after = PLACES[where]
        dying(owner, name, after=after, at=at)
    steps: list[str] = []

    def report(line: str) -> None:
        steps.append(line)
        if where == "step" and len(steps) == at:
            die()

    with open_all_roles(Settings(home=Path(database_home))) as database:
        runtime = build_runtime(
            Settings(home=Path(home)),
            load_policy(),
            database,
            clock=lambda: datetime.fromisoformat(now),
        )
        runtime.retention.purging(database.purger).run(JOB, report=report)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            purge(*json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
