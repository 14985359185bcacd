"""Taking in reads: from files of any known format, from recognised pictures, from columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pyarrow as pa

from workbench.access import Action, require
from workbench.audit import AuditLog
from workbench.detections.batches import Portion, Prepared, portions, prepared
from workbench.detections.choosing import chosen_format, context_of
from workbench.detections.columns import whole_columns
from workbench.detections.deliveries import COMPLETE, REFUSED, Begun, Sender
from workbench.detections.formats.base import Delivery, Item, Limits
from workbench.detections.given import Given, details_of, receipt_of
from workbench.detections.ingest_log import Caller, IngestLog
from workbench.detections.originals import (
    Fingerprint,
    Originals,
    fingerprint,
    fingerprint_of_items,
    fingerprint_of_table,
    printable,
)
from workbench.detections.receipt import Receipt
from workbench.detections.storing import Report, Storing
from workbench.domain.clock import Clock
from workbench.errors import (
    DeliveryBusyError,
    DeliveryError,
    FormatUnknownError,
    WorkbenchError,
)
from workbench.policy import Policy

BATCH_ROWS = 20_000
"""Reads stored in one transaction."""

_NOBODY_SAID = Sender()


class Ingest:
    """Takes in deliveries; each is one audit record before, and one for how it ended.

    Parameters
    ----------
    storing
        Does the transactions.
    originals
        Keeps the files as they came.
    policy, audit, clock
        Bounds and who may, where it is logged, and when.
    batch_rows
        Reads stored in one transaction.
    """

    def __init__(
        self,
        *,
        storing: Storing,
        originals: Originals,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        self._storing = storing
        self._originals = originals
        self._policy = policy
        self._audit = audit
        self._log = IngestLog(audit)
        self._clock = clock
        self._batch_rows = batch_rows

    def take(
        self,
        content: Path | bytes,
        caller: Caller,
        *,
        name: str | None = None,
        sender: Sender = _NOBODY_SAID,
        report: Report | None = None,
    ) -> Receipt:
        """Take in a file or message; the same one again changes nothing.

        What it holds that cannot be understood goes to quarantine and stops nothing else.

        Parameters
        ----------
        content
            A file, or its bytes.
        caller
            Who brings it.
        name
            What people call it; a file's own name by default.
        sender
            What is said beside it: format, template, camera, zone.
        report
            Gets the counts after every portion.

        Returns
        -------
        Receipt
            Also for a file that was refused; then with its error.

        Raises
        ------
        DeniedError
            If the caller may not.
        DeliveryError
            If the file is not there, or somebody else is taking it in at this moment.
        AuditWriteError
            If the log cannot be written; then nothing is taken in.
        StorageError
            If a store cannot be written; what was committed stays, and the next try goes on there.
        """
        self._check(caller)
        at = self._clock()
        called = printable(name or (content.name if isinstance(content, Path) else "message"))
        delivery = Delivery(called, content, at, context_of(sender, at, self._policy))
        given = self._given(called, fingerprint(delivery), sender, caller)
        details = {**details_of(given), "size_bytes": given.known_as.size_bytes}
        return self._log.around(caller, details, lambda: self._take_file(delivery, given, report))

    def take_items(
        self,
        items: Sequence[Item],
        caller: Caller,
        *,
        name: str,
        source: str,
        sha256: str | None = None,
    ) -> Receipt:
        """Take in reads that were made here, such as those of a recognised picture.

        Parameters
        ----------
        items
            Reads and what was refused, the numbers of their records in order.
        name
            What they were made of, such as the picture's file name.
        source
            Stored as the delivery's format.
        sha256
            Hash of what they were made of; of the reads themselves by default.

        Returns
        -------
        Receipt

        Raises
        ------
        DeniedError, DeliveryError, AuditWriteError, StorageError
            As for `take`.
        """
        self._check(caller)
        known_as = Fingerprint(sha256, 0) if sha256 else fingerprint_of_items(name, items)
        given = self._given(name, known_as, Sender(format=source), caller)
        return self._log.around(
            caller, details_of(given), lambda: self._store(given, iter(items), None)
        )

    def take_growing(
        self,
        parts: Callable[[Begun], Iterator[Portion]],
        caller: Caller,
        *,
        name: str,
        source: str,
        sha256: str,
    ) -> Receipt:
        """Take in what is made here bit by bit, such as the passages of a video.

        Parameters
        ----------
        parts
            Given where an earlier try stopped, gives portions from there on; each is stored with
            its progress in one transaction as soon as it is given.
        sha256
            Hash of what the reads are made of.

        Returns
        -------
        Receipt

        Raises
        ------
        DeniedError, DeliveryError, AuditWriteError, StorageError
            As for `take`; and what `parts` raises, except that a `DeliveryError` refuses the rest.
        """
        self._check(caller)
        given = self._given(name, Fingerprint(sha256, 0), Sender(format=source), caller)

        def work() -> Receipt:
            begun, maker = self._storing.begin(given.row()), self._storing.maker()
            at = given.received_at
            ready = (
                prepared(portion, maker, delivery_id=begun.id, received_at=at)
                for portion in parts(begun)
            )
            return self._put(given, begun, ready, None, one_ahead=False)

        return self._log.around(caller, details_of(given), work)

    def refuse(
        self,
        content: bytes | Fingerprint,
        caller: Caller,
        *,
        name: str,
        source: str,
        error: WorkbenchError,
    ) -> Receipt:
        """Put into quarantine what could not be read before it came here, such as a picture.

        It is released when the same content is taken in by `take_items`, or by its file.

        Parameters
        ----------
        content
            Kept whole, unless it is empty or larger than a record may be; what is only known by
            its fingerprint is not kept.
        error
            Why it could not be read.

        Returns
        -------
        Receipt
            Of state ``refused``; the same content again stays one.

        Raises
        ------
        DeniedError, AuditWriteError, StorageError
            As for `take`.
        """
        self._check(caller)
        context = context_of(_NOBODY_SAID, self._clock(), self._policy)
        whole = content if isinstance(content, bytes) else b""
        delivery = Delivery(name, whole, context.now, context)
        known_as = fingerprint(delivery) if isinstance(content, bytes) else content
        given = self._given(name, known_as, Sender(format=source), caller)

        def work() -> Receipt:
            size = Fingerprint(known_as.sha256, len(whole))
            kept = self._originals.keep_refused(delivery, size, context.limits)
            row = replace(given, kept=kept).row()
            return self._refused(given, self._storing.begin(row), error)

        return self._log.around(caller, details_of(given), work)

    def is_taken(self, sha256: str, *, source: str) -> bool:
        """Return whether `take_items` has taken in all that was made of that content."""
        return self._storing.is_complete(sha256, Sender(format=source).setting())

    def taken_before(
        self, sha256s: Sequence[str], caller: Caller, *, source: str
    ) -> Mapping[str, Receipt]:
        """Return the receipts of what `take_items` took in before, by the hashes of its content.

        One question for many; nothing is taken in by it and nothing is logged.

        Raises
        ------
        DeniedError
            If the caller may not take in.
        """
        self._check(caller)
        known = self._storing.complete(sha256s, Sender(format=source).setting())
        return {
            begun.sha256: Receipt(
                delivery_id=begun.id,
                name=name,
                format=source,
                state=begun.state,
                counts=begun.counts,
                already=True,
            )
            for name, begun in known
        }

    def take_table(
        self, reads: pa.Table, caller: Caller, *, name: str, report: Report | None = None
    ) -> Receipt:
        """Take in normalised reads by whole columns, such as a year of an archive.

        Parameters
        ----------
        reads
            Columns of `workbench.detections.columns.READ_SCHEMA`; those that may be empty may be
            missing.

        Returns
        -------
        Receipt

        Raises
        ------
        DeniedError, DeliveryError, AuditWriteError, StorageError
            As for `take`; `DeliveryError` also for columns that cannot be taken.
        """
        self._check(caller)
        whole = whole_columns(reads, self._clock(), Limits.of(self._policy))
        given = self._given(name, fingerprint_of_table(reads), Sender(format="columns"), caller)
        return self._log.around(
            caller, details_of(given), lambda: self._store_table(given, whole, report)
        )

    def _check(self, caller: Caller) -> None:
        if caller.actor is not None:
            at = self._clock()
            allowed = Action.READS_INGEST
            require(caller.actor, allowed, policy=self._policy, audit=self._audit, at=at)

    def _given(self, name: str, known_as: Fingerprint, sender: Sender, caller: Caller) -> Given:
        return Given(
            name=printable(name),
            known_as=known_as,
            sender=sender,
            setting=sender.setting(),
            caller=caller,
            received_at=self._clock(),
        )

    def _take_file(self, delivery: Delivery, given: Given, report: Report | None) -> Receipt:
        try:
            chosen = chosen_format(delivery, given.sender)
            items = chosen.format.records(delivery)
            first = next(items, None)
        except (DeliveryError, FormatUnknownError) as error:
            kept = self._originals.keep_refused(delivery, given.known_as, delivery.context.limits)
            given = replace(given, kept=kept)
            return self._refused(given, self._storing.begin(given.row()), error)
        given = replace(given, sender=chosen.sender, setting=chosen.setting)
        every = chain([first] if first else [], items)
        if self._storing.is_complete(given.known_as.sha256, given.setting):
            return self._store(given, every, report)  # what was purged is not kept again
        given = replace(given, kept=self._originals.keep(delivery, given.known_as))
        begun = self._storing.begin(given.row())
        # A purge may have been deleting what was kept before; now that the row names it, it stays.
        self._originals.keep(delivery, given.known_as)
        return self._store_begun(given, begun, every, report)

    def _store(self, given: Given, items: Iterator[Item], report: Report | None) -> Receipt:
        return self._store_begun(given, self._storing.begin(given.row()), items, report)

    def _store_begun(
        self, given: Given, begun: Begun, items: Iterator[Item], report: Report | None
    ) -> Receipt:
        maker = self._storing.maker()

        def parts() -> Iterator[Prepared]:
            for portion in portions(items, rows=self._batch_rows, after=begun.records):
                yield prepared(portion, maker, delivery_id=begun.id, received_at=given.received_at)

        return self._put(given, begun, parts(), report)

    def _store_table(self, given: Given, reads: pa.Table, report: Report | None) -> Receipt:
        begun, maker = self._storing.begin(given.row()), self._storing.maker()

        def parts() -> Iterator[Prepared]:
            for start in range(begun.records, reads.num_rows, self._batch_rows):
                part = reads.slice(start, self._batch_rows)
                rows = maker.batch(part, begun.id)
                yield Prepared(rows=rows, records=start + part.num_rows)

        return self._put(given, begun, parts(), report)

    def _put(
        self,
        given: Given,
        begun: Begun,
        parts: Iterator[Prepared],
        report: Report | None,
        *,
        one_ahead: bool = True,
    ) -> Receipt:
        if begun.state == COMPLETE:
            return replace(receipt_of(given, begun), already=True)
        try:
            done = self._storing.put(begun, parts, report, one_ahead=one_ahead)
        except DeliveryBusyError:
            raise
        except DeliveryError as error:
            return self._refused(given, begun, error)
        self._storing.resolve(given.known_as.sha256, given.caller.username)
        return receipt_of(given, done)

    def _refused(self, given: Given, begun: Begun, error: WorkbenchError) -> Receipt:
        if begun.state == COMPLETE:
            return replace(receipt_of(given, begun), already=True)
        refused = self._storing.refuse(begun, error)
        return replace(receipt_of(given, refused), state=REFUSED, error=error)
