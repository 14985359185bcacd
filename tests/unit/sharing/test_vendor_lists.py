"""The vendor's own list, and where it differs from what was approved."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.sharing import AT, made_agency
from workbench.domain.recipient import RecipientKind
from workbench.errors import SharingError
from workbench.sharing.shares.comparing import compare
from workbench.sharing.shares.share import NewShare, Review, Share
from workbench.sharing.shares.vendor_list import LARGEST_FILE_BYTES, VendorList, read_vendor_list

FLOCK = """\ufeffOrganization Name,Networks Shared With Me,Networks I'm Sharing
Next Town PD,Next Town PD,Ours
Only Theirs PD,Only Theirs PD,
,,
"Far Away\nNV PD",,Ours
Organization Name,Networks Shared With Me,Networks I'm Sharing
NEXT TOWN P.D.,,Ours
"""


def made_share(agency, *, approved=True, **changed) -> Share:
    review = Review(approves=True, reviewed_at=AT, reviewed_by="t.captain", finding="Needed")
    values = {
        "id": agency.id,
        "agency": agency,
        "system": "LEARN",
        "what": "detections",
        "reason": "Neighbours",
        "legal_basis": "Civil Code 1798.90.55",
        "started_at": AT,
        "recorded_at": AT,
        "recorded_by": "t.admin",
        "ended_at": None,
        "ended_by": None,
        "ended_because": None,
        "reviews": (review,) if approved else (),
    }
    return Share(**values | changed)


def test_a_portals_table_names_those_with_whom_we_share():
    assert read_vendor_list(FLOCK.encode()) == VendorList(("Next Town PD", "Far Away NV PD"), 0)


@pytest.mark.parametrize(
    "content",
    [
        "Agency\nA PD\nB PD\n",
        "id,Agency Name\n1,A PD\n2,B PD\n",
        json.dumps(["A PD", "B PD"]),
        json.dumps([{"id": 1, "name": "A PD"}, {"Name": "B PD"}]),
        json.dumps({"exported_at": "now", "agencies": [{"agency_name": "A PD"}, "B PD"]}),
    ],
)
def test_every_form_of_the_list_is_read(content):
    assert read_vendor_list(content.encode()).names == ("A PD", "B PD")


def test_a_column_can_be_named():
    content = b"who,name\nA PD,x\n"
    assert read_vendor_list(content, column="Who").names == ("A PD",)
    assert read_vendor_list(b'[{"who": "A PD"}]', column="who").names == ("A PD",)


@pytest.mark.parametrize("name", ["***", "[REDACTED]", "redacted", "N/A", "###", "  .  "])
def test_what_was_blacked_out_is_counted(name):
    assert read_vendor_list(json.dumps([name, "A PD"]).encode()) == VendorList(("A PD",), 1)


def test_names_are_printed_without_what_moves_the_cursor():
    listed = read_vendor_list(json.dumps(["A\x1b[2J PD\u202e"]).encode())
    assert listed.names == ("A[2J PD",)


def test_a_list_that_names_nobody_is_one():
    assert read_vendor_list(b"[]") == VendorList((), 0)
    assert read_vendor_list(b"Agency\n") == VendorList((), 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"id,when\n1,2\n", "No column"),
        (b"{}", "no one list"),
        (b'{"a": [], "b": []}', "no one list"),
        (b"[1]", "no name"),
        (b"[" * 100_000, "no JSON"),
        (b"[", "no JSON"),
        (b"\xff\xfeA", "UTF-8"),
        (b"x" * (LARGEST_FILE_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_list_is_refused(content, said):
    with pytest.raises(SharingError, match=said):
        read_vendor_list(content)


def test_where_list_and_register_differ(policy):
    ours = made_agency(1, name="Next Town PD", aliases=("Next Town CA PD",))
    lacking = made_agency(2, name="Other Town PD")
    waiting = made_agency(3, name="Third Town PD")
    far = made_agency(4, name="Far PD", kind=RecipientKind.OUT_OF_STATE, state="NV")
    known = (ours, lacking, waiting, far)
    shares = (made_share(ours), made_share(lacking), made_share(waiting, approved=False))
    listed = VendorList(
        ("NEXT TOWN CA PD", "Third Town PD", "Far P.D.", "Othr Town Police Department"), 1
    )
    drift = compare(listed, known, shares, policy.sharing)
    assert [(one.vendor_name, one.agency) for one in drift.unapproved] == [
        ("Third Town PD", "Third Town PD"),
        ("Othr Town Police Department", None),
    ]
    assert [one.agency for one in drift.refused] == ["Far PD"]
    assert "NV" in (far.profile.state or "")
    assert drift.lacking == ("Other Town PD",)
    assert drift.count == 5


def test_what_looks_alike_is_suggested_and_never_taken(policy):
    ours = made_agency(1, name="Next Town PD")
    drift = compare(VendorList(("Nxet Town PD",), 0), (ours,), (made_share(ours),), policy.sharing)
    (one,) = drift.unapproved
    assert one.agency is None
    assert one.suggestions == ("Next Town PD",)
    assert drift.lacking == ("Next Town PD",), "it stays lacking"


def test_no_difference_is_none(policy):
    ours = made_agency(1, name="Next Town PD")
    drift = compare(
        VendorList(("Next Town P.D.",), 0), (ours,), (made_share(ours),), policy.sharing
    )
    assert drift.count == 0


def test_an_approved_share_that_the_guard_refuses_now_is_told(policy):
    off = made_agency(1, name="Next Town PD", enabled=False)
    drift = compare(VendorList(("Next Town PD",), 0), (off,), (made_share(off),), policy.sharing)
    assert [one.agency for one in drift.refused] == ["Next Town PD"]


@pytest.mark.parametrize(("moment", "overdue"), [(-1, False), (0, True), (1, True)])
def test_a_review_runs_out_at_its_instant(moment, overdue):
    share = made_share(made_agency())
    at = AT + timedelta(days=365, microseconds=moment)
    assert share.overdue(at, 365) is overdue
    assert (
        made_share(made_agency(), ended_at=AT, ended_by="x", ended_because="x").overdue(at, 365)
        is False
    )


def test_what_nobody_approved_is_due_at_once():
    share = made_share(made_agency(), approved=False)
    assert share.overdue(AT, 365)
    assert not share.approved


@pytest.mark.parametrize("name", ["agency", "system", "what", "reason", "legal_basis"])
def test_a_share_says_what_and_why(name):
    said = {"agency": "A", "system": "L", "what": "d", "reason": "r", "legal_basis": "b"}
    with pytest.raises(SharingError, match=name.replace("_", " ")):
        NewShare(**said | {name: " "})
