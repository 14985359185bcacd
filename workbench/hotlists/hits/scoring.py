"""Hits drawn by chance and put to people, so that what is known about them is not biased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine, select, text

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.hit import HitEventKind
from workbench.domain.period import Period
from workbench.domain.person import Actor, Origin
from workbench.domain.week import Week
from workbench.errors import HitError
from workbench.hotlists.hits.frames import frame_of
from workbench.hotlists.hits.hit import HitEvent
from workbench.hotlists.hits.standing import disposition_of
from workbench.hotlists.hits.stored import EVENT_COLUMNS, add_event, event_of
from workbench.hotlists.hits.truth import SCORED_DTYPES, error_rates
from workbench.policy import Policy
from workbench.storage.hit_tables import hit as hit_table
from workbench.storage.hit_tables import hit_event

NOBODY = "(workbench)"
"""Stands where a job recorded an event; no user name has brackets."""

_c = hit_table.c
_JUDGING = (
    HitEventKind.CLOSED,
    HitEventKind.CORRECTED,
    HitEventKind.SCORED,
    HitEventKind.DRAWN,
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What chance chose of a week: of so many that waited, these hits, in their order."""

    week: Week
    waiting: int
    hits: tuple[int, ...]


class Scoring:
    """Draws hits to be scored, and says how often hits are wrong.

    Parameters
    ----------
    engine
        Of the service role.
    reader
        Of the same role, read-only and limited in time.
    policy, audit, clock
        How many and who may, where it is logged, and the present instant.
    """

    def __init__(
        self, engine: Engine, reader: Engine, *, policy: Policy, audit: AuditLog, clock: Clock
    ) -> None:
        self._engine = engine
        self._reader = reader
        self._policy = policy
        self._audit = audit
        self._clock = clock
        self._zone = ZoneInfo(policy.department.time_zone.value)

    def draw(
        self,
        actor: Actor | None,
        generator: np.random.Generator,
        *,
        week: Week | None = None,
        origin: Origin | None = None,
    ) -> Drawn:
        """Draw the sample of a week that is over; each unscored alert has the same chance.

        Parameters
        ----------
        actor
            Who draws; ``None`` for the weekly job.
        generator
            Chance.
        week
            The last one that is over, unless told otherwise.
        origin
            Where it comes from when there is no actor.

        Raises
        ------
        DeniedError
            If the actor may not.
        HitError
            If the week is not over, or was drawn before.
        """
        at = self._clock()
        if actor is not None:
            require(actor, Action.HITS_SCORE, policy=self._policy, audit=self._audit, at=at)
        of = week or Week.of(at, self._zone).before
        period = of.period(self._zone)
        if at < period.end:
            raise HitError("The week is not over", given=str(of), allowed="a week that has ended")
        with self._engine.begin() as connection:
            connection.execute(_LOCK, {"week": str(of)})
            waiting = self._waiting(connection, of, period)
            drawn = _chosen(waiting, self._policy.hits.sample_per_week.value, generator)
            details = {"week": str(of), "waiting": len(waiting), "drawn": len(drawn)}
            for hit_id in drawn:
                event = {
                    "hit_id": hit_id,
                    "kind": HitEventKind.DRAWN,
                    "happened_at": at,
                    "recorded_at": at,
                    "recorded_by": actor.person.username if actor else NOBODY,
                    "details": details,
                }
                add_event(connection, event)
            entry = Entry(
                EventKind.HIT_SCORE,
                actor,
                outcome=Outcome.STARTED,
                details={**details, "hits": list(drawn)},
                origin=origin,
            )
            self._audit.append_in(connection, entry)
        return Drawn(of, len(waiting), drawn)

    def rates(self, actor: Actor, *, weeks: int = 13) -> pd.DataFrame:
        """Return error rates of the last weeks, the present one included.

        The rates name no plate and nobody, so this is no look at hits.

        Returns
        -------
        pandas.DataFrame
            With `TRUTH_DTYPES`; see `error_rates` for how it is estimated.

        Raises
        ------
        DeniedError
            If the actor may not.
        HitError
            If it is less than a week or more than ten years.
        """
        at = self._clock()
        require(actor, Action.HITS_SCORE, policy=self._policy, audit=self._audit, at=at)
        return self.stated_rates(weeks=weeks)

    def stated_rates(self, *, weeks: int = 13) -> pd.DataFrame:
        """Return what `rates` does, for papers whose making is allowed and logged elsewhere."""
        at = self._clock()
        if not 1 <= weeks <= 520:
            raise HitError("So many weeks cannot be had", given=weeks, allowed="1 to 520")
        first = Week.of(at, self._zone)
        for _ in range(weeks - 1):
            first = first.before
        period = Period(
            first.period(self._zone).start, Week.of(at, self._zone).period(self._zone).end
        )
        with self._reader.connect() as connection:
            return error_rates(scored_hits(connection, period, self._zone))

    def _waiting(self, connection: Connection, week: Week, period: Period) -> list[int]:
        judged = _judging(connection, period)
        if any(
            event.details["week"] == str(week)
            for events in judged.values()
            for event in events
            if event.kind is HitEventKind.DRAWN
        ):
            raise HitError("The sample of the week was drawn before", given=str(week))
        hits = connection.scalars(select(_c.id).where(_alerts(period)).order_by(_c.id))
        return [hit_id for hit_id in hits if disposition_of(judged.get(hit_id, [])) is None]


