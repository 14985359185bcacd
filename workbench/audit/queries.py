"""Reading the log for people: every reading is itself a record, written before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from workbench.audit import statements
from workbench.audit.entry import Entry, Record
from workbench.audit.export import Export, ExportFormat, describe, write_export
from workbench.audit.frames import ACCESS_DTYPES, EVENT_DTYPES, frame_of
from workbench.audit.kinds import LOOKS, EventKind, Outcome
from workbench.audit.log import AuditLog
from workbench.audit.reading import Selection, open_stream
from workbench.domain.clock import Clock
from workbench.domain.period import Period
from workbench.domain.person import Actor, Origin
from workbench.errors import AuditError


@dataclass(frozen=True, slots=True)
class AuditReader:
    """Reads the log on behalf of somebody; whether that person may is decided before.

    Attributes
    ----------
    log
        Where the reading is recorded.
    engine
        Of any role that may read the log.
    clock
        Gives exports their time.
    actor
        Who reads, or ``None`` for a command or a job.
    origin
        Where it comes from when there is no actor.
    """

    log: AuditLog
    engine: Engine
    clock: Clock
    actor: Actor | None = None
    origin: Origin | None = None

    def accesses(self, period: Period) -> pd.DataFrame:
        """Return every look at detections in a period, with its outcome.

        Parameters
        ----------
        period
            Half-open.

        Returns
        -------
        pandas.DataFrame
            Columns and dtypes of `frames.ACCESS_DTYPES`, in the order of the chain.

        Raises
        ------
        AuditWriteError
            If the reading cannot be recorded.
        AuditError
            If the log cannot be read.
        """
        looks = Selection(period.start, period.end, LOOKS)
        self._record(EventKind.AUDIT_READ, "accesses", looks)
        return frame_of(self._rows(statements.ACCESSES, looks.values()), ACCESS_DTYPES)

    def events(self, selection: Selection, *, limit: int) -> pd.DataFrame:
        """Return the latest records of a selection, the last one first.

        Returns
        -------
        pandas.DataFrame
            Columns and dtypes of `frames.EVENT_DTYPES`, at most `limit` rows.

        Raises
        ------
        AuditWriteError
            If the reading cannot be recorded.
        AuditError
            If the log cannot be read.
        """
        self._record(EventKind.AUDIT_READ, "events", selection, limit=limit)
        values = selection.values() | {"limit": limit}
        return frame_of(self._rows(statements.EVENTS, values), EVENT_DTYPES)

    def export(
        self,
        file: Path,
        form: ExportFormat,
        selection: Selection | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
    ) -> Export:
        """Write the log or a part of it to a new file.

        Raises
        ------
        AuditWriteError
            If the export cannot be recorded; then there is none.
        AuditError
            If the log cannot be read or the file not be written.
        """
        chosen = selection or Selection()
        record = self._record(EventKind.AUDIT_EXPORT, form.value, chosen, file=file.name)
        try:
            with open_stream(self.engine, chosen) as stream:
                about = describe(
                    stream,
                    chosen,
                    organisation=record.organisation,
                    access_id=record.seq,
                    exported_at=self.clock(),
                )
                export = write_export(stream, about, file, form=form, progress=progress)
        except BaseException as error:
            self._outcome(record, Outcome.FAILED, error=type(error).__name__)
            raise
        self._outcome(record, Outcome.DONE, records=export.records, sha256=export.sha256)
        return export

    def _rows(self, statement: str, values: dict[str, Any]) -> list[Any]:
        try:
            with self.engine.connect() as connection:
                return list(connection.exec_driver_sql(statement, values))
        except SQLAlchemyError as error:
            raise AuditError("The audit log cannot be read", given=str(error)) from error

    def _record(self, kind: EventKind, what: str, selection: Selection, **more: object) -> Record:
        details = {"what": what} | selection.as_json() | more
        return self.log.append(
            Entry(
                kind,
                self.actor,
                origin=self.origin,
                outcome=Outcome.STARTED,
                details=details,
            )
        )

    def _outcome(self, record: Record, outcome: Outcome, **details: object) -> None:
        self.log.append(
            Entry(
                record.kind,
                self.actor,
                origin=self.origin,
                access_id=record.seq,
                outcome=outcome,
                details=details,
            )
        )
