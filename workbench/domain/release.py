"""The life of a request for release: its states, and the steps that lead from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReleaseState(StrEnum):
    """Where a request stands; sorted."""

    APPROVED = "approved"
    FILED = "filed"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    REQUESTED = "requested"
    REVIEWED = "reviewed"
    ROUTED = "routed"


class ReleaseStep(StrEnum):
    """What is done about a request; the state that follows has the same name. Sorted."""

    APPROVED = "approved"
    FILED = "filed"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    REVIEWED = "reviewed"
    ROUTED = "routed"


class DemandKind(StrEnum):
    """What obliges the department to disclose to a court or to the defence; sorted."""

    COURT_ORDER = "court_order"
    DISCOVERY_REQUEST = "discovery_request"
    SUBPOENA = "subpoena"


class RequestForm(StrEnum):
    """How a written request came; sorted."""

    EMAIL = "email"
    FORM = "form"


COMES_AFTER: Mapping[ReleaseStep, tuple[ReleaseState, ...]] = {
    ReleaseStep.APPROVED: (ReleaseState.REVIEWED,),
    ReleaseStep.FILED: (ReleaseState.FULFILLED, ReleaseState.REFUSED, ReleaseState.ROUTED),
    ReleaseStep.FULFILLED: (ReleaseState.APPROVED,),
    ReleaseStep.REFUSED: (ReleaseState.APPROVED, ReleaseState.REVIEWED),
    ReleaseStep.REVIEWED: (ReleaseState.REQUESTED,),
    ReleaseStep.ROUTED: (ReleaseState.REQUESTED, ReleaseState.REVIEWED),
}
"""The states in which each step can be taken (Policy 426.9).

A request that the sharing guard refuses is refused as soon as it is recorded.
"""

BY_GUARD = "sharing_guard"
"""What ``details.by`` says when the guard refused, and no person."""
