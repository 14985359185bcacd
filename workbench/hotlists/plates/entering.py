"""Hot plates entered, renewed, ended and listed; each act is one transaction with its record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, true, update

from workbench.access.named_people import named_person
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.hot_pattern import HotPattern, hot_pattern
from workbench.domain.period import utc
from workbench.domain.person import Actor
from workbench.errors import HotPlateError
from workbench.hotlists.lists.load import LoadState
from workbench.hotlists.plates.hot_plate import HotPlate, NewHotPlate, hot_plate_of
from workbench.policy.forms import check_words
from workbench.storage.hot_list_tables import hot_list, hot_list_entry, hot_list_load, hot_plate

_p = hot_plate.c
_e = hot_list_entry.c


class HotPlates:
    """Enters, renews, ends and lists hot plates (Policy 426.6.5).

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def enter(self, by: Actor, new: NewHotPlate) -> HotPlate:
        """Enter a plate; it is looked for at once.

        Raises
        ------
        DeniedError
            If the person may not.
        HotPlateError
            If the rules do not let it be entered so, or the plate is entered already.
        FormError
            If a number or text is not written as the policy says.
        PersonUnknownError
            If the officer named is nobody of the department.
        PatternError
            If that is no plate.
        """
        at = self._office.require(by, Action.HOT_PLATES_ENTER)
        with self._office.engine.begin() as connection:
            return self._entered(connection, by, new, at, renews=None)

    def renew(self, by: Actor, number: int, *, expires_at: datetime, reason: str) -> HotPlate:
        """Enter a plate again with a reason; the entry that it goes on from ends now.

        Raises
        ------
        DeniedError
            If the person may not.
        HotPlateError
            If there is none of that number, it was renewed before, or the rules do not let it
            be entered so.
        """
        at = self._office.require(by, Action.HOT_PLATES_ENTER)
        with self._office.engine.begin() as connection:
            old = _locked(connection, number)
            again = select(_p.id).where(_p.renews == number)
            later = connection.execute(again).scalar()
            if later is not None:
                raise HotPlateError(
                    "The hot plate was renewed already",
                    given=number,
                    next_step=f"renew number {later}",
                )
            if old.ended_at is None and at < old.expires_at:
                _end(connection, by, number, at)
            new = NewHotPlate(
                plate=old.plate,
                reason=reason,
                expires_at=expires_at,
                region=old.region,
                # What stood on a list when it was cut is looked up again.
                listed_elsewhere=old.listed_elsewhere,
                shared=old.shared,
                officer_name=old.officer_name,
                phone=old.phone,
                case_number=old.case_number,
                synopsis=old.synopsis,
            )
            return self._entered(connection, by, new, at, renews=number)

    def end(self, by: Actor, number: int, *, reason: str) -> HotPlate:
        """End a hot plate before its time.

        Raises
        ------
        DeniedError
            If the person may not.
        HotPlateError
            If there is none of that number, or it has ended.
        FormError
            If the reason says too little.
        """
        at = self._office.require(by, Action.HOT_PLATES_END)
        words = check_words(self._office.policy.forms.remark, reason, what="Why it ends")
        with self._office.engine.begin() as connection:
            old = _locked(connection, number)
            if not old.standing_at(at):
                raise HotPlateError("The hot plate has ended already", given=number)
            ended = _end(connection, by, number, at)
            entry = Entry(
                EventKind.HOT_PLATE_END,
                by,
                reason=words,
                case_number=ended.case_number,
                plate=ended.plate,
                outcome=Outcome.DONE,
                details={"hot_plate": number, "owner": ended.entered_by},
            )
            self._office.audit.append_in(connection, entry)
        return ended

    def all(self, by: Actor, *, ended: bool = False) -> list[HotPlate]:
        """Return the hot plates that are looked for, newest first; with `ended` all of them.

        Raises
        ------
        DeniedError
            If the person may not.
        """
        at = self._office.require(by, Action.HOT_PLATES_VIEW)
        statement = select(hot_plate).order_by(_p.id.desc())
        if not ended:
            statement = statement.where(_p.ended_at.is_(None), _p.expires_at > at)
        with self._office.engine.connect() as connection:
            return [hot_plate_of(row) for row in connection.execute(statement)]

    def _entered(
        self,
        connection: Connection,
        by: Actor,
        new: NewHotPlate,
        at: datetime,
        *,
        renews: int | None,
    ) -> HotPlate:
        policy = self._office.policy
        region = new.region.upper() if new.region else None
        listed_on = _listed_on(
            connection, hot_pattern(new.plate), region, policy.hot_plates.listed_elsewhere.value
        )
        found = new.checked(at, policy, listed_on=listed_on)
        officer = _officer(connection, new)
        self._refuse_crowd(connection, found, at)
        _refuse_twice(connection, found, region, at)
        values = {
            name: getattr(new, name)
            for name in ("plate", "reason", "shared", "phone", "case_number")
        } | {
            "officer_name": officer,
            "pattern": found.pattern,
            "wildcard": found.wildcard,
            "region": region,
            "synopsis": new.synopsis,
            "entered_at": at,
            "entered_by": by.person.username,
            "expires_at": utc(new.expires_at),
            "listed_elsewhere": new.listed_elsewhere or listed_on is not None,
            "renews": renews,
        }
        row = connection.execute(insert(hot_plate).values(values).returning(hot_plate)).one()
        entered = hot_plate_of(row)
        self._office.audit.append_in(connection, _entry(by, entered))
        return entered

    def _refuse_crowd(self, connection: Connection, found: HotPattern, at: datetime) -> None:
        most = self._office.policy.hot_lists.max_wildcards
        if not found.wildcard:
            return
        standing = _p.ended_at.is_(None) & (_p.expires_at > at) & _p.wildcard
        number = connection.execute(select(func.count()).where(standing)).scalar_one()
        if number >= most.value:
            raise HotPlateError(
                "There are too many hot plates with unknown characters",
                given=number,
                allowed=f"at most {most.value} (hot_lists.max_wildcards of the policy)",
                next_step="end one that is no longer needed",
            )


