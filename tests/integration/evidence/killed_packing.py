"""Makes a package and kills itself on the way; run as a process of its own by a test."""

from __future__ import annotations

import os
import resource
import signal
import sys
from datetime import datetime
from pathlib import Path

from tests.packed_reads import packed
from workbench.errors import EvidenceError
from workbench.policy import load_policy
from workbench.retention.evidence import making, read_pages, stored, writing
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles

STEPS = {
    "begin": (stored, "begin"),
    "reads": (writing, "write_reads"),
    "read": (read_pages.ReadPages, "write"),
    "hits": (writing, "write_hits"),
    "accesses": (writing, "write_accesses"),
    "contents": (writing, "write_contents"),
    "bag": (writing, "make_bag"),
    "index": (writing, "write_index"),
    "cover": (writing, "cover_tag_files"),
    "sign": (writing, "sign_package"),
    "move": (making, "move_whole"),
    "change": (stored, "change"),
}


def main(home: str, plate: str, out: str, now: str, step: str, when: str) -> None:
    """Die before or after a step; ``limit`` is none: then files may have so many bytes."""
    settings, policy = Settings(home=Path(home)), load_policy()

    def clock() -> datetime:
        return datetime.fromisoformat(now)

    with open_all_roles(settings) as database:
        runtime = build_runtime(settings, policy, database, clock=clock)
        if step == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(when), resource.RLIM_INFINITY))
        else:
            _arm(*STEPS[step], when)
        try:
            packed(runtime, plate, Path(out))
        except EvidenceError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            sys.stdout.write(str(error))
            sys.exit(3)


def _arm(owner: object, name: str, when: str) -> None:
    step = getattr(owner, name)

    def dying(*args, **kwargs):
        if when == "after":
            step(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, dying)


if __name__ == "__main__":
    main(*sys.argv[1:])
