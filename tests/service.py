"""The real service on a real port, with people who can sign in, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.access import CHEAP, Staff
from workbench.access import Passwords, open_access
from workbench.access.keys import load_or_make_key
from workbench.client import InquiryHandle, Workbench, connect
from workbench.domain.person import Role
from workbench.policy import Policy
from workbench.runtime import Runtime, build_runtime
from workbench.service.server import serving
from workbench.settings import Settings
from workbench.storage.database import AllRoles

REASON = "Made-up robbery for a test"


@dataclass
class Service:
    """A running service and the people of its department."""

    url: str
    runtime: Runtime
    staff: Staff
    clock: Any

    def token(self, *roles: Role) -> str:
        """Return the token of a new person with these roles, trained and signed in."""
        name, totp = self.staff.hired(*(roles or (Role.ANALYST,)))
        for system in self.runtime.policy.training.systems.value:
            self.staff.access.grants.record_training(
                self.staff.admin, name, system=system, completed_at=self.clock()
            )
        return self.staff.enter(name, totp).token

    @contextmanager
    def http(self, token: str | None = None) -> Iterator[httpx.Client]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx.Client(base_url=self.url, headers=headers, trust_env=False) as client:
            yield client

    def workbench(self, *roles: Role) -> Workbench:
        return connect(self.url, token=self.token(*roles))

    def inquiry(self, *roles: Role) -> InquiryHandle:
        return self.workbench(*roles).inquiry(purpose="active_investigation", reason=REASON)


def with_rules(policy: Policy, **values: float) -> Policy:
    """Return the policy with other numbers of availability."""
    rules = policy.availability
    changed = {
        name: getattr(rules, name).model_copy(update={"value": value})
        for name, value in values.items()
    }
    return policy.model_copy(update={"availability": rules.model_copy(update=changed)})


class Clockwork:
    """Seconds that a test sets, for what counts in them."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def open_service(
    settings: Settings, policy: Policy, database: AllRoles, clock: Any
) -> Iterator[Service]:
    runtime = build_runtime(settings, policy, database, clock=clock)
    access = open_access(
        database.service,
        policy=policy,
        audit=runtime.audit,
        clock=clock,
        key=load_or_make_key(settings.home / "keys"),
        passwords=Passwords(policy.sign_in, hasher=CHEAP),
    )
    staff = Staff(access, runtime.audit, database, clock)
    with serving(runtime) as url:
        yield Service(url, runtime, staff, clock)
    access.turned_away.flush()