def _officer(connection: Connection, new: NewHotPlate) -> str | None:
    """Return the user name of the officer whom a hot plate names."""
    if not (new.officer_name or "").strip():
        return None
    named = new.officer_name or ""
    return named_person(connection, named, what="The officer of the hot plate").username


def _locked(connection: Connection, number: int) -> HotPlate:
    row = connection.execute(
        select(hot_plate).where(_p.id == number).with_for_update()
    ).one_or_none()
    if row is None:
        raise HotPlateError("There is no hot plate of that number", given=number)
    return hot_plate_of(row)


def _end(connection: Connection, by: Actor, number: int, at: datetime) -> HotPlate:
    row = connection.execute(
        update(hot_plate)
        .where(_p.id == number)
        .values(ended_at=at, ended_by=by.person.username)
        .returning(hot_plate)
    ).one()
    return hot_plate_of(row)


def _refuse_twice(
    connection: Connection, found: HotPattern, region: str | None, at: datetime
) -> None:
    standing = select(_p.id).where(
        _p.pattern == found.pattern,
        _p.region.is_not_distinct_from(region),
        _p.ended_at.is_(None),
        _p.expires_at > at,
    )
    number = connection.execute(standing.limit(1)).scalar()
    if number is not None:
        raise HotPlateError(
            "That plate is entered already",
            given=found.pattern,
            next_step=f"renew number {number}, with a reason",
        )


def _listed_on(
    connection: Connection, found: HotPattern, region: str | None, codes: tuple[str, ...]
) -> str | None:
    """Return a list in force of those that the policy names on which the plate stands."""
    if found.wildcard:
        return None
    names = select(hot_list.c.code).where(hot_list.c.code.in_(codes)).order_by(hot_list.c.code)
    # A load of one of them ends first, or cuts what is entered here.
    connection.execute(names.with_for_update(read=True))
    same_state = true() if region is None else or_(_e.region.is_(None), _e.region == region)
    statement = (
        select(hot_list_load.c.list_code)
        .join(hot_list, hot_list.c.code == hot_list_load.c.list_code)
        .join(hot_list_entry, _e.load_id == hot_list_load.c.id)
        .where(
            hot_list.c.enabled,
            hot_list_load.c.state == LoadState.IN_FORCE,
            hot_list_load.c.list_code.in_(codes),
            _e.pattern == found.pattern,
            same_state,
        )
        .limit(1)
    )
    return connection.execute(statement).scalar()


def _entry(by: Actor, entered: HotPlate) -> Entry:
    details: dict[str, Any] = {
        "hot_plate": entered.id,
        "expires_at": entered.expires_at.isoformat(),
        "region": entered.region,
        "listed_elsewhere": entered.listed_elsewhere,
        "shared": entered.shared,
        "renews": entered.renews,
    }
    return Entry(
        EventKind.HOT_PLATE_ENTER,
        by,
        case_number=entered.case_number,
        reason=entered.reason,
        plate=entered.plate,
        outcome=Outcome.DONE,
        details=details,
    )
