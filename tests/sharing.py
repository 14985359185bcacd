"""Made-up agencies, requests and packages for tests."""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from tests.people import DESK, made_person
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Actor, Role
from workbench.domain.read_set import ReadSet
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.domain.release import ReleaseState, RequestForm
from workbench.retention.evidence import stored
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import PackageState
from workbench.sharing.agencies.agency import Agency, AgencyProfile
from workbench.sharing.open import SharingParts, open_sharing
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.evidence_maker import wanted
from workbench.sharing.releases.packages import MANIFEST, MadePackage, PackageOrder
from workbench.sharing.releases.request import Release, WrittenRequest
from workbench.sharing.releases.steps import Approve, Review
from workbench.storage.pictures import PictureStore

AT = datetime(2026, 11, 2, 18, tzinfo=UTC)
INQUIRY = UUID(int=7)
ASKED = ReadSet(search=SearchCriteria(plate=parse_pattern("7ABC123")))


REVIEW = Review(finding="Called back by the public number", purpose_code="active_investigation")


def approve(reason: str = "Their case, our reads", plate: str = "7ABC123") -> Approve:
    """Return an approval of the reads of a plate."""
    return Approve(reason=reason, reads=ReadSet(search=SearchCriteria(plate=parse_pattern(plate))))


_numbers = count(1)


def new_agency_name(stem: str = "Next Town") -> str:
    """Return the name of an agency that no other test has."""
    return f"{stem} {uuid4().hex[:8]}{next(_numbers)} Police Department"


def made_actor_named(name: str, *roles: Role, username: str) -> Actor:
    """Return a made-up person with a name of their own."""
    return Actor(
        person=replace(made_person(*roles, username=username), display_name=name), origin=DESK
    )


ADMIN = made_actor_named("Alex Admin", Role.ALPR_ADMINISTRATOR, username="t.admin")
ADMIN_2 = made_actor_named("Andrea Admin", Role.ALPR_ADMINISTRATOR, username="t.admin2")
CAPTAIN = made_actor_named("Chris Captain", Role.SERVICES_CAPTAIN, username="t.captain")
CUSTODIAN = made_actor_named("Robin Records", Role.RECORDS_CUSTODIAN, username="t.custodian")
OFFICER = made_actor_named("Olli Officer", Role.OFFICER, username="t.officer")
AUDITOR = made_actor_named("Uma Auditor", Role.AUDITOR, username="t.auditor")


def profile(name: str | None = None, **changed: Any) -> AgencyProfile:
    """Return a police department of California unless told otherwise."""
    said = {
        "kind": RecipientKind.CA_PUBLIC_AGENCY,
        "duty": AgencyDuty.LAW_ENFORCEMENT,
        "state": "CA",
    } | changed
    return AgencyProfile(name=name or new_agency_name(), **said)


def made_agency(
    number: int = 1, *, verified: bool = True, enabled: bool = True, **said: Any
) -> Agency:
    """Return an agency that stands in no database."""
    return Agency(
        id=number,
        profile=profile(**said),
        enabled=enabled,
        added_at=AT,
        added_by="t.admin",
        changed_at=AT,
        changed_by="t.admin",
        verified_at=AT if verified else None,
        verified_how="called back" if verified else None,
        verified_by="t.captain" if verified else None,
    )


def written(agency: str = "Next Town PD", **changed: Any) -> WrittenRequest:
    """Return a request that says all it has to."""
    said = {
        "requester_name": "Dana Detective",
        "requester_title": "Detective",
        "requester_contact": "d.detective@nexttown.example.gov",
        "purpose": "Series of burglaries in the north of the town",
        "asked_for": "Reads of 7ABC123 in October",
        "case_number": "26-014532",
    } | changed
    return WrittenRequest(agency=agency, **said)


def made_release(state: ReleaseState = ReleaseState.REQUESTED, **changed: Any) -> Release:
    """Return a request that stands in no database."""
    agency = changed.pop("agency", None) or made_agency()
    asked = changed.pop("asked", None) or written(agency.name)
    values = {"recorded_by": "t.custodian"} | changed
    return Release(
        id=1,
        agency=agency,
        asked=asked,
        state=state,
        form=RequestForm.FORM,
        original_sha256="0" * 64,
        recorded_at=AT,
        **values,
    )


