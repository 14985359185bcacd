"""A request from the letter to the file, on the real database and with a real package."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.sharing import (
    ADMIN,
    AUDITOR,
    CAPTAIN,
    CUSTODIAN,
    OFFICER,
    REVIEW,
    approve,
    made_actor_named,
    written,
)
from workbench.access.office import Office
from workbench.audit import AuditLog
from workbench.domain.person import Designation, Role
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.domain.release import ReleaseState
from workbench.errors import (
    AuditWriteError,
    DeniedError,
    PictureMissingError,
    ReleaseError,
    SharingError,
)
from workbench.sharing.releases.desk import Releases
from workbench.sharing.releases.packages import MANIFEST
from workbench.sharing.releases.steps import FileAway, Fulfil, Refuse, Route
from workbench.storage.pictures import PictureStore

APPROVE = approve()
FILE = FileAway(file="Records 26-1")


@pytest.fixture
def recorded(desk):
    agency = desk.agency()
    return desk.parts.releases.record(CUSTODIAN, written(agency.name))


@pytest.fixture
def approved(desk, recorded):
    desk.parts.releases.take(ADMIN, recorded.id, REVIEW)
    return desk.parts.releases.take(CAPTAIN, recorded.id, APPROVE)


def test_a_request_goes_its_way(desk, recorded, logged):
    releases = desk.parts.releases
    states = [recorded.state]
    states.append(releases.take(ADMIN, recorded.id, REVIEW).state)
    states.append(releases.take(CAPTAIN, recorded.id, APPROVE).state)
    fulfilled = releases.fulfil(CUSTODIAN, recorded.id, desk.packing())
    states.append(fulfilled.state)
    filed = releases.take(CUSTODIAN, recorded.id, FILE)
    states.append(filed.state)
    assert states == ["requested", "reviewed", "approved", "fulfilled", "filed"]
    (order,) = desk.maker.orders
    assert (order.agency, order.person) == (recorded.agency.name, "Dana Detective")
    assert order.purpose == recorded.asked.purpose
    said = fulfilled.events[-1].details
    assert said["recipient"] == f"Released to {recorded.agency.name}, Dana Detective"
    assert len(said["manifest_sha256"]) == 64
    kinds = ["record", "review", "approve", "fulfil", "file"]
    # Another test may have asked for this number before there was such a request.
    since = logged("request", recorded.id)[-len(kinds) :]
    assert since == [(f"release:{kind}", "done") for kind in kinds]
    assert releases.show(AUDITOR, recorded.id) == filed


def test_the_written_request_is_kept_as_it_came(desk):
    agency = desk.agency()
    mail = b"From: a@example.gov\r\n\r\nPurpose: \xff\r\n"
    by_mail = desk.parts.releases.record(CUSTODIAN, written(agency.name), mail=mail)
    assert desk.parts.releases.original(AUDITOR, by_mail.id).content == mail
    by_form = desk.parts.releases.record(CUSTODIAN, written(agency.name))
    by_form = desk.parts.releases.original(AUDITOR, by_form.id)
    assert by_form.content == written(agency.name).as_bytes()
    assert (by_mail.form, by_form.form) == ("email", "form")


def test_an_unknown_agency_is_refused_and_logged(desk, logged):
    with pytest.raises(SharingError, match="no agency of that name"):
        desk.parts.releases.record(CUSTODIAN, written("Nowhere PD"))
    assert logged("agency_name", "Nowhere PD")[-1] == ("release:record", "refused")


@pytest.mark.parametrize(
    ("kind", "state"), [("out_of_state", "NV"), ("federal", None), ("private", None)]
)
def test_who_may_have_nothing_is_refused_at_once(desk, logged, kind, state):
    agency = desk.agency(kind=RecipientKind(kind), state=state)
    refused = desk.parts.releases.record(CUSTODIAN, written(agency.name))
    assert refused.state is ReleaseState.REFUSED
    assert "1798.90.55" in refused.events[0].details["source"]
    assert refused.events[0].details["by"] == "sharing_guard"
    assert logged("request", refused.id) == [("release:record", "done"), ("release:refuse", "done")]
    for step in (REVIEW, APPROVE):
        with pytest.raises(ReleaseError, match="cannot be"):
            desk.parts.releases.take(CAPTAIN, refused.id, step)
    assert desk.parts.releases.take(CUSTODIAN, refused.id, FILE).state is ReleaseState.FILED


@pytest.mark.parametrize("kind", [RecipientKind.PRIVATE, RecipientKind.CA_PUBLIC_AGENCY])
def test_people_outside_law_enforcement_are_sent_to_records(desk, logged, kind):
    agency = desk.agency(kind=kind, duty=AgencyDuty.OTHER)
    routed = desk.parts.releases.record(CUSTODIAN, written(agency.name))
    assert routed.state is ReleaseState.ROUTED
    assert "426.9" in routed.events[0].details["source"]
    assert logged("request", routed.id)[-1] == ("release:route", "done")
    with pytest.raises(ReleaseError, match="cannot be fulfilled"):
        desk.parts.releases.fulfil(CUSTODIAN, routed.id, desk.packing())
    assert desk.maker.orders == []


def test_a_request_of_an_agency_that_nobody_verified_waits(desk):
    agency = desk.agency(verified=False)
    releases = desk.parts.releases
    recorded = releases.record(CUSTODIAN, written(agency.name))
    releases.take(ADMIN, recorded.id, REVIEW)
    with pytest.raises(SharingError, match="Nobody has verified"):
        releases.take(CAPTAIN, recorded.id, APPROVE)
    desk.parts.agencies.verify(CAPTAIN, agency.name, how="Called back")
    assert releases.take(CAPTAIN, recorded.id, APPROVE).state is ReleaseState.APPROVED


def test_an_agency_that_is_switched_off_meanwhile_gets_nothing(desk, approved, logged):
    desk.parts.agencies.switch(ADMIN, approved.agency.name, on=False, reason="Breach")
    with pytest.raises(SharingError, match="switched off"):
        desk.parts.releases.fulfil(CUSTODIAN, approved.id, desk.packing())
    assert desk.maker.orders == []
    assert logged("request", approved.id)[-1] == ("release:fulfil", "refused")


def test_the_captain_may_review_and_take_an_approval_back(desk, recorded):
    releases = desk.parts.releases
    releases.take(CAPTAIN, recorded.id, REVIEW)
    releases.take(CAPTAIN, recorded.id, APPROVE)
    releases.take(CAPTAIN, recorded.id, Refuse(reason="The case is over"))
    with pytest.raises(ReleaseError, match="cannot be fulfilled"):
        releases.fulfil(CUSTODIAN, recorded.id, desk.packing())


def test_a_designee_approves_while_the_designation_lasts(desk, recorded, clock):
    start = clock.at
    designation = Designation(
        role=Role.SERVICES_CAPTAIN,
        title="Lieutenant",
        starts_at=start,
        ends_at=start.replace(day=3),
    )
    designee = made_actor_named("Dee Signee", Role.SUPERVISOR, username="t.designee")
    object.__setattr__(designee.person, "designations", (designation,))
    desk.parts.releases.take(ADMIN, recorded.id, REVIEW)
    clock.at = designation.ends_at
    with pytest.raises(DeniedError):
        desk.parts.releases.take(designee, recorded.id, APPROVE)
    clock.move(microseconds=-1)
    approved = desk.parts.releases.take(designee, recorded.id, APPROVE)
    assert approved.state is ReleaseState.APPROVED


@pytest.mark.parametrize(
    ("actor", "act"),
    [
        (OFFICER, lambda d, a, _: d.releases.record(a, written("Nowhere"))),
        (CAPTAIN, lambda d, a, _: d.releases.record(a, written("Nowhere"))),
        (CUSTODIAN, lambda d, a, n: d.releases.take(a, n, REVIEW)),
        (CUSTODIAN, lambda d, a, n: d.releases.take(a, n, Route(reason="x"))),
        (ADMIN, lambda d, a, n: d.releases.take(a, n, APPROVE)),
        (ADMIN, lambda d, a, n: d.releases.take(a, n, Refuse(reason="x"))),
        (CAPTAIN, lambda d, a, n: d.releases.take(a, n, FILE)),
        (OFFICER, lambda d, a, n: d.releases.show(a, n)),
        (OFFICER, lambda d, a, _: d.releases.list(a)),
        (OFFICER, lambda d, a, n: d.releases.original(a, n)),
    ],
)
def test_everybody_does_their_own_part_alone(desk, recorded, actor, act):
    with pytest.raises(DeniedError):
        act(desk.parts, actor, recorded.id)


def test_only_who_may_fulfils_and_only_by_a_package(desk, approved):
    for actor in (ADMIN, CAPTAIN, OFFICER):
        with pytest.raises(DeniedError):
            desk.parts.releases.fulfil(actor, approved.id, desk.packing())
    step = Fulfil(package="1", manifest_sha256="a" * 64, recipient=approved.agency.name)
    with pytest.raises(ReleaseError, match="Only a package"):
        desk.parts.releases.take(CUSTODIAN, approved.id, step)
    assert desk.maker.orders == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p>nobody</p>", "does not name its recipient"),
        ("<!-- {recipient} --><p>x</p>", "does not name its recipient"),
        ("<script>'{recipient}'</script>", "does not name its recipient"),
        ("<p title='{recipient}'>x</p>", "does not name its recipient"),
    ],
)
def test_a_package_that_does_not_show_its_recipient_fulfils_nothing(desk, approved, page, said):
    desk.maker.page = page
    with pytest.raises(ReleaseError, match=said):
        desk.parts.releases.fulfil(CUSTODIAN, approved.id, desk.packing())
    assert desk.parts.releases.show(AUDITOR, approved.id).state is ReleaseState.APPROVED


def test_a_package_for_somebody_else_fulfils_nothing(desk, approved):
    desk.maker.recipient = f"Released to {approved.agency.name}, Somebody Else"
    with pytest.raises(ReleaseError, match="for somebody else"):
        desk.parts.releases.fulfil(CUSTODIAN, approved.id, desk.packing())


def test_a_package_with_another_seal_fulfils_nothing(desk, approved):
    desk.maker.seal = "b" * 64
    with pytest.raises(ReleaseError, match="not the one that was sealed"):
        desk.parts.releases.fulfil(CUSTODIAN, approved.id, desk.packing())


def test_a_package_without_pages_or_manifest_fulfils_nothing(desk, approved, monkeypatch):
    make = type(desk.maker).make
    for gone in ("data/index.html", MANIFEST):

        def broken(maker, by, order, *, out, gone=gone):
            made = make(maker, by, order, out=out)
            (out / gone).unlink()
            return made

        monkeypatch.setattr(type(desk.maker), "make", broken)
        with pytest.raises(ReleaseError):
            desk.parts.releases.fulfil(CUSTODIAN, approved.id, desk.packing())
    assert desk.parts.releases.show(AUDITOR, approved.id).state is ReleaseState.APPROVED


def test_a_request_is_fulfilled_once_whoever_tries_at_one_time(desk, approved):
    def attempt(packing):
        try:
            return desk.parts.releases.fulfil(CUSTODIAN, approved.id, packing).state
        except ReleaseError as error:
            return error.what

    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(attempt, [desk.packing() for _ in range(3)]))
    assert sorted(ended) == [
        "A request that is fulfilled cannot be fulfilled",
        "A request that is fulfilled cannot be fulfilled",
        "fulfilled",
    ]
    assert len(desk.maker.orders) == 1, "one package, not three of which two lie about"


def test_without_a_maker_nothing_is_released(runtime, recorded, desk):
    office = Office(desk.engine, runtime.policy, runtime.audit, runtime.clock)
    releases = Releases(office, originals=PictureStore("memory://requests"), packages=None)
    with pytest.raises(ReleaseError, match="cannot make packages"):
        releases.fulfil(CUSTODIAN, recorded.id, desk.packing())


@pytest.mark.parametrize("who", ["t.captain", "by_name"])
def test_an_approver_who_is_the_requester_is_refused_and_logged(desk, logged, who):
    agency = desk.agency()
    said = (
        {"requester_account": who} if who == "t.captain" else {"requester_name": "Captain, Chris"}
    )
    recorded = desk.parts.releases.record(CUSTODIAN, written(agency.name, **said))
    desk.parts.releases.take(ADMIN, recorded.id, REVIEW)
    with pytest.raises(ReleaseError, match="their own request"):
        desk.parts.releases.take(CAPTAIN, recorded.id, APPROVE)
    assert logged("request", recorded.id)[-1] == ("release:approve", "refused")


def test_no_audit_no_step(desk, recorded, monkeypatch):
    def fails(*_args):
        raise AuditWriteError("The audit log cannot be written")

    with monkeypatch.context() as patched:
        patched.setattr(AuditLog, "append_in", fails)
        with pytest.raises(AuditWriteError):
            desk.parts.releases.take(ADMIN, recorded.id, REVIEW)
    shown = desk.parts.releases.show(AUDITOR, recorded.id)
    assert shown.state is ReleaseState.REQUESTED
    assert shown.events == ()


def test_a_written_request_that_is_gone_is_told(desk, recorded):
    shutil.rmtree(desk.folder / "requests")
    with pytest.raises(PictureMissingError):
        desk.parts.releases.original(AUDITOR, recorded.id)


def test_requests_are_listed_by_state_newest_first(desk, recorded):
    later = desk.parts.releases.record(CUSTODIAN, written(recorded.agency.name))
    desk.parts.releases.take(ADMIN, recorded.id, REVIEW)
    listed = desk.parts.releases.list(AUDITOR, (ReleaseState.REQUESTED, ReleaseState.REVIEWED))
    numbers = [one.id for one in listed]
    assert numbers.index(later.id) < numbers.index(recorded.id)
    waiting = desk.parts.releases.list(AUDITOR, (ReleaseState.REQUESTED,))
    assert recorded.id not in {one.id for one in waiting}


def test_the_log_says_who_gave_what_to_whom(desk, approved, database):
    desk.parts.releases.fulfil(CUSTODIAN, approved.id, desk.packing())
    sql = (
        "SELECT username, reason, case_number, details FROM audit_record"
        " WHERE kind = 'release:fulfil' AND details ->> 'request' = :id"
    )
    with database.owner.connect() as connection:
        row = connection.execute(text(sql), {"id": str(approved.id)}).one()
    assert row.username == "t.custodian"
    assert row.reason == approved.asked.purpose
    assert row.case_number == "26-014532"
    assert {"package", "manifest_sha256", "recipient", "agency_name"} <= set(row.details)
