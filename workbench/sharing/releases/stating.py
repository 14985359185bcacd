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
        If the policy asks for a case number and the request has none.
    """
    release = releases.show(by, number)
    reviewed = [event for event in release.events if event.step is ReleaseStep.REVIEWED]
    if not reviewed:
        raise ReleaseError("Nobody has reviewed the request", given=number)
    opened = inquiries.open(
        by,
        purpose=reviewed[0].details["purpose_code"],
        reason=f"Release {number} to {release.agency.name}: {release.asked.purpose}"[:2_000],
        case_number=release.asked.case_number,
    )
    return opened.id
