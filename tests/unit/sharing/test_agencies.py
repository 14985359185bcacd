"""What the register takes as an agency, and what a CSV file may hold."""

from __future__ import annotations

import pytest

from tests.sharing import profile
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.errors import SharingError
from workbench.sharing.agencies.importing import LARGEST_FILE_BYTES, read_agencies

HEADER = "name,kind,duty,state,aliases\n"
ROW = "A PD,ca_public_agency,law_enforcement,CA,A Police|A-PD CA\n"


@pytest.mark.parametrize(
    "said",
    [
        {"name": " "},
        {"name": "A\nPD"},
        {"name": "A" * 201},
        {"state": None},
        {"state": "NV"},
        {"state": "ca"},
        {"kind": RecipientKind.OUT_OF_STATE},
        {"kind": RecipientKind.OUT_OF_STATE, "state": None},
        {"kind": RecipientKind.FEDERAL, "state": "California"},
        {"name": "A PD", "aliases": ("A P.D.",)},
        {"aliases": ("B", "b")},
        {"aliases": ("",)},
    ],
)
def test_what_cannot_be_an_agency_is_refused(said):
    with pytest.raises(SharingError):
        profile(**{"name": "Next Town PD"} | said)


def test_a_file_of_agencies_is_read(policy):
    (one,) = read_agencies(("\ufeff" + HEADER + ROW).encode())
    assert one.name == "A PD"
    assert one.kind is RecipientKind.CA_PUBLIC_AGENCY
    assert one.duty is AgencyDuty.LAW_ENFORCEMENT
    assert one.aliases == ("A Police", "A-PD CA")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "header"),
        (b"name,kind\nA,federal\n", "header"),
        (b"name,kind,duty,secret\nA,federal,other,1\n", "header"),
        ((HEADER + "A PD,alien,other,CA,\n").encode(), "Line 2"),
        ((HEADER + ROW + "B,federal,other\n").encode(), "Line 3"),
        ((HEADER + "B,federal,other,,,,,\n").encode(), "Line 2"),
        ((HEADER + " ,federal,other,,\n").encode(), "Line 2"),
        ((HEADER + '"B,federal,other,,\n').encode(), "CSV"),
        (b"\xff\xfe", "UTF-8"),
        (b"x" * (LARGEST_FILE_BYTES + 1), "too large"),
    ],
)
def test_a_broken_file_of_agencies_is_refused_with_its_line(content, said):
    with pytest.raises(SharingError, match=said):
        read_agencies(content)
