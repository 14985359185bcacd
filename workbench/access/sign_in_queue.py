"""Where sign-ins wait for each other and for nobody else, in the service and in the pages."""

from __future__ import annotations

import asyncio
import math
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from workbench.access.turned_away import TurnedAway
from workbench.access.turns import Tries
from workbench.access.usernames import as_username
from workbench.domain.forwarded import address_group
from workbench.domain.person import Origin
from workbench.errors import BusyError, SignInError, TooOftenError
from workbench.policy.availability_rules import AvailabilityRules

T = TypeVar("T")

_NAME_CHARACTERS = 64
_ANSWER_STEP_S = 0.25
"""A refusal is answered at a whole multiple of this: how long it took tells nothing of why."""

_TURNED_AWAY_S = 1.0
"""What is not even checked is answered after this, so that a crowd that asks again at once comes
once a second and not as fast as the service can say no."""

_NICENESS = 15
"""Hashing a password keeps a processor busy on purpose; whoever is signed in goes first."""


class SignInQueue:
    """Checks sign-ins on workers of their own, as many and as often as the policy lets.

    Used by one event loop.

    Parameters
    ----------
    rules
        How many at once, how many wait, how often an address and a name may fail.
    turned_away
        Counts what is not even checked.
    elapsed
        Seconds that only ever go forward.
    """

    def __init__(
        self,
        rules: AvailabilityRules,
        turned_away: TurnedAway,
        *,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workers = ThreadPoolExecutor(
            rules.sign_ins_at_once.value, "sign-in", initializer=_give_way
        )
        self._most = rules.sign_ins_at_once.value + rules.sign_ins_waiting.value
        self._by_address = Tries(rules.tries_per_minute_by_address.value, elapsed=elapsed)
        self._by_name = Tries(rules.tries_per_minute_by_name.value, elapsed=elapsed)
        self._turned_away = turned_away
        self._elapsed = elapsed
        self._under_way = 0

    async def run(self, typed_name: str, origin: Origin, work: Callable[[], T]) -> T:
        """Return what checking a sign-in returns.

        Parameters
        ----------
        typed_name
            Whose sign-in it claims to be; whether there is such an account changes nothing.
        origin
            Where it comes from.
        work
            The check; runs in a worker.

        Raises
        ------
        TooOftenError
            If the address or the name has failed too often within a minute.
        BusyError
            If too many others wait.
        SignInError
            As the check does.
        """
        address = address_group(origin.address)
        name = as_username(typed_name) or typed_name[:_NAME_CHARACTERS]
        try:
            self._admit(address, name, origin)
        except (BusyError, TooOftenError):
            await asyncio.sleep(_TURNED_AWAY_S)
            raise
        began = self._elapsed()
        self._under_way += 1
        try:
            done = await asyncio.get_running_loop().run_in_executor(self._workers, work)
        except SignInError:
            took = self._elapsed() - began
            await asyncio.sleep(math.ceil(took / _ANSWER_STEP_S) * _ANSWER_STEP_S - took)
            raise
        finally:
            self._under_way -= 1
        self._by_address.give_back(address)
        self._by_name.give_back(name)
        return done

    def close(self) -> None:
        """End the workers; what waits is not begun."""
        self._workers.shutdown(cancel_futures=True)

    def _admit(self, address: str, name: str, origin: Origin) -> None:
        if self._under_way >= self._most:
            self._turned_away.count("busy", origin)
            raise BusyError(
                "Too many sign-ins wait",
                allowed=f"{self._most} at one time",
                next_step="try again in a few seconds",
            )
        try:
            self._by_address.take(address)
            self._by_name.take(name)
        except TooOftenError:
            self._turned_away.count("too often", origin)
            raise


def _give_way() -> None:
    """Let this thread, and the threads that hash for it, have the processor after others."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
