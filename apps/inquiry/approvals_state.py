"""Deciding inquiries that wait for approval (Policy 426.5 (c)); holds no widgets."""

from __future__ import annotations

from uuid import UUID

import param

from apps.auth.visitor import Visitor
from workbench.detections.inquiries import Inquiries
from workbench.domain.inquiry import Inquiry


class ApprovalDesk(param.Parameterized):
    """The waiting inquiries as one supervisor or administrator sees them."""

    visitor: Visitor = param.ClassSelector(class_=Visitor, constant=True)
    inquiries: Inquiries = param.ClassSelector(class_=Inquiries, constant=True)

    waiting = param.List(default=[], item_type=Inquiry, doc="Newest first")
    selected = param.ClassSelector(class_=Inquiry, default=None)
    note = param.String(default="")

    def listed(self) -> list[Inquiry]:
        """Return everybody's inquiries that wait.

        Raises
        ------
        DeniedError, SessionEndedError
            If the person may not see them, or is no longer signed in.
        """
        return self.inquiries.waiting(self.visitor.actor())

    def decided(self, inquiry_id: UUID, *, approve: bool) -> Inquiry:
        """Approve or refuse one with the typed note and return it.

        Raises
        ------
        DeniedError
            If the person may not decide, or opened it.
        PurposeError
            If it does not wait any more, or the note is empty.
        """
        act = self.inquiries.approve if approve else self.inquiries.refuse
        return act(self.visitor.actor(), inquiry_id, note=self.note)

    def select(self, key: str) -> None:
        """Choose a waiting inquiry by its number; an unknown one chooses none."""
        self.selected = next((found for found in self.waiting if str(found.id) == key), None)

    def take(self, waiting: list[Inquiry]) -> None:
        """Show what waits now."""
        self.param.update(waiting=waiting, selected=None, note="")
