"""Demands in the hands of the records custodian: put on file, and answered by a package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from workbench.access.named_people import named_person
from workbench.access.office import Office
from workbench.access.viewing import recorded_view
from workbench.audit import Entry, EventKind, Outcome
from workbench.detections.inquiries import Inquiries
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.domain.read_set import ReadSet
from workbench.errors import DemandError
from workbench.policy.forms import check_case_number
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import MakesPackages, Package
from workbench.retention.evidence.recipient import Recipient
from workbench.sharing.demands.demand import FiledDemand, LawfulDemand
from workbench.sharing.demands.stored import add_demand, read_demand, read_demands
from workbench.sharing.releases.recording import KeepsOriginals

LARGEST_DOCUMENT_BYTES = 25 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosing:
    """What is disclosed on a demand, under which inquiry, and where it is written.

    Attributes
    ----------
    inquiry_id
        An open inquiry of who packs, with the demand's case number.
    reads, hold_id
        Which reads; one of the two.
    two_sided
        Whether what speaks against is packed too, as disclosure mostly asks for.
    """

    inquiry_id: UUID
    out: Path
    reads: ReadSet | None = None
    hold_id: int | None = None
    two_sided: bool = True


class Demands:
    """Keeps lawful demands on file and answers them.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    originals
        Keeps the documents.
    packages
        Makes what is disclosed; without it nothing can be.
    """

    def __init__(
        self, office: Office, *, originals: KeepsOriginals, packages: MakesPackages | None
    ) -> None:
        self._office = office
        self._originals = originals
        self._packages = packages

    def record(
        self, by: Actor, demand: LawfulDemand, document: bytes, *, received_by: str | None = None
    ) -> FiledDemand:
        """Put a demand on file with its document.

        Parameters
        ----------
        document
            The paper as it came, scanned or mailed; kept byte by byte under its hash.
        received_by
            Who of the department received it, if it was somebody else.

        Raises
        ------
        DeniedError
            If the person may not disclose.
        DemandError
            If there is no document, it is too large, or its date is still to come.
        FormError, PersonUnknownError
            If the case number is none, or the receiver is nobody of the department.
        """
        at = self._office.require(by, Action.EVIDENCE_DISCLOSE)
        check_case_number(self._office.policy, demand.case_number)
        if not 0 < len(document) <= LARGEST_DOCUMENT_BYTES:
            raise DemandError(
                "The demand's document is missing or too large",
                given=f"{len(document)} bytes",
                allowed=f"1 to {LARGEST_DOCUMENT_BYTES} bytes",
            )
        if demand.issued_on > at.date():
            raise DemandError(
                "The demand is not issued yet", given=demand.issued_on, allowed="up to today"
            )
        with self._office.engine.begin() as connection:
            values = {
                "document_sha256": self._originals.put(document),
                "received_at": at,
                "received_by": self._receiver(connection, by, received_by),
                "recorded_at": at,
                "recorded_by": by.person.username,
            }
            filed = add_demand(connection, demand, values)
            entry = Entry(
                EventKind.DEMAND_RECORD,
                by,
                case_number=demand.case_number,
                outcome=Outcome.DONE,
                details={"demand": filed.id, "kind": demand.kind.value, "court": demand.court}
                | {"document_sha256": filed.document_sha256, "received_by": filed.received_by},
            )
            self._office.audit.append_in(connection, entry)
        return filed

    def disclose(self, by: Actor, number: int, given: Disclosing) -> Package:
        """Make the package that a demand obliges to; a look of its own kind.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not.
        DemandError
            If there is no such demand.
        EvidenceError
            If the package cannot be made, or the inquiry has another case number.
        """
        self._office.require(by, Action.EVIDENCE_DISCLOSE)
        if self._packages is None:
            raise DemandError("This installation cannot make packages, so it discloses nothing")
        with self._office.engine.connect() as connection:
            filed = read_demand(connection, number)
        recipient = Recipient(
            agency=filed.demand.court,
            person=filed.demand.asked_by,
            purpose=f"{filed.demand.kind.value.replace('_', ' ')} of {filed.demand.issued_on}",
            demand_id=filed.id,
        )
        order = Order(
            reads=given.reads,
            hold_id=given.hold_id,
            two_sided=given.two_sided,
            recipient=recipient,
            accesses=given.two_sided,
        )
        return self._packages.make_package(by, given.inquiry_id, order, out=given.out)

    def list(self, by: Actor) -> list[FiledDemand]:
        """Return demands, the newest first; recorded.

        Raises
        ------
        DeniedError
            If the person may not see requests.
        """
        self._office.require(by, Action.RELEASES_VIEW)

        def read(connection: Connection) -> tuple[list[FiledDemand], dict[str, Any]]:
            found = read_demands(connection)
            return found, {"demands": len(found)}

        return recorded_view(self._office, by, EventKind.DEMAND_VIEW, {"demands": "all"}, read)

    def show(self, by: Actor, number: int) -> FiledDemand:
        """Return a demand; recorded.

        Raises
        ------
        DeniedError
            If the person may not see requests.
        DemandError
            If there is none of that number.
        """
        return self._shown(by, number, EventKind.DEMAND_VIEW)

    def document(self, by: Actor, number: int) -> bytes:
        """Return the document as it came; each opening is recorded. Raises as `show` does."""
        filed = self._shown(by, number, EventKind.DEMAND_ORIGINAL)
        return self._originals.get(filed.document_sha256)

    def _shown(self, by: Actor, number: int, kind: EventKind) -> FiledDemand:
        self._office.require(by, Action.RELEASES_VIEW)

        def read(connection: Connection) -> tuple[FiledDemand, dict[str, Any]]:
            return read_demand(connection, number), {"demand": number}

        return recorded_view(self._office, by, kind, {"demand": number}, read)

    def _receiver(self, connection: Connection, by: Actor, named: str | None) -> str:
        if named is None or named == by.person.username:
            return by.person.username
        return named_person(connection, named, what="Who received the demand").username


def state_disclosure(
    inquiries: Inquiries, demands: Demands, by: Actor, number: int, purpose: str
) -> UUID:
    """Open an inquiry for a demand, with its case number; return its number.

    Raises
    ------
    DeniedError
        If the person may not see demands or open inquiries.
    DemandError
        If there is no such demand.
    PurposeError
        If the policy has no such purpose.
    """
    said = demands.show(by, number).demand
    kind = said.kind.value.replace("_", " ")
    reason = f"Disclosure on demand {number}, {kind} of {said.court}: {said.asked_for}"
    opened = inquiries.open(
        by, purpose=purpose, reason=reason[:2_000], case_number=said.case_number
    )
    return opened.id
