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
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Actor, Role
from workbench.domain.read_set import ReadSet
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.domain.release import ReleaseState, RequestForm
from workbench.sharing.agencies.agency import Agency, AgencyProfile
from workbench.sharing.open import SharingParts, open_sharing
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.packages import MANIFEST, MadePackage, PackageOrder
from workbench.sharing.releases.request import Release, WrittenRequest
from workbench.storage.pictures import PictureStore

AT = datetime(2026, 11, 2, 18, tzinfo=UTC)
INQUIRY = UUID(int=7)

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
    page
        Of the page; ``{recipient}`` is put in.
    """

    def __init__(self, page: str = "<html><body><p>{recipient}</p></body></html>") -> None:
        self.page = page
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
        seal = hashlib.sha256((out / MANIFEST).read_bytes()).hexdigest()
        return MadePackage(
            number=str(next(_numbers)), recipient=recipient, folder=out, seal=self.seal or seal
        )


@dataclass
class SharingDesk:
    """The services, with a maker of packages and a clock."""

    parts: SharingParts
    maker: BagMaker
    folder: Path
    clock: Any
    engine: Engine
    fulfilled: int = 0

    def agency(self, *, verified: bool = True, **said: Any) -> Agency:
        """Enter an agency, and have it verified by the captain."""
        added = self.parts.agencies.add(ADMIN, profile(**said))
        if not verified:
            return added
        return self.parts.agencies.verify(CAPTAIN, added.name, how="Called back")

    def packing(self) -> Packing:
        """Return what to pack, into a folder that is not there yet."""
        reads = ReadSet(search=SearchCriteria(plate=parse_pattern("7ABC123")))
        out = self.folder / f"package-{next(_numbers)}"
        return Packing(inquiry_id=INQUIRY, reads=reads, out=out)


def open_sharing_desk(runtime: Any, folder: Path, clock: Any) -> SharingDesk:
    """Return the services on the real database."""
    office = Office(runtime.database.service, runtime.policy, runtime.audit, clock)
    maker = BagMaker()
    originals = PictureStore(str(folder / "requests"))
    parts = open_sharing(office, originals=originals, packages=maker)
    return SharingDesk(parts, maker, folder, clock, runtime.database.service)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _lines(out: Path, files: list[Path]) -> str:
    return "".join(
        f"{hashlib.sha512(f.read_bytes()).hexdigest()}  {f.relative_to(out).as_posix()}\n"
        for f in files
    )
