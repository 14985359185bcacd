"""Attacks on the way in: finding names, replaying codes, reading the database, floods."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from tests.access import HERE, KEY, PASSWORD, Staff, new_name, open_staff
from workbench.access import Passwords, open_access
from workbench.audit import EventKind
from workbench.errors import (
    AccountLockedError,
    SessionEndedError,
    SignInError,
)


@pytest.fixture
def staff(database, policy, clock) -> Staff:
    return open_staff(database, policy, clock)


def with_passwords(staff: Staff, policy, passwords: Passwords) -> Staff:
    access = open_access(
        staff.database.service,
        policy=policy,
        audit=staff.audit,
        clock=staff.clock,
        key=KEY,
        passwords=passwords,
    )
    return Staff(access, staff.audit, staff.database, staff.clock)


class CountingHasher(PasswordHasher):
    """Argon2 made cheap, which counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checks = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - its name
        self.checks += 1
        return super().verify(hash, password)


def test_every_way_to_fail_costs_one_check_of_the_same_kind(staff, policy):
    hasher = CountingHasher()
    staff = with_passwords(staff, policy, Passwords(policy.sign_in, hasher=hasher))
    known, totp = staff.hired()
    disabled, _ = staff.hired()
    staff.access.accounts.disable(staff.admin, disabled, reason="Left")
    invited = new_name()
    staff.access.accounts.create(staff.admin, invited, display_name="X", title="Detective")
    tries = [
        (known, "wrong horse entirely", "000000"),
        (known, PASSWORD, "not a code"),
        (disabled, PASSWORD, staff.code(totp)),
        (invited, PASSWORD, "000000"),
        (new_name("nobody"), PASSWORD, "000000"),
        ("", "", ""),
        ("' OR 1=1 --", "' OR 1=1 --", "000000"),
        ("\x00", "\x00", "\x00"),
        ("\ud800", "\ud800", "\ud800"),
        (known, "x" * 1_000_000, "000000"),
    ]
    answers = set()
    for one in tries:
        before = hasher.checks
        with pytest.raises(SignInError) as caught:
            staff.try_in(*one)
        answers.add(str(caught.value))
        assert hasher.checks == before + 1, one[0]
    assert len(answers) == 1


def test_a_name_that_does_not_exist_takes_as_long_as_one_that_does(staff, policy):
    """With the real argon2; a check left out would make a difference of a hundred times."""
    staff = with_passwords(staff, policy, Passwords(policy.sign_in))
    known, _ = staff.hired()

    def duration(name: str) -> float:
        begin = time.perf_counter()
        with pytest.raises(SignInError):
            staff.try_in(name, "wrong horse entirely", "000000")
        return time.perf_counter() - begin

    duration(new_name("warm"))
    pairs = [(duration(known), duration(new_name("nobody"))) for _ in range(5)]
    ratio = median(k for k, _ in pairs) / median(u for _, u in pairs)
    assert 1 / 3 < ratio < 3  # other work on the machine; without the check it is 20 or more


def test_a_name_that_does_not_exist_is_locked_like_one_that_does(staff):
    known, _ = staff.hired()
    answers = {}
    for name in (known, new_name("nobody")):
        answers[name] = []
        for _ in range(7):
            with pytest.raises(SignInError) as caught:
                staff.try_in(name, "wrong horse entirely", "000000")
            answers[name].append((type(caught.value), str(caught.value)))
    first, second = answers.values()
    assert first == second
    assert first[-1][0] is AccountLockedError


def test_a_locked_name_does_not_tell_whether_the_password_was_right(staff):
    name, totp = staff.hired()
    answers = []
    for _ in range(5):
        with pytest.raises(SignInError):
            staff.try_in(name, "wrong horse entirely", "000000")
    for password in (PASSWORD, "wrong horse entirely"):
        with pytest.raises(AccountLockedError) as caught:
            staff.try_in(name, password, staff.code(totp))
        answers.append(str(caught.value))
    assert answers[0] == answers[1]


def test_a_code_lets_in_once(staff):
    name, totp = staff.hired()
    code = staff.code(totp)
    staff.try_in(name, PASSWORD, code)
    with pytest.raises(SignInError):
        staff.try_in(name, PASSWORD, code)


