"""The entry of the Approvals page: one desk and one view for each session that opens it."""

from __future__ import annotations

from typing import Any

import panel as pn

from apps.inquiry.approvals_state import ApprovalDesk
from apps.inquiry.approvals_view import ApprovalsView
from apps.parts.shell import Shell
from apps.session import open_page_session
from apps.site import Site
from workbench.access import Action, decide


def approvals_page(site: Site) -> Any:
    """Return the page for the session that asks for it."""
    session = open_page_session(site)
    runtime = site.runtime
    desk = ApprovalDesk(visitor=session.visitor, inquiries=runtime.inquiries)
    may = decide(
        session.person, Action.INQUIRIES_DECIDE, policy=runtime.policy, at=runtime.clock()
    ).allowed
    view = ApprovalsView(site, desk, may_decide=may)
    shell = Shell("Approvals", "approvals", pages=session.pages, person=session.person)
    pn.state.onload(view.load)
    return shell.fill(sidebar=[], main=view.main)
