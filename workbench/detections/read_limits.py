"""How many reads looks may let out: a number a look, a number a person and day, and allowances.

What a person's looks let out stands in their outcomes in the log and is summed there, in the
transaction that writes the next outcome. There is no counter beside it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine

from workbench.audit import AuditLog, Entry
from workbench.audit.ceiling import AllowanceCeiling, PersonCeiling
from workbench.detections.allowances import approved_allowances
from workbench.domain.allowance import Allowance
from workbench.domain.clock import Clock
from workbench.errors import ApprovalNeededError
from workbench.policy import Policy
from workbench.policy.rule import Rule

DAY = timedelta(hours=24)


class ReadLimits:
    """Writes outcomes of looks that let reads out, or says that another person has to agree first.

    Parameters
    ----------
    engine
        Of the service role; knows the allowances.
    policy, audit, clock
        The numbers, where outcomes stand, and the present instant.
    """

    def __init__(self, engine: Engine, *, policy: Policy, audit: AuditLog, clock: Clock) -> None:
        self._engine = engine
        self._rules = policy.search
        self._audit = audit
        self._clock = clock

    def check_asked(self, inquiry_id: UUID, rows: int) -> None:
        """Refuse a look that asks for more rows than one look may bring, before anything is read.

        Raises
        ------
        ApprovalNeededError
            If no allowance of the inquiry is as large.
        """
        rule = self._rules.reads_per_look
        if rows > rule.value and not any(rows <= one.reads for one in self._approved(inquiry_id)):
            raise _too_many("This look", f"{rows} reads", rule, "a look")

    def check_found(self, username: str, inquiry_id: UUID, reads: int) -> None:
        """Refuse reads that are too many, before anything is made of them.

        It spares work; what counts is `let_out`.

        Raises
        ------
        ApprovalNeededError
            If they are more than may be let out now.
        """
        if self._may_alone(username, reads):
            return
        for one in self._approved(inquiry_id):
            if self._audit.reads_out(_under(one)) + reads <= one.reads:
                return
        raise self._refusal(username, reads)

    def let_out(self, outcome: Entry, reads: int) -> None:
        """Write the outcome of a look that lets reads out.

        Parameters
        ----------
        outcome
            Of the look, without the number of reads.
        reads
            How many it lets out; nothing may be handed out before this has returned.

        Raises
        ------
        ApprovalNeededError
            If they are more than may be let out; then nothing is written.
        AuditWriteError
            If the log cannot be written.
        """
        if reads == 0:
            self._audit.append(outcome, durable=False)
            return
        username = outcome.actor.person.username if outcome.actor else ""
        told = {**outcome.details, "reads": reads}
        if reads <= self._rules.reads_per_look.value:
            entry = replace(outcome, details=told)
            if self._audit.append_within(entry, self._alone(username)) is not None:
                return
        approved = self._approved(outcome.inquiry_id) if outcome.inquiry_id else []
        for one in approved:
            entry = replace(outcome, details={**told, "allowance": one.id})
            if self._audit.append_within(entry, _under(one)) is not None:
                return
        raise self._refusal(username, reads)

    def out_today(self, username: str) -> int:
        """Return how many reads a person's looks let out in the last 24 hours by themselves."""
        return self._audit.reads_out(self._alone(username))

    def _may_alone(self, username: str, reads: int) -> bool:
        if reads > self._rules.reads_per_look.value:
            return False
        return self.out_today(username) + reads <= self._rules.reads_per_day.value

    def _alone(self, username: str) -> PersonCeiling:
        return PersonCeiling(self._rules.reads_per_day.value, username, self._clock() - DAY)

    def _approved(self, inquiry_id: UUID) -> list[Allowance]:
        with self._engine.connect() as connection:
            return approved_allowances(connection, inquiry_id)

    def _refusal(self, username: str, reads: int) -> ApprovalNeededError:
        a_look, a_day = self._rules.reads_per_look, self._rules.reads_per_day
        if reads > a_look.value:
            return _too_many("This look", f"{reads} reads", a_look, "a look")
        before = self.out_today(username)
        given = f"{reads} reads, after {before} in the last 24 hours"
        return _too_many("This look, with those before it,", given, a_day, "a person and 24 hours")


def _under(one: Allowance) -> AllowanceCeiling:
    return AllowanceCeiling(one.reads, one.inquiry_id, one.id)


def _too_many(what: str, given: str, rule: Rule[int], each: str) -> ApprovalNeededError:
    return ApprovalNeededError(
        f"{what} would bring out more reads than one person may alone",
        given=given,
        allowed=f"{rule.value} reads {each} ({rule.section})",
        next_step="narrow it, or ask for a number of reads on the inquiry: a supervisor or ALPR "
        "administrator decides (`workbench inquiries ask`, Ask for more reads on the page)",
    )
