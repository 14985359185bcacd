"""Somebody of the house wants to give data away, or a stranger wants some."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.access import new_name, open_staff
from tests.service import open_service
from tests.sharing import (
    ADMIN,
    AUDITOR,
    CAPTAIN,
    CUSTODIAN,
    approve,
    made_actor_named,
    new_agency_name,
    open_sharing_desk,
    profile,
    written,
)
from workbench.domain.person import Role
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.domain.release import ReleaseState
from workbench.errors import DeniedError, SharingError, WorkbenchError
from workbench.sharing.releases.steps import FileAway, Refuse, Review, Route
from workbench.sharing.shares.share import NewShare

EVERY_STEP = (
    Review(finding="x", purpose_code="active_investigation"),
    approve("x"),
    Refuse(reason="x"),
    Route(reason="x"),
    FileAway(file="x"),
)


@pytest.fixture
def desk(runtime, tmp_path, clock):
    return open_sharing_desk(runtime, tmp_path, clock)


def test_one_administrator_alone_makes_nobody_a_recipient(desk):
    """Whatever the register is made to say, the same person cannot verify it."""
    parts = desk.parts
    name = new_agency_name("Federal")
    parts.agencies.add(ADMIN, profile(name))
    share = NewShare(agency=name, system="L", what="all", reason="r", legal_basis="b")
    for act in (
        lambda: parts.agencies.verify(ADMIN, name, how="Trust me"),
        lambda: parts.shares.start(ADMIN, share),
        lambda: parts.releases.record(ADMIN, written("Somebody else")),
    ):
        with pytest.raises(SharingError):
            act()
    number = parts.releases.record(ADMIN, written(name)).id
    for step in EVERY_STEP:
        with suppress(WorkbenchError):
            parts.releases.take(ADMIN, number, step)
    with pytest.raises(DeniedError):
        parts.releases.fulfil(ADMIN, number, desk.packing())
    assert parts.releases.show(AUDITOR, number).state in {"reviewed", "routed"}
    assert desk.maker.orders == []


def test_a_verified_agency_is_not_turned_into_another(desk, database):
    """An alias would let a vendor's list name somebody else and still look approved."""
    agency = desk.agency()
    desk.parts.agencies.change(ADMIN, agency.name, reason="x", aliases=(new_agency_name("ICE"),))
    with pytest.raises(SharingError):
        desk.parts.agencies.verify(ADMIN, agency.name, how="x")
    sql = text(
        "UPDATE agency SET verified_at = now(), verified_how = 'x', verified_by = 't.admin'"
        " WHERE id = :id"
    )
    with pytest.raises(IntegrityError, match="verified_by_another"), database.service.begin() as c:
        c.execute(sql, {"id": agency.id})


def test_no_role_and_no_pair_of_roles_overrides_the_guard(desk):
    agency = desk.agency(kind=RecipientKind.OUT_OF_STATE, state="NV")
    everybody = made_actor_named("Every Body", *Role, username="every.body")
    refused = desk.parts.releases.record(CUSTODIAN, written(agency.name))
    for actor in (everybody, ADMIN, CAPTAIN, CUSTODIAN):
        for step in EVERY_STEP[:2]:
            with pytest.raises(WorkbenchError):
                desk.parts.releases.take(actor, refused.id, step)
        with pytest.raises(WorkbenchError):
            desk.parts.releases.fulfil(actor, refused.id, desk.packing())
        share = NewShare(agency=agency.name, system="L", what="x", reason="r", legal_basis="b")
        with pytest.raises(WorkbenchError):
            desk.parts.shares.start(actor, share)
    assert desk.parts.releases.show(AUDITOR, refused.id).state is ReleaseState.REFUSED


def test_a_captain_alone_gives_nothing_away(desk):
    """Even one with every role: who recorded a request does not approve it."""
    captain = made_actor_named("Every Body", *Role, username="every.body")
    agency = desk.agency()
    number = desk.parts.releases.record(captain, written(agency.name)).id
    desk.parts.releases.take(captain, number, EVERY_STEP[0])
    with pytest.raises(SharingError, match="recorded"):
        desk.parts.releases.take(captain, number, EVERY_STEP[1])
    share = NewShare(agency=agency.name, system="L", what="x", reason="r", legal_basis="b")
    started = desk.parts.shares.start(captain, share)
    with pytest.raises(SharingError, match="recorded"):
        desk.parts.shares.approve(captain, started.id, finding="x")


