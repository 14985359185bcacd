"""Inquiries: a purpose is stated, and where the policy asks for it approved, before any look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, Row, insert, select, update

from workbench.access import Action, require, require_another
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.inquiry import Inquiry, InquiryState
from workbench.domain.person import Actor
from workbench.errors import ApprovalNeededError, DeniedError, PurposeError
from workbench.policy import Policy
from workbench.policy.forms import check_case_number, check_words
from workbench.storage.inquiry_tables import inquiry as inquiry_table

_c = inquiry_table.c
_COLUMNS = [_c[name] for name in Inquiry.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class _Words:
    """What was said to open an inquiry, as it is kept, and whether it waits."""

    reason: str
    case_number: str | None
    waits: bool


class Inquiries:
    """States, decides and finds inquiries; each act is one transaction with its audit record.

    Parameters
    ----------
    engine
        Of the service role.
    policy
        Says which purposes there are and which need approval.
    audit
        Where every act is logged.
    clock
        The present instant.
    """

    def __init__(self, engine: Engine, *, policy: Policy, audit: AuditLog, clock: Clock) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._policy = policy
        self._audit = audit
        self._clock = clock

    def open(
        self, actor: Actor, *, purpose: str, reason: str, case_number: str | None = None
    ) -> Inquiry:
        """State a purpose.

        Parameters
        ----------
        actor
            Who asks.
        purpose
            A purpose code of the policy.
        reason
            In the person's own words.
        case_number
            Where there is one; the policy may demand it.

        Returns
        -------
        Inquiry
            ``open``, or ``waiting`` when the purpose needs somebody's approval.

        Raises
        ------
        PurposeError
            If the purpose is unknown or the case number is missing.
        FormError
            If the reason says too little, or the case number is not written as they are.
        DeniedError
            If the person may not open inquiries.
        """
        at = self._clock()
        require(actor, Action.INQUIRIES_OPEN, policy=self._policy, audit=self._audit, at=at)
        words = self._checked(purpose, reason, case_number)
        stated = Inquiry(
            id=uuid4(),
            username=actor.person.username,
            purpose=purpose,
            case_number=words.case_number,
            reason=words.reason,
            state=InquiryState.WAITING if words.waits else InquiryState.OPEN,
            opened_at=at,
        )
        with self._engine.begin() as connection:
            connection.execute(insert(inquiry_table).values(_values(stated)))
            self._audit.append_in(
                connection,
                _entry(
                    EventKind.INQUIRY_OPEN,
                    actor,
                    stated,
                    Outcome.WAITING if words.waits else Outcome.ALLOWED,
                ),
            )
        return stated

    def approve(self, actor: Actor, inquiry_id: UUID, *, note: str) -> Inquiry:
        """Approve a waiting inquiry (Policy 426.5 (c)); never one's own.

        Raises
        ------
        DeniedError
            If the person may not decide, or opened it.
        PurposeError
            If it does not wait.
        FormError
            If the note says too little.
        """
        return self._decide(actor, inquiry_id, note, InquiryState.OPEN, EventKind.INQUIRY_APPROVE)

    def refuse(self, actor: Actor, inquiry_id: UUID, *, note: str) -> Inquiry:
        """Refuse a waiting inquiry; raises as `approve` does."""
        return self._decide(actor, inquiry_id, note, InquiryState.REFUSED, EventKind.INQUIRY_REFUSE)

    def close(self, actor: Actor, inquiry_id: UUID) -> Inquiry:
        """End one's own inquiry; nothing can be searched under it any more."""
        found = self.of(actor, inquiry_id)
        with self._engine.begin() as connection:
            row = connection.execute(
                update(inquiry_table)
                .where(_c.id == found.id)
                .values(state=InquiryState.CLOSED, closed_at=self._clock())
                .returning(*_COLUMNS)
            ).one()
            self._audit.append_in(
                connection, _entry(EventKind.INQUIRY_CLOSE, actor, found, Outcome.DONE)
            )
        return _inquiry(row)

    def of(self, actor: Actor, inquiry_id: UUID) -> Inquiry:
        """Return one of the actor's own inquiries.

        Raises
        ------
        DeniedError
            If there is none of that number or it is somebody else's; the answer is the same.
        """
        found = self._found(inquiry_id)
        if found is None or found.username != actor.person.username:
            raise DeniedError(
                "There is no such inquiry of yours",
                given=str(inquiry_id),
                next_step="open an inquiry with a purpose first",
            )
        return found

    def usable(self, actor: Actor, inquiry_id: UUID) -> Inquiry:
        """Return an inquiry under which the actor may look now.

        Raises
        ------
        DeniedError
            If it is not the actor's, was refused or is closed.
        ApprovalNeededError
            If it still waits.
        """
        found = self.of(actor, inquiry_id)
        if found.state is InquiryState.WAITING:
            raise ApprovalNeededError(
                f"The purpose {found.purpose!r} needs approval before rows show",
                given=str(found.id),
                allowed="approval by a supervisor or ALPR administrator (Policy 426.5 (c))",
                next_step="ask one of them to decide it, then search again",
            )
        if found.state is not InquiryState.OPEN:
            raise DeniedError(
                f"The inquiry is {found.state.value}",
                given=str(found.id),
                next_step="open another one",
            )
        return found

    def mine(self, actor: Actor) -> list[Inquiry]:
        """Return the actor's own inquiries that are open or waiting, newest first."""
        states = [InquiryState.OPEN.value, InquiryState.WAITING.value]
        mine = _c.username == actor.person.username
        return self._list(select(*_COLUMNS).where(mine, _c.state.in_(states)))

    def waiting(self, connection: Connection) -> list[Inquiry]:
        """Return everybody's inquiries that wait, newest first, for `WaitingDecisions` to show."""
        wanted = select(*_COLUMNS).where(_c.state == InquiryState.WAITING.value)
        rows = connection.execute(wanted.order_by(_c.opened_at.desc()))
        return [_inquiry(row) for row in rows]

    def stated(self, connection: Connection, inquiry_id: UUID) -> Inquiry:
        """Return an inquiry, whoever's it is; what is done about it says who may."""
        row = connection.execute(select(*_COLUMNS).where(_c.id == inquiry_id)).one()
        return _inquiry(row)

    def _list(self, statement: Any) -> list[Inquiry]:
        with self._reading.connect() as connection:
            rows = connection.execute(statement.order_by(_c.opened_at.desc()))
            return [_inquiry(row) for row in rows]

    def _found(self, inquiry_id: UUID) -> Inquiry | None:
        with self._reading.connect() as connection:
            row = connection.execute(select(*_COLUMNS).where(_c.id == inquiry_id)).one_or_none()
        return _inquiry(row) if row else None

    def _checked(self, purpose: str, reason: str, case_number: str | None) -> _Words:
        known = {rule.code: rule for rule in self._policy.purposes}
        if purpose not in known:
            raise PurposeError("Unknown purpose", given=purpose, allowed=", ".join(sorted(known)))
        said = check_words(self._policy.forms.reason, reason, what="The reason")
        case = (case_number or "").strip() or None
        if case is not None:
            case = check_case_number(self._policy, case)
        elif self._policy.search.case_number_required.value:
            form = self._policy.forms.case_number
            raise PurposeError(
                "The policy asks for a case number", allowed=f"{form.value} ({form.section})"
            )
        return _Words(said, case, waits=known[purpose].needs_approval)

    def _decide(
        self, actor: Actor, inquiry_id: UUID, note: str, state: InquiryState, kind: EventKind
    ) -> Inquiry:
        at = self._clock()
        require(actor, Action.INQUIRIES_DECIDE, policy=self._policy, audit=self._audit, at=at)
        said = check_words(self._policy.forms.note, note, what="The note")
        with self._engine.begin() as connection:
            row = connection.execute(
                select(*_COLUMNS).where(_c.id == inquiry_id).with_for_update()
            ).one_or_none()
            if row is None or row.state != InquiryState.WAITING.value:
                raise PurposeError(
                    "No such inquiry waits for a decision",
                    given=str(inquiry_id),
                    allowed="an inquiry in the state waiting",
                )
            require_another(
                actor,
                row.username,
                Action.INQUIRIES_DECIDE,
                audit=self._audit,
                section="426.5 (c)",
            )
            decided = connection.execute(
                update(inquiry_table)
                .where(_c.id == inquiry_id)
                .values(
                    state=state,
                    decided_by=actor.person.username,
                    decided_at=at,
                    decision_note=said,
                )
                .returning(*_COLUMNS)
            ).one()
            found = _inquiry(decided)
            self._audit.append_in(connection, _entry(kind, actor, found, Outcome.DONE))
        return found


def _entry(kind: EventKind, actor: Actor, found: Inquiry, outcome: Outcome) -> Entry:
    details = {"inquirer": found.username}
    if found.decision_note:
        details["note"] = found.decision_note
    return Entry(
        kind,
        actor,
        purpose=found.purpose,
        case_number=found.case_number,
        reason=found.reason,
        inquiry_id=found.id,
        outcome=outcome,
        details=details,
    )


def _values(stated: Inquiry) -> dict[str, Any]:
    return {name: getattr(stated, name) for name in Inquiry.__dataclass_fields__}


def _inquiry(row: Row[Any]) -> Inquiry:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Inquiry(**{**values, "state": InquiryState(values["state"])})
