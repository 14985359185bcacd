"""Alerts leave the house only to an agency with an approved share, and only while it stands."""

from __future__ import annotations

import pytest

from tests.alerted_hits import made_hit
from tests.sharing import ADMIN, CAPTAIN, new_agency_name, profile
from workbench.domain.alert import TargetKind
from workbench.domain.recipient import RecipientKind
from workbench.errors import AlertTargetError
from workbench.sharing.shares.share import NewShare

OUTSIDE = "https://alerts.example.gov/alpr"


@pytest.fixture
def agency(runtime):
    """Enter an agency and have it verified; return its name."""

    def entered(**said) -> str:
        name = new_agency_name()
        runtime.sharing.agencies.add(ADMIN, profile(name, **said))
        runtime.sharing.agencies.verify(CAPTAIN, name, how="Called back")
        return name

    return entered


@pytest.fixture
def shared(runtime, agency):
    """An agency with an approved share; its name and the share's number."""
    name = agency()
    new = NewShare(agency=name, system="alerts", what="hits", reason="r", legal_basis="b")
    number = runtime.sharing.shares.start(ADMIN, new).id
    runtime.sharing.shares.approve(CAPTAIN, number, finding="Needed")
    return name, number


def test_an_address_outside_says_whose_it_is(runtime, target):
    with pytest.raises(AlertTargetError, match="says whose"):
        target(OUTSIDE, internal=False)
    ours = runtime.policy.department.name.value
    assert target(OUTSIDE, internal=False, agency=ours.upper()).agency == ours.upper()


@pytest.mark.parametrize("agency_named", [None, "ours"])
@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (TargetKind.EMAIL, "desk@ice.example.com"),
        (TargetKind.EMAIL, "desk@notexample.gov"),
        (TargetKind.EMAIL, "desk@example.gov.example.com"),
        (TargetKind.WEBHOOK, "https://alerts.example.com/alpr"),
        (TargetKind.WEBHOOK, "https://example.gov.example.com/alpr"),
    ],
)
def test_an_address_elsewhere_is_not_the_departments_own(
    runtime, target, kind, address, agency_named
):
    """An administrator had each hit mailed to another agency, unasked, by naming none."""
    ours = runtime.policy.department.name.value if agency_named else None
    more = {"internal": False} if kind.by_http else {}
    with pytest.raises(AlertTargetError, match="outside the department"):
        target(address, kind=kind, agency=ours, **more)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"kind": RecipientKind.FEDERAL, "state": None}, "federal"),
        ({"kind": RecipientKind.OUT_OF_STATE, "state": "NV"}, "another state"),
        ({}, "No approved share"),
    ],
)
@pytest.mark.parametrize("kind", [TargetKind.WEBHOOK, TargetKind.EMAIL])
def test_nothing_goes_to_an_agency_without_a_share(target, agency, said, why, kind):
    address = OUTSIDE if kind is TargetKind.WEBHOOK else "desk@next.example.gov"
    with pytest.raises(AlertTargetError, match=why):
        target(address, kind=kind, agency=agency(**said))
    with pytest.raises(AlertTargetError, match="no such agency"):
        target(address, kind=kind, agency="Nowhere PD")


def test_a_share_that_nobody_approved_opens_nothing(runtime, target, agency):
    name = agency()
    new = NewShare(agency=name, system="alerts", what="hits", reason="r", legal_basis="b")
    runtime.sharing.shares.start(ADMIN, new)
    with pytest.raises(AlertTargetError, match="No approved share"):
        target(OUTSIDE, internal=False, agency=name)


def test_a_share_that_was_ended_ends_its_alerts(
    runtime, target, shared, standing, database, clock, worker
):
    name, number = shared
    one = target(OUTSIDE, internal=False, agency=name)

    def alert() -> int:
        with database.service.begin() as connection:
            hit = made_hit(connection, clock.at)
            runtime.alerts.queue.queue_alerts(connection, [hit])
        return len(standing(one))

    assert alert() == 1
    runtime.sharing.shares.end(ADMIN, number, reason="Over")
    assert alert() == 1, "no second one was queued"
    worker().round()
    (waited,) = standing(one)
    assert (waited.state, waited.attempts) == ("dead", 0), "what waited was not tried"
    assert "No approved share" in waited.last_error
    runtime.alerts.targets.switch(ADMIN, one.name, enabled=False)
    with pytest.raises(AlertTargetError, match="No approved share"):
        runtime.alerts.targets.switch(ADMIN, one.name, enabled=True)
