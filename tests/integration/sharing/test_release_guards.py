"""The database keeps a request's life in order by itself: what Python refuses, it refuses too."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.access import open_staff
from tests.sharing import (
    ADMIN,
    ADMIN_2,
    ASKED,
    AT,
    CAPTAIN,
    CUSTODIAN,
    approve,
    write_down,
    written,
)
from workbench.domain.person import Role
from workbench.domain.release import COMES_AFTER, ReleaseState, ReleaseStep
from workbench.errors import EvidenceError
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.recipient import Recipient
from workbench.sharing.shares.share import NewShare
from workbench.storage.sharing_tables import release_event, release_request, share_review

DETAILS = {
    "reviewed": {"finding": "Called back", "purpose_code": "active_investigation"},
    "approved": approve().details(),
    "refused": {"reason": "No case", "source": "426.9"},
    "routed": {"reason": "A journalist", "source": "426.9"},
    "fulfilled": {"manifest_sha256": "a" * 64},
    "filed": {"file": "R-1"},
}
WAYS = {
    "requested": [],
    "reviewed": ["reviewed"],
    "approved": ["reviewed", "approved"],
    "refused": ["reviewed", "refused"],
    "routed": ["routed"],
    "fulfilled": ["reviewed", "approved", "fulfilled"],
    "filed": ["reviewed", "approved", "fulfilled", "filed"],
}


class Straight:
    """Writes steps as the service role, past everything that Python checks."""

    def __init__(self, desk, engine, **said):
        self.engine = engine
        self.agency = desk.agency()
        self.request = desk.parts.releases.record(CUSTODIAN, written(self.agency.name, **said)).id
        self.minutes = 0
        self.office = desk.office

    def add(self, step, by=CAPTAIN, *, name=None, later=None, **details):
        self.minutes += 1
        said = DETAILS[step] | details
        if step == "fulfilled":
            said = {"recipient": f"For {self.agency.name}"} | self.packed() | said
        values = {
            "request_id": self.request,
            "step": step,
            "done_at": AT + timedelta(minutes=self.minutes if later is None else later),
            "done_by": by.person.username,
            "done_by_name": name or by.person.display_name,
            "details": {key: value for key, value in said.items() if value is not ...},
        }
        with self.engine.begin() as connection:
            connection.execute(insert(release_event).values(values))

    def packed(self):
        """Write a package down for the request, where the database lets it."""
        recipient = Recipient(
            agency=self.agency.name, person=written().requester_name, purpose="x",
            request_id=self.request,
        )  # fmt: skip
        order = Order(reads=ASKED, recipient=recipient, accesses=False)
        with suppress(EvidenceError):
            number = write_down(self.office, CUSTODIAN, order, seal="a" * 64)
            return {"package": str(number)}
        return {"package": "1"}

    def lead_to(self, state):
        for step in WAYS[state]:
            self.add(step)
        return self

    def state(self):
        with self.engine.connect() as connection:
            sql = text("SELECT state FROM release_request WHERE id = :id")
            return connection.execute(sql, {"id": self.request}).scalar_one()

    def refused(self, step, match, **more):
        before = self.state()
        with pytest.raises(IntegrityError, match=match):
            self.add(step, **more)
        assert self.state() == before


@pytest.fixture
def straight(desk, database):
    return Straight(desk, database.service)


def test_every_step_in_and_out_of_its_order(desk, database):
    for state in ReleaseState:
        for step in ReleaseStep:
            straight = Straight(desk, database.service).lead_to(state)
            if state in COMES_AFTER[step]:
                straight.add(step)
                assert straight.state() == step
            else:
                straight.refused(step, "its turn|ix_release_event_once")


def test_only_the_guard_refuses_what_nobody_reviewed(straight):
    straight.refused("refused", "its turn")
    straight.refused("refused", "its turn", by_guard="yes")
    values = {
        "request_id": straight.request,
        "step": "refused",
        "done_at": AT,
        "done_by": "t.custodian",
        "done_by_name": "Robin Records",
        "details": DETAILS["refused"] | {"by": "sharing_guard"},
    }
    with straight.engine.begin() as connection:
        connection.execute(insert(release_event).values(values))
    assert straight.state() == "refused"


@pytest.mark.parametrize("step", ["reviewed", "approved"])
@pytest.mark.parametrize(
    "said", [{"requester_account": "t.captain"}, {"requester_name": "CAPTAIN,  Chris"}]
)
def test_nobody_reviews_or_approves_their_own_request(desk, database, step, said):
    straight = Straight(desk, database.service, **said)
    if step == "approved":
        straight.add("reviewed", by=ADMIN)
    straight.refused(step, "another person than the requester")


def test_a_false_name_does_not_hide_the_requester(desk, database, policy, clock):
    staff = open_staff(database, policy, clock)
    username, _ = staff.hired(Role.SERVICES_CAPTAIN)
    straight = Straight(desk, database.service, requester_name="Up Made")
    values = {
        "request_id": straight.request,
        "step": "reviewed",
        "done_at": AT,
        "done_by": username,
        "done_by_name": "Somebody Else",
        "details": DETAILS["reviewed"],
    }
    with (
        pytest.raises(IntegrityError, match="another person than the requester"),
        straight.engine.begin() as connection,
    ):
        connection.execute(insert(release_event).values(values))


def test_who_recorded_a_request_does_not_approve_it(straight):
    straight.lead_to("reviewed")
    straight.refused("approved", "another person than the one who recorded", by=CUSTODIAN)


FULFILLING = ("package", "manifest_sha256", "recipient")


def lacking(state, step, *keys, values=("", None)):
    """Return a case for each key and what it says instead of what it should."""
    return [(state, step, {key: value}) for key in keys for value in values]


@pytest.mark.parametrize(
    ("state", "step", "lacks"),
    [
        *lacking("requested", "reviewed", *DETAILS["reviewed"], values=(..., " ", 7, None)),
        *lacking("reviewed", "approved", "reason", values=(..., "", None)),
        *lacking("reviewed", "refused", *DETAILS["refused"]),
        *lacking("requested", "routed", *DETAILS["routed"]),
        *lacking("approved", "fulfilled", *FULFILLING, values=(..., "", 1)),
        *lacking("approved", "fulfilled", "manifest_sha256", values=("A" * 64, "a" * 63)),
        *lacking("approved", "fulfilled", "recipient", values=("For somebody else",)),
        *lacking("fulfilled", "filed", "file", values=(..., "\n")),
    ],
)
def test_a_step_that_does_not_say_enough_is_refused(straight, state, step, lacks):
    straight.lead_to(state)
    straight.refused(step, "lacks", **lacks)


def test_nothing_is_given_to_an_agency_that_is_unverified_or_off(desk, straight):
    straight.lead_to("reviewed")
    desk.parts.agencies.switch(ADMIN, straight.agency.name, on=False, reason="Breach")
    straight.refused("approved", "verified and in use")
    desk.parts.agencies.switch(ADMIN, straight.agency.name, on=True, reason="Cleared")
    straight.add("approved")
    aliases = (f"{straight.agency.name} of the county",)
    desk.parts.agencies.change(ADMIN_2, straight.agency.name, reason="Alias", aliases=aliases)
    straight.refused("fulfilled", "verified and in use")


@pytest.mark.parametrize(("minutes", "taken"), [(-1, False), (0, True), (1, True)])
def test_time_goes_forward(straight, minutes, taken):
    if not taken:
        straight.refused("reviewed", "a time after", later=minutes)
    else:
        straight.add("reviewed", later=minutes)
        straight.refused("approved", "a time after", later=minutes - 1)
        straight.add("approved", later=minutes)


CHANGES = [
    "UPDATE release_request SET state = 'approved'",
    "UPDATE release_request SET purpose = 'x'",
    "DELETE FROM release_request",
    "TRUNCATE release_request CASCADE",
    "UPDATE release_event SET done_by = 'x'",
    "DELETE FROM release_event",
    "TRUNCATE release_event",
    "UPDATE share_review SET finding = 'x'",
    "DELETE FROM share_review",
    "UPDATE share_comparison SET drifted = 0",
    "DELETE FROM share_comparison",
    "DELETE FROM standing_share",
    "TRUNCATE standing_share CASCADE",
]


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("role", ["service", "owner", "purger"])
def test_nobody_changes_or_deletes_what_is_on_file(database, straight, role, statement):
    straight.lead_to("approved")
    with (
        pytest.raises(DBAPIError, match="permission denied|is refused|must be owner"),
        getattr(database, role).begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize("state", [state for state in ReleaseState if state != "requested"])
def test_a_request_begins_as_requested(database, straight, state):
    with database.service.connect() as connection:
        wanted = select(release_request).where(release_request.c.id == straight.request)
        row = connection.execute(wanted).mappings().one()
    values = {name: value for name, value in row.items() if name != "id"} | {"state": state}
    with pytest.raises(IntegrityError, match="begins as"), database.service.begin() as connection:
        connection.execute(insert(release_request).values(values))


@pytest.mark.parametrize("column", ["purpose", "asked_for", "requester_name", "requester_title"])
def test_a_request_that_does_not_say_enough_is_refused(database, straight, column):
    with database.service.connect() as connection:
        wanted = select(release_request).where(release_request.c.id == straight.request)
        row = connection.execute(wanted).mappings().one()
    values = {name: value for name, value in row.items() if name != "id"} | {column: " \n"}
    with pytest.raises(IntegrityError, match="given"), database.service.begin() as connection:
        connection.execute(insert(release_request).values(values))


@pytest.fixture
def share(desk):
    agency = desk.agency()
    new = NewShare(agency=agency.name, system="LEARN", what="reads", reason="r", legal_basis="b")
    return desk.parts.shares.start(ADMIN, new)


def review(engine, share, *, by="t.captain", approves=True, later=0):
    values = {
        "share_id": share.id,
        "approves": approves,
        "reviewed_at": share.recorded_at + timedelta(minutes=later),
        "reviewed_by": by,
        "finding": "x",
    }
    with engine.begin() as connection:
        connection.execute(insert(share_review).values(values))


def test_a_share_is_reviewed_by_another_after_it_was_approved(database, share, desk):
    engine = database.service
    for more, said in (
        ({"by": "t.admin"}, "another person"),
        ({"approves": False}, "an approval first"),
        ({"later": -1}, "a time after"),
    ):
        with pytest.raises(IntegrityError, match=said):
            review(engine, share, **more)
    review(engine, share, later=5)
    with pytest.raises(IntegrityError, match="a time after"):
        review(engine, share, approves=False, later=4)
    review(engine, share, approves=False, later=5)
    desk.parts.shares.end(ADMIN, share.id, reason="Over")
    with pytest.raises(IntegrityError, match="a share that stands"):
        review(engine, share, later=6)


def test_a_share_of_an_unverified_agency_is_not_approved(database, share, desk):
    desk.parts.agencies.switch(ADMIN, share.agency.name, on=False, reason="Breach")
    with pytest.raises(IntegrityError, match="verified and in use"):
        review(database.service, share)


def test_a_share_is_only_ended_and_once(database, share):
    with pytest.raises(DBAPIError, match="permission"), database.service.begin() as connection:
        connection.execute(text("UPDATE standing_share SET what = 'all'"))
    sql = (
        "UPDATE standing_share SET ended_at = recorded_at, ended_by = 'x', ended_because = :why"
        " WHERE id = :id"
    )
    with database.service.begin() as connection:
        connection.execute(text(sql), {"id": share.id, "why": "over"})
    for role in ("service", "owner"):
        with (
            pytest.raises(IntegrityError, match="only ended, and once"),
            getattr(database, role).begin() as connection,
        ):
            connection.execute(text(sql), {"id": share.id, "why": "another"})


def test_a_temporary_table_of_the_same_name_changes_nothing(straight):
    """Whoever may make temporary tables could otherwise make up an approval."""
    values = {"id": straight.request, "at": AT + timedelta(hours=1)}
    sql = (
        "INSERT INTO public.release_event (request_id, step, done_at, done_by, done_by_name,"
        " details) VALUES (:id, 'fulfilled', :at, 'x', 'x', '{}')"
    )
    with straight.engine.connect() as connection:
        connection.execute(
            text("CREATE TEMP TABLE release_request AS SELECT * FROM public.release_request")
        )
        connection.execute(text("UPDATE pg_temp.release_request SET state = 'approved'"))
        with pytest.raises(IntegrityError, match="its turn: the request is requested"):
            connection.execute(text(sql), values)
        connection.rollback()


def test_the_service_cannot_switch_the_guards_off(database):
    for statement in (
        "ALTER TABLE release_event DISABLE TRIGGER ALL",
        "DROP TRIGGER release_request_guarded ON release_request",
        "DROP FUNCTION check_release_event() CASCADE",
        "SET session_replication_role = 'replica'",
    ):
        with pytest.raises(DBAPIError), database.service.begin() as connection:
            connection.execute(text(statement))
