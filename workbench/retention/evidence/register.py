"""The register of packages: everybody sees their own, and whose duty it is sees all; recorded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from workbench.access.decide import decide
from workbench.access.office import Office
from workbench.access.viewing import recorded_view
from workbench.audit import EventKind
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.retention.evidence import stored
from workbench.retention.evidence.package import Package


def seen_packages(office: Office, by: Actor, *, unbooked: bool = False) -> list[Package]:
    """Return the packages that somebody sees, newest first; or those that nobody booked.

    Raises
    ------
    DeniedError
        If the person may not see any.
    AuditWriteError
        If it cannot be logged; then nothing is shown.
    """
    office.require(by, Action.EVIDENCE_VIEW)
    everybodys = oversees(office, by)

    def read(connection: Connection) -> tuple[list[Package], dict[str, Any]]:
        whose = None if everybodys else by.person.username
        found = stored.packages_of(connection, whose, unbooked=unbooked)
        return found, {"packages": len(found)}

    asked = {"packages": "unbooked" if unbooked else "all", "of": _whose(by, everybodys)}
    return recorded_view(office, by, EventKind.EVIDENCE_VIEW, asked, read)


def seen_package(office: Office, by: Actor, package_id: int) -> Package:
    """Return a package.

    Raises
    ------
    DeniedError
        If the person may not see any.
    EvidenceError
        If there is none of that number that they see; the answer is the same.
    AuditWriteError
        If it cannot be logged; then nothing is shown.
    """
    office.require(by, Action.EVIDENCE_VIEW)

    def read(connection: Connection) -> tuple[Package, dict[str, Any]]:
        return own_or_overseen(office, connection, by, package_id), {"package": package_id}

    asked = {"package": package_id, "of": _whose(by, oversees(office, by))}
    return recorded_view(office, by, EventKind.EVIDENCE_VIEW, asked, read)


def own_or_overseen(office: Office, connection: Connection, by: Actor, package_id: int) -> Package:
    """Return a package that somebody made themselves, or that it is their duty to see.

    Raises
    ------
    EvidenceError
        If there is none; of others' packages the answer is the same.
    """
    found = stored.read_package(connection, package_id)
    if found.begun_by != by.person.username and not oversees(office, by):
        raise stored.no_such_package(package_id)
    return found


def oversees(office: Office, by: Actor) -> bool:
    """Return whether it is somebody's duty to see everybody's packages."""
    at = office.clock()
    return decide(by.person, Action.EVIDENCE_OVERSEE, policy=office.policy, at=at).allowed


def _whose(by: Actor, everybodys: bool) -> str:  # noqa: FBT001 - one word of a record
    return "everybody" if everybodys else by.person.username
