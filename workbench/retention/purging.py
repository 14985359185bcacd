"""The purge: month by month, each deletion with its record in one transaction; then the files.

A run that was killed leaves whole parts done and the rest as it was. The next run deletes the
files that were listed, certifies what went, and begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, insert, select, update

from workbench.audit import EventKind, Outcome
from workbench.detections.expiry import Month, going_of, missing_of, months_until
from workbench.detections.expiry_deliveries import purge_deliveries
from workbench.detections.expiry_months import purge_month, release_orphans
from workbench.domain.action import Action
from workbench.domain.keeping import Cutoffs, Tally
from workbench.errors import WorkbenchError
from workbench.hotlists.expiry import (
    delete_hits,
    hit_tallies,
    hits_going,
    hits_until,
    purge_lists,
)
from workbench.retention.authority import authority_for
from workbench.retention.cutoffs import not_before
from workbench.retention.doing import FILES, Doer, Purged, PurgeParts, Report
from workbench.retention.ending import end_purge, write_certificates
from workbench.retention.files import list_home
from workbench.retention.holds.in_the_way import refuse_while_holds_wait
from workbench.retention.locking import one_purge, part
from workbench.retention.preview import PICTURES, fate_of
from workbench.retention.recording import record_part
from workbench.retention.sweeping import list_unnamed
from workbench.storage.retention_tables import purge


class Purging:
    """Purges.

    Parameters
    ----------
    parts
        What it works with.
    """

    def __init__(self, parts: PurgeParts) -> None:
        self._parts = parts

    def run(
        self,
        doer: Doer,
        *,
        report: Report = lambda _: None,
        least: Mapping[str, datetime] | None = None,
        wait: bool = True,
    ) -> Purged:
        """Delete what is over, and certify it.

        Parameters
        ----------
        doer
            A person who may, or a job.
        report
            Gets a line after every step that is committed.
        least
            By rule: cut-offs that count where they are later, after a restored backup.
        wait
            Whether to wait a while for another purge that runs.

        Raises
        ------
        DeniedError
            If the person may not.
        RetentionError
            If there is no authority on record where the policy asks for one.
        HoldWaitsError
            If a hold needs a second person.
        PurgeBusyError
            If somebody searches or stores for too long; what was committed stays done.
        AuditWriteError
            If the log cannot be written; then that part is not deleted.
        """
        cutoffs = self._parts.cutoffs(doer, Action.RETENTION_PURGE)
        cutoffs = not_before(cutoffs, least or {})
        with one_purge(self._parts.purger, wait=wait):
            return self._run(doer, cutoffs, report)

    def _run(self, doer: Doer, cutoffs: Cutoffs, report: Report) -> Purged:
        number: int | None = None
        try:
            finished = self._finish_others(doer, report)
            number = self._begin(doer, cutoffs)
            report("begun")
            for month in self._months(cutoffs):
                if self._month(doer, number, month, cutoffs):
                    report(f"month {month.first:%Y-%m}")
            self._rest(doer, number, cutoffs)
            list_unnamed(self._parts, doer, number, cutoffs)
            self._parts.ledger.export()
            report("rest")
            ended = end_purge(self._parts, doer, number, report)
        except Exception as error:
            self._tell_failed(doer, number, error)
            raise
        return Purged(id=number, rows=ended[0], file=ended[1], finished=finished)

    def _tell_failed(self, doer: Doer, number: int | None, error: Exception) -> None:
        # Other errors may repeat values of rows.
        problem = str(error) if isinstance(error, WorkbenchError) else type(error).__name__
        details = {"purge": number, "problem": problem}
        entry = doer.entry(EventKind.RETENTION_PURGE, Outcome.FAILED, details)
        with suppress(Exception):  # the first error is the one to tell
            self._parts.audit.append(entry)

    def _months(self, cutoffs: Cutoffs) -> tuple[Month, ...]:
        with self._parts.purger.connect() as connection:
            return months_until(connection, cutoffs.latest)

    def _finish_others(self, doer: Doer, report: Report) -> tuple[int, ...]:
        with self._parts.purger.connect() as connection:
            open_ones = select(purge.c.id).where(purge.c.ended_at.is_(None)).order_by(purge.c.id)
            numbers = tuple(connection.execute(open_ones).scalars())
        write_certificates(self._parts)
        self._parts.ledger.export()
        for number in numbers:
            end_purge(self._parts, doer, number, report)
        return numbers

    def _begin(self, doer: Doer, cutoffs: Cutoffs) -> int:
        parts = self._parts
        with self._part(cutoffs) as connection:
            authority = authority_for(connection, parts.policy)
            held = parts.fits_holds(connection, cutoffs.at)
            values = {
                "counted_from": cutoffs.at,
                "begun_by": doer.username,
                "policy_version": parts.policy.version,
                "authority_id": authority.id if authority else None,
            }
            number = int(
                connection.execute(insert(purge).values(values).returning(purge.c.id)).scalar_one()
            )
            details = {
                "purge": number,
                "at": cutoffs.at,
                "authority": authority.as_json() if authority else None,
                "newly_held": held,
            }
            entry = doer.entry(EventKind.RETENTION_PURGE, Outcome.STARTED, details)
            record = parts.audit.append_in(connection, entry)
            connection.execute(
                update(purge).where(purge.c.id == number).values(access_id=record.seq)
            )
        return number

    def _month(self, doer: Doer, number: int, month: Month, cutoffs: Cutoffs) -> bool:
        with self._part(cutoffs) as connection:
            fate = fate_of(connection, month, cutoffs)
            hits = hits_going(
                connection, month.first, month.next, lambda ids: going_of(connection, fate, ids)
            )
            of_hits = hit_tallies(connection, hits, cutoffs.hits, month.first)
            delete_hits(connection, hits)
            done = purge_month(connection, fate, purge_id=number)
            pictures = Tally(
                kind=PICTURES, cutoff=cutoffs.reads, month=month.first, gone=done.pictures
            )
            gone = [(each, done.way) for each in done.tallies]
            gone += [(each, "rows") for each in of_hits]
            gone += [(pictures, FILES)]
            held = sum(each.held for each in done.tallies)
            recorded = record_part(
                connection,
                self._parts,
                doer,
                gone,
                number=number,
                what=f"month {month.first:%Y-%m}",
                held=held,
            )
        self._parts.ledger.export()
        return recorded

    def _rest(self, doer: Doer, number: int, cutoffs: Cutoffs) -> None:
        """Purge what is not by month: deliveries, pictures nobody names, lists, documents."""
        record = partial(record_part, number=number)
        with self._part(cutoffs, storing=False) as connection:
            gone = purge_deliveries(connection, cutoffs, purge_id=number)
            told = [(each, "rows") for each in gone]
            record(connection, self._parts, doer, told, what="deliveries")
        with self._part(cutoffs) as connection:
            orphans = release_orphans(connection, cutoffs.earliest, purge_id=number)
            shown = Tally(kind=PICTURES, cutoff=cutoffs.reads, gone=orphans)
            told = [(shown, FILES), *((each, "rows") for each in _lost_hits(connection, cutoffs))]
            record(connection, self._parts, doer, told, what="pictures")
        with self._part(cutoffs, storing=False) as connection:
            lists = purge_lists(connection, cutoffs.hot_lists, purge_id=number)
            stores = self._parts.stores
            listed = list_home(connection, stores, cutoffs, purge_id=number)
            told = [*((each, "rows") for each in lists), *((each, FILES) for each in listed)]
            record(connection, self._parts, doer, told, what="lists and documents")
        self._parts.ledger.export()

    @contextmanager
    def _part(self, cutoffs: Cutoffs, *, storing: bool = True) -> Iterator[Connection]:
        with part(self._parts.purger, alone=storing) as connection:
            # Also one that was placed since the purge began.
            refuse_while_holds_wait(connection, self._parts.policy.holds, cutoffs.at)
            yield connection


def _lost_hits(connection: Connection, cutoffs: Cutoffs) -> tuple[Tally, ...]:
    """Delete hits that were made of reads while these went; return how many."""
    left = hits_until(connection, cutoffs.latest)
    lost = missing_of(connection, left.values())
    hits = tuple(each for each, read in left.items() if read in lost)
    found = hit_tallies(connection, hits, cutoffs.hits, None)
    delete_hits(connection, hits)
    return found
