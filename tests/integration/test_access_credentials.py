"""Invitations are taken up once and in time; changes of one's own ask for the password."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import text

from tests.access import HERE, PASSWORD, Staff, await_waiting, new_name, open_staff
from tests.people import made_actor
from workbench.audit import EventKind
from workbench.domain.person import Role
from workbench.errors import AccountError, AccountLockedError, DeniedError, SignInError

HOURS = 72
OTHER = "seven-lanterns-over-mud-bay"


@pytest.fixture
def staff(database, policy, clock) -> Staff:
    return open_staff(database, policy, clock)


@pytest.fixture
def invitation(staff):
    return staff.access.accounts.create(
        staff.admin, new_name(), display_name="Made Up", title="Detective"
    )


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False), (1, False)])
def test_an_invitation_lasts_as_long_as_the_policy_says(staff, clock, invitation, seconds, taken):
    clock.move(hours=HOURS, seconds=seconds)
    if taken:
        address = staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)
        staff.enter(invitation.username, pyotp.parse_uri(address))
    else:
        with pytest.raises(SignInError, match="too old"):
            staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)


def test_an_invitation_is_taken_up_once(staff, invitation):
    staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)
    with pytest.raises(SignInError, match="was used"):
        staff.access.invitations.accept(invitation.token, OTHER, origin=HERE)
    (record,) = staff.logged(EventKind.SECOND_FACTOR_ENROL, invitation.username)
    assert record["username"] == invitation.username


def test_of_two_at_the_same_time_one_takes_it_up(staff, invitation):
    """Both are held at the account's row until both are there."""

    def take(number: int) -> str | None:
        password = f"{PASSWORD}-{number}"
        try:
            return staff.access.invitations.accept(invitation.token, password, origin=HERE)
        except SignInError:
            return None

    row = text("SELECT 1 FROM account WHERE username = :n FOR UPDATE")
    with ThreadPoolExecutor(2) as pool:
        with staff.database.owner.begin() as connection:
            connection.execute(row, {"n": invitation.username})
            both = [pool.submit(take, number) for number in range(2)]
            await_waiting(staff.database, 2)
        addresses = [done.result() for done in both]
    assert sorted(address is not None for address in addresses) == [False, True]


def test_an_account_that_only_the_table_calls_disabled_takes_no_invitation(staff, invitation):
    disable = text(
        "UPDATE account SET disabled_at = now(), disabled_reason = '-' WHERE username = :n"
    )
    with staff.database.owner.begin() as connection:
        connection.execute(disable, {"n": invitation.username})
    with pytest.raises(SignInError):
        staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)


def test_a_refused_password_leaves_the_invitation(staff, invitation):
    for bad in ("short", "password2026!", f"{invitation.username}-and-more", "x" * 257):
        with pytest.raises(AccountError) as caught:
            staff.access.invitations.accept(invitation.token, bad, origin=HERE)
        assert bad not in str(caught.value)
    staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "a" * 100_000])
def test_a_guessed_invitation_is_none(staff, token):
    with pytest.raises(SignInError):
        staff.access.invitations.accept(token, PASSWORD, origin=HERE)


def test_a_new_invitation_takes_the_place_of_all_before(staff):
    name, totp = staff.hired()
    first = staff.access.invitations.invite(staff.admin, name)
    with pytest.raises(SignInError):
        staff.enter(name, totp)
    second = staff.access.invitations.invite(staff.admin, name)
    with pytest.raises(SignInError):
        staff.access.invitations.accept(first.token, OTHER, origin=HERE)
    address = staff.access.invitations.accept(second.token, OTHER, origin=HERE)
    staff.try_in(name, OTHER, staff.code(pyotp.parse_uri(address)))
    assert len(staff.logged(EventKind.PASSWORD_RESET, name)) == 2


def test_a_disabled_account_has_no_invitation(staff, invitation):
    staff.access.accounts.disable(staff.admin, invitation.username, reason="Withdrawn")
    with pytest.raises(SignInError):
        staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)


def test_who_may_not_reset_invites_nobody(staff):
    name, totp = staff.hired()
    for role in set(Role) - {Role.ALPR_ADMINISTRATOR}:
        with pytest.raises(DeniedError):
            staff.access.invitations.invite(made_actor(role, username="t.other"), name)
    staff.enter(name, totp)


def test_people_change_their_own_password(staff, clock):
    name, totp = staff.hired()
    actor = staff.access.sessions.actor_of(staff.enter(name, totp).token, HERE)
    with pytest.raises(AccountError, match="current one"):
        staff.access.credentials.change_password(actor, PASSWORD, PASSWORD)
    staff.access.credentials.change_password(actor, PASSWORD, OTHER)
    clock.move(seconds=30)
    with pytest.raises(SignInError):
        staff.enter(name, totp)
    clock.move(seconds=30)
    staff.try_in(name, OTHER, staff.code(totp))
    (record,) = staff.logged(EventKind.PASSWORD_CHANGE, name)
    assert record["username"] == name


def test_people_change_their_own_second_factor(staff, clock):
    name, totp = staff.hired()
    actor = staff.access.sessions.actor_of(staff.enter(name, totp).token, HERE)
    address = staff.access.credentials.change_second_factor(actor, PASSWORD)
    clock.move(seconds=30)
    with pytest.raises(SignInError):
        staff.enter(name, totp)
    staff.enter(name, pyotp.parse_uri(address))
    assert "Roseville" in address
    assert staff.logged(EventKind.SECOND_FACTOR_RESET, name)


def test_a_stolen_session_cannot_guess_the_password(staff):
    """Wrong answers to "your current password" count towards the same lockout."""
    name, totp = staff.hired()
    actor = staff.access.sessions.actor_of(staff.enter(name, totp).token, HERE)
    kinds = []
    for number in range(6):
        with pytest.raises(SignInError) as caught:
            staff.access.credentials.change_password(actor, f"a guess, number {number}", OTHER)
        kinds.append(type(caught.value))
    assert kinds == [SignInError] * 4 + [AccountLockedError] * 2
    with pytest.raises(AccountLockedError):
        staff.access.credentials.change_password(actor, PASSWORD, OTHER)
    with pytest.raises(AccountLockedError):
        staff.access.credentials.change_second_factor(actor, PASSWORD)
