"""What became of packages whose making was cut off: by a crash, a power cut, a pulled medium."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.person import Channel, Origin
from workbench.retention.evidence import stored
from workbench.retention.evidence.bagging import TAG_MANIFESTS
from workbench.retention.evidence.package import Package, PackageState
from workbench.retention.evidence.staging import partial_place, remove

SETTLING = Origin(Channel.JOB, "evidence")
"""Where records of settling come from; nobody acts."""

_CUT_OFF = "Making it was cut off before it was whole; make it anew"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a package."""

    package_id: int
    state: PackageState


def settle_packages(office: Office) -> list[Settled]:
    """Settle every package that is begun and that nobody is making any more.

    One whose folder lies whole at its place was made: the cut came between moving it there and
    writing that down. One that is not there failed, and what lies half made beside it is removed.
    Where the medium is not there and the package was sealed, nobody can tell; it waits.

    Raises
    ------
    AuditWriteError
        If it cannot be logged; then nothing is settled.
    """
    engine = office.engine.execution_options(isolation_level="AUTOCOMMIT")
    settled = []
    with engine.connect() as alone:
        for package in stored.begun_packages(alone):
            if not stored.try_lock(alone, package.id):
                continue
            try:
                found = _settle(office, package)
            finally:
                stored.unlock(alone, package.id)
            if found is not None:
                settled.append(Settled(package.id, found))
    return settled


def _settle(office: Office, seen: Package) -> PackageState | None:
    with office.engine.begin() as connection:
        package = stored.read_package(connection, seen.id)
        if package.state is not PackageState.BEGUN:
            return None
        place = Path(package.folder)
        if package.seal is not None and not place.parent.is_dir():
            return None
        whole = package.seal is not None and seal_of(place) == package.seal
        remove(partial_place(place, package.id))
        _write(connection, office, package, office.clock(), whole=whole)
        return PackageState.MADE if whole else PackageState.FAILED


def seal_of(folder: Path) -> str | None:
    """Return the seal of a folder, or ``None`` if there is no package."""
    try:
        with (folder / TAG_MANIFESTS[-1]).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _write(
    connection: Connection, office: Office, package: Package, at: datetime, *, whole: bool
) -> None:
    values: dict[str, Any] = {"state": PackageState.MADE, "made_at": at}
    if not whole:
        values = {"state": PackageState.FAILED, "problem": _CUT_OFF}
    stored.change(connection, package.id, values)
    entry = Entry(
        EventKind.LOOK_OUTCOME,
        None,
        purpose=package.purpose,
        case_number=package.case_number,
        access_id=package.access_id,
        outcome=Outcome.RETURNED if whole else Outcome.FAILED,
        details={
            "package": package.id,
            "settled": True,
            "rows": package.reads if whole else 0,
            "seal": package.seal,
        },
        origin=SETTLING,
    )
    office.audit.append_in(connection, entry)
