"""What people are given: roles, designations and training; nobody gives anything to themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from workbench.access.decide import Decision
from workbench.access.office import Change, Office, account_for_change
from workbench.access.people import standing_roles
from workbench.access.require import refuse
from workbench.audit import EventKind
from workbench.domain.action import Action
from workbench.domain.period import utc
from workbench.domain.person import Actor, Role
from workbench.errors import AccountError
from workbench.policy.forms import check_words
from workbench.storage.people_tables import account_role, designation, training


class Grants:
    """Grants and ends, each in one transaction with its audit record.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def grant_role(
        self,
        by: Actor,
        username: str,
        role: Role,
        *,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> None:
        """Grant a role, from now and without end unless told otherwise.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        AccountError
            If there is no such account or the dates make no span.
        """
        at = self._office.require(by, Action.ACCOUNTS_GRANT, on=username)
        start, end = _span(starts_at or at, ends_at)
        values = {"role": role, "starts_at": start, "ends_at": end}
        values |= {"granted_at": at, "granted_by": by.person.username}
        details = {"role": role.value, **_span_details(start, end)}
        self._add(account_role, values, Change(EventKind.ROLE_GRANT, username, by, details))

    def revoke_role(self, by: Actor, username: str, role: Role) -> None:
        """Take a role away, with every grant of it that stands or is to come.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        AccountError
            If the account does not hold it.
        """
        at = self._office.require(by, Action.ACCOUNTS_GRANT, on=username)
        c = account_role.c
        with self._office.engine.begin() as connection:
            account_for_change(connection, username)
            ended = connection.execute(
                update(account_role)
                .where(c.username == username, c.role == role, c.revoked_at.is_(None))
                .values(revoked_at=at, revoked_by=by.person.username)
            )
            if not ended.rowcount:
                raise AccountError(f"The account does not hold the role {role}", given=username)
            change = Change(EventKind.ROLE_REVOKE, username, by, {"role": role.value})
            self._office.audit.append_in(connection, change.entry())

    def designate(
        self,
        by: Actor,
        username: str,
        role: Role,
        *,
        title: str,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> int:
        """Make somebody a dated designee for a role that the actor holds.

        Parameters
        ----------
        title
            Of the designee, as it is published (Policy 426.4.1 (e)).

        Returns
        -------
        int
            The designation's number, with which it can be ended.

        Raises
        ------
        DeniedError
            If the actor may not, only stands in for the role, or it is the actor's own account.
        AccountError
            If there is no such account, no title, or the dates make no span.
        """
        at = self._office.require(by, Action.ACCOUNTS_DESIGNATE, on=username)
        self._refuse_stand_in(by, role)
        if not title.strip():
            raise AccountError("A designee needs a title", allowed="as it is published")
        start, end = _span(starts_at or at, ends_at)
        values = {"role": role, "title": title.strip(), "starts_at": start, "ends_at": end}
        values |= {"designated_at": at, "designated_by": by.person.username}
        details = {"role": role.value, "title": title.strip(), **_span_details(start, end)}
        change = Change(EventKind.DESIGNATION_RECORD, username, by, details)
        return self._add(designation, values, change)

    def end_designation(self, by: Actor, number: int) -> None:
        """End a designation before its time.

        Raises
        ------
        DeniedError
            If the actor may not.
        AccountError
            If there is none of that number, or it was ended already.
        """
        at = self._office.require(by, Action.ACCOUNTS_DESIGNATE)
        c = designation.c
        with self._office.engine.begin() as connection:
            row = connection.execute(
                update(designation)
                .where(c.id == number, c.ended_at.is_(None))
                .values(ended_at=at, ended_by=by.person.username)
                .returning(c.username, c.role)
            ).one_or_none()
            if row is None:
                raise AccountError("No such designation stands", given=number)
            details = {"role": row.role, "designation": number}
            change = Change(EventKind.DESIGNATION_END, row.username, by, details)
            self._office.audit.append_in(connection, change.entry())

    def record_training(
        self,
        by: Actor,
        username: str,
        system: str,
        *,
        completed_at: datetime,
        expires_at: datetime | None = None,
    ) -> None:
        """Record a completed training; it lasts as long as the policy says unless told shorter.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own training.
        AccountError
            If account or system are unknown, it was completed in the future, or it is to last
            longer than the policy lets it.
        """
        at = self._office.require(by, Action.TRAINING_RECORD, on=username)
        start, end = self._training_span(system, completed_at, expires_at, at)
        values = {"system": system, "completed_at": start, "expires_at": end}
        values |= {"recorded_at": at, "recorded_by": by.person.username}
        details = {"system": system, **_span_details(start, end)}
        self._add(training, values, Change(EventKind.TRAINING_RECORD, username, by, details))

    def end_training(self, by: Actor, number: int, *, reason: str) -> None:
        """End a training that was recorded by mistake; it counts no more, at once, and stays.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own training.
        FormError
            If the reason says too little.
        AccountError
            If there is none of that number, or it was ended already.
        """
        c = training.c
        with self._office.engine.connect() as connection:
            row = connection.execute(select(c.username, c.system).where(c.id == number)).first()
        at = self._office.require(by, Action.TRAINING_RECORD, on=row.username if row else None)
        words = check_words(self._office.policy.forms.note, reason, what="The reason")
        with self._office.engine.begin() as connection:
            ended = connection.execute(
                update(training)
                .where(c.id == number, c.ended_at.is_(None))
                .values(ended_at=at, ended_by=by.person.username, end_reason=words)
            )
            if row is None or not ended.rowcount:
                raise AccountError(
                    "No such training stands",
                    given=number,
                    next_step="`workbench users list --json` has the numbers",
                )
            details = {"training": number, "system": row.system, "reason": words}
            change = Change(EventKind.TRAINING_END, row.username, by, details)
            self._office.audit.append_in(connection, change.entry())

    def _training_span(
        self, system: str, completed_at: datetime, expires_at: datetime | None, at: datetime
    ) -> tuple[datetime, datetime]:
        rules = self._office.policy.training
        if system not in rules.systems.value:
            systems = ", ".join(rules.systems.value)
            raise AccountError("The policy knows no such system", given=system, allowed=systems)
        completed = utc(completed_at)
        if completed > at:
            raise AccountError(
                "The training is not completed yet",
                given=completed.isoformat(),
                allowed="a past time",
            )
        latest = completed + timedelta(days=rules.validity_days.value)
        start, end = _span(completed, expires_at or latest)
        if end is None or end > latest:
            raise AccountError(
                "The training would last too long",
                given=expires_at,
                allowed=f"{rules.validity_days.value} days ({rules.validity_days.section})",
            )
        return start, end

    def _refuse_stand_in(self, by: Actor, role: Role) -> None:
        c = account_role.c
        holds = select(c.id).where(
            c.username == by.person.username, c.role == role, standing_roles(self._office.clock())
        )
        with self._office.engine.connect() as connection:
            if connection.execute(holds.limit(1)).one_or_none() is not None:
                return
        reason = f"Only who holds the role {role} names its designees, not who stands in for it."
        section = self._office.policy.roles[role].section
        denied = Decision(allowed=False, reason=reason, section=section)
        refuse(by, Action.ACCOUNTS_DESIGNATE, denied, audit=self._office.audit)

    def _add(self, table: Any, values: dict[str, Any], change: Change) -> int:
        with self._office.engine.begin() as connection:
            account_for_change(connection, change.account)
            row = insert(table).values(username=change.account, **values).returning(table.c.id)
            number = connection.execute(row).scalar_one()
            self._office.audit.append_in(connection, change.entry())
        return int(number)


def _span(starts_at: datetime, ends_at: datetime | None) -> tuple[datetime, datetime | None]:
    start, end = utc(starts_at), None if ends_at is None else utc(ends_at)
    if end is not None and end <= start:
        raise AccountError(
            "It would end before it begins",
            given=f"{start} to {end}",
            allowed="an end after the start",
        )
    return start, end


def _span_details(start: datetime, end: datetime | None) -> dict[str, str | None]:
    return {"starts_at": start.isoformat(), "ends_at": end.isoformat() if end else None}
