"""Sessions end when idle, when old, when ended; what a person may do is read anew each time."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.access import HERE, PASSWORD, Staff, open_staff
from workbench.access import Action, decide
from workbench.audit import EventKind
from workbench.domain.person import Channel, Origin, Role
from workbench.errors import SessionEndedError

IDLE_S = 30 * 60
LONGEST_S = 12 * 3600


@pytest.fixture
def staff(database, policy, clock) -> Staff:
    return open_staff(database, policy, clock)


def begin(staff: Staff, *roles: Role) -> tuple[str, str]:
    name, totp = staff.hired(*roles)
    return name, staff.enter(name, totp).token


@pytest.mark.parametrize(("idle_s", "stands"), [(-1, True), (0, False), (1, False)])
def test_thirty_idle_minutes_end_a_session(staff, clock, idle_s, stands):
    name, token = begin(staff)
    clock.move(seconds=IDLE_S + idle_s)
    if stands:
        assert staff.access.sessions.actor_of(token, HERE).person.username == name
        return
    with pytest.raises(SessionEndedError, match="30 minutes"):
        staff.access.sessions.actor_of(token, HERE)
    with pytest.raises(SessionEndedError, match="30 minutes"):
        staff.access.sessions.actor_of(token, HERE)
    (record,) = staff.logged(EventKind.SESSION_END, name)
    assert record["details"]["why"] == "idle"


@pytest.mark.parametrize(("more_s", "stands"), [(-1, True), (0, False), (1, False)])
def test_twelve_hours_end_a_busy_session(staff, clock, more_s, stands):
    name, token = begin(staff)
    for _ in range(36):
        clock.move(minutes=20)
        if clock().hour == 6:
            break
        staff.access.sessions.actor_of(token, HERE)
    clock.move(seconds=more_s)
    if stands:
        assert staff.access.sessions.actor_of(token, HERE).person.username == name
        return
    with pytest.raises(SessionEndedError, match="12 hours"):
        staff.access.sessions.actor_of(token, HERE)


def test_what_is_done_keeps_a_session_alive(staff, clock):
    _, token = begin(staff)
    for _ in range(3):
        clock.move(seconds=IDLE_S - 1)
        staff.access.sessions.actor_of(token, HERE)


def test_signing_out_ends_the_session_and_no_other(staff, clock):
    name, totp = staff.hired()
    first = staff.enter(name, totp).token
    clock.move(seconds=30)
    second = staff.enter(name, totp).token
    staff.access.sessions.end(first, HERE)
    with pytest.raises(SessionEndedError, match="signed out"):
        staff.access.sessions.actor_of(first, HERE)
    with pytest.raises(SessionEndedError, match="signed out"):
        staff.access.sessions.end(first, HERE)
    assert staff.access.sessions.actor_of(second, HERE).person.username == name
    (record,) = staff.logged(EventKind.SESSION_END, name)
    assert record["username"] == name


@pytest.mark.parametrize("token", ["", "x", "wb", "\x00", "\ud800", "a" * 100_000, "' OR 1=1 --"])
def test_what_is_no_token_is_no_session(staff, token):
    with pytest.raises(SessionEndedError, match="no such session"):
        staff.access.sessions.actor_of(token, HERE)


def test_disabling_ends_every_session_at_once(staff):
    name, token = begin(staff)
    staff.access.accounts.disable(staff.admin, name, reason="Left the department")
    with pytest.raises(SessionEndedError, match="disabled"):
        staff.access.sessions.actor_of(token, HERE)
    (record,) = staff.logged(EventKind.ACCOUNT_DISABLE, name)
    assert record["details"]["sessions_ended"] == 1


def test_a_session_ends_even_if_only_the_account_says_disabled(staff):
    name, token = begin(staff)
    with staff.database.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE account SET disabled_at = now(), disabled_reason = 'x' WHERE username = :n"
            ),
            {"n": name},
        )
    with pytest.raises(SessionEndedError, match="disabled"):
        staff.access.sessions.actor_of(token, HERE)


@pytest.mark.parametrize("change", ["password", "second_factor", "invitation"])
def test_new_credentials_end_every_session(staff, change):
    name, token = begin(staff)
    actor = staff.access.sessions.actor_of(token, HERE)
    if change == "password":
        staff.access.credentials.change_password(actor, PASSWORD, "seven-lanterns-over-mud-bay")
    elif change == "second_factor":
        staff.access.credentials.change_second_factor(actor, PASSWORD)
    else:
        staff.access.invitations.invite(staff.admin, name)
    with pytest.raises(SessionEndedError, match="changed"):
        staff.access.sessions.actor_of(token, HERE)


def test_a_role_counts_from_the_next_request_and_no_longer(staff, policy, clock):
    name, token = begin(staff)

    def may_list() -> bool:
        person = staff.access.sessions.actor_of(token, HERE).person
        return decide(person, Action.ACCOUNTS_LIST, policy=policy, at=clock()).allowed

    assert not may_list()
    staff.access.grants.grant_role(staff.admin, name, Role.AUDITOR)
    assert may_list()
    staff.access.grants.revoke_role(staff.admin, name, Role.AUDITOR)
    assert not may_list()


def test_each_request_says_where_it_came_from(staff):
    _, token = begin(staff)
    client = Origin(Channel.CLIENT, "10.0.0.7", agent="Notebook")
    origin = staff.access.sessions.actor_of(token, client).origin
    assert (origin.channel, origin.address, origin.agent) == (
        Channel.CLIENT,
        "10.0.0.7",
        "Notebook",
    )
    assert origin.session
    assert origin.session not in token


def test_idle_minutes_are_the_policys(database, policy, clock):
    rules = policy.sign_in
    idle = rules.idle_minutes.model_copy(update={"value": 5})
    stricter = policy.model_copy(
        update={"sign_in": rules.model_copy(update={"idle_minutes": idle})}
    )
    staff = open_staff(database, stricter, clock)
    _, token = begin(staff)
    clock.move(minutes=5)
    with pytest.raises(SessionEndedError, match="5 minutes"):
        staff.access.sessions.actor_of(token, HERE)


def test_what_a_page_does_by_itself_keeps_no_session_alive(staff, clock):
    begun = staff.enter(*staff.hired(Role.ANALYST))
    sessions = staff.access.sessions
    clock.move(minutes=20)
    assert sessions.actor_of(begun.token, HERE, acting=False).person.username == begun.username
    clock.move(minutes=9, seconds=59)
    sessions.actor_of(begun.token, HERE, acting=False)
    clock.move(seconds=1)
    with pytest.raises(SessionEndedError, match="Nothing was done for 30 minutes"):
        sessions.actor_of(begun.token, HERE, acting=False)
