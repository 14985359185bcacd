"""The log itself: records are written one after the other and read back; nothing changes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from workbench.audit import statements
from workbench.audit.canonical import Row, canonical_parts, row_hash
from workbench.audit.ceiling import Ceiling
from workbench.audit.entry import Entry, Record
from workbench.audit.stored import entry_row, row_record
from workbench.domain.clock import Clock
from workbench.errors import AuditError, AuditWriteError, ChainBrokenError


class AuditLog:
    """Appends to the chain of records; safe to share between threads.

    Writers of all processes queue for one lock, so that every record follows the one before.

    Parameters
    ----------
    engine
        Connects as the service role, which may insert and read and nothing else.
    clock
        Gives each record its time.
    organisation
        Whose log it is; used where no person acts.
    policy_version
        The policy in force, written into every record.
    """

    def __init__(
        self, engine: Engine, *, clock: Clock, organisation: str, policy_version: str
    ) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock
        self._organisation = organisation
        self._policy_version = policy_version

    def append(self, entry: Entry, *, durable: bool = True) -> Record:
        """Write an entry in a transaction of its own; it is committed on return.

        Parameters
        ----------
        entry
            What happened or is about to.
        durable
            Whether to wait until it is on disk. An outcome need not: should the machine lose
            power in that moment, the last records are lost in order and the chain stays whole.

        Returns
        -------
        Record
            As it stands in the table.

        Raises
        ------
        AuditWriteError
            If it could not be written; whatever was to be logged must not happen.
        """
        lock = statements.LOCK_DURABLE if durable else statements.LOCK_LATER
        return _checked(self._appended(lock, statements.INSERT, self._row(entry), {}))

    def append_within(self, entry: Entry, ceiling: Ceiling) -> Record | None:
        """Write the outcome of a look if the reads that it lets out stay within a ceiling.

        What was let out before is summed from the log, under the lock that every writer of every
        process takes: of two looks at once the second one counts the first.

        Parameters
        ----------
        entry
            An outcome whose details have ``reads``, how many it lets out.
        ceiling
            How many may be let out, and which of the earlier ones count.

        Returns
        -------
        Record or None
            ``None`` if it would be more; then nothing is written.

        Raises
        ------
        AuditWriteError
            If it could not be written.
        """
        statement = statements.insert_within(ceiling.condition)
        values = {**ceiling.values(), "reads": entry.details["reads"], "most": ceiling.most}
        row = self._appended(statements.LOCK_LATER, statement, self._row(entry), values)
        return None if row is None else _checked(row)

    def reads_out(self, ceiling: Ceiling) -> int:
        """Return how many reads the looks that count for a ceiling have let out.

        Raises
        ------
        AuditError
            If the log cannot be read.
        """
        try:
            with self._engine.connect() as connection:
                statement = statements.READS_OUT + ceiling.condition
                found = _driver(connection).execute(statement, ceiling.values()).fetchone()
        except (SQLAlchemyError, psycopg.Error) as error:
            raise AuditError("The audit log cannot be read", given=str(error)) from error
        return int(found[0]) if found else 0

    def append_in(self, connection: Connection, entry: Entry) -> Record:
        """Write an entry in the caller's transaction, so that a change and its record are one.

        Call it last: until the transaction ends, every other writer of the log waits.

        Parameters
        ----------
        connection
            With the transaction that makes the change; it is committed by the caller.
        entry
            What the transaction does.

        Returns
        -------
        Record
            It counts when the caller's transaction is committed.

        Raises
        ------
        AuditWriteError
            If it could not be written; the caller's transaction cannot be committed any more.
        """
        row = self._row(entry)
        with _write_errors():
            raw = _driver(connection)
            if raw.autocommit:
                raise AuditWriteError("The connection commits by itself", allowed="a transaction")
            if not connection.in_transaction():
                connection.begin()
            with raw.pipeline():
                raw.execute(statements.LOCK)
                cursor = _insert(raw, row)
            return _checked(cursor.fetchone())

    def read(self, seq: int) -> Record:
        """Return a record.

        Raises
        ------
        AuditError
            If there is none of that number, or the log cannot be read.
        ChainBrokenError
            If it no longer has the content that its hash was taken over.
        """
        record = self._one(statements.READ_ONE, seq)
        if record is None:
            raise AuditError("The audit log has no record of that number", given=seq)
        return record

    def head(self) -> Record | None:
        """Return the last record, or ``None`` while the log is empty.

        Raises
        ------
        AuditError
            If the log cannot be read.
        ChainBrokenError
            If it no longer has the content that its hash was taken over.
        """
        return self._one(statements.HEAD, None)

    def _one(self, statement: str, seq: int | None) -> Record | None:
        try:
            with self._engine.connect() as connection:
                cursor = _driver(connection).cursor(row_factory=dict_row)
                row = cursor.execute(statement, {"seq": seq}).fetchone()
        except (SQLAlchemyError, psycopg.Error) as error:
            raise AuditError("The audit log cannot be read", given=str(error)) from error
        if row is not None and row_hash(row) != row["hash"]:
            raise ChainBrokenError(
                "The record was edited",
                where={"record": row["seq"]},
                next_step="run `workbench audit verify`",
            )
        return None if row is None else row_record(row)

    def _appended(
        self, lock: str, statement: str, row: Row, values: Mapping[str, Any]
    ) -> Row | None:
        with _write_errors(), self._engine.connect() as connection:
            raw = _driver(connection)
            try:
                with raw.pipeline():  # one journey: after an error the server skips the COMMIT
                    raw.execute("BEGIN")
                    raw.execute(lock)
                    cursor = _insert(raw, row, statement, values)
                    raw.execute("COMMIT")
                return cursor.fetchone()
            except psycopg.Error:
                self._clear(raw)
                raise

    def _clear(self, raw: psycopg.Connection[Any]) -> None:
        if raw.closed:
            self._engine.dispose()  # the server went away: no pooled connection is worth a try
        else:
            raw.rollback()

    def _row(self, entry: Entry) -> Row:
        return entry_row(
            entry,
            at=self._clock(),
            organisation=self._organisation,
            policy_version=self._policy_version,
        )


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise AuditWriteError("The audit log needs psycopg", given=type(raw).__name__)
    return raw


def _insert(
    raw: psycopg.Connection[Any],
    row: Row,
    statement: str = statements.INSERT,
    values: Mapping[str, Any] = MappingProxyType({}),
) -> psycopg.Cursor[dict[str, Any]]:
    before, between, after = canonical_parts(row)
    cursor = raw.cursor(row_factory=dict_row)
    parts = {"before": before, "between": between, "after_seq": after}
    return cursor.execute(statement, {**row, **parts, **values})


def _checked(row: Row | None) -> Record:
    if row is None or row_hash(row) != row["hash"]:
        raise AuditWriteError("The table does not hold what was to be logged")
    return row_record(row)


@contextmanager
def _write_errors() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, OSError) as error:
        raise AuditWriteError(
            "The audit log cannot be written, so nothing was done",
            given=f"{type(error).__name__}: {error}",
            next_step="see that the database runs and is migrated, then try again",
        ) from error
