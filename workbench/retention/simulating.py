"""What other lengths would have cost: from the log, how old reads were when they were of use.

Nobody could look at what was purged already, so for lengths beyond the one that was in force the
shares say nothing (they are then at their least).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, or_, select, text

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.detections.kept_counts import kept_after, kept_rate
from workbench.domain.action import Action
from workbench.domain.person import Actor, Origin
from workbench.domain.span import Span, parse_span
from workbench.hotlists.outcome_ages import outcome_ages
from workbench.storage.hold_tables import held_detection, hold

LENGTHS = tuple(
    map(
        parse_span,
        (
            "3 minutes",
            "1 day",
            "21 days",
            "30 days",
            "60 days",
            "90 days",
            "180 days",
            "1 year",
            "2 years",
            "3 years",
            "5 years",
        ),
    )
)
"""Lengths that are tried, from what states and agencies have chosen."""

DTYPES = {
    "keep": "str",
    "looks": "int64",
    "looks_empty": "float64",
    "looks_reduced": "float64",
    "outcomes": "int64",
    "outcomes_lost": "float64",
    "reads_kept": "int64",
    "estimated": "bool",
}
"""Columns of the frame."""

_LOOKS = text(
    "SELECT look.kind, look.recorded_at,"
    " (ended.details -> 'ages_s' ->> 'newest')::bigint AS newest,"
    " (ended.details -> 'ages_s' ->> 'oldest')::bigint AS oldest"
    " FROM audit_record ended JOIN audit_record look ON look.seq = ended.access_id"
    " WHERE ended.kind = 'look:outcome' AND ended.details -> 'ages_s' ->> 'newest' IS NOT NULL"
    " ORDER BY look.seq"
)


@dataclass(frozen=True, slots=True)
class Use:
    """Reads that were of use at an instant: when the newest and the oldest of them were seen."""

    at: datetime
    newest: datetime
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one length would have meant.

    Attributes
    ----------
    looks, outcomes
        How many there were: looks that brought reads; hits confirmed, called in, stopped,
        recovered or arrested on; reads that a hold held when it was placed or approved.
    looks_empty, looks_reduced
        Shares of looks that would have brought nothing, or less.
    outcomes_lost
        Share of outcomes whose read would have been gone.
    reads_kept
        Reads that would be kept now, by whole hours that are over, none where they are fewer than
        the policy tells; where the archive does not go back so far, with what the
        time before it had at the rate of the last thirty days.
    """

    keep: str
    looks: int
    looks_empty: float
    looks_reduced: float
    outcomes: int
    outcomes_lost: float
    reads_kept: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class Simulation:
    """Trials of several lengths, the shortest first."""

    trials: tuple[Trial, ...]
    kinds: dict[str, int]

    @property
    def frame(self) -> pd.DataFrame:
        """The trials as a frame with the dtypes of `DTYPES`."""
        rows = [asdict(each) for each in self.trials]
        return pd.DataFrame(rows, columns=list(DTYPES), dtype=object).astype(DTYPES)

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {"lengths": [asdict(each) for each in self.trials], "kinds": self.kinds}


class Simulator:
    """Tries lengths on what the log says.

    Parameters
    ----------
    office
        Who may, the log and the clock.
    reader
        Engine that only reads.
    """

    def __init__(self, office: Office, reader: Engine) -> None:
        self._office = office
        self._reader = reader

    def simulate(
        self,
        actor: Actor | None,
        *,
        origin: Origin | None = None,
        lengths: Sequence[Span] = LENGTHS,
    ) -> Simulation:
        """Return what each length would have meant; logged.

        Raises
        ------
        DeniedError
            If the person may not.
        """
        if actor is not None:
            self._office.require(actor, Action.RETENTION_SIMULATE)
        now = self._office.clock()
        told = {"lengths": [str(each) for each in lengths]}
        entry = Entry(
            EventKind.RETENTION_SIMULATE,
            actor,
            outcome=Outcome.RETURNED,
            details=told,
            origin=None if actor else origin,
        )
        self._office.audit.append(entry)
        with self._reader.connect() as connection:
            looks, kinds = _looks(connection)
            least = self._office.policy.aggregates.min_cell.value
            outcomes = _outcomes(connection, kinds, least)
            trials = tuple(
                tried(each, looks, outcomes, _kept(connection, each, now, least))
                for each in lengths
            )
        return Simulation(trials, kinds)


def tried(
    length: Span, looks: Sequence[Use], outcomes: Sequence[Use], kept: tuple[int, bool]
) -> Trial:
    """Return what a length would have meant for some uses."""
    return Trial(
        keep=str(length),
        looks=len(looks),
        looks_empty=_share(length.last_over(use.at) >= use.newest for use in looks),
        looks_reduced=_share(length.last_over(use.at) >= use.oldest for use in looks),
        outcomes=len(outcomes),
        outcomes_lost=_share(length.last_over(use.at) >= use.newest for use in outcomes),
        reads_kept=kept[0],
        estimated=kept[1],
    )


def _share(lost: Iterable[bool]) -> float:
    said = list(lost)
    return sum(said) / len(said) if said else 0.0


def _looks(connection: Connection) -> tuple[list[Use], dict[str, int]]:
    uses, kinds = [], dict[str, int]()
    for row in connection.execute(_LOOKS):
        at = row.recorded_at
        newest, oldest = (at - timedelta(seconds=age) for age in (row.newest, row.oldest))
        uses.append(Use(at, newest, oldest))
        kinds[row.kind] = kinds.get(row.kind, 0) + 1
    return uses, kinds


def _outcomes(connection: Connection, kinds: dict[str, int], min_cell: int) -> list[Use]:
    uses = []
    for kind, at, seen in (*outcome_ages(connection), *_held(connection, min_cell)):
        uses.append(Use(at, seen, seen))
        kinds[kind] = kinds.get(kind, 0) + 1
    return uses


def _held(connection: Connection, min_cell: int) -> list[tuple[str, datetime, datetime]]:
    """Return reads that were there when a hold began to hold, if they are enough to be told.

    Which reads a hold means somebody chose, and lengths can be asked for one by one. So what came
    later does not count, whose number would tell of passages as they are; and ages are in hours.
    """
    h = held_detection.c
    then = or_(h.held_at == hold.c.placed_at, h.held_at == hold.c.approved_at)
    rows = connection.execute(
        select(h.held_at, h.seen_at).select_from(held_detection.join(hold)).where(then)
    ).all()
    if len(rows) < min_cell:
        return []
    hour = timedelta(hours=1)
    return [
        ("held", row.held_at, row.held_at - (row.held_at - row.seen_at) // hour * hour)
        for row in rows
    ]


def _kept(connection: Connection, length: Span, now: datetime, min_cell: int) -> tuple[int, bool]:
    until = length.last_over(now)
    first, per_day = kept_rate(connection, now)
    kept = kept_after(connection, until, now, min_cell=min_cell)
    if first is None or first <= until:
        return kept, first is None
    days_lacking = (first - until) / timedelta(days=1)
    return kept + round(per_day * days_lacking), True
