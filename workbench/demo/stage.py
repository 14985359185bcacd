"""What the steps of the demo share: the city, the open workbench, and its clocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cached_property

from workbench.access import SignedIn
from workbench.client import Workbench, connect
from workbench.demo.city import City
from workbench.demo.codes import CODE_LASTS_S, code_at
from workbench.demo.home import DemoHome, Progress
from workbench.demo.year import year_ending
from workbench.domain.clock import Clock, system_clock
from workbench.domain.person import Actor, Channel, Origin, Role
from workbench.errors import SignInError
from workbench.policy import Policy, load_policy
from workbench.runtime import Runtime, build_runtime
from workbench.service.server import serving
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.migrations import migrate

Report = Callable[[int, int], None]
"""Takes how many are done and how many there are."""

ORIGIN = Origin(channel=Channel.COMMAND, address="127.0.0.1", agent="workbench demo")


class MovingClock:
    """A clock for the made-up past; it only goes forward."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return the made-up present."""
        return self.at

    def move_to(self, at: datetime) -> None:
        """Go forward to an instant; an earlier one changes nothing."""
        self.at = max(self.at, at)


class Stage:
    """The open workbench of a demo.

    Parameters
    ----------
    settings
        Where everything is.
    city
        What it is about.
    stack
        Closes what is opened here.
    clock
        The real present.
    """

    def __init__(
        self, settings: Settings, city: City, stack: ExitStack, *, clock: Clock = system_clock
    ) -> None:
        self.settings = settings
        self.city = city
        self.home = DemoHome(settings.home)
        self.clock = clock
        self._stack = stack
        self.progress = Progress(city.seed, city.reads, city.ending)
        self.found: tuple[str, ...] = ()

    def keep(self, progress: Progress) -> None:
        """Remember what is done, here and in the home."""
        self.home.save(progress)
        self.progress = progress

    @cached_property
    def policy(self) -> Policy:
        """The policy of this installation."""
        return load_policy(self.settings.policy_file, retention=self.settings.retention_file)

    @cached_property
    def database(self) -> AllRoles:
        """The database, started and migrated."""
        database = self._stack.enter_context(
            open_all_roles(
                self.settings, read_timeout_s=self.policy.search.statement_timeout_s.value
            )
        )
        migrate(database)
        return database

    @cached_property
    def now(self) -> Runtime:
        """The workbench in the real present."""
        return self.runtime_at(self.clock)

    @cached_property
    def past_clock(self) -> MovingClock:
        """The made-up past: from the day before the city's year, or where an earlier run ended."""
        start, _ = year_ending(self.city.ending)
        head = self.now.audit.head()
        before = start - timedelta(days=1)
        return MovingClock(max(before, head.recorded_at) if head else before)

    @cached_property
    def past(self) -> Runtime:
        """The workbench in the made-up past."""
        return self.runtime_at(self.past_clock)

    def runtime_at(self, clock: Clock) -> Runtime:
        """Return the workbench with another clock."""
        return build_runtime(self.settings, self.policy, self.database, clock=clock)

    @cached_property
    def analyst(self) -> Workbench:
        """A trained analyst's session with the service, as a notebook has it."""
        url = self._stack.enter_context(serving(self.now))
        name = next(p.username for p in self.city.people if p.role is Role.ANALYST and p.trained)
        person = self.home.people()[name]

        def session() -> Workbench:
            code = code_at(person["otpauth"], self.clock())
            return connect(url, username=name, password=person["password"], code=code)

        try:
            alpr = session()
        except SignInError:  # a run just before this one has used up the code
            time.sleep(CODE_LASTS_S)
            alpr = session()
        return self._stack.enter_context(alpr)

    def sign_in(self, runtime: Runtime, username: str) -> SignedIn:
        """Sign a made-up person in with password and code."""
        person = self.home.people()[username]
        return runtime.sign_in.sign_in(
            username,
            person["password"],
            code_at(person["otpauth"], runtime.clock()),
            origin=ORIGIN,
            acknowledged=True,
        )

    def acting(self, runtime: Runtime, username: str) -> Actor:
        """Return a made-up person, signed in."""
        return runtime.sessions.actor_of(self.sign_in(runtime, username).token, ORIGIN)
