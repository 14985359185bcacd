"""What could not be understood: shown, and tried again when its cause is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, null, select, update

from workbench.access import Action, require
from workbench.audit import AuditLog, EventKind
from workbench.detections import deliveries
from workbench.detections.batches import Portion, prepared
from workbench.detections.choosing import chosen_format, context_of
from workbench.detections.deliveries import Counts, Sender
from workbench.detections.formats.base import Delivery, Taken
from workbench.detections.formats.registry import known_formats
from workbench.detections.from_pictures import PICTURE
from workbench.detections.ingest import Ingest
from workbench.detections.ingest_log import Caller, IngestLog
from workbench.detections.originals import Originals
from workbench.detections.receipt import Receipt
from workbench.detections.storing import Storing
from workbench.domain.clock import Clock
from workbench.errors import DeliveryError, InputError, WorkbenchError
from workbench.policy import Policy
from workbench.storage.delivery_tables import delivery, quarantine

_DEFAULT_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A quarantined record, or a whole delivery where `record` is ``None``.

    Attributes
    ----------
    raw
        Its bytes, readable as a delivery of their own; ``None`` for a whole delivery, whose
        content is kept beside the pictures.
    reason
        The error as `WorkbenchError.as_dict` tells it.
    """

    id: int
    delivery_id: int
    name: str
    format: str | None
    record: int | None
    raw: bytes | None
    reason: Mapping[str, Any]
    first_seen_at: datetime
    retried_at: datetime | None
    resolved_at: datetime | None


