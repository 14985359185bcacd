"""Sessions: opaque tokens that end when idle, when old, or when somebody ends them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, select, text, update

from workbench.access.office import Office
from workbench.access.people import given_columns, person_from
from workbench.access.turned_away import TurnedAway
from workbench.access.vault import token_hash
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.person import Actor, Channel, Origin
from workbench.errors import SessionEndedError
from workbench.storage.people_tables import account as account_table
from workbench.storage.people_tables import session as session_table

_c = session_table.c
_OWN = ("id", "last_seen_at", "ends_at", "ended_at", "end_reason")
_TOKEN_BYTES = 32
_SEEN_EVERY = timedelta(seconds=1)
"""One page asks for many tiles at once; to the second is near enough, and errs early."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun.

    Attributes
    ----------
    token
        256 random bits; shown here once and stored nowhere.
    session
        What the audit log calls it.
    ends_at
        When it ends however busy it is.
    """

    token: str = field(repr=False)
    session: UUID
    username: str
    started_at: datetime
    ends_at: datetime


class Sessions:
    """Begins and ends sessions, and says who acts under a token.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    turned_away
        Counts tokens that are no session's.
    """

    def __init__(self, office: Office, *, turned_away: TurnedAway) -> None:
        self._office = office
        self._turned_away = turned_away
        rules = office.policy.sign_in
        self._idle = timedelta(minutes=rules.idle_minutes.value)
        self._longest = timedelta(hours=rules.session_hours.value)

    def begin_in(
        self, connection: Connection, username: str, *, origin: Origin, at: datetime
    ) -> SignedIn:
        """Begin a session in the transaction that accepts the sign-in."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        begun = SignedIn(token, uuid4(), username, at, at + self._longest)
        connection.execute(
            insert(session_table).values(
                token_hash=token_hash(token),
                id=begun.session,
                username=username,
                started_at=at,
                last_seen_at=at,
                ends_at=begun.ends_at,
                banner_acknowledged_at=at,
                channel=origin.channel,
                address=origin.address,
                agent=origin.agent,
            )
        )
        return begun

    def actor_of(self, token: str, origin: Origin, *, acting: bool = True) -> Actor:
        """Return who acts, with roles, designations and training read just now.

        Parameters
        ----------
        token
            From the sign-in.
        origin
            Where this request comes from; the session is written into it.
        acting
            Whether the person does something. What a page does by itself does not keep a session
            from being idle.

        Raises
        ------
        SessionEndedError
            If the session is unknown, idle for too long, past its end, was ended, or the account
            is disabled.
        """
        at = self._office.clock()
        with self._office.engine.begin() as connection:
            row = self._row(connection, token, at, origin)
            person = person_from(row)
            why = self._over(row, at) or ("account" if person.disabled else None)
            if acting and why is None and at - row.last_seen_at >= _SEEN_EVERY:
                self._see(connection, row, at)
        if why is not None:
            raise self._ended(row, why, origin)
        return Actor(person, replace(origin, session=str(row.id)))

    def end(self, token: str, origin: Origin) -> None:
        """Sign out.

        Raises
        ------
        SessionEndedError
            If the session has ended already.
        """
        actor = self.actor_of(token, origin)
        with self._office.engine.begin() as connection:
            row = self._row(connection, token, self._office.clock(), origin)
            if self._mark(connection, row.id, "sign_out"):
                self._office.audit.append_in(connection, _entry(row, actor, "sign_out", None))

    def why_ended(self, token: str) -> str | None:
        """Return the word by which a session's row says why it ended, if it has."""
        ended = select(_c.end_reason).where(_c.token_hash == token_hash(token))
        with self._office.engine.connect() as connection:
            return connection.scalar(ended)

    def end_all_in(self, connection: Connection, username: str, reason: str) -> int:
        """End every session of an account in the caller's transaction, and say how many."""
        ended = connection.execute(
            update(session_table)
            .where(_c.username == username, _c.ended_at.is_(None))
            .values(ended_at=self._office.clock(), end_reason=reason)
        )
        return ended.rowcount

    def username_of(self, token: str, origin: Origin) -> str:
        """Return whose session it is or was, for what is counted by person; no leave to act.

        Raises
        ------
        SessionEndedError
            If there is no such session; counted.
        """
        statement = select(_c.username).where(_is_session_of(token, origin))
        with self._office.engine.connect() as connection:
            username = connection.scalar(statement)
        if username is None:
            raise self._unknown(origin)
        return str(username)

    def _unknown(self, origin: Origin) -> SessionEndedError:
        self._turned_away.count("token", origin)
        return SessionEndedError("There is no such session", next_step="sign in")

    def _row(self, connection: Connection, token: str, at: datetime, origin: Origin) -> Row[Any]:
        """Return session, account and what it was given, in one journey to the database."""
        own = (_c[name] for name in _OWN)
        statement: Select[Any] = (
            select(*own, account_table, *given_columns(at))
            .join(account_table, account_table.c.username == _c.username)
            .where(_is_session_of(token, origin))
        )
        found = connection.execute(statement).one_or_none()
        if found is None:
            raise self._unknown(origin)
        return found

    def _over(self, row: Row[Any], at: datetime) -> str | None:
        if row.ended_at is not None:
            return str(row.end_reason)
        if at >= row.ends_at:
            return "absolute"
        return "idle" if at - row.last_seen_at >= self._idle else None

    def _see(self, connection: Connection, row: Row[Any], at: datetime) -> None:
        # Losing a second of this to a power cut ends a session early, which is safe.
        connection.execute(text("SET LOCAL synchronous_commit TO off"))
        connection.execute(
            update(session_table)
            .where(_c.id == row.id, _c.last_seen_at < at)
            .values(last_seen_at=at)
        )

    def _ended(self, row: Row[Any], why: str, origin: Origin) -> SessionEndedError:
        if row.ended_at is None:
            with self._office.engine.begin() as connection:
                if self._mark(connection, row.id, why):
                    self._office.audit.append_in(connection, _entry(row, None, why, origin))
        rules = self._office.policy.sign_in
        told = {
            "absolute": f"It lasted {rules.session_hours.value} hours, which is the longest",
            "account": "The account is disabled",
            "credentials": "The password or second factor was changed",
            "idle": f"Nothing was done for {rules.idle_minutes.value} minutes",
            "sign_out": "You signed out",
        }[why]
        return SessionEndedError(f"The session has ended: {told}", next_step="sign in again")

    def _mark(self, connection: Connection, session: UUID, why: str) -> bool:
        ended = connection.execute(
            update(session_table)
            .where(_c.id == session, _c.ended_at.is_(None))
            .values(ended_at=self._office.clock(), end_reason=why)
        )
        return ended.rowcount == 1


def _is_session_of(token: str, origin: Origin) -> ColumnElement[bool]:
    """Return the condition of a token's session, where it counts.

    A page's session is known at the pages alone and any other everywhere else, so that what a
    browser's cookie holds is no token of the service, and a token makes no cookie.
    """
    at_page = _c.channel == Channel.PAGE
    counts = at_page if origin.channel is Channel.PAGE else ~at_page
    return and_(_c.token_hash == token_hash(token), counts)


def _entry(row: Row[Any], actor: Actor | None, why: str, origin: Origin | None) -> Entry:
    return Entry(
        EventKind.SESSION_END,
        actor,
        outcome=Outcome.DONE,
        details={"account": row.username, "session": str(row.id), "why": why},
        origin=origin,
    )