def test_an_older_code_than_the_last_is_used_up_too(staff):
    name, totp = staff.hired()
    older = staff.code(totp, steps=-1)
    staff.try_in(name, PASSWORD, staff.code(totp))
    with pytest.raises(SignInError):
        staff.try_in(name, PASSWORD, older)
    staff.try_in(name, PASSWORD, staff.code(totp, steps=1))
    with pytest.raises(SignInError):
        staff.try_in(name, PASSWORD, staff.code(totp))


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_off_by_one_step(staff, steps, taken):
    name, totp = staff.hired()
    code = staff.code(totp, steps=steps)
    if taken:
        staff.try_in(name, PASSWORD, code)
    else:
        with pytest.raises(SignInError):
            staff.try_in(name, PASSWORD, code)


def test_the_same_code_at_the_same_time_lets_in_once(staff):
    name, totp = staff.hired()
    code, start = staff.code(totp), threading.Barrier(4)

    def enter(_: int) -> bool:
        start.wait()
        try:
            staff.try_in(name, PASSWORD, code)
        except SignInError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enter, range(4))) == [False, False, False, True]


def everything_stored(staff: Staff) -> str:
    """Return every row of every table as text, bytes in hexadecimal."""
    names = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    with staff.database.owner.connect() as connection:
        tables = connection.scalars(names).all()
        return "\n".join(
            str(row)
            for table in tables
            for row in connection.scalars(text(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
        )


def test_no_secret_is_in_the_database(staff):
    """Whoever reads it can neither sign in nor go on with a session."""
    name = new_name()
    password = "amber-teapot-on-quiet-stilts"
    invitation = staff.access.accounts.create(
        staff.admin, name, display_name="Made Up", title="Detective"
    )
    address = staff.access.invitations.accept(invitation.token, password, origin=HERE)
    secret = address.split("secret=")[1].split("&")[0]
    code = staff.code(pyotp.parse_uri(address))
    token = staff.try_in(name, password, code).token
    mistyped = "my-password-in-the-name-field"
    with pytest.raises(SignInError):
        staff.try_in(mistyped, "x", code)
    stored = everything_stored(staff)
    assert name in stored
    for kept_out in (password, secret, token, invitation.token, mistyped):
        assert kept_out not in stored
        assert kept_out.encode().hex() not in stored


def test_what_was_stored_for_a_session_opens_none(staff):
    name, totp = staff.hired()
    begun = staff.enter(name, totp)
    with staff.database.owner.connect() as connection:
        row = connection.execute(
            text("SELECT encode(token_hash, 'hex') AS h, id FROM session WHERE username = :n"),
            {"n": name},
        ).one()
    assert row.id == begun.session
    for stolen in (row.h, str(row.id), f"\\x{row.h}"):
        with pytest.raises(SessionEndedError):
            staff.access.sessions.actor_of(stolen, HERE)


def test_a_second_factor_moved_to_another_account_opens_nothing(staff):
    """Who may write to the table cannot give themselves somebody else's authenticator."""
    attacker, totp = staff.hired()
    victim, _ = staff.hired()
    with staff.database.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE account SET totp_secret = (SELECT totp_secret FROM account"
                " WHERE username = :a) WHERE username = :v"
            ),
            {"a": attacker, "v": victim},
        )
    with pytest.raises(SignInError):
        staff.try_in(victim, PASSWORD, staff.code(totp))
    (record,) = staff.logged(EventKind.SESSION_REFUSE, victim)
    assert record["details"]["wrong"] == "unreadable"


def test_tokens_are_long_and_never_the_same(staff, clock):
    name, totp = staff.hired()
    tokens = set()
    for _ in range(20):
        tokens.add(staff.enter(name, totp).token)
        clock.move(seconds=30)
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)  # 256 bits in base 64
    assert "token" not in repr(staff.enter(name, totp))


class SlowHasher(PasswordHasher):
    """Says how many checks ran at the same time."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self._lock = threading.Lock()
        self.running = self.most = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - its name
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.05)
        try:
            return super().verify(hash, password)
        finally:
            with self._lock:
                self.running -= 1


def test_a_flood_runs_no_more_checks_at_a_time_than_there_are_slots(policy):
    hasher = SlowHasher()
    passwords = Passwords(policy.sign_in, hasher=hasher, slots=2)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: passwords.matches("x", None), range(12)))
    assert answers == [False] * 12
    assert hasher.most <= 2


def test_who_waits_too_long_is_told_to_come_back(policy):
    passwords = Passwords(policy.sign_in, hasher=SlowHasher(), slots=1, wait_s=0.01)
    passwords.matches("x", None)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(passwords.matches, "x", None) for _ in range(4)]
    errors = [future.exception() for future in futures]
    assert any(isinstance(error, SignInError) for error in errors)
    assert passwords.matches("x", None) is False
