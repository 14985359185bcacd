"""Standing shares: approved by another, reviewed, ended, and compared with the vendor's list."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.sharing import ADMIN, ADMIN_2, AUDITOR, CAPTAIN, CUSTODIAN, OFFICER
from workbench.domain.person import Channel, Origin
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.errors import DeniedError, SharingError
from workbench.sharing.shares.share import NewShare

JOB = Origin(Channel.JOB, "here")


@pytest.fixture
def system() -> str:
    """A vendor's system that no other test has."""
    return f"LEARN {uuid4().hex[:8]}"


@pytest.fixture
def start(desk, system):
    def started(agency=None, *, approve=True, by=ADMIN, **changed):
        said = {
            "what": "detections",
            "reason": "Neighbours",
            "legal_basis": "Civil Code 1798.90.55",
        }
        name = (agency or desk.agency()).name
        share = desk.parts.shares.start(by, NewShare(agency=name, system=system, **said | changed))
        if not approve:
            return share
        return desk.parts.shares.approve(CAPTAIN, share.id, finding="Needed")

    return started


def test_a_share_is_started_approved_reviewed_and_ended(desk, start, clock, logged):
    shares = desk.parts.shares
    share = start(approve=False)
    assert not share.approved
    assert share.overdue(clock.at, 365)
    share = shares.approve(CAPTAIN, share.id, finding="Needed for the task force")
    assert share.approved
    assert not share.overdue(clock.at, 365)
    clock.move(days=365, microseconds=-1)
    assert not share.overdue(clock.at, 365)
    clock.move(microseconds=1)
    assert share.overdue(clock.at, 365)
    assert not shares.review(ADMIN_2, share.id, finding="Still needed").overdue(clock.at, 365)
    assert shares.end(ADMIN, share.id, reason="The task force is over").ended_by == "t.admin"
    with pytest.raises(SharingError, match="was ended"):
        shares.end(ADMIN, share.id, reason="again")
    assert share.id not in {one.id for one in shares.all(AUDITOR)}
    assert share.id in {one.id for one in shares.all(AUDITOR, ended=True)}
    assert logged("share", share.id) == [
        ("share:start", "done"),
        ("share:review", "done"),
        ("share:review", "done"),
        ("share:end", "done"),
    ]


def test_who_recorded_a_share_does_not_review_it(desk, start):
    share = start()
    with pytest.raises(SharingError, match="does not review"):
        desk.parts.shares.review(ADMIN, share.id, finding="Mine")


def test_nothing_is_reviewed_before_it_is_approved(desk, start):
    share = start(approve=False)
    with pytest.raises(SharingError, match="Nobody has approved"):
        desk.parts.shares.review(ADMIN_2, share.id, finding="x")
    with pytest.raises(DeniedError):
        desk.parts.shares.approve(ADMIN_2, share.id, finding="x")


@pytest.mark.parametrize(
    "said",
    [
        {"kind": RecipientKind.OUT_OF_STATE, "state": "NV"},
        {"kind": RecipientKind.FEDERAL, "state": None},
        {"kind": RecipientKind.PRIVATE},
        {"kind": RecipientKind.TRIBAL},
        {"kind": RecipientKind.VENDOR_POOL, "state": None},
        {"duty": AgencyDuty.OTHER},
    ],
)
def test_the_guard_lets_no_share_start(desk, start, logged, said):
    agency = desk.agency(**said)
    with pytest.raises(SharingError, match=agency.name):
        start(agency)
    assert logged("agency_name", agency.name)[-1] == ("share:start", "refused")


def test_a_share_stands_once_and_begins_in_the_past(desk, start, clock):
    agency = desk.agency()
    start(agency)
    with pytest.raises(SharingError, match="has that already"):
        start(agency)
    start(agency, what="hot lists")
    assert start(desk.agency(), started_at=clock.at.replace(year=2020)).started_at.year == 2020
    with pytest.raises(SharingError, match="still to come"):
        start(desk.agency(), started_at=clock.at.replace(year=2030))


def test_who_may_not_starts_ends_and_sees_no_shares(desk, start):
    share = start()
    for act in (
        lambda: start(by=CAPTAIN),
        lambda: desk.parts.shares.end(CAPTAIN, share.id, reason="x"),
        lambda: desk.parts.shares.review(AUDITOR, share.id, finding="x"),
        lambda: desk.parts.shares.all(OFFICER),
        lambda: desk.parts.drifts.due(CUSTODIAN),
        lambda: desk.parts.drifts.compare(AUDITOR, b"[]", system="LEARN"),
    ):
        with pytest.raises(DeniedError):
            act()


def test_drift_is_shown_and_logged(desk, start, system, logged):
    ours, lacking = start().agency, start().agency
    far = desk.agency(kind=RecipientKind.OUT_OF_STATE, state="NV")
    waiting = start(approve=False).agency
    unknown = f"Unknown {uuid4().hex} PD"
    names = [ours.name.upper(), far.name, waiting.name, unknown]
    drift = desk.parts.drifts.compare(
        None, json.dumps(names).encode(), system=system.lower(), origin=JOB
    )
    assert drift.listed == 4
    assert [one.vendor_name for one in drift.unapproved] == [waiting.name, unknown]
    assert [one.agency for one in drift.refused] == [far.name]
    assert "another state" in drift.refused[0].reason
    assert drift.lacking == (lacking.name,)
    assert logged("system", system.lower()) == [("share:drift", "done")]
    same = desk.parts.drifts.compare(
        ADMIN, json.dumps([ours.name, lacking.name]).encode(), system=system
    )
    assert same.count == 0


def test_a_share_in_another_system_is_none_here(desk, start, system):
    ours = start().agency
    listed = json.dumps([ours.name]).encode()
    drift = desk.parts.drifts.compare(ADMIN, listed, system=f"Other {system}")
    assert [one.agency for one in drift.unapproved] == [ours.name]


def test_a_list_that_cannot_be_read_counts_as_no_comparison(desk, start, system):
    start()
    for content, name in ((b"{", system), (b"[]", " ")):
        with pytest.raises(SharingError):
            desk.parts.drifts.compare(ADMIN, content, system=name)
    due = {one.system: one for one in desk.parts.drifts.due(ADMIN)}
    assert due[system].compared_at is None
    assert due[system].overdue


@pytest.mark.parametrize(("moment", "overdue"), [(-1, False), (0, True), (1, True)])
def test_a_comparison_is_a_day_old_at_most(desk, start, system, clock, moment, overdue):
    start()
    desk.parts.drifts.compare(ADMIN, b"[]", system=system)
    clock.move(hours=24, microseconds=moment)
    due = {one.system: one for one in desk.parts.drifts.due(ADMIN)}
    assert due[system].overdue is overdue
