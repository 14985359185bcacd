"""Deciding what waits for approval (Policy 426.5 (c)): inquiries, and numbers of reads."""

from __future__ import annotations

from dataclasses import dataclass

import param

from apps.auth.visitor import Visitor
from workbench.detections.allowances import Allowances
from workbench.detections.inquiries import Inquiries
from workbench.detections.waiting import AskedReads, Waiting, WaitingDecisions
from workbench.domain.inquiry import Inquiry


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One thing that waits: an inquiry, or a number of reads under one.

    Attributes
    ----------
    inquiry
        That waits itself, or under which reads are asked for.
    asked
        The request for reads, if it is one.
    """

    inquiry: Inquiry
    asked: AskedReads | None = None

    @property
    def key(self) -> str:
        """By which a row is known."""
        return f"reads {self.asked.allowance.id}" if self.asked else str(self.inquiry.id)


class ApprovalDesk(param.Parameterized):
    """What waits, as one supervisor or administrator sees it."""

    visitor: Visitor = param.ClassSelector(class_=Visitor, constant=True)
    inquiries: Inquiries = param.ClassSelector(class_=Inquiries, constant=True)
    allowances: Allowances = param.ClassSelector(class_=Allowances, constant=True)
    decisions: WaitingDecisions = param.ClassSelector(class_=WaitingDecisions, constant=True)

    waiting = param.List(default=[], item_type=WaitingLine, doc="Newest first")
    selected = param.ClassSelector(class_=WaitingLine, default=None)
    note = param.String(default="")

    def listed(self) -> Waiting:
        """Return what others wait for; recorded.

        Raises
        ------
        DeniedError, SessionEndedError
            If the person may not decide, or is no longer signed in.
        """
        return self.decisions.show(self.visitor.actor())

    def decided(self, line: WaitingLine, *, approve: bool) -> str:
        """Approve or refuse one with the typed note, and return what was decided, in words.

        Raises
        ------
        DeniedError
            If the person may not decide, or it is their own.
        PurposeError
            If it does not wait any more.
        FormError
            If the note says too little.
        """
        actor = self.visitor.actor()
        if line.asked is not None:
            number = line.asked.allowance.id
            done = self.allowances.decide(actor, number, approve=approve, note=self.note)
            return f"{done.reads:,} reads for {done.username}"
        act = self.inquiries.approve if approve else self.inquiries.refuse
        return f"the inquiry of {act(actor, line.inquiry.id, note=self.note).username}"

    def select(self, key: str) -> None:
        """Choose what waits by its key; an unknown one chooses none."""
        self.selected = next((line for line in self.waiting if line.key == key), None)

    def take(self, found: Waiting) -> None:
        """Show what waits now."""
        lines = [WaitingLine(one) for one in found.inquiries]
        lines += [WaitingLine(one.inquiry, one) for one in found.asked]
        self.param.update(waiting=lines, selected=None, note="")
