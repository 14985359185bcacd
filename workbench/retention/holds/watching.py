"""Holds new reads that fit, in the transaction that stores them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from workbench.detections.holding import hold_new_reads
from workbench.detections.new_reads import NewReads
from workbench.domain.clock import Clock
from workbench.domain.criteria import SearchCriteria
from workbench.domain.period import Period
from workbench.retention.holds.hold import standing_holds

Rows = npt.NDArray[np.bool_]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class HoldWatcher:
    """Holds new reads. What fails undoes the reads too, and they are taken in again.

    Where nothing is on hold it costs one query a portion. Otherwise plates, times, cameras and
    confidence are compared by column first, and the database is asked only about holds of which a
    read may fit.

    Parameters
    ----------
    clock
        The present instant.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def stored(self, connection: Connection, new: NewReads, *, delivery_id: int) -> None:
        """Hold those of a delivery's new reads that fit a standing hold."""
        del delivery_id  # a hold asks what was seen, not how it came
        at = self._clock()
        meant = {hold.id: hold.meant for hold in standing_holds(connection, at)}
        wanted = {number: each.search for number, each in meant.items() if each and each.search}
        if not wanted:
            return
        fits = _Columns(new.reads)
        near = {
            number: rows for number, search in wanted.items() if (rows := fits.rows(search)).any()
        }
        if near:
            met = np.flatnonzero(np.logical_or.reduce(list(near.values())))
            numbers = new.ids(connection, met.tolist())
            some = {number: wanted[number] for number in near}
            hold_new_reads(connection, some, numbers, fits.seen(), at)


class _Columns:
    """New reads by column, each worked out once for all holds."""

    def __init__(self, reads: pa.Table) -> None:
        self._reads = reads
        distinct = reads["plate_normal"].combine_chunks().dictionary_encode()
        self._plates = distinct.dictionary
        self._codes = distinct.indices.to_numpy(zero_copy_only=False)
        self._known = {plate: code for code, plate in enumerate(self._plates.to_pylist())}
        self._seen = reads["seen_at"].cast(pa.int64()).to_numpy()

    def seen(self) -> Period:
        """Return a period in which all of them were seen."""
        first, last = int(self._seen.min()), int(self._seen.max())
        begin = _EPOCH + timedelta(microseconds=first)
        return Period(begin, begin + timedelta(microseconds=last - first + 1))

    def rows(self, search: SearchCriteria) -> Rows:
        """Return which reads may fit: all that do, and some that the area leaves out."""
        plate = search.plate
        if plate and plate.exact is not None and plate.exact not in self._known:
            return np.zeros(0, dtype=bool)  # most holds on plates end here
        rows: Rows = np.ones(len(self._reads), dtype=bool)
        if search.plate:
            rows &= self._of_plate(search)
        if search.period and rows.any():
            rows &= (self._seen >= _micros(search.period.start)) & (
                self._seen < _micros(search.period.end)
            )
        if search.cameras and rows.any():
            rows &= self._is_in("camera_id", search.cameras)
        return rows

    def _of_plate(self, search: SearchCriteria) -> Rows:
        if search.plate is None or not len(self._plates):
            return np.zeros(len(self._reads), dtype=bool)
        if search.plate.exact is not None:
            exact: Rows = self._codes == self._known.get(search.plate.exact, -1)
            return exact
        met = pc.match_substring_regex(self._plates, search.plate.regex)
        by_plate = met.to_numpy(zero_copy_only=False).astype(bool)
        found: Rows = by_plate[self._codes]
        return found

    def _is_in(self, column: str, values: tuple[str, ...]) -> Rows:
        met: Any = pc.is_in(self._reads[column], value_set=pa.array(values, pa.string()))
        found: Rows = met.to_numpy().astype(bool)
        return found


def _micros(at: datetime) -> int:
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
