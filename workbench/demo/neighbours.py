"""Made-up agencies around the city, and whom a vendor's portal says that data go to."""

from __future__ import annotations

import csv
from pathlib import Path

from workbench.demo.names import TOWN
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.sharing.agencies.agency import AgencyProfile

POLICE = AgencyProfile(
    name="Marlstead Police Department",
    kind=RecipientKind.CA_PUBLIC_AGENCY,
    duty=AgencyDuty.LAW_ENFORCEMENT,
    state="CA",
    aliases=("Marlstead CA PD",),
)
PROSECUTOR = AgencyProfile(
    name=f"{TOWN} County District Attorney",
    kind=RecipientKind.CA_PUBLIC_AGENCY,
    duty=AgencyDuty.PROSECUTION,
    state="CA",
)
SHERIFF = AgencyProfile(
    name="Thornmere County Sheriff's Office",
    kind=RecipientKind.OUT_OF_STATE,
    duty=AgencyDuty.LAW_ENFORCEMENT,
    state="NV",
)
FEDERAL = AgencyProfile(
    name="Federal Bureau of Made-up Freight",
    kind=RecipientKind.FEDERAL,
    duty=AgencyDuty.LAW_ENFORCEMENT,
)
INSURER = AgencyProfile(
    name="Oskwick Mutual Insurance", kind=RecipientKind.PRIVATE, duty=AgencyDuty.OTHER, state="CA"
)
POOL = AgencyProfile(
    name="Fenmoor Plate Pool", kind=RecipientKind.VENDOR_POOL, duty=AgencyDuty.OTHER
)
NEIGHBOURS = (POLICE, PROSECUTOR, SHERIFF, FEDERAL, INSURER, POOL)

SYSTEM = "LEARN"
"""Whose portal the list is of."""

LISTED = (
    ("Marlstead CA PD", "2025-11-04"),
    ("Thornmere County SO", "2026-02-17"),  # refused: another state
    ("Fenmoor Plate Pool", "2026-06-30"),  # refused: others can look
    ("Marlsted PD", "2026-09-08"),  # nobody's name, though it looks like one
    ("*****", "2026-10-01"),  # blacked out
)
"""The district attorney is missing: approved, and not switched on at the vendor's."""


def write_vendor_list(file: Path) -> None:
    """Write the list as the portal exports it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        table = csv.writer(opened)
        table.writerow(["Organization Name", "Sharing Since"])
        table.writerows(LISTED)