@pytest.mark.parametrize(
    "name",
    ["'; DROP TABLE agency; --", "%", "_", "{a}", "*", "\u202eDP nwoT txeN", "A" * 5_000],
)
def test_a_hostile_name_finds_and_breaks_nothing(desk, name):
    before = desk.parts.agencies.all(ADMIN)
    with pytest.raises(SharingError):
        desk.parts.releases.record(CUSTODIAN, written(name))
    with pytest.raises(SharingError, match="no agency of that name"):
        desk.parts.agencies.switch(ADMIN, name, on=False, reason="x")
    assert desk.parts.agencies.all(ADMIN) == before


def test_a_disabled_account_takes_no_step(desk, database, policy, clock):
    staff = open_staff(database, policy, clock)
    username, totp = staff.hired(Role.SERVICES_CAPTAIN, username=new_name())
    session = staff.enter(username, totp)
    staff.access.accounts.disable(staff.admin, username, reason="Left")
    with pytest.raises(WorkbenchError):
        staff.access.sessions.actor_of(session.token, ADMIN.origin)


FORGED = [
    {"state": "approved"},
    {"recorded_by": "t.captain"},
    {"recorded_at": "2020-01-01T00:00:00Z"},
    {"original_sha256": "0" * 64},
]


def test_what_the_service_writes_down_cannot_be_said_by_who_asks(
    settings, policy, database, clock, desk
):
    agency = desk.agency()
    said = {
        "agency": agency.name,
        "requester_name": "Dana",
        "requester_title": "Detective",
        "requester_contact": "x",
        "purpose": "Robbery",
        "asked_for": "reads",
    }
    with open_service(settings, policy, database, clock) as service:
        token = service.token(Role.RECORDS_CUSTODIAN)
        with service.http(token) as client:
            for forged in FORGED:
                assert client.post("/v1/releases", json=said | forged).status_code == 422
            number = client.post("/v1/releases", json=said).json()["request"]["id"]
            steps = f"/v1/releases/{number}/steps"
            for body in (
                {"step": "fulfil", "package": "1", "manifest_sha256": "a" * 64, "recipient": "x"},
                {"step": "review", "finding": "x", "purpose_code": "x", "by": "sharing_guard"},
                {"step": "approved"},
            ):
                assert client.post(steps, json=body).status_code == 422
            huge = client.post("/v1/releases", json=said | {"mail_base64": "A" * 300_000})
            assert huge.status_code == 413
        for method, path in (
            ("GET", "/v1/agencies"),
            ("POST", "/v1/agencies/verifications"),
            ("GET", f"/v1/releases/{number}"),
            ("POST", steps),
            ("GET", "/v1/releases/figures"),
            ("POST", "/v1/shares/comparisons"),
        ):
            with service.http() as stranger:
                assert stranger.request(method, path).status_code == 401


def test_a_stranger_who_calls_himself_the_captain_gains_nothing(desk):
    """A forged sender only makes somebody else approve."""
    agency = desk.agency()
    asked = written(agency.name, requester_name=CAPTAIN.person.display_name)
    number = desk.parts.releases.record(CUSTODIAN, asked).id
    for step in EVERY_STEP[:2]:
        with pytest.raises(SharingError):
            desk.parts.releases.take(CAPTAIN, number, step)


def test_people_outside_law_enforcement_are_not_let_in_by_another_kind(desk):
    for kind, state in ((RecipientKind.CA_PUBLIC_AGENCY, "CA"), (RecipientKind.FEDERAL, None)):
        agency = desk.agency(kind=kind, state=state, duty=AgencyDuty.OTHER)
        routed = desk.parts.releases.record(CUSTODIAN, written(agency.name))
        assert routed.state is ReleaseState.ROUTED
        with pytest.raises(SharingError):
            desk.parts.releases.fulfil(CUSTODIAN, routed.id, desk.packing())
