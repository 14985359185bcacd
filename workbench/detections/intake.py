"""Everything by which reads come in, put together once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from workbench.audit import AuditLog
from workbench.detections.cameras import Cameras
from workbench.detections.ingest import BATCH_ROWS, Ingest
from workbench.detections.new_reads import Watcher
from workbench.detections.originals import Originals
from workbench.detections.quarantine import Quarantine
from workbench.detections.storing import Storing
from workbench.domain.clock import Clock
from workbench.policy import Policy
from workbench.storage.pictures import PictureStore


@dataclass(frozen=True, slots=True)
class Intake:
    """The services by which reads come in."""

    ingest: Ingest
    quarantine: Quarantine
    cameras: Cameras


def open_intake(
    engine: Engine,
    *,
    pictures: PictureStore,
    originals: PictureStore,
    policy: Policy,
    audit: AuditLog,
    clock: Clock,
    batch_rows: int = BATCH_ROWS,
    watchers: Sequence[Watcher] = (),
) -> Intake:
    """Return the services by which reads come in.

    Parameters
    ----------
    engine
        Connects as the service role.
    pictures
        Keeps pictures that payloads carry.
    originals
        Keeps files as they came; a store of its own, so that nobody takes them for pictures.
    policy, audit, clock
        Bounds and who may, where it is logged, and when.
    batch_rows
        Reads stored in one transaction.
    watchers
        Told of every new read in the transaction that stores it.
    """
    storing = Storing(engine, pictures=pictures, policy=policy, clock=clock, watchers=watchers)
    files = Originals(originals)
    ingest = Ingest(
        storing=storing,
        originals=files,
        policy=policy,
        audit=audit,
        clock=clock,
        batch_rows=batch_rows,
    )
    quarantine = Quarantine(
        engine,
        ingest=ingest,
        storing=storing,
        originals=files,
        policy=policy,
        audit=audit,
        clock=clock,
    )
    return Intake(ingest, quarantine, Cameras(engine, policy=policy, audit=audit, clock=clock))
