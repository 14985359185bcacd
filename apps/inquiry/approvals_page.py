"""The entry of the Approvals page: one desk and one view for each session that opens it."""

from __future__ import annotations

from typing import Any

import panel as pn

from apps.inquiry.approvals_state import ApprovalDesk
from apps.inquiry.approvals_view import ApprovalsView
from apps.parts.shell import Shell
from apps.session import PageSession


def approvals_page(session: PageSession) -> Any:
    """Return the page for the session that asks for it."""
    site, runtime = session.site, session.site.runtime
    desk = ApprovalDesk(
        visitor=session.visitor,
        inquiries=runtime.inquiries,
        allowances=runtime.allowances,
        decisions=runtime.waiting,
    )
    view = ApprovalsView(site, desk)
    shell = Shell(session)
    pn.state.onload(view.load)
    return shell.fill(sidebar=[], main=view.main)
