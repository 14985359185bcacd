"""What a purge would delete and why, by kind, month and rule; and what stays because of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from workbench.audit import EventKind, Outcome
from workbench.detections.expiry import Fate, Month, going_of, months_until, tallies
from workbench.detections.expiry_deliveries import delivery_tallies
from workbench.detections.expiry_months import orphan_count, pictures_going
from workbench.domain.action import Action
from workbench.domain.keeping import Cutoffs, Tally
from workbench.domain.small_cells import shown_count
from workbench.hotlists.expiry import hit_tallies, hits_going, list_tallies, reads_kept_by_hits
from workbench.retention.cutoffs import cutoffs_of
from workbench.retention.doing import Doer, KeepingParts
from workbench.retention.files import Stores, home_tallies
from workbench.retention.standing import HeededHold, heeded_holds
from workbench.storage.audit_tables import audit_record

PICTURES, AUDIT = "pictures", "audit_log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would go.

    Attributes
    ----------
    cutoffs
        By which rules, counted from which instant.
    tallies
        By kind, month and rule.
    holds
        Holds that stand or wait. What one of them keeps is told by a look alone.
    audit_over
        Audit records whose time is over. They are told and stay: the chain is never cut.
    min_cell
        The smallest number of held reads that is told: which are held, people have chosen.
    """

    cutoffs: Cutoffs
    tallies: tuple[Tally, ...]
    holds: tuple[HeededHold, ...]
    audit_over: int
    min_cell: int

    def gone(self, kind: str) -> int:
        """Return how many of a kind would go."""
        return sum(each.gone for each in self.tallies if each.kind == kind)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The tallies JSON-ready; a number of held reads that is too small to tell is ``None``."""
        return [_tally_json(each, self.min_cell) for each in self.tallies]

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready; holds no plate."""
        return {
            "at": self.cutoffs.at.isoformat(),
            "rows": self.rows,
            "holds": [each.as_json() for each in self.holds],
            "audit_records_over": self.audit_over,
        }


class Previewer:
    """Tells what a purge would delete; the role that serves people is enough for it.

    Parameters
    ----------
    engine
        Of the service's role.
    parts
        What a purge works with.
    """

    def __init__(self, engine: Engine, parts: KeepingParts) -> None:
        self._engine = engine
        self._parts = parts

    def preview(self, doer: Doer) -> Preview:
        """Return what a purge would have deleted at the last whole hour; changes only the log.

        Raises
        ------
        DeniedError
            If the person may not.
        """
        policy, at = self._parts.policy, self._parts.cutoffs(doer, Action.RETENTION_PREVIEW).at
        # By the hour: asked again and again, it would tell the moment at which one read was seen.
        cutoffs = cutoffs_of(policy.retention, at.replace(minute=0, second=0, microsecond=0))
        with self._engine.connect() as connection, connection.begin() as transaction:
            # Reads that fit a standing hold count as held, and this is undone again.
            self._parts.fits_holds(connection, at)
            least = policy.aggregates.min_cell.value
            found = previewed(connection, cutoffs, self._parts.stores, min_cell=least)
            transaction.rollback()
        told = {"at": cutoffs.at, "gone": sum(each.gone for each in found.tallies)}
        self._parts.audit.append(doer.entry(EventKind.RETENTION_PREVIEW, Outcome.RETURNED, told))
        return found


def fate_of(connection: Connection, month: Month, cutoffs: Cutoffs) -> Fate:
    """Return what becomes of the reads of a month."""
    kept = reads_kept_by_hits(connection, month.first, month.next, cutoffs.hits.until)
    return Fate(month, cutoffs, kept)


def month_tallies(connection: Connection, fate: Fate) -> tuple[Tally, ...]:
    """Return what goes of a month: reads, pictures, hits and what hangs on them."""
    month, cutoffs = fate.month, fate.cutoffs
    reads = tallies(connection, fate)
    hits = hits_going(
        connection, month.first, month.next, lambda ids: going_of(connection, fate, ids)
    )
    of_hits = hit_tallies(connection, hits, cutoffs.hits, month.first) if hits else ()
    pictures = pictures_going(connection, fate) if any(each.gone for each in reads) else 0
    shown = Tally(kind=PICTURES, cutoff=cutoffs.reads, month=month.first, gone=pictures)
    return (*reads, shown, *of_hits)


def previewed(
    connection: Connection, cutoffs: Cutoffs, stores: Stores, *, min_cell: int
) -> Preview:
    """Return what a purge would delete at an instant.

    Parameters
    ----------
    connection
        Of the purger, in a transaction.
    min_cell
        The smallest number of held reads that is told.
    """
    found: list[Tally] = []
    for month in months_until(connection, cutoffs.latest):
        found += month_tallies(connection, fate_of(connection, month, cutoffs))
    found += delivery_tallies(connection, cutoffs)
    orphans = orphan_count(connection, cutoffs.earliest)
    found.append(Tally(kind=PICTURES, cutoff=cutoffs.reads, gone=orphans))
    found += list_tallies(connection, cutoffs.hot_lists)
    found += home_tallies(stores, cutoffs)
    return Preview(
        cutoffs=cutoffs,
        tallies=tuple(each for each in found if _says_something(each, min_cell)),
        holds=heeded_holds(connection, cutoffs.at),
        audit_over=_audit_over(connection, cutoffs),
        min_cell=min_cell,
    )


def _tally_json(tally: Tally, min_cell: int) -> dict[str, Any]:
    return {
        "kind": tally.kind,
        "rule": tally.cutoff.rule,
        "section": tally.cutoff.section,
        "keep": tally.cutoff.keep,
        "cutoff": tally.cutoff.until.isoformat(),
        "month": tally.month.date().isoformat() if tally.month else None,
        "gone": tally.gone,
        "held": shown_count(tally.held, min_cell),
        "hit": tally.hit,
        "younger": tally.younger,
    }


def summed(every: Sequence[Tally]) -> dict[str, int]:
    """Return how many go, by kind."""
    sums: dict[str, int] = {}
    for each in every:
        sums[each.kind] = sums.get(each.kind, 0) + each.gone
    return sums


def _says_something(tally: Tally, min_cell: int) -> bool:
    return bool(tally.gone or tally.hit or tally.held >= min_cell)


def _audit_over(connection: Connection, cutoffs: Cutoffs) -> int:
    over = audit_record.c.recorded_at <= cutoffs.audit_log.until
    return int(connection.execute(select(func.count()).where(over)).scalar_one())
