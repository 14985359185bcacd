"""Allowances: somebody asks for more reads under an inquiry, and another person decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, insert, select, update

from workbench.access import Action, require, require_another
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.detections.inquiries import Inquiries
from workbench.domain.allowance import Allowance, AllowanceState
from workbench.domain.clock import Clock
from workbench.domain.inquiry import Inquiry, InquiryState
from workbench.domain.person import Actor
from workbench.errors import CriteriaError, PurposeError
from workbench.policy import Policy
from workbench.policy.forms import check_words
from workbench.storage.inquiry_tables import inquiry, read_allowance

_c = read_allowance.c
_COLUMNS = [_c[name] for name in Allowance.__dataclass_fields__]
MOST_READS = 10**9


class Allowances:
    """Asks for allowances and decides them; each act is one transaction with its audit record.

    Parameters
    ----------
    engine
        Of the service role.
    inquiries
        Knows whose an inquiry is, and whether it can be used.
    policy, audit, clock
        Who may, where it is logged, and when.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        inquiries: Inquiries,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._inquiries = inquiries
        self._policy = policy
        self._audit = audit
        self._clock = clock

    def ask(self, actor: Actor, inquiry_id: UUID, *, reads: int, why: str) -> Allowance:
        """Ask for a number of reads under one's own open inquiry.

        Parameters
        ----------
        reads
            How many its looks may let out together, beside what one person may alone.
        why
            In words: what so many are needed for.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If it is not the actor's, or not open.
        CriteriaError
            If it is no number of reads.
        FormError
            If the words say too little.
        """
        at = self._clock()
        require(actor, Action.INQUIRIES_OPEN, policy=self._policy, audit=self._audit, at=at)
        found = self._inquiries.usable(actor, inquiry_id)
        if not 1 <= reads <= MOST_READS:
            raise CriteriaError(
                "So many reads cannot be asked for", given=reads, allowed=f"1 to {MOST_READS}"
            )
        values = {
            "inquiry_id": inquiry_id,
            "username": actor.person.username,
            "reads": reads,
            "why": check_words(self._policy.forms.reason, why, what="The reason for more reads"),
            "state": AllowanceState.WAITING,
            "asked_at": at,
        }
        with self._engine.begin() as connection:
            row = connection.execute(
                insert(read_allowance).values(values).returning(*_COLUMNS)
            ).one()
            asked = _allowance(row)
            entry = _entry(EventKind.INQUIRY_ASK, actor, found, asked, Outcome.WAITING)
            self._audit.append_in(connection, entry)
        return asked

    def of(self, actor: Actor, inquiry_id: UUID) -> list[Allowance]:
        """Return what was asked for under one of one's own inquiries, newest first.

        Raises
        ------
        DeniedError
            If it is not the actor's.
        """
        found = self._inquiries.of(actor, inquiry_id)
        wanted = select(*_COLUMNS).where(_c.inquiry_id == found.id).order_by(_c.id.desc())
        with self._engine.connect() as connection:
            return [_allowance(row) for row in connection.execute(wanted)]

    def decide(self, actor: Actor, number: int, *, approve: bool, note: str) -> Allowance:
        """Approve or refuse what somebody else asked for.

        Raises
        ------
        DeniedError
            If the person may not decide, or asked for it.
        PurposeError
            If no such allowance waits.
        FormError
            If the note says too little.
        """
        at = self._clock()
        require(actor, Action.INQUIRIES_DECIDE, policy=self._policy, audit=self._audit, at=at)
        said = check_words(self._policy.forms.note, note, what="The note")
        with self._engine.begin() as connection:
            wanted = select(*_COLUMNS).where(_c.id == number).with_for_update()
            row = connection.execute(wanted).one_or_none()
            if row is None or row.state != AllowanceState.WAITING:
                raise PurposeError(
                    "No such request for reads waits for a decision",
                    given=number,
                    allowed="one in the state waiting",
                )
            rule = self._policy.search.reads_per_look
            require_another(
                actor,
                row.username,
                Action.INQUIRIES_DECIDE,
                audit=self._audit,
                section=rule.section,
            )
            decided = {
                "state": AllowanceState.APPROVED if approve else AllowanceState.REFUSED,
                "decided_by": actor.person.username,
                "decided_at": at,
                "decision_note": said,
            }
            changed = update(read_allowance).where(_c.id == number).values(decided)
            found = _allowance(connection.execute(changed.returning(*_COLUMNS)).one())
            outcome = Outcome.ALLOWED if approve else Outcome.REFUSED
            of = self._inquiries.stated(connection, found.inquiry_id)
            entry = _entry(EventKind.INQUIRY_ALLOW, actor, of, found, outcome)
            self._audit.append_in(connection, entry)
        return found


def approved_allowances(connection: Connection, inquiry_id: UUID) -> list[Allowance]:
    """Return the approved allowances of an inquiry, the largest first."""
    wanted = (
        select(*_COLUMNS)
        .where(_c.inquiry_id == inquiry_id, _c.state == AllowanceState.APPROVED)
        .order_by(_c.reads.desc(), _c.id)
    )
    return [_allowance(row) for row in connection.execute(wanted)]


def waiting_allowances(connection: Connection) -> list[Allowance]:
    """Return everybody's allowances that wait and whose inquiry is still open, newest first."""
    wanted = (
        select(*_COLUMNS)
        .join(inquiry, inquiry.c.id == _c.inquiry_id)
        .where(_c.state == AllowanceState.WAITING, inquiry.c.state == InquiryState.OPEN)
        .order_by(_c.id.desc())
    )
    return [_allowance(row) for row in connection.execute(wanted)]


def _entry(
    kind: EventKind, actor: Actor, found: Inquiry, asked: Allowance, outcome: Outcome
) -> Entry:
    return Entry(
        kind,
        actor,
        purpose=found.purpose,
        case_number=found.case_number,
        reason=found.reason,
        inquiry_id=found.id,
        outcome=outcome,
        details={"inquirer": found.username, **asked.as_json()},
    )


def _allowance(row: Row[Any]) -> Allowance:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Allowance(**{**values, "state": AllowanceState(values["state"])})