class BagMaker:
    """Makes real bags (RFC 8493) with one page, as far as a request for release looks at one.

    Parameters
    ----------
    office
        Where each is written down as made, so that the database knows it.
    page
        Of the page; ``{recipient}`` is put in.
    """

    def __init__(
        self, office: Office, page: str = "<html><body><p>{recipient}</p></body></html>"
    ) -> None:
        self.office = office
        self.page = page
        self.made: dict[int, MadePackage] = {}
        self.orders: list[PackageOrder] = []
        self.seal: str | None = None
        self.recipient: str | None = None

    def make(self, by: Actor, order: PackageOrder, *, out: Path) -> MadePackage:
        recipient = self.recipient or f"Released to {order.agency}, {order.person}"
        self.orders.append(order)
        (out / "data").mkdir(parents=True)
        page = self.page.format(recipient=html.escape(recipient))
        _write(out / "data" / "index.html", page)
        _write(out / "data" / "order.json", json.dumps({"by": by.person.username}))
        _write(out / "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        data = [out / "data" / "index.html", out / "data" / "order.json"]
        _write(out / "manifest-sha512.txt", _lines(out, data))
        _write(out / MANIFEST, _lines(out, [out / "bagit.txt", out / "manifest-sha512.txt"]))
        seal = self.seal or hashlib.sha256((out / MANIFEST).read_bytes()).hexdigest()
        number = write_down(self.office, by, wanted(order), seal=seal, folder=str(out))
        made = MadePackage(number=str(number), recipient=recipient, folder=out, seal=seal)
        self.made[order.request_id] = made
        return made

    def made_for(self, order: PackageOrder) -> MadePackage | None:
        return self.made.get(order.request_id)


def write_down(
    office: Office, by: Actor, order: Order, *, seal: str, folder: str = "/nowhere"
) -> int:
    """Write a package down as made, with its record in the log; return its number."""
    entry = Entry(
        EventKind.EVIDENCE_PACKAGE,
        by,
        purpose="active_investigation",
        reason="Made up for a test",
        criteria=order.as_json(),
        inquiry_id=INQUIRY,
        outcome=Outcome.STARTED,
    )
    record = office.audit.append(entry)
    made = {"state": PackageState.MADE, "made_at": office.clock(), "seal": seal, "key_id": "k"}
    with office.engine.begin() as connection:
        number = stored.begin(connection, record, order, folder=folder, at=office.clock())
        stored.change(connection, number, made | {"reads": 1, "pictures": 0, "size_bytes": 1})
    return number


@dataclass
class SharingDesk:
    """The services, with a maker of packages and a clock."""

    parts: SharingParts
    maker: BagMaker
    folder: Path
    clock: Any
    engine: Engine
    office: Office
    fulfilled: int = 0

    def agency(self, *, verified: bool = True, **said: Any) -> Agency:
        """Enter an agency, and have it verified by the captain."""
        added = self.parts.agencies.add(ADMIN, profile(**said))
        if not verified:
            return added
        return self.parts.agencies.verify(CAPTAIN, added.name, how="Called back")

    def packing(self) -> Packing:
        """Return where to pack: a folder that is not there yet."""
        return Packing(inquiry_id=INQUIRY, out=self.folder / f"package-{next(_numbers)}")


def open_sharing_desk(runtime: Any, folder: Path, clock: Any) -> SharingDesk:
    """Return the services on the real database."""
    office = Office(runtime.database.service, runtime.policy, runtime.audit, clock)
    maker = BagMaker(office)
    originals = PictureStore(str(folder / "requests"))
    parts = open_sharing(office, originals=originals, packages=maker)
    return SharingDesk(parts, maker, folder, clock, runtime.database.service, office)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _lines(out: Path, files: list[Path]) -> str:
    return "".join(
        f"{hashlib.sha512(f.read_bytes()).hexdigest()}  {f.relative_to(out).as_posix()}\n"
        for f in files
    )