def rates_of_weeks(connection: Connection, period: Period, zone: ZoneInfo) -> pd.DataFrame:
    """Return error rates of every week that has time in a period, for papers and equipment.

    Whole weeks, because samples are drawn by them. The rates name no plate and nobody, so this is
    no look at hits.

    Returns
    -------
    pandas.DataFrame
        With `TRUTH_DTYPES`; see `error_rates` for how it is estimated.
    """
    first = Week.of(period.start, zone).period(zone).start
    last = Week.of(period.end - timedelta(microseconds=1), zone).period(zone).end
    return error_rates(scored_hits(connection, Period(first, last), zone))


def scored_hits(connection: Connection, period: Period, zone: ZoneInfo) -> pd.DataFrame:
    """Return the alerts of whole weeks with what people judged about them.

    Returns
    -------
    pandas.DataFrame
        With `SCORED_DTYPES`, by number.
    """
    judged = _judging(connection, period)
    columns = (
        _c.id,
        _c.made_at,
        _c.camera_id,
        _c.list_code,
        _c.read_region,
        _c.engine,
        _c.engine_version,
    )
    rows = connection.execute(select(*columns).where(_alerts(period)).order_by(_c.id))
    return frame_of(
        (
            (
                row.id,
                str(Week.of(row.made_at, zone)),
                row.camera_id,
                row.list_code,
                row.read_region,
                f"{row.engine} {row.engine_version or ''}".strip() if row.engine else None,
                *_judgement(judged.get(row.id, [])),
            )
            for row in rows
        ),
        SCORED_DTYPES,
    )


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('hits drawn', hashtext(:week)))")


def _alerts(period: Period) -> Any:
    return _c.possible.is_(False) & (_c.made_at >= period.start) & (_c.made_at < period.end)


def _judging(connection: Connection, period: Period) -> dict[int, list[HitEvent]]:
    found: dict[int, list[HitEvent]] = {}
    joined = select(*EVENT_COLUMNS).join(hit_table, _c.id == hit_event.c.hit_id)
    kinds = hit_event.c.kind.in_([kind.value for kind in _JUDGING])
    for row in connection.execute(joined.where(_alerts(period), kinds).order_by(hit_event.c.id)):
        found.setdefault(row.hit_id, []).append(event_of(row))
    return found


def _judgement(events: list[HitEvent]) -> Iterator[Any]:
    last = disposition_of(events)
    first = next((event.id for event in events if disposition_of([event])), None)
    drawn = next((event for event in events if event.kind is HitEventKind.DRAWN), None)
    yield last[0].value if last else None
    yield first
    yield drawn.id if drawn else None
    yield drawn.details["waiting"] if drawn else None


def _chosen(waiting: list[int], most: int, generator: np.random.Generator) -> tuple[int, ...]:
    chosen = generator.choice(waiting, size=min(most, len(waiting)), replace=False)
    return tuple(sorted(int(hit_id) for hit_id in chosen))
