"""The services of people over the tests' database, with argon2 made cheap."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import text

from tests.people import made_actor
from workbench.access import Access, Passwords, SignedIn, open_access
from workbench.access.second_factor import STEP_S
from workbench.audit import AuditLog, EventKind
from workbench.domain.person import Actor, Channel, Origin, Role
from workbench.policy import Policy
from workbench.storage.database import AllRoles

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "plum-violin-granite-otter"
HERE = Origin(Channel.COMMAND, "127.0.0.1", agent="pytest")
AT_PAGE = Origin(Channel.PAGE, "127.0.0.1", agent="pytest")
KEY = bytes(range(32))

_numbers = count(1)


def new_name(stem: str = "t") -> str:
    """Return a user name that no other test has."""
    return f"{stem}.{uuid4().hex[:10]}{next(_numbers)}"


@dataclass
class Staff:
    """A department's people in a test, and the clock that they live by."""

    access: Access
    audit: AuditLog
    database: AllRoles
    clock: Any
    here: Origin = HERE

    @property
    def admin(self) -> Actor:
        return made_actor(Role.ALPR_ADMINISTRATOR, username="t.admin")

    def hired(self, *roles: Role, username: str | None = None) -> tuple[str, pyotp.TOTP]:
        """Return a person who can sign in."""
        name = username or new_name()
        made = self.access.accounts.create(
            self.admin, name, display_name="Made Up", title="Crime Analyst"
        )
        address = self.access.invitations.accept(made.token, PASSWORD, origin=HERE)
        for role in roles:
            self.access.grants.grant_role(self.admin, name, role)
        return name, pyotp.parse_uri(address)

    def code(self, totp: pyotp.TOTP, *, steps: int = 0) -> str:
        """Return the code that the person's app shows now, or some steps away."""
        return totp.generate_otp(int(self.clock().timestamp()) // STEP_S + steps)

    def enter(self, name: str, totp: pyotp.TOTP, *, password: str = PASSWORD) -> SignedIn:
        return self.try_in(name, password, self.code(totp))

    def try_in(self, name: str, password: str, code: str) -> SignedIn:
        return self.access.sign_in.sign_in(
            name, password, code, origin=self.here, acknowledged=True
        )

    def logged(self, kind: EventKind, account: str | None) -> list[dict[str, Any]]:
        """Return the audit records about an account, oldest first."""
        sql = "SELECT * FROM audit_record WHERE kind = :kind AND details ->> 'account' = :name"
        with self.database.owner.connect() as connection:
            rows = connection.execute(
                text(f"{sql} ORDER BY seq"), {"kind": kind.value, "name": account}
            )
            return [dict(row) for row in rows.mappings()]


def open_staff(database: AllRoles, policy: Policy, clock: Any) -> Staff:
    """Return the services with cheap argon2."""
    audit = AuditLog(
        database.service,
        clock=clock,
        organisation=policy.department.name.value,
        policy_version=policy.version,
    )
    access = open_access(
        database.service,
        policy=policy,
        audit=audit,
        clock=clock,
        key=KEY,
        passwords=Passwords(policy.sign_in, hasher=CHEAP),
    )
    return Staff(access, audit, database, clock)


def await_waiting(database: AllRoles, connections: int) -> None:
    """Wait until so many connections wait for a row that somebody else holds."""
    sql = text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with database.owner.connect() as connection:
            if connection.scalar(sql) >= connections:
                return
        time.sleep(0.01)
    raise AssertionError(f"fewer than {connections} connections are waiting")