class Quarantine:
    """Shows and retries what was refused.

    Parameters
    ----------
    engine
        Connects as the service role.
    ingest, storing, originals
        Take in whole deliveries, store single records, give kept files back.
    policy, audit, clock
        Who may, where it is logged, and when.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        ingest: Ingest,
        storing: Storing,
        originals: Originals,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._ingest = ingest
        self._storing = storing
        self._originals = originals
        self._policy = policy
        self._audit = audit
        self._log = IngestLog(audit)
        self._clock = clock

    def waiting(self, caller: Caller, *, limit: int = _DEFAULT_LIMIT) -> tuple[Waiting, ...]:
        """Return what waits, oldest first and without its bytes; logged, for reasons quote plates.

        Raises
        ------
        DeniedError
            If the caller may not see it.
        """
        self._log_view(caller, {"limit": limit})
        statement = _select(null().label("raw")).where(quarantine.c.resolved_at.is_(None))
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(quarantine.c.id).limit(limit)).all()
        return tuple(_waiting(row) for row in rows)

    def show(self, caller: Caller, quarantine_id: int) -> Waiting:
        """Return one quarantined record with its bytes, or with those of its file; logged.

        Raises
        ------
        DeniedError
            If the caller may not see it.
        InputError
            If there is none of that number.
        """
        self._log_view(caller, {"quarantine": quarantine_id})
        with self._engine.connect() as connection:
            found = _one(connection, quarantine_id)
            kept = _kept(connection, found.delivery_id)
        if found.raw is None and kept is not None:
            return replace(found, raw=self._originals.content(kept))
        return found

    def retry(self, caller: Caller, quarantine_id: int, sender: Sender | None = None) -> Receipt:
        """Try a quarantined record again; it is resolved when all of it can be understood.

        Parameters
        ----------
        sender
            What to say beside it now; what is not said stays as it was.

        Returns
        -------
        Receipt
            ``refused`` with the new error if it still cannot be understood.

        Raises
        ------
        DeniedError
            If the caller may not.
        InputError
            If there is none of that number, or it is resolved.
        DeliveryError
            If it did not come as a file of reads; a picture is given again to what reads pictures.
        """
        self._check(caller, Action.QUARANTINE_RETRY)
        with self._engine.connect() as connection:
            found = _one(connection, quarantine_id)
            before = _sender(connection, found.delivery_id)
        if found.resolved_at is not None:
            raise InputError("It is resolved already", given=quarantine_id)
        told = _merged(before, sender or Sender())
        _check_is_file(told)
        details = {"quarantine": found.id, "delivery": found.delivery_id, "name": found.name}
        work = self._retry_whole if found.raw is None else self._retry_record
        return self._log.around(
            caller, details, lambda: work(caller, found, told), EventKind.QUARANTINE_RETRY
        )

    def _log_view(self, caller: Caller, details: Mapping[str, Any]) -> None:
        self._check(caller, Action.QUARANTINE_VIEW)
        self._log.view(caller, details)

    def _check(self, caller: Caller, action: Action) -> None:
        if caller.actor is not None:
            at = self._clock()
            require(caller.actor, action, policy=self._policy, audit=self._audit, at=at)

    def _retry_whole(self, caller: Caller, found: Waiting, told: Sender) -> Receipt:
        with self._engine.connect() as connection:
            kept = _kept(connection, found.delivery_id)
        if kept is None:
            raise DeliveryError(
                "The file was too large or too small to be kept",
                given=found.name,
                next_step="give the file itself again with `workbench ingest reads`",
            )
        if found.format == PICTURE:
            raise DeliveryError(
                "A picture is read again by the command that reads pictures",
                given=found.name,
                next_step="give it again with `workbench ingest images`; it is released then",
            )
        content = self._originals.content(kept)
        return self._ingest.take(content, caller, name=found.name, sender=told)

    def _retry_record(self, caller: Caller, found: Waiting, told: Sender) -> Receipt:
        at = self._clock()
        context = context_of(told, at, self._policy)
        again = Delivery(found.name, found.raw or b"", at, context)
        portion, error = Portion(), None
        try:
            for item in chosen_format(again, told).format.records(again):
                portion.add(replace(item, record=found.record or 0))
        except WorkbenchError as refused:
            error = refused
        error = error or next((item.error for item in portion.rejected), None)
        if error is None and not portion.taken:
            error = DeliveryError(
                "There is nothing in it that could be read",
                given=found.raw,
                next_step="it marks where the file ended; ask for the file again",
            )
        return self._settle(caller, found, portion.taken, error)

    def _settle(
        self, caller: Caller, found: Waiting, taken: list[Taken], error: WorkbenchError | None
    ) -> Receipt:
        at = self._clock()
        part = prepared(
            Portion(taken=taken),
            self._storing.maker(),
            delivery_id=found.delivery_id,
            received_at=at,
        )
        self._storing.make_months(part)
        settled: dict[str, Any] = {"retried_at": at}
        if error is None:
            settled |= {"resolved_at": at, "resolved_by": caller.username or "command"}
        else:
            settled["reason"] = error.as_dict()
        with self._engine.begin() as connection:
            _lock(connection, found.id)
            counts, copied = self._storing.store_rows(connection, part, alone=True)
            # What was stored at the first try is known now; only what is new adds to the counts.
            new = Counts(reads=counts.stored, stored=counts.stored)
            deliveries.add_counts(connection, found.delivery_id, new)
            connection.execute(
                update(quarantine).where(quarantine.c.id == found.id).values(settled)
            )
            self._storing.tell(connection, part, copied, delivery_id=found.delivery_id)
        return Receipt(
            delivery_id=found.delivery_id,
            name=found.name,
            format=found.format,
            state=deliveries.COMPLETE if error is None else deliveries.REFUSED,
            counts=counts,
            error=error,
        )


def _select(raw: ColumnElement[Any]) -> Select[Any]:
    others = [column for column in quarantine.c if column.name != "raw"]
    return select(*others, raw, delivery.c.name, delivery.c.format).join(
        delivery, delivery.c.id == quarantine.c.delivery_id
    )


def _one(connection: Connection, quarantine_id: int) -> Waiting:
    row = connection.execute(
        _select(quarantine.c.raw).where(quarantine.c.id == quarantine_id)
    ).one_or_none()
    if row is None:
        raise InputError(
            "There is no such quarantined record",
            given=quarantine_id,
            next_step="see `workbench ingest quarantine list`",
        )
    return _waiting(row)


def _kept(connection: Connection, delivery_id: int) -> str | None:
    statement = select(delivery.c.kept).where(delivery.c.id == delivery_id)
    kept: str | None = connection.execute(statement).scalar_one()
    return kept


def _lock(connection: Connection, quarantine_id: int) -> None:
    row = connection.execute(
        select(quarantine.c.resolved_at).where(quarantine.c.id == quarantine_id).with_for_update()
    ).one()
    if row.resolved_at is not None:
        raise InputError("It is resolved already", given=quarantine_id)


def _sender(connection: Connection, delivery_id: int) -> Sender:
    d = delivery.c
    columns = select(d.format, d.template, d.camera, d.zone).where(d.id == delivery_id)
    row = connection.execute(columns).one()
    return Sender(format=row.format, template=row.template, camera=row.camera, zone=row.zone)


def _merged(before: Sender, now: Sender) -> Sender:
    # Another format makes the old template meaningless.
    template = now.template or (None if now.format else before.template)
    return Sender(
        format=now.format or before.format,
        template=template,
        camera=now.camera or before.camera,
        zone=now.zone or before.zone,
    )


def _check_is_file(told: Sender) -> None:
    if told.format and not told.template and told.format not in known_formats():
        raise DeliveryError(
            "It did not come as a file of reads",
            given=told.format,
            allowed=", ".join(known_formats()),
            next_step="give it again to what read it, such as `workbench ingest images`",
        )


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        id=row.id,
        delivery_id=row.delivery_id,
        name=row.name,
        format=row.format,
        record=row.record,
        raw=None if row.raw is None else bytes(row.raw),
        reason=row.reason,
        first_seen_at=row.first_seen_at,
        retried_at=row.retried_at,
        resolved_at=row.resolved_at,
    )
