"""Signing in: all three together, locked after the policy's failures, released by a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from tests.access import CHEAP, HERE, KEY, PASSWORD, Staff, await_waiting, new_name, open_staff
from tests.people import made_actor
from workbench.access import Passwords, open_access
from workbench.audit import AuditLog, EventKind
from workbench.domain.person import Role
from workbench.errors import AccountLockedError, AuditWriteError, DeniedError, SignInError
from workbench.policy import load_policy
from workbench.policy.load import SHIPPED_FILE


@pytest.fixture
def staff(database, policy, clock) -> Staff:
    return open_staff(database, policy, clock)


def fail(staff: Staff, name: str, times: int = 1) -> list[type[Exception]]:
    kinds = []
    for _ in range(times):
        with pytest.raises(SignInError) as caught:
            staff.try_in(name, "not the password at all", "000000")
        kinds.append(type(caught.value))
    return kinds


def test_name_password_and_code_let_a_person_in(staff):
    name, totp = staff.hired(Role.ANALYST)
    begun = staff.enter(name, totp)
    actor = staff.access.sessions.actor_of(begun.token, HERE)
    assert actor.person.username == name
    assert actor.person.roles == {Role.ANALYST}
    assert actor.origin.session == str(begun.session)
    (record,) = staff.logged(EventKind.SESSION_SIGN_IN, name)
    assert record["username"] == name
    assert record["outcome"] == "allowed"
    assert record["origin"]["session"] == str(begun.session)
    assert record["details"]["banner_acknowledged"] is True


def test_a_name_is_the_same_in_capitals_and_with_blanks_around(staff):
    name, totp = staff.hired()
    assert staff.enter(f"  {name.upper()} ", totp).username == name


@pytest.mark.parametrize(
    ("wrong", "logged"),
    [("password", "password"), ("code", "code"), ("both", "password"), ("case", "password")],
)
def test_whatever_is_wrong_the_answer_is_the_same(staff, wrong, logged):
    name, totp = staff.hired()
    code = staff.code(totp)
    other = f"{(int(code) + 1) % 1_000_000:06d}"
    tries = {
        "password": ("wrong horse entirely", code),
        "code": (PASSWORD, other),
        "both": ("wrong horse entirely", other),
        "case": (PASSWORD.upper(), code),
    }
    with pytest.raises(SignInError) as caught:
        staff.try_in(name, *tries[wrong])
    with pytest.raises(SignInError) as unknown:
        staff.try_in(new_name("nobody"), PASSWORD, code)
    assert type(caught.value) is type(unknown.value) is SignInError
    assert str(caught.value) == str(unknown.value)
    (record,) = staff.logged(EventKind.SESSION_REFUSE, name)
    assert record["details"]["wrong"] == logged
    assert record["username"] is None
    assert record["origin"]["address"] == HERE.address


def test_without_the_banner_nothing_is_checked_and_it_is_counted(staff):
    name, totp = staff.hired()
    with pytest.raises(SignInError, match="banner"):
        staff.access.sign_in.sign_in(
            name, PASSWORD, staff.code(totp), origin=HERE, acknowledged=False
        )
    assert len(staff.access.sign_in.banner) == 4
    staff.access.turned_away.flush()
    with staff.database.owner.connect() as connection:
        last = connection.execute(
            text("SELECT kind, details FROM audit_record ORDER BY seq DESC LIMIT 1")
        ).one()
    assert (last.kind, last.details["why"]["banner"]) == ("session:turn_away", 1)
    staff.enter(name, totp)


def test_a_disabled_account_looks_like_a_wrong_password(staff):
    name, totp = staff.hired()
    staff.access.accounts.disable(staff.admin, name, reason="Left the department")
    with pytest.raises(SignInError) as caught:
        staff.enter(name, totp)
    assert type(caught.value) is SignInError
    assert "disabled" not in str(caught.value)
    (record,) = staff.logged(EventKind.SESSION_REFUSE, name)
    assert record["details"]["wrong"] == "disabled"


def test_an_invited_person_cannot_sign_in_yet(staff):
    name = new_name()
    staff.access.accounts.create(staff.admin, name, display_name="Made Up", title="Detective")
    for password in ("", PASSWORD, "nobody has this password"):
        with pytest.raises(SignInError):
            staff.try_in(name, password, "000000")


@pytest.mark.parametrize("failures", [3, 4])
def test_up_to_four_failures_do_not_lock(staff, failures):
    name, totp = staff.hired()
    assert fail(staff, name, failures) == [SignInError] * failures
    staff.enter(name, totp)


def test_the_fifth_failure_locks_and_the_right_password_no_longer_helps(staff):
    name, totp = staff.hired()
    assert fail(staff, name, 5) == [SignInError] * 4 + [AccountLockedError]
    for _ in range(2):
        with pytest.raises(AccountLockedError):
            staff.enter(name, totp)
    (lock,) = staff.logged(EventKind.ACCOUNT_LOCK, name)
    refusals = staff.logged(EventKind.SESSION_REFUSE, name)
    assert [record["details"]["wrong"] for record in refusals] == ["password"] * 5
    assert lock["username"] is None
    staff.access.turned_away.flush()
    with staff.database.owner.connect() as connection:
        counted = connection.execute(
            text("SELECT details -> 'accounts' ->> :name FROM audit_record ORDER BY seq DESC"),
            {"name": name},
        ).scalars()
        assert next(counted) == "2"


@pytest.mark.parametrize(
    ("seconds", "locks"), [(15 * 60 - 1, True), (15 * 60, True), (15 * 60 + 1, False)]
)
def test_failures_count_for_fifteen_minutes(staff, clock, seconds, locks):
    name, _ = staff.hired()
    fail(staff, name, 4)
    clock.move(seconds=seconds)
    assert fail(staff, name) == [AccountLockedError if locks else SignInError]


def test_failures_spread_over_more_than_the_window_never_lock(staff, clock):
    name, totp = staff.hired()
    for _ in range(8):
        assert fail(staff, name) == [SignInError]
        clock.move(minutes=4)
    staff.enter(name, totp)


def test_a_success_starts_the_count_anew(staff, clock):
    name, totp = staff.hired()
    fail(staff, name, 4)
    staff.enter(name, totp)
    clock.move(seconds=30)
    assert fail(staff, name, 4) == [SignInError] * 4
    assert fail(staff, name) == [AccountLockedError]


def test_a_lock_stays_until_an_administrator_releases_it(staff, clock):
    name, totp = staff.hired()
    fail(staff, name, 5)
    clock.move(days=400)
    with pytest.raises(AccountLockedError):
        staff.enter(name, totp)
    staff.access.accounts.release(staff.admin, name)
    staff.enter(name, totp)
    (record,) = staff.logged(EventKind.ACCOUNT_RELEASE, name)
    assert record["username"] == "t.admin"


def test_after_a_release_the_count_starts_anew(staff):
    name, _ = staff.hired()
    fail(staff, name, 5)
    staff.access.accounts.release(staff.admin, name)
    assert fail(staff, name, 5) == [SignInError] * 4 + [AccountLockedError]


def test_names_that_no_account_can_have_are_locked_one_by_one(staff):
    first, second = f"? {new_name()}", f"? {new_name()}"
    assert fail(staff, first, 5)[-1] is AccountLockedError
    assert fail(staff, second) == [SignInError]
    assert fail(staff, first) == [AccountLockedError]


def test_who_is_not_administrator_releases_nobody(staff):
    name, _ = staff.hired()
    fail(staff, name, 5)
    with pytest.raises(DeniedError):
        staff.access.accounts.release(made_actor(Role.SUPERVISOR, username="t.boss"), name)


def test_another_number_in_the_file_locks_earlier(database, clock, tmp_path):
    file = tmp_path / "policy.toml"
    shipped = SHIPPED_FILE.read_text()
    file.write_text(shipped.replace("failures = { value = 5", "failures = { value = 2"))
    staff = open_staff(database, load_policy(file), clock)
    name, _ = staff.hired()
    assert fail(staff, name, 2) == [SignInError, AccountLockedError]


def test_an_old_hash_is_renewed_at_the_next_sign_in(database, policy, clock, staff):
    name, totp = staff.hired()
    dearer = open_access(
        database.service,
        policy=policy,
        audit=staff.audit,
        clock=clock,
        key=KEY,
        passwords=Passwords(
            policy.sign_in, hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        ),
    )
    dearer.sign_in.sign_in(name, PASSWORD, staff.code(totp), origin=HERE, acknowledged=True)
    with database.owner.connect() as connection:
        stored = connection.scalar(
            text("SELECT password_hash FROM account WHERE username = :n"), {"n": name}
        )
    assert "m=16,t=2" in stored
    assert CHEAP.check_needs_rehash(stored)
    clock.move(seconds=30)
    staff.enter(name, totp)


def test_a_password_that_changes_while_it_is_checked_lets_nobody_in(staff):
    """The check runs outside the transaction; what it was checked against must still stand."""
    name, totp = staff.hired()
    row = text("SELECT 1 FROM account WHERE username = :n FOR UPDATE")
    change = text("UPDATE account SET password_hash = :hash WHERE username = :n")
    with ThreadPoolExecutor(1) as pool:
        with staff.database.owner.begin() as connection:
            connection.execute(row, {"n": name})
            late = pool.submit(staff.enter, name, totp)
            await_waiting(staff.database, 1)
            connection.execute(change, {"n": name, "hash": CHEAP.hash("another one entirely")})
        with pytest.raises(SignInError):
            late.result()


@pytest.mark.parametrize("known", [True, False])
def test_parallel_guesses_get_no_more_than_five_answers(staff, known):
    """A lock that is only looked at before the slow part would let all of them through."""
    name = staff.hired()[0] if known else new_name("nobody")
    start = Barrier(8)

    def guess(number: int) -> type[Exception]:
        if number < 8:
            start.wait()
        with pytest.raises(SignInError) as caught:
            staff.try_in(name, f"guess number {number:04d}", "000000")
        return type(caught.value)

    with ThreadPoolExecutor(8) as pool:
        kinds = list(pool.map(guess, range(16)))
    assert kinds.count(SignInError) == 4
    assert kinds.count(AccountLockedError) == 12


def test_if_the_log_cannot_be_written_nobody_gets_in(database, policy, clock, staff):
    name, totp = staff.hired()
    log = AuditLog(database.service, clock=clock, organisation="x", policy_version="")  # refused
    broken = open_access(
        database.service,
        policy=policy,
        audit=log,
        clock=clock,
        key=KEY,
        passwords=Passwords(policy.sign_in, hasher=CHEAP),
    )
    count = text("SELECT count(*) FROM session WHERE username = :n")
    with pytest.raises(AuditWriteError):
        broken.sign_in.sign_in(name, PASSWORD, staff.code(totp), origin=HERE, acknowledged=True)
    with database.owner.connect() as connection:
        assert connection.scalar(count, {"n": name}) == 0
    staff.enter(name, totp)
