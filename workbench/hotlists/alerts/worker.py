"""Sends what the outbox holds: one round for a timer, or without end for a service."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from workbench.domain.alert import DeliveryState, TargetKind
from workbench.errors import AlertError
from workbench.hotlists.alerts.outbox import Claimed, Outbox
from workbench.hotlists.alerts.parcels import Parcels
from workbench.hotlists.alerts.sending.parcel import Sender

Told = Callable[[Claimed, DeliveryState], None]
"""Hears of each attempt and how the delivery stands after it."""

LANES = 8
POLL_S = 1.0
"""How often a worker looks by itself, should PostgreSQL not tell it."""
HELD_S = 0.1
"""The same while something waits for its target's lane."""
LOOK_S = 60.0
"""How often it looks for what else people are to be told, such as late lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a round did: deliveries that were sent, that failed and wait, and that are dead now."""

    sent: int
    waiting: int
    dead: int


class AlertWorker:
    """Has a lane for each target, so that one that hangs holds up no other.

    Parameters
    ----------
    outbox
        Where deliveries come from.
    parcels
        Makes what is sent.
    senders
        For each kind of target.
    lanes
        How many targets at the same time.
    look
        Queues what people are to be told that nobody queued when it happened, such as lists
        that did not come; before a round, and every minute of a watch.
    told
        Hears of each attempt.
    """

    def __init__(
        self,
        outbox: Outbox,
        parcels: Parcels,
        senders: Mapping[TargetKind, Sender],
        *,
        lanes: int = LANES,
        look: Callable[[], object] | None = None,
        told: Told | None = None,
    ) -> None:
        self._outbox = outbox
        self._parcels = parcels
        self._senders = senders
        self._lanes = lanes
        self._look = look or (lambda: None)
        self._told = told

    def round(self) -> Tally:
        """Send everything that is due, each once, and return what became of it.

        Raises
        ------
        AuditWriteError
            If the log cannot be written.
        """
        self._look()
        with ThreadPoolExecutor(self._lanes) as pool:
            running = [pool.submit(self._lane, target) for target in self._outbox.due_targets()]
        states = sum((lane.result() for lane in running), Counter())
        return Tally(
            sent=states[DeliveryState.SENT],
            waiting=states[DeliveryState.WAITING],
            dead=states[DeliveryState.DEAD],
        )

    def watch(self, listen: Callable[[float], None], stop: threading.Event) -> None:
        """Send what becomes due until told to stop; what is under way is finished first.

        Parameters
        ----------
        listen
            Waits so many seconds at most, less when something was queued.
        stop
            Set from a signal.

        Raises
        ------
        AuditWriteError
            If the log cannot be written; whoever watches over the worker starts it again.
        """
        busy: dict[int, Future[Counter[DeliveryState]]] = {}
        look_at_s = time.monotonic()
        with ThreadPoolExecutor(self._lanes) as pool:
            try:
                while not stop.is_set():
                    if time.monotonic() >= look_at_s:
                        self._look()
                        look_at_s = time.monotonic() + LOOK_S
                    listen(self._start_lanes(pool, busy, stop))
            finally:
                stop.set()  # after an error the other lanes end too
        for lane in busy.values():
            lane.result()

    def _start_lanes(
        self,
        pool: ThreadPoolExecutor,
        busy: dict[int, Future[Counter[DeliveryState]]],
        stop: threading.Event,
    ) -> float:
        """Start a lane for each target that has none; return how long to listen then."""
        for target in [target for target, lane in busy.items() if lane.done()]:
            busy.pop(target).result()
        due = self._outbox.due_targets()
        held = busy.keys() & due
        for target in due:
            if target not in busy:
                busy[target] = pool.submit(self._lane, target, stop)
        # A lane that was just ending may have missed what came in that moment.
        return HELD_S if held else POLL_S

    def _lane(self, target: int, stop: threading.Event | None = None) -> Counter[DeliveryState]:
        states: Counter[DeliveryState] = Counter()
        while not (stop and stop.is_set()) and (claimed := self._outbox.claim(target)):
            state = self._attempt(claimed)
            states[state] += 1
            if self._told:
                self._told(claimed, state)
        return states

    def _attempt(self, claimed: Claimed) -> DeliveryState:
        target = claimed.target
        try:
            self._senders[target.kind].send(self._parcels.parcel(claimed), target)
        except AlertError as error:
            return self._outbox.failed(claimed, error)
        self._outbox.sent(claimed)
        return DeliveryState.SENT
