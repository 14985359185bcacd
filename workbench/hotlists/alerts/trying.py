"""Tries a target: one test, by the way that alerts go, so that people know before the first hit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Engine, select

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.alert import Level, TargetKind
from workbench.domain.clock import Clock
from workbench.domain.person import Actor
from workbench.errors import AlertError, AlertTargetError
from workbench.hotlists.alerts.bodies import trial_body
from workbench.hotlists.alerts.sending.parcel import About, Parcel, Sender
from workbench.hotlists.alerts.target import Target
from workbench.hotlists.alerts.target_rows import stored_target
from workbench.policy import Policy
from workbench.storage.alert_tables import alert_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a test ended.

    Attributes
    ----------
    number
        Of its record in the log; stands in what was sent.
    key
        As a receiver sees it.
    problem
        Why the target did not take it; ``None`` if it did.
    """

    number: int
    key: UUID
    problem: str | None


class Trying:
    """Sends tests: signed and sent as alerts are, marked as tests, without any plate.

    They go past the outbox: a test is answered at once, and one that failed does not come hours
    later, when nobody waits for it.

    Parameters
    ----------
    engine
        Connects as the service role.
    policy, audit, clock
        Who may, where it is logged, and when.
    senders
        For each kind of target.
    pages_address
        Where people reach the pages.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
        senders: Mapping[TargetKind, Sender],
        pages_address: str,
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._audit = audit
        self._clock = clock
        self._senders = senders
        self._pages = pages_address

    def send(self, by: Actor, name: str) -> Tried:
        """Send a test to a target and return how it ended; logged before it leaves and after.

        Raises
        ------
        DeniedError
            If the actor may not.
        AlertTargetError
            If there is none of that name, or it is switched off.
        AuditWriteError
            If the log cannot be written; then nothing was sent, or nobody is told how it ended.
        """
        at = self._clock()
        require(by, Action.ALERTS_MANAGE, policy=self._policy, audit=self._audit, at=at)
        target, key = self._target(name), uuid4()
        number = self._audit.append(_entry(by, name, key, Outcome.STARTED)).seq
        problem = None
        try:
            self._senders[target.kind].send(self._parcel(target, number, key), target)
        except AlertError as error:
            problem = str(error)
        outcome = Outcome.DONE if problem is None else Outcome.FAILED
        self._audit.append(_entry(by, name, key, outcome, problem))
        return Tried(number=number, key=key, problem=problem)

    def _target(self, name: str) -> Target:
        wanted = select(alert_target).where(alert_target.c.name == name, alert_target.c.enabled)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise AlertTargetError(
                "No target of that name is switched on",
                given=name,
                next_step="see `workbench alerts targets list`",
            )
        return stored_target(row).target

    def _parcel(self, target: Target, number: int, key: UUID) -> Parcel:
        page = f"{self._pages}/"
        body = trial_body(number, key, self._clock(), target=target.name, page=page)
        return Parcel(
            key=key,
            about=About.TEST,
            number=number,
            level=Level.LOW,
            informational=False,
            page=page,
            body=body,
        )


def _entry(by: Actor, name: str, key: UUID, outcome: Outcome, problem: str | None = None) -> Entry:
    details = {"test": True, "target": name, "key": str(key), "error": problem}
    return Entry(EventKind.ALERT_SEND, by, outcome=outcome, details=details)
