"""Stating a purpose and choosing among one's own inquiries; holds no widgets."""

from __future__ import annotations

from uuid import UUID

import param

from apps.auth.visitor import Visitor
from workbench.detections.allowances import Allowances
from workbench.detections.inquiries import Inquiries
from workbench.domain.allowance import Allowance
from workbench.domain.inquiry import Inquiry, InquiryState
from workbench.errors import CriteriaError, PurposeError
from workbench.policy import Policy


class InquiryDesk(param.Parameterized):
    """One person's inquiries at one page.

    Nothing can be looked at through a page whose desk has no usable inquiry; the door checks the
    same again.
    """

    visitor: Visitor = param.ClassSelector(class_=Visitor, constant=True, allow_refs=False)
    inquiries: Inquiries = param.ClassSelector(class_=Inquiries, constant=True)
    allowances: Allowances = param.ClassSelector(class_=Allowances, constant=True)
    policy: Policy = param.ClassSelector(class_=Policy, constant=True)

    purpose = param.String(default="")
    case_number = param.String(default="")
    reason = param.String(default="")
    current = param.ClassSelector(class_=Inquiry, default=None, doc="The chosen inquiry")
    mine = param.List(default=[], item_type=Inquiry, doc="Open and waiting ones, newest first")

    @property
    def usable(self) -> bool:
        """Whether rows may be asked for under the chosen inquiry, as far as the page knows."""
        return self.current is not None and self.current.state is InquiryState.OPEN

    @property
    def purposes(self) -> dict[str, str]:
        """Titles of the policy's purposes to their codes."""
        return {rule.title: rule.code for rule in self.policy.purposes}

    def needs_approval(self, purpose: str) -> bool:
        """Return whether the policy lets nobody use that purpose by themselves."""
        return any(rule.needs_approval for rule in self.policy.purposes if rule.code == purpose)

    def title_of(self, purpose: str) -> str:
        """Return the policy's words for a purpose code."""
        return next((r.title for r in self.policy.purposes if r.code == purpose), purpose)

    def stated(self) -> Inquiry:
        """State the typed purpose and return the inquiry; may wait for a database.

        Raises
        ------
        PurposeError
            If purpose, reason or case number are missing.
        DeniedError, SessionEndedError
            If the person may not, or is no longer signed in.
        """
        if not self.purpose:
            raise PurposeError(
                "No purpose is chosen", next_step="choose what the search is for from the list"
            )
        return self.inquiries.open(
            self.visitor.actor(),
            purpose=self.purpose,
            reason=self.reason,
            case_number=self.case_number or None,
        )

    def stated_one(self) -> Inquiry:
        """Return the chosen inquiry; whether it may be used is for the door to say.

        Raises
        ------
        PurposeError
            If none is chosen.
        """
        if self.current is None:
            raise PurposeError("No purpose has been stated", next_step="open an inquiry first")
        return self.current

    def seen(self, inquiry_id: UUID) -> Inquiry:
        """Return one of the person's own inquiries as it stands now.

        Raises
        ------
        DeniedError
            If it is not theirs.
        """
        return self.inquiries.of(self.visitor.actor(), inquiry_id)

    def listed(self) -> list[Inquiry]:
        """Return the person's inquiries that are open or waiting."""
        return self.inquiries.mine(self.visitor.actor())

    def closed(self) -> Inquiry:
        """End the chosen inquiry and return it.

        Raises
        ------
        PurposeError
            If none is chosen.
        """
        return self.inquiries.close(self.visitor.actor(), self.stated_one().id)

    def asked_for_reads(self, reads: str, why: str) -> Allowance:
        """Ask for a number of reads under the chosen inquiry.

        Raises
        ------
        PurposeError
            If none is chosen.
        CriteriaError
            If what was typed is no number of reads.
        FormError
            If the words say too little.
        """
        typed = reads.replace(",", "").strip()
        if not typed.isdecimal():
            raise CriteriaError("That is no number of reads", given=reads, allowed="such as 20000")
        actor = self.visitor.actor()
        return self.allowances.ask(actor, self.stated_one().id, reads=int(typed), why=why)

    def take(self, inquiry: Inquiry | None) -> None:
        """Work under an inquiry, or under none."""
        emptied = {} if inquiry is None else {"reason": "", "case_number": ""}
        self.param.update(current=inquiry, **emptied)
