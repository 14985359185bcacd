"""Accounts and what people are given: one transaction with its record, never for oneself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.access import HERE, PASSWORD, Staff, new_name, open_staff
from tests.people import made_actor
from workbench.access import Action, decide, open_access
from workbench.audit import AuditLog, EventKind
from workbench.domain.person import Role
from workbench.errors import (
    AccountError,
    AuditWriteError,
    DeniedError,
    PeriodError,
    SignInError,
)

TITLE = "Crime Analyst"


@pytest.fixture
def staff(database, policy, clock) -> Staff:
    return open_staff(database, policy, clock)


@pytest.fixture
def captain(staff):
    """A Services Division Captain who has an account."""
    name, totp = staff.hired(Role.SERVICES_CAPTAIN)
    return staff.access.sessions.actor_of(staff.enter(name, totp).token, HERE)


def rows(staff: Staff, table: str, name: str) -> int:
    sql = text(f"SELECT count(*) FROM {table} WHERE username = :name")  # noqa: S608 - our own names
    with staff.database.owner.connect() as connection:
        return connection.scalar(sql, {"name": name})


def person(staff: Staff, name: str):
    (found,) = [a for a in staff.access.accounts.list(staff.admin) if a.person.username == name]
    return found


def test_only_an_alpr_administrator_makes_accounts(staff):
    for role in Role:
        by, name = made_actor(role, username="t.maker"), new_name()
        if role is Role.ALPR_ADMINISTRATOR:
            staff.access.accounts.create(by, name, display_name="Made Up", title=TITLE)
            assert rows(staff, "account", name) == 1
        else:
            with pytest.raises(DeniedError):
                staff.access.accounts.create(by, name, display_name="Made Up", title=TITLE)
            assert rows(staff, "account", name) == 0


def test_a_new_account_has_no_role_and_its_making_is_on_record(staff):
    name = new_name()
    staff.access.accounts.create(staff.admin, name, display_name=" Made Up ", title=TITLE)
    found = person(staff, name)
    assert found.person.roles == frozenset()
    assert found.person.display_name == "Made Up"
    assert found.invited_until is not None
    (record,) = staff.logged(EventKind.ACCOUNT_CREATE, name)
    assert record["username"] == "t.admin"
    assert record["details"]["title"] == TITLE


def test_a_name_is_never_given_again(staff):
    name, _ = staff.hired()
    staff.access.accounts.disable(staff.admin, name, reason="Left the department")
    for spelling in (name, name.upper(), f" {name}"):
        with pytest.raises(AccountError, match="taken"):
            staff.access.accounts.create(staff.admin, spelling, display_name="X", title=TITLE)


@pytest.mark.parametrize("database_role", ["service", "purger"])
def test_the_database_lets_nobody_delete_people(staff, database_role):
    name, _ = staff.hired(Role.ANALYST)
    engine = getattr(staff.database, database_role)
    for table in ("account", "account_role", "session", "training", "designation"):
        with pytest.raises(DBAPIError, match="permission denied"), engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
    assert rows(staff, "account", name) == 1


@pytest.mark.parametrize(
    "name", ["", "a", "1abc", "a b", "a;b", "ä.b", "a" * 33, ".ab", "a\x00b", "system:init", "a'b"]
)
def test_what_is_no_user_name_is_refused(staff, name):
    with pytest.raises(AccountError, match="user name"):
        staff.access.accounts.create(staff.admin, name, display_name="Made Up", title=TITLE)


@pytest.mark.parametrize(("display_name", "title"), [("", TITLE), ("  ", TITLE), ("X", "Wizard")])
def test_name_and_authorised_title_are_asked_for(staff, display_name, title):
    with pytest.raises(AccountError):
        staff.access.accounts.create(
            staff.admin, new_name(), display_name=display_name, title=title
        )


def test_nobody_gives_themselves_anything(staff, captain, clock):
    name, totp = staff.hired(Role.ALPR_ADMINISTRATOR)
    me = staff.access.sessions.actor_of(staff.enter(name, totp).token, HERE)
    grants, accounts = staff.access.grants, staff.access.accounts
    acts = [
        lambda: grants.grant_role(me, name, Role.ANALYST),
        lambda: grants.revoke_role(me, name, Role.ALPR_ADMINISTRATOR),
        lambda: grants.record_training(me, name, "LEARN", completed_at=clock()),
        lambda: accounts.release(me, name),
        lambda: accounts.disable(me, name, reason="Tired of it"),
        lambda: accounts.enable(me, name),
        lambda: staff.access.invitations.invite(me, name),
        lambda: grants.designate(
            captain, captain.person.username, Role.SERVICES_CAPTAIN, title="Captain"
        ),
    ]
    for act in acts:
        with pytest.raises(DeniedError, match="themselves"):
            act()
    assert person(staff, name).person.roles == {Role.ALPR_ADMINISTRATOR}
    assert rows(staff, "training", name) == 0


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO account_role (username, role, starts_at, granted_at, granted_by)"
            " VALUES (:n, 'analyst', now(), now(), :n)"
        ),
        (
            "INSERT INTO training (username, system, completed_at, expires_at, recorded_at,"
            " recorded_by) VALUES (:n, 'LEARN', now(), now() + interval '1 day', now(), :n)"
        ),
        (
            "INSERT INTO designation (username, role, title, starts_at, designated_at,"
            " designated_by) VALUES (:n, 'services_captain', 'Captain', now(), now(), :n)"
        ),
    ],
)
def test_the_database_too_refuses_what_people_give_themselves(staff, statement):
    name, _ = staff.hired()
    with pytest.raises(DBAPIError, match="by_another"), staff.database.service.begin() as open_:
        open_.execute(text(statement), {"n": name})


@pytest.mark.parametrize(("seconds", "holds"), [(-1, True), (0, False), (1, False)])
def test_a_granted_role_ends_on_its_date(staff, clock, seconds, holds):
    name, _ = staff.hired()
    end = clock() + timedelta(days=7)
    staff.access.grants.grant_role(staff.admin, name, Role.OFFICER, ends_at=end)
    clock.move(days=7, seconds=seconds)
    assert (Role.OFFICER in person(staff, name).person.roles) is holds


@pytest.mark.parametrize(("seconds", "holds"), [(-1, False), (0, True), (1, True)])
def test_a_granted_role_begins_on_its_date(staff, clock, seconds, holds):
    name, _ = staff.hired()
    start = clock() + timedelta(days=7)
    staff.access.grants.grant_role(staff.admin, name, Role.OFFICER, starts_at=start)
    clock.move(days=7, seconds=seconds)
    assert (Role.OFFICER in person(staff, name).person.roles) is holds


def test_a_role_can_be_granted_again_after_it_was_revoked(staff):
    name, _ = staff.hired(Role.OFFICER)
    staff.access.grants.revoke_role(staff.admin, name, Role.OFFICER)
    assert person(staff, name).person.roles == frozenset()
    with pytest.raises(AccountError, match="does not hold"):
        staff.access.grants.revoke_role(staff.admin, name, Role.OFFICER)
    staff.access.grants.grant_role(staff.admin, name, Role.OFFICER)
    assert person(staff, name).person.roles == {Role.OFFICER}


@pytest.mark.parametrize("days", [0, -1])
def test_a_span_ends_after_it_begins(staff, clock, days):
    name, _ = staff.hired()
    with pytest.raises(AccountError, match="end before it begins"):
        staff.access.grants.grant_role(
            staff.admin, name, Role.OFFICER, ends_at=clock() + timedelta(days=days)
        )


def test_a_date_without_zone_is_refused(staff, clock):
    name, _ = staff.hired()
    with pytest.raises(PeriodError):
        staff.access.grants.grant_role(
            staff.admin, name, Role.OFFICER, ends_at=clock().replace(tzinfo=None)
        )


def test_a_captain_names_a_dated_designee(staff, captain, policy, clock):
    name, totp = staff.hired()
    end = clock() + timedelta(days=1)
    staff.access.grants.designate(
        captain, name, Role.SERVICES_CAPTAIN, title="Lieutenant, Services", ends_at=end
    )

    def stands_in() -> bool:
        return decide(
            person(staff, name).person, Action.ACCOUNTS_DESIGNATE, policy=policy, at=clock()
        ).allowed

    assert stands_in()
    clock.move(days=1, seconds=-1)
    assert stands_in()
    clock.move(seconds=1)
    assert not stands_in()
    (record,) = staff.logged(EventKind.DESIGNATION_RECORD, name)
    assert record["details"]["title"] == "Lieutenant, Services"
    del totp


def test_a_designee_names_no_further_designee(staff, captain):
    name, totp = staff.hired()
    other, _ = staff.hired()
    staff.access.grants.designate(captain, name, Role.SERVICES_CAPTAIN, title="Lieutenant")
    designee = staff.access.sessions.actor_of(staff.enter(name, totp).token, HERE)
    with pytest.raises(DeniedError, match="not who stands in"):
        staff.access.grants.designate(designee, other, Role.SERVICES_CAPTAIN, title="Sergeant")


def test_a_captain_designates_for_no_other_office(staff, captain):
    name, _ = staff.hired()
    with pytest.raises(DeniedError):
        staff.access.grants.designate(captain, name, Role.AUDITOR, title="Auditor")


def test_an_ended_designation_no_longer_counts(staff, captain, clock):
    name, _ = staff.hired()
    number = staff.access.grants.designate(captain, name, Role.SERVICES_CAPTAIN, title="Lieutenant")
    assert Role.SERVICES_CAPTAIN in person(staff, name).person.roles_at(clock())
    staff.access.grants.end_designation(captain, number)
    assert Role.SERVICES_CAPTAIN not in person(staff, name).person.roles_at(clock())
    with pytest.raises(AccountError, match="stands"):
        staff.access.grants.end_designation(captain, number)
    assert staff.logged(EventKind.DESIGNATION_END, name)


@pytest.mark.parametrize(("days", "taken"), [(365, True), (366, False), (0, False)])
def test_training_lasts_no_longer_than_the_policy_lets_it(staff, clock, days, taken):
    name, _ = staff.hired()
    end = clock() + timedelta(days=days)

    def record() -> None:
        staff.access.grants.record_training(
            staff.admin, name, "LEARN", completed_at=clock(), expires_at=end
        )

    if taken:
        record()
        assert person(staff, name).person.training[0].expires_at == end
    else:
        with pytest.raises(AccountError):
            record()


def test_training_in_the_future_or_for_an_unknown_system_is_refused(staff, clock):
    name, _ = staff.hired()
    soon = clock() + timedelta(seconds=1)
    with pytest.raises(AccountError, match="not completed"):
        staff.access.grants.record_training(staff.admin, name, "LEARN", completed_at=soon)
    with pytest.raises(AccountError, match="CDMS, LEARN"):
        staff.access.grants.record_training(staff.admin, name, "MARS", completed_at=clock())


def test_training_opens_the_search_and_its_end_closes_it(staff, policy, clock):
    name, _ = staff.hired(Role.ANALYST)

    def may() -> bool:
        who = person(staff, name).person
        return decide(who, Action.DETECTIONS_SEARCH, policy=policy, at=clock()).allowed

    assert not may()
    staff.access.grants.record_training(staff.admin, name, "LEARN", completed_at=clock())
    assert may()
    clock.move(days=365, seconds=-1)
    assert may()
    clock.move(seconds=1)
    assert not may()


@pytest.mark.parametrize(("seconds", "listed"), [(-1, False), (0, True), (1, True)])
def test_accounts_unused_for_ninety_days_are_listed(staff, clock, seconds, listed):
    used, totp = staff.hired()
    unused, _ = staff.hired()
    gone, _ = staff.hired()
    staff.access.accounts.disable(staff.admin, gone, reason="Left the department")
    clock.move(days=1)
    staff.enter(used, totp)
    clock.move(days=89, seconds=seconds)
    names = {a.person.username for a in staff.access.accounts.inactive(staff.admin)}
    assert (unused in names) is listed
    assert used not in names
    assert gone not in names


def test_disabling_and_enabling(staff):
    name, totp = staff.hired()
    with pytest.raises(AccountError, match="reason"):
        staff.access.accounts.disable(staff.admin, name, reason=" ")
    staff.access.accounts.disable(staff.admin, name, reason="Long leave")
    assert person(staff, name).disabled_reason == "Long leave"
    with pytest.raises(AccountError, match="already"):
        staff.access.accounts.disable(staff.admin, name, reason="Again")
    with pytest.raises(AccountError, match="disabled"):
        staff.access.invitations.invite(staff.admin, name)
    invitation = staff.access.accounts.enable(staff.admin, name)
    with pytest.raises(SignInError):
        staff.enter(name, totp)
    staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)
    with pytest.raises(AccountError, match="not disabled"):
        staff.access.accounts.enable(staff.admin, name)


@pytest.mark.parametrize("name", ["no.such.person", "", "\x00", "x' OR 1=1"])
def test_an_account_that_is_not_there_is_named(staff, name, clock):
    acts = [
        lambda: staff.access.accounts.disable(staff.admin, name, reason="None of ours"),
        lambda: staff.access.accounts.release(staff.admin, name),
        lambda: staff.access.grants.grant_role(staff.admin, name, Role.OFFICER),
        lambda: staff.access.grants.record_training(
            staff.admin, name, "LEARN", completed_at=clock()
        ),
        lambda: staff.access.invitations.invite(staff.admin, name),
    ]
    for act in acts:
        with pytest.raises(AccountError, match="no such account"):
            act()


def test_without_a_record_nothing_changes(staff, database, policy, clock):
    """An audit log that refuses the record takes the change with it."""
    name, _ = staff.hired()
    log = AuditLog(database.service, clock=clock, organisation="x", policy_version="")
    broken = open_access(database.service, policy=policy, audit=log, clock=clock, key=bytes(32))
    acts = [
        lambda: broken.accounts.create(staff.admin, "t.nobody", display_name="X", title=TITLE),
        lambda: broken.accounts.disable(staff.admin, name, reason="Left"),
        lambda: broken.grants.grant_role(staff.admin, name, Role.OFFICER),
        lambda: broken.grants.record_training(staff.admin, name, "LEARN", completed_at=clock()),
        lambda: broken.invitations.invite(staff.admin, name),
    ]
    for act in acts:
        with pytest.raises(AuditWriteError):
            act()
    found = person(staff, name)
    assert found.disabled_at is None
    assert found.invited_until is None
    assert found.person.roles == frozenset()
    assert found.person.training == ()
    assert rows(staff, "account", "t.nobody") == 0


def test_a_denied_act_is_on_record(staff):
    name, _ = staff.hired()
    by = made_actor(Role.OFFICER, username=new_name("officer"))
    with pytest.raises(DeniedError, match="alpr administrator or services captain"):
        staff.access.accounts.disable(by, name, reason="I dislike them")
    with staff.database.owner.connect() as connection:
        record = connection.execute(
            text("SELECT * FROM audit_record WHERE username = :n"), {"n": by.person.username}
        ).one()
    assert record.kind == "access:deny"
    assert record.details["action"] == "accounts:disable"
    assert record.details["section"]
