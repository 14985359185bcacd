"""Hits as somebody sees them who watches: how loud each is, what it waits for; and what is new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from workbench.audit import AuditLog
from workbench.domain.alert import Level
from workbench.domain.clock import Clock
from workbench.domain.hit import HitState
from workbench.domain.person import Actor
from workbench.errors import DatabaseError
from workbench.hotlists.alerts.levels import level_of
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.looking import HitLooks
from workbench.hotlists.hits.next_steps import Due, next_steps
from workbench.hotlists.hits.purposes import purpose_of
from workbench.hotlists.hits.selection import Selection, conditions, selection_from_json
from workbench.hotlists.hits.stored import HIT_COLUMNS, hit_of, read_events
from workbench.hotlists.lists.lateness import Lateness, late_lists
from workbench.hotlists.lists.standing import stale_after
from workbench.policy import Policy
from workbench.storage.hit_tables import hit as hit_table


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes whenever a hit or something done about one is committed; says nothing else.

    Numbers are given before the commit and may become visible out of order, so the newest number
    alone would miss one; how many of the newest thousands are there counts too.
    """

    hit: int
    hits: int
    event: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """One hit of the board.

    Attributes
    ----------
    level
        How loud it is.
    due
        What it waits for, what is overdue first.
    violations
        How many rules were broken.
    last_event
        The number of the last event; 0 while there is none.
    oldest_list
        How old the list may be.
    late
        In which ways the list is late now.
    """

    hit: Hit
    level: Level
    due: tuple[Due, ...]
    violations: int
    last_event: int
    oldest_list: timedelta
    late: tuple[Lateness, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Hits, newest first, and the audit record that let them out.

    Attributes
    ----------
    at
        When it was looked at.
    truncated
        Whether there are older ones that fit.
    unopened
        How many alerts nobody has opened, among all hits and not only these.
    """

    lines: tuple[BoardLine, ...]
    at: datetime
    access_id: int
    truncated: bool
    unopened: int


class HitBoard:
    """Shows hits to those who watch, and says when to look again.

    Parameters
    ----------
    reader
        Engine of the service role, read-only and limited in time.
    policy, audit, clock
        Who may and how loud, where it is logged, and the present instant.
    check
        Called before each look; raises where nothing may be read, as after a restore.
    """

    def __init__(
        self,
        reader: Engine,
        *,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._reader = reader
        self._policy = policy
        self._clock = clock
        self._looks = HitLooks(reader, policy=policy, audit=audit, clock=clock, check=check)

    def look(self, actor: Actor, selection: Selection) -> Board:
        """Return hits with what each waits for; one logged look.

        Raises
        ------
        DeniedError
            If the person may not look at hits.
        AuditWriteError
            If the log cannot be written; then nothing is read.
        HitError
            If the hits cannot be read.
        """
        at = self._clock()

        def read(connection: Connection, logged: Mapping[str, Any], seq: int) -> tuple[Board, int]:
            wanted = selection_from_json(dict(logged))
            found = select(*HIT_COLUMNS).where(conditions(wanted))
            newest = found.order_by(hit_table.c.id.desc()).limit(wanted.limit + 1)
            hits = [hit_of(row) for row in connection.execute(newest)]
            shown = hits[: wanted.limit]
            events = read_events(connection, [hit.id for hit in shown])
            codes = (hit.list_code for hit in shown)
            late = late_lists(connection, codes, at=at, policy=self._policy)
            lines = tuple(
                self._line(hit, events[hit.id], at, late.get(hit.list_code, ())) for hit in shown
            )
            more = len(hits) > len(shown)
            unopened = int(connection.execute(_UNOPENED).scalar_one())
            board = Board(lines=lines, at=at, access_id=seq, truncated=more, unopened=unopened)
            return board, len(lines)

        asked = {**selection.as_json(), "look": "board"}
        return self._looks.run(actor, purpose_of(selection.categories, self._policy), asked, read)

    def stamp(self) -> Stamp:
        """Return what tells whether to look again; is shown to nobody, so it is no look.

        Raises
        ------
        DatabaseError
            If the database cannot be asked.
        """
        try:
            with self._reader.connect() as connection:
                return Stamp(*connection.execute(_NEWEST).one())
        except SQLAlchemyError as error:
            raise DatabaseError(
                "The database cannot be asked what is new",
                given=type(error).__name__,
                next_step="see `workbench doctor`",
            ) from error

    def _line(
        self, hit: Hit, events: list[HitEvent], at: datetime, late: tuple[Lateness, ...]
    ) -> BoardLine:
        steps = next_steps(hit, events, self._policy, at)
        return BoardLine(
            hit=hit,
            level=level_of(hit.category, self._policy.hits, informational=hit.informational),
            due=steps.due,
            violations=len(steps.violations),
            last_event=events[-1].id if events else 0,
            oldest_list=stale_after(hit.list_kind, self._policy),
            late=late,
        )


_UNOPENED = (
    select(func.count())
    .select_from(hit_table)
    .where(hit_table.c.state == HitState.NEW, hit_table.c.possible.is_(False))
)
_NEWEST = text(
    "SELECT h.newest, (SELECT count(*) FROM hit WHERE id > h.newest - 5000),"
    " e.newest, (SELECT count(*) FROM hit_event WHERE id > e.newest - 5000)"
    " FROM (SELECT coalesce(max(id), 0) AS newest FROM hit) h,"
    " (SELECT coalesce(max(id), 0) AS newest FROM hit_event) e"
)
"""Within one statement, so within one snapshot; a transaction that lasted while five thousand
other hits came would be seen with the next change."""
