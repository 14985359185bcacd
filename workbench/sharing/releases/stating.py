"""The inquiry under which what fulfils a request is packed, stated for the request."""

from __future__ import annotations

from uuid import UUID

from workbench.detections.inquiries import Inquiries
from workbench.domain.person import Actor
from workbench.domain.release import ReleaseStep
from workbench.errors import ReleaseError
from workbench.sharing.releases.desk import Releases


def state_inquiry(inquiries: Inquiries, releases: Releases, by: Actor, number: int) -> UUID:
    """Open an inquiry for a request, with the purpose that its review found; return its number.

    Raises
    ------
    DeniedError
        If the person may not see requests or open inquiries.
    ReleaseError
        If there is no such request, or nobody has reviewed it.
    PurposeError
        If the policy asks for a case number; then open one under a number of the department.
    """
    release = releases.show(by, number)
    reviewed = [event for event in release.events if event.step is ReleaseStep.REVIEWED]
    if not reviewed:
        raise ReleaseError("Nobody has reviewed the request", given=number)
    # Their case has their number, which is none of the department's.
    theirs = f" in their case {release.asked.case_number}" if release.asked.case_number else ""
    reason = f"Release {number} to {release.agency.name}{theirs}: {release.asked.purpose}"
    opened = inquiries.open(by, purpose=reviewed[0].details["purpose_code"], reason=reason[:2_000])
    return opened.id
