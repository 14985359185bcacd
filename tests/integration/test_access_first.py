"""The first account and the rescue: only where nobody else could do it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.access import HERE, PASSWORD, Staff, open_staff
from workbench.access import Action, decide
from workbench.access.accounts import FIRST_GRANTER
from workbench.domain.person import Role
from workbench.errors import AccountError, SignInError
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.migrations import migrate

TITLE = "Police Technology Administrator"


@pytest.fixture(scope="module")
def empty_database() -> Iterator[AllRoles]:
    """A database of its own, with nobody in it."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-first-"))
    with open_all_roles(Settings(home=folder)) as opened:
        migrate(opened)
        yield opened
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def staff(empty_database, policy, clock) -> Staff:
    """The services, with every account gone; only the owner may do that, and only in a test."""
    with empty_database.owner.begin() as connection:
        for table in ("session", "training", "designation", "account_role", "account"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - ours
        connection.execute(text("TRUNCATE sign_in_attempt"))
    return open_staff(empty_database, policy, clock)


def first(staff: Staff, username: str = "t.first"):
    return staff.access.accounts.create_first(
        username, display_name="Made Up", title=TITLE, origin=HERE
    )


def lock(staff: Staff, *names: str) -> None:
    for name in names:
        for _ in range(5):
            with pytest.raises(SignInError):
                staff.try_in(name, "wrong horse entirely", "000000")


def test_the_first_account_is_an_administrators_and_on_record(staff, policy, clock):
    assert not staff.access.accounts.exist()
    invitation = first(staff)
    assert staff.access.accounts.exist()
    (account,) = staff.access.accounts.list(staff.admin)
    assert account.person.roles == {Role.ALPR_ADMINISTRATOR}
    assert decide(account.person, Action.ACCOUNTS_CREATE, policy=policy, at=clock()).allowed
    staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)
    with staff.database.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT kind, username, details, origin FROM audit_record ORDER BY seq DESC")
        ).all()[:3]
    assert [row.kind for row in rows] == ["second_factor:enrol", "role:grant", "account:create"]
    assert rows[1].username is None
    assert rows[1].details["granted_by"] == FIRST_GRANTER
    assert rows[1].origin["address"] == HERE.address


def test_there_is_no_second_first_account(staff):
    first(staff)
    with pytest.raises(AccountError, match="accounts already"):
        first(staff, "t.second")


def test_of_many_first_accounts_at_once_one_is_made(staff):
    def make(number: int) -> bool:
        try:
            first(staff, f"t.first{number}")
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(4))) == [False, False, False, True]


def test_a_lone_locked_administrator_is_rescued(staff):
    name, totp = staff.hired(Role.ALPR_ADMINISTRATOR)
    lock(staff, name)
    invitation = staff.access.rescue.rescue(name, origin=HERE)
    with pytest.raises(SignInError):
        staff.enter(name, totp)
    staff.access.invitations.accept(invitation.token, PASSWORD, origin=HERE)
    with staff.database.owner.connect() as connection:
        details = connection.scalars(
            text("SELECT details FROM audit_record WHERE kind = 'account:release' ORDER BY seq")
        ).all()
    assert details[-1] == {"account": name, "rescue": True, "sessions_ended": 0}


def test_while_another_administrator_can_sign_in_nobody_is_rescued(staff):
    name, _ = staff.hired(Role.ALPR_ADMINISTRATOR)
    other, _ = staff.hired(Role.ALPR_ADMINISTRATOR)
    lock(staff, name)
    with pytest.raises(AccountError, match=other):
        staff.access.rescue.rescue(name, origin=HERE)
    lock(staff, other)
    staff.access.rescue.rescue(name, origin=HERE)


@pytest.mark.parametrize("gone", ["disabled", "revoked", "expired"])
def test_an_administrator_who_is_none_any_more_does_not_stand_in_the_way(staff, clock, gone):
    name, _ = staff.hired(Role.ALPR_ADMINISTRATOR)
    other, _ = staff.hired()
    if gone == "expired":
        staff.access.grants.grant_role(
            staff.admin,
            other,
            Role.ALPR_ADMINISTRATOR,
            ends_at=clock() + timedelta(hours=1),
        )
        clock.move(days=1)
    else:
        staff.access.grants.grant_role(staff.admin, other, Role.ALPR_ADMINISTRATOR)
    if gone == "disabled":
        staff.access.accounts.disable(staff.admin, other, reason="Left")
    if gone == "revoked":
        staff.access.grants.revoke_role(staff.admin, other, Role.ALPR_ADMINISTRATOR)
    staff.access.rescue.rescue(name, origin=HERE)


def test_who_is_no_administrator_is_not_rescued(staff):
    name, _ = staff.hired(Role.SUPERVISOR)
    lock(staff, name)
    with pytest.raises(AccountError, match="Only an ALPR administrator"):
        staff.access.rescue.rescue(name, origin=HERE)
    staff.hired(Role.ALPR_ADMINISTRATOR, username="t.gone")
    staff.access.accounts.disable(staff.admin, "t.gone", reason="Left")
    with pytest.raises(AccountError, match="disabled"):
        staff.access.rescue.rescue("t.gone", origin=HERE)
