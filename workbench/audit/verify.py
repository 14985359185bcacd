"""Verifies the log in the database, record by record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from workbench.audit.chain import Verification, walk
from workbench.audit.checkpoint import Checkpoint
from workbench.audit.reading import open_stream


def verify_log(
    engine: Engine,
    *,
    checkpoints: Sequence[Checkpoint] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Recompute every hash of the log from its first record on.

    Parameters
    ----------
    engine
        Of any role that may read the log.
    checkpoints
        Heads that were signed earlier: each proves that nothing up to it was rewritten or cut off.
    progress
        Called now and then with how many records held and how many there are.

    Returns
    -------
    Verification
        Names the first break, if there is one.

    Raises
    ------
    AuditError
        If the log cannot be read.
    """
    with open_stream(engine) as stream:
        total = stream.records
        report = None if progress is None else (lambda done: progress(done, total))
        return walk(stream.rows, checkpoints=checkpoints, progress=report)
