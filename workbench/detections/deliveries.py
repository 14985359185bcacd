"""Rows of deliveries and of what was refused of them, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workbench.detections.formats.base import Rejected
from workbench.errors import DeliveryBusyError, WorkbenchError
from workbench.storage.delivery_tables import delivery, quarantine

STARTED, COMPLETE, REFUSED = "started", "complete", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What the sender said beside the file; stored, so that a retry can use it again."""

    format: str | None = None
    template: str | None = None
    camera: str | None = None
    zone: str | None = None

    def setting(self, version: str = "") -> str:
        """Return how a file is to be read, as one text; the same file read otherwise is new.

        Parameters
        ----------
        version
            A hash of what the template says.
        """
        return "|".join((self.format or "", version, self.camera or "", self.zone or ""))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many reads were understood and what became of them.

    Attributes
    ----------
    reads
        Understood; each is either new or known.
    stored
        New detections.
    duplicate
        Events that were there already.
    quarantined
        Records, or parts of one, that were not understood.
    """

    reads: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Return both together."""
        return Counts(
            self.reads + other.reads,
            self.stored + other.stored,
            self.duplicate + other.duplicate,
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A delivery that has its row.

    Attributes
    ----------
    records
        How many of its records were handled before; those are passed over.
    progress
        What else was saved with them, by those who take in what has no records of its own.
    """

    id: int
    sha256: str
    state: str
    records: int
    counts: Counts = field(default_factory=Counts)
    progress: Mapping[str, Any] | None = None


def begin(connection: Connection, values: dict[str, Any]) -> Begun:
    """Return the delivery of that content and setting, made if it is new.

    A delivery that was refused begins anew: the reason may be gone.
    """
    key = {"sha256": values["sha256"], "setting": values["setting"]}
    connection.execute(upsert(delivery).values(**values, state=STARTED).on_conflict_do_nothing())
    row = connection.execute(select(delivery).filter_by(**key).with_for_update()).one()
    if row.state == REFUSED:
        again = {"state": STARTED, "error": None, "finished_at": None, "kept": values["kept"]}
        row = connection.execute(
            update(delivery).where(delivery.c.id == row.id).values(again).returning(delivery)
        ).one()
    return _begun(row)


def is_complete(connection: Connection, sha256: str, setting: str) -> bool:
    """Return whether the delivery of that content and setting is complete."""
    found = select(delivery.c.id).filter_by(sha256=sha256, setting=setting, state=COMPLETE)
    return connection.execute(found).first() is not None


def complete(
    connection: Connection, sha256s: Sequence[str], setting: str
) -> list[tuple[str, Begun]]:
    """Return the complete deliveries of many contents and one setting, each with its name."""
    found = select(delivery).where(
        delivery.c.sha256.in_(sha256s), delivery.c.setting == setting, delivery.c.state == COMPLETE
    )
    return [(row.name, _begun(row)) for row in connection.execute(found)]


def advance(
    connection: Connection,
    begun: Begun,
    counts: Counts,
    *,
    records: int,
    progress: Mapping[str, Any] | None = None,
    complete_at: datetime | None = None,
) -> Begun:
    """Return the delivery with more of its records handled, or all of them.

    Parameters
    ----------
    records
        How many are handled now.
    progress
        What else the next try has to know.
    complete_at
        The present instant, if these were the last.

    Raises
    ------
    DeliveryError
        If somebody else has handled some of it meanwhile.
    """
    changed = connection.execute(
        update(delivery)
        .where(delivery.c.id == begun.id, delivery.c.records == begun.records)
        .where(delivery.c.state == STARTED)
        .values(
            records=max(records, begun.records),
            state=COMPLETE if complete_at else STARTED,
            finished_at=complete_at,
            progress=None if complete_at else progress,
            **_values(begun.counts + counts),
        )
        .returning(delivery)
    ).one_or_none()
    if changed is None:
        raise DeliveryBusyError(
            "Somebody else is taking in the same delivery",
            given=begun.id,
            next_step="wait until it is done; nothing is stored twice",
        )
    return _begun(changed)


def refuse(connection: Connection, begun: Begun, error: WorkbenchError, at: datetime) -> Begun:
    """Mark a delivery as refused and put all of it into quarantine, once."""
    reason = error.as_dict()
    told_again = _whole(begun.sha256).values(reason=reason, retried_at=at)
    known = connection.execute(told_again).rowcount
    if not known:
        connection.execute(
            insert(quarantine).values(delivery_id=begun.id, reason=reason, first_seen_at=at)
        )
    row = connection.execute(
        update(delivery)
        .where(delivery.c.id == begun.id)
        .values(
            state=REFUSED,
            error=reason,
            finished_at=at,
            quarantined=delivery.c.quarantined + (0 if known else 1),
        )
        .returning(delivery)
    ).one()
    return _begun(row)


def set_aside(
    connection: Connection, delivery_id: int, rejected: Iterable[Rejected], at: datetime
) -> None:
    """Put refused records into quarantine, whole and with the reason."""
    rows = [
        {
            "delivery_id": delivery_id,
            "record": item.record,
            "raw": item.raw,
            "reason": item.error.as_dict(),
            "first_seen_at": at,
        }
        for item in rejected
    ]
    if rows:
        connection.execute(insert(quarantine), rows)


def resolve_whole(connection: Connection, sha256: str, by: str | None, at: datetime) -> None:
    """Mark the quarantine of a whole delivery as resolved, now that its content could be read."""
    connection.execute(_whole(sha256).values(resolved_at=at, resolved_by=by, retried_at=at))


def add_counts(connection: Connection, delivery_id: int, counts: Counts) -> None:
    """Add to a delivery's counts what a retry brought."""
    more = {name: delivery.c[name] + value for name, value in _values(counts).items()}
    connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(more))


def _whole(sha256: str) -> Update:
    """Return the update of what waits as a whole with that content, however it was to be read."""
    same = select(delivery.c.id).where(delivery.c.sha256 == sha256)
    return update(quarantine).where(
        quarantine.c.delivery_id.in_(same),
        quarantine.c.record.is_(None),
        quarantine.c.resolved_at.is_(None),
    )


def _values(counts: Counts) -> dict[str, int]:
    return {
        "reads": counts.reads,
        "stored": counts.stored,
        "duplicate": counts.duplicate,
        "quarantined": counts.quarantined,
    }


def _begun(row: Row[Any]) -> Begun:
    counts = Counts(row.reads, row.stored, row.duplicate, row.quarantined)
    return Begun(
        id=row.id,
        sha256=row.sha256,
        state=row.state,
        records=row.records,
        counts=counts,
        progress=row.progress,
    )
