"""What waits for the decision of another person, shown to those who decide; recorded."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.detections.allowances import waiting_allowances
from workbench.detections.inquiries import Inquiries
from workbench.detections.read_limits import ReadLimits
from workbench.domain.allowance import Allowance
from workbench.domain.clock import Clock
from workbench.domain.inquiry import Inquiry
from workbench.domain.person import Actor
from workbench.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReads:
    """An allowance that waits, with what it takes to decide it.

    Attributes
    ----------
    inquiry
        Under which the reads are asked for: purpose, case and reason.
    out_today
        How many reads the person's looks have let out in the last 24 hours.
    """

    allowance: Allowance
    inquiry: Inquiry
    out_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Others' inquiries and requests for reads that wait, newest first.

    Attributes
    ----------
    access_id
        The record that says who was shown them.
    """

    inquiries: tuple[Inquiry, ...]
    asked: tuple[AskedReads, ...]
    access_id: int


class WaitingDecisions:
    """Shows what waits to those who may decide it; nobody is shown their own.

    Parameters
    ----------
    engine
        Of the service role.
    inquiries, limits
        Know what was stated, and what a person's looks have let out.
    policy, audit, clock
        Who may, where it is logged, and when.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        inquiries: Inquiries,
        limits: ReadLimits,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._inquiries = inquiries
        self._limits = limits
        self._policy = policy
        self._audit = audit
        self._clock = clock

    def show(self, actor: Actor) -> Waiting:
        """Return what others wait for; recorded before and after.

        Raises
        ------
        DeniedError
            If the person may not decide.
        AuditWriteError
            If the log cannot be written; then nothing is shown.
        """
        at = self._clock()
        require(actor, Action.INQUIRIES_DECIDE, policy=self._policy, audit=self._audit, at=at)
        told = {"what": "waiting"}
        begun = Entry(EventKind.INQUIRY_VIEW, actor, outcome=Outcome.STARTED, details=told)
        record = self._audit.append(begun)
        me = actor.person.username
        with self._engine.connect() as connection:
            inquiries = tuple(
                one for one in self._inquiries.waiting(connection) if one.username != me
            )
            asked = tuple(
                AskedReads(
                    allowance=one,
                    inquiry=self._inquiries.stated(connection, one.inquiry_id),
                    out_today=self._limits.out_today(one.username),
                )
                for one in waiting_allowances(connection)
                if one.username != me
            )
        shown = {
            **told,
            "inquiries": [str(one.id) for one in inquiries],
            "allowances": [one.allowance.id for one in asked],
        }
        self._audit.append(
            Entry(
                EventKind.INQUIRY_VIEW,
                actor,
                access_id=record.seq,
                outcome=Outcome.RETURNED,
                details=shown,
            )
        )
        return Waiting(inquiries=inquiries, asked=asked, access_id=record.seq)
