"""Booking: under which number a package lies in evidence."""

from __future__ import annotations

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import EvidenceError
from workbench.policy import Policy
from workbench.policy.forms import check_number
from workbench.retention.evidence import stored
from workbench.retention.evidence.package import Package, PackageState
from workbench.retention.evidence.register import own_or_overseen


def checked_number(policy: Policy, number: str | None) -> str | None:
    """Return a booking number as it is kept; it says a number and nothing else.

    Raises
    ------
    FormError
        If one is given that is none.

    Examples
    --------
    >>> from workbench.policy import load_policy
    >>> checked_number(load_policy(), " 2026-5571 ")
    '2026-5571'
    """
    if number is None:
        return None
    return check_number(policy.forms.booking_number, number, what="The booking number")


def book_package(office: Office, actor: Actor, package_id: int, number: str) -> Package:
    """Record a booking number; a later one takes the place of an earlier, and both stay.

    Raises
    ------
    DeniedError
        If the person may not.
    EvidenceError
        If the person sees no such package, or it was not made.
    FormError
        If the number is none.
    AuditWriteError
        If it cannot be logged; then it is not recorded.
    """
    at = office.require(actor, Action.EVIDENCE_BOOK)
    given = checked_number(office.policy, number) or ""
    with office.engine.begin() as connection:
        found = own_or_overseen(office, connection, actor, package_id)
        if found.state is not PackageState.MADE:
            raise EvidenceError(
                "Only a package that was made can be booked",
                given=f"package {package_id} is {found.state.value}",
                next_step="make it anew, or settle it with `workbench evidence settle`",
            )
        stored.book(connection, package_id, given, by=actor.person.username, at=at)
        entry = Entry(
            EventKind.EVIDENCE_BOOK,
            actor,
            purpose=found.purpose,
            case_number=found.case_number,
            access_id=found.access_id,
            outcome=Outcome.DONE,
            details={"package": package_id, "booking": given, "seal": found.seal},
        )
        office.audit.append_in(connection, entry)
        return stored.read_package(connection, package_id)
