"""Walking a chain of rows and naming the first place where it does not hold; no database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workbench.audit.canonical import FIRST_PREVIOUS_HASH, Row, canonical_parts, row_hash
from workbench.audit.checkpoint import Checkpoint
from workbench.errors import ChainBrokenError

PLACES_TRIED = 20_000
"""How far around a record that does not fit its place the right place is looked for."""

_PROGRESS_EVERY = 5_000

Signed = dict[int, list[Checkpoint]]


class Fault(StrEnum):
    """How a chain is broken."""

    DOUBLED = "doubled"
    EDITED = "edited"
    MISSING = "missing"
    REORDERED = "reordered"
    REWRITTEN = "rewritten"
    TRUNCATED = "truncated"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class Break:
    """The first record that does not hold, and how."""

    seq: int
    fault: Fault
    explanation: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk found.

    Attributes
    ----------
    records
        How many records held.
    last_seq, last_hash
        The last one that did; 0 and zeros when there was none.
    checkpoints
        Places of the checkpoints that were met and agreed.
    broken
        The first break, or ``None`` for a whole chain.
    """

    records: int
    last_seq: int
    last_hash: str
    checkpoints: tuple[int, ...]
    broken: Break | None

    @property
    def whole(self) -> bool:
        """Whether every record holds."""
        return self.broken is None

    def require_whole(self) -> None:
        """Raise unless every record holds.

        Raises
        ------
        ChainBrokenError
            Names the first record that does not, and how.
        """
        if self.broken:
            raise ChainBrokenError(
                self.broken.explanation,
                where={"record": self.broken.seq},
                next_step="keep the database and its backups as they are and find out who and when",
            )


def walk(
    rows: Iterable[Row],
    *,
    checkpoints: Sequence[Checkpoint] = (),
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Follow a chain from its first record to its last, or to its first break.

    Parameters
    ----------
    rows
        All rows by ``seq``, from the first record of the log on.
    checkpoints
        Heads that were signed earlier; their signatures are the caller's to check.
    progress
        Called now and then with the number of records that held so far.

    Returns
    -------
    Verification
    """
    signed: Signed = {}
    for checkpoint in checkpoints:
        signed.setdefault(checkpoint.seq, []).append(checkpoint)
    seq, previous = 0, FIRST_PREVIOUS_HASH
    agreed: list[int] = []
    broken = None
    for row in rows:
        broken = _break(row, seq + 1, previous) or _rewritten(row, signed, agreed)
        if broken:
            break
        seq, previous = row["seq"], row["hash"]
        if seq in signed:
            agreed.append(seq)
        if progress and seq % _PROGRESS_EVERY == 0:
            progress(seq)
    if broken is None:
        broken = _truncated(seq, signed)
    if progress:
        progress(seq)
    return Verification(seq, seq, previous, tuple(agreed), broken)


def _break(row: Row, expected: int, previous: str) -> Break | None:
    seq = row["seq"]
    if seq > expected:
        last = f" to {seq - 1}" if seq - 1 > expected else ""
        return Break(expected, Fault.MISSING, f"Record {expected}{last} was deleted")
    if seq < expected:
        return Break(seq, Fault.DOUBLED, f"There is more than one record {seq}")
    if row_hash(row) != row["hash"]:
        return _edited_or_moved(row)
    if row["previous_hash"] != previous:
        return Break(
            seq,
            Fault.UNLINKED,
            f"Record {seq} does not follow record {seq - 1}: one of the two was replaced",
        )
    return None


def _edited_or_moved(row: Row) -> Break:
    seq = row["seq"]
    before, between, after = canonical_parts(row)
    start = hashlib.sha256(f"{before}{row['previous_hash']}{between}".encode())
    for place in range(max(1, seq - PLACES_TRIED), seq + PLACES_TRIED):
        tried = start.copy()
        tried.update(f"{place}{after}".encode())
        if tried.hexdigest() == row["hash"]:
            return Break(
                seq, Fault.REORDERED, f"Record {seq} was moved there; it was written as {place}"
            )
    return Break(seq, Fault.EDITED, f"Record {seq} was edited: its hash does not fit its content")


def _rewritten(row: Row, signed: Signed, agreed: Sequence[int]) -> Break | None:
    others = [c for c in signed.get(row["seq"], ()) if c.hash != row["hash"]]
    if not others:
        return None
    since = f"after record {agreed[-1]} " if agreed else ""
    return Break(
        row["seq"],
        Fault.REWRITTEN,
        f"Record {row['seq']} is not the one that the checkpoint of "
        f"{others[0].signed_at.isoformat()} signed: the log was rewritten {since}up to here",
    )


def _truncated(last: int, signed: Signed) -> Break | None:
    beyond = [seq for seq in signed if seq > last]
    if not beyond:
        return None
    return Break(
        last + 1,
        Fault.TRUNCATED,
        f"The log ends at record {last}, but a checkpoint signed record {max(beyond)}:"
        " the end was cut off",
    )
