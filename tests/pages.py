"""The real pages on a real port, in a thread, with people who can sign in, for tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyotp
from tornado.ioloop import IOLoop

from apps.ground import Ground
from apps.serve import make_server
from apps.site import Site, open_site
from tests.access import AT_PAGE, CHEAP, Staff
from workbench.access import Passwords, open_access
from workbench.access.keys import load_or_make_key
from workbench.domain.person import Role
from workbench.policy import Policy
from workbench.runtime import Runtime, build_runtime
from workbench.settings import Settings
from workbench.storage.database import AllRoles


@dataclass
class Pages:
    """Running pages and the people of their department."""

    url: str
    runtime: Runtime
    site: Site
    staff: Staff
    clock: Any
    server: Any

    def person(self, *roles: Role, trained: bool = True) -> tuple[str, pyotp.TOTP]:
        """Return a new person who can sign in."""
        name, totp = self.staff.hired(*(roles or (Role.ANALYST,)))
        for system in self.runtime.policy.training.systems.value if trained else ():
            self.staff.access.grants.record_training(
                self.staff.admin, name, system=system, completed_at=self.clock()
            )
        return name, totp

    def token(self, *roles: Role, trained: bool = True) -> str:
        """Return the session token of a new person who has signed in."""
        return self.staff.enter(*self.person(*roles, trained=trained)).token


@contextmanager
def open_pages(
    settings: Settings, policy: Policy, database: AllRoles, clock: Any, roads: Any
) -> Iterator[Pages]:
    """Serve until the block ends."""
    runtime = build_runtime(settings, policy, database, clock=clock)
    access = open_access(
        database.service,
        policy=policy,
        audit=runtime.audit,
        clock=clock,
        key=load_or_make_key(settings.home / "keys"),
        passwords=Passwords(policy.sign_in, hasher=CHEAP),
    )
    staff = Staff(access, runtime.audit, database, clock, here=AT_PAGE)
    ground = Ground(roads, area=policy.department.area.value)
    with open_site(runtime, ground) as site, _in_thread(site) as server:
        yield Pages(f"http://127.0.0.1:{server.port}", runtime, site, staff, clock, server)


@contextmanager
def _in_thread(site: Site) -> Iterator[Any]:
    started = threading.Event()
    running: dict[str, Any] = {}

    def run() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        running["loop"] = IOLoop.current()
        running["server"] = make_server(site, host="127.0.0.1", port=0)
        running["server"].start()
        running["loop"].add_callback(started.set)
        running["loop"].start()
        running["server"].stop()
        loop.close()

    thread = threading.Thread(target=run, name="pages", daemon=True)
    thread.start()
    assert started.wait(60), "the pages do not start"
    try:
        yield running["server"]
    finally:
        running["loop"].add_callback(running["loop"].stop)
        thread.join(30)
