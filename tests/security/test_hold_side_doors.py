"""Holds tell nobody where a car was, but by a look: each way in that was found, and its kin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.conftest import FixedClock
from tests.held_reads import CASE, WHY, held, new_plate, of_plate, store, take_in, under
from tests.people import made_actor, made_person
from tests.service import open_service
from workbench.domain.criteria import SearchCriteria
from workbench.domain.period import Period
from workbench.domain.person import Actor, Role
from workbench.domain.read_set import ReadSet
from workbench.errors import AuditWriteError, DeniedError, WorkbenchError
from workbench.retention.doing import Doer
from workbench.retention.holds.placing import NewHold
from workbench.runtime import build_runtime

SEEN = datetime(2026, 11, 1, 20, tzinfo=UTC)
NOTE = "The case is closed"
WANTED = {"case_number": CASE, "reason": WHY, "ends_at": None}
SEEING = [role for role in Role if role not in {Role.DISPATCHER, Role.GARAGE}]


@pytest.fixture(scope="module")
def service(settings, policy, database):
    with open_service(settings, policy, database, FixedClock(SEEN + timedelta(days=1))) as opened:
        yield opened


@pytest.fixture
def plate() -> str:
    return new_plate()


@pytest.fixture
def untrained(service) -> str:
    """The token of an analyst who has no training on record."""
    name, totp = service.staff.hired(Role.ANALYST)
    return service.staff.enter(name, totp).token


def head(database) -> int:
    with database.owner.connect() as connection:
        return connection.execute(text("SELECT coalesce(max(seq), 0) FROM audit_record")).scalar()


def since(database, seq: int) -> list[dict]:
    with database.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT * FROM audit_record WHERE seq > :seq ORDER BY seq"), {"seq": seq}
        )
        return [dict(row) for row in rows.mappings()]


def inquiry(http, purpose: str = "active_investigation") -> str:
    asked = {"purpose": purpose, "reason": WHY, "case_number": CASE}
    return http.post("/v1/inquiries", json=asked).json()["id"]


def asked(plate: str, **search) -> dict:
    return WANTED | {"reads": {"search": {"plate": plate, **search}}}


def test_an_untrained_person_places_no_hold_and_counts_none(service, database, plate, untrained):
    """Who may not search must not find a car by 78 holds."""
    store(database.service, plate, SEEN)
    with service.http(service.token()) as http:
        own = inquiry(http)
        number = http.post(f"/v1/inquiries/{own}/holds", json=asked(plate)).json()["id"]
    before = head(database)
    with service.http(untrained) as http:
        for path, body in (
            (f"/v1/inquiries/{own}/holds", asked(plate)),
            (f"/v1/inquiries/{own}/holds/{number}/count", None),
            ("/v1/holds", asked(plate)),
        ):
            refused = http.post(path, json=body)
            assert refused.status_code in {403, 405}
            assert "reads" not in refused.json()
    kinds = {row["kind"] for row in since(database, before)}
    assert kinds == {"access:deny"}


@pytest.mark.parametrize("state", ["another's", "waiting", "closed", "none"])
def test_a_hold_needs_an_open_inquiry_of_ones_own(service, database, plate, state):
    store(database.service, plate, SEEN)
    other = service.token()
    with service.http(service.token()) as http:
        number = http.post(f"/v1/inquiries/{inquiry(http)}/holds", json=asked(plate)).json()["id"]
        if state == "another's":
            with service.http(other) as theirs:
                under_which = inquiry(theirs)
        elif state == "none":
            under_which = "00000000-0000-0000-0000-000000000000"
        else:
            under_which = inquiry(http, "other" if state == "waiting" else "active_investigation")
        if state == "closed":
            http.post(f"/v1/inquiries/{under_which}/close")
        holds, before = number_of_holds(database), head(database)
        placed = http.post(f"/v1/inquiries/{under_which}/holds", json=asked(plate))
        counted = http.post(f"/v1/inquiries/{under_which}/holds/{number}/count")
    assert {placed.status_code, counted.status_code} == {409 if state == "waiting" else 403}
    assert number_of_holds(database) == holds
    assert {row["kind"] for row in since(database, before)} == {"access:deny"}


def number_of_holds(database) -> int:
    with database.owner.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM hold")).scalar_one()


def test_a_search_by_halves_leaves_a_purpose_for_every_half(service, database, plate):
    store(database.service, plate, SEEN)
    with service.http(service.token()) as http:
        mine, before = inquiry(http), head(database)
        edges = [SEEN + timedelta(hours=hour) for hour in range(-4, 5, 2)]
        answers = [
            http.post(
                f"/v1/inquiries/{mine}/holds",
                json=asked(plate, period={"start": a.isoformat(), "end": b.isoformat()}),
            ).json()
            for a, b in pairwise(edges)
        ]
        told = [answer["reads"] for answer in answers]
    assert told == [0, 0, 1, 0]
    looks = [row for row in since(database, before) if row["kind"] == "hold:place"]
    assert [row["seq"] for row in looks] == [answer["access_id"] for answer in answers]
    assert {(row["purpose"], str(row["inquiry_id"])) for row in looks} == {
        ("active_investigation", mine)
    }
    outcomes = [row for row in since(database, before) if row["kind"] == "look:outcome"]
    assert [row["details"]["reads"] for row in outcomes] == told


def test_no_record_no_count(runtime, database, plate):
    store(database.service, plate, SEEN)
    actor, mine = made_actor(Role.ANALYST), under(runtime)
    number = runtime.holds.placing.place(
        actor, mine, NewHold(case_number=CASE, reason=WHY, meant=of_plate(plate))
    ).hold.id
    with database.owner.begin() as owner:
        owner.execute(text("REVOKE INSERT ON audit_record FROM workbench_service"))
    try:
        for look in (
            lambda: runtime.holds.counting.count(actor, mine, number),
            lambda: runtime.holds.register.all(actor),
            lambda: runtime.holds.register.show(actor, number),
        ):
            with pytest.raises(AuditWriteError):
                look()
    finally:
        with database.owner.begin() as owner:
            owner.execute(text("GRANT INSERT ON audit_record TO workbench_service"))


def told(service, tokens, number: int) -> list[tuple[int, str]]:
    """Ask everything about holds that is no look, as everybody."""
    answers = []
    for token in tokens:
        with service.http(token) as http:
            for path in (
                "/v1/holds",
                "/v1/holds?ended=true",
                f"/v1/holds/{number}",
                "/v1/retention/preview",
                "/v1/retention/simulation",
            ):
                found = http.get(path, timeout=60)
                answers.append((found.status_code, found.text))
            for deed in ("approve", "refuse", "withdraw"):
                found = http.post(f"/v1/holds/{number}/{deed}", json={"reason": NOTE})
                answers.append((found.status_code, found.text if found.status_code < 400 else ""))
    return answers


def test_nobody_follows_a_car_by_asking_again(service, database, plate, tmp_path):
    """The list told live where a car passed, without a record: now nothing of it changes."""
    tokens = [service.token(role) for role in SEEING]
    with service.http(service.token()) as http:
        number = http.post(f"/v1/inquiries/{inquiry(http)}/holds", json=asked(plate)).json()["id"]
    # whoever decides has decided, so that asking again changes nothing by itself
    before = told(service, tokens, number) and told(service, tokens, number)
    take_in(service.runtime, tmp_path, plate, SEEN, SEEN + timedelta(minutes=1))
    assert len(held(database.service, number)) == 2
    after = told(service, tokens, number)
    assert [_without_kept(text) for text in after] == [_without_kept(text) for text in before]


def _without_kept(answer: tuple[int, str]) -> tuple[int, str]:
    """Leave out what a simulation says of all reads together."""
    status, body = answer
    return status, "" if "reads_kept" in body else body


def test_every_reading_of_the_register_is_recorded_and_shows_what_duty_needs(
    service, database, plate
):
    owner_token = service.token(Role.OFFICER)
    with service.http(owner_token) as http:
        number = http.post(f"/v1/inquiries/{inquiry(http)}/holds", json=asked(plate)).json()["id"]
    whole = {Role.AUDITOR, Role.RECORDS_CUSTODIAN, Role.SERVICES_CAPTAIN}
    for role in SEEING:
        with service.http(service.token(role)) as http:
            for path in (f"/v1/holds/{number}", "/v1/holds"):
                before = head(database)
                found = http.get(path)
                assert found.status_code == 200
                assert (plate in found.text) is (role in whole), role
                assert (f'"{CASE}"' in found.text) is (role in whole), role
                begun, ended = since(database, before)
                assert (begun["kind"], begun["outcome"]) == ("hold:view", "started")
                assert (ended["kind"], ended["access_id"]) == ("look:outcome", begun["seq"])
                assert (number in ended["details"]["whole"]) is (role in whole)
    with service.http(owner_token) as http:
        assert http.get(f"/v1/holds/{number}").json()["meant"]["search"]["plate"] == plate
    for role in (Role.DISPATCHER, Role.GARAGE):
        with service.http(service.token(role)) as http:
            assert http.get("/v1/holds").status_code == 403
            assert http.get(f"/v1/holds/{number}").status_code == 403


def test_a_hold_of_another_is_neither_counted_nor_compared_with_ones_own(service, database, plate):
    """`only` said whether somebody else holds the same car."""
    store(database.service, plate, SEEN)
    with service.http(service.token()) as http:
        theirs = http.post(f"/v1/inquiries/{inquiry(http)}/holds", json=asked(plate)).json()["id"]
    with service.http(service.token()) as http:
        mine = inquiry(http)
        own = http.post(f"/v1/inquiries/{mine}/holds", json=asked(plate)).json()
        assert not {"only"} & own.keys()
        assert http.post(f"/v1/inquiries/{mine}/holds/{theirs}/count").status_code == 403
        counted = http.post(f"/v1/inquiries/{mine}/holds/{own['id']}/count").json()
        assert (counted["reads"], counted["only"]) == (1, None)
    with service.http(service.token(Role.RECORDS_CUSTODIAN)) as http:
        counted = http.post(f"/v1/inquiries/{inquiry(http)}/holds/{own['id']}/count").json()
        assert (counted["reads"], counted["only"]) == (1, 0)


WIDE = [
    {"period": {"start": "1990-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}},
    {"period": {"start": "2026-11-03T00:00:00Z", "end": "2099-01-01T00:00:00Z"}},
    {"plate": "?*"},
    {"plate": "[0123456789ABCDEFGHJKLMNPQRSTUVWXYZ]*"},
    {"area": {"shape": "circle", "centre": [-121.28, 38.75], "radius_m": 50_000}},
    {"area": {"shape": "polygon", "corners": [[-125, 36], [-117, 36], [-117, 43], [-125, 43]]}},
    {"cameras": [f"FIX-{number}" for number in range(60)]},
]


@pytest.mark.parametrize("search", WIDE)
def test_nobody_holds_everything_alone(service, database, search):
    store(database.service, new_plate(), SEEN)
    with service.http(service.token()) as http:
        body = WANTED | {"reads": {"search": search}}
        made = http.post(f"/v1/inquiries/{inquiry(http)}/holds", json=body)
        assert made.status_code == 201, made.text
        number = made.json()["id"]
        assert (made.json()["state"], made.json()["reads"]) == ("waiting", None)
        assert held(database.service, number) == []
        assert http.post(f"/v1/holds/{number}/approve", json={"reason": NOTE}).status_code == 403
        withdrawn = http.post(f"/v1/holds/{number}/withdraw", json={"reason": "Placed by mistake"})
        assert withdrawn.json()["state"] == "withdrawn"


# What a person does about holds that is no look, in any order, is the same whatever was read.

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["place", "list", "all", "show", "approve", "refuse", "withdraw", "release"]
        ),
        st.sampled_from(["narrow", "wide"]),
        st.sampled_from([Role.ANALYST, Role.RECORDS_CUSTODIAN, Role.SUPERVISOR, Role.AUDITOR]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def open_up(settings, policy, database):
    """A function, because a failing example is told with all that it was given."""
    clock = FixedClock(SEEN + timedelta(days=1))
    return lambda: build_runtime(settings, policy, database, clock=clock)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, reads=st.integers(1, 4))
def test_what_is_told_outside_looks_does_not_depend_on_the_reads(
    open_up, tmp_path_factory, deeds, reads
):
    """Once with no read of the car, once with some, old and new."""
    runtime = open_up()
    answers = []
    for stored in (0, reads):
        plate = new_plate()
        for minute in range(stored):
            store(runtime.database.service, plate, SEEN + timedelta(minutes=minute))
        said, placed = [], []
        for deed, width, role, which in deeds:
            if stored:
                take_in(runtime, tmp_path_factory.mktemp("reads"), plate, SEEN)
            actor = made_actor(role, username=f"x.{role}")
            said.append(_done(runtime, deed, _meant(plate, width), actor, placed, which))
        answers.append(said)
        cleaner = made_actor(Role.RECORDS_CUSTODIAN, username="r.cleaner")
        for number in placed:
            for end in ("refuse", "release"):
                _done(runtime, end, None, cleaner, [number], 0)
    assert answers[0] == answers[1]


def _meant(plate: str, width: str) -> ReadSet:
    if width == "narrow":
        return of_plate(plate)
    long = Period(SEEN - timedelta(days=400), SEEN + timedelta(days=400))
    return ReadSet(search=SearchCriteria(period=long))


def _done(runtime, deed: str, meant: ReadSet | None, actor: Actor, placed: list[int], which: int):
    """Do it, and return what is told, with numbers and times of holds left out."""
    number = placed[which % len(placed)] if placed else 2**40
    try:
        if deed == "place":
            new = NewHold(case_number=CASE, reason=WHY, meant=meant)
            made = runtime.holds.placing.place(actor, under(runtime, actor), new)
            placed.append(made.hold.id)
            return "a look"
        if deed in {"list", "all"}:
            found = runtime.holds.register.all(actor, ended=deed == "all")
            return [(each.state, each.whole) for each in found if each.hold.id in placed]
        if deed == "show":
            return _plain(runtime.holds.register.show(actor, number))
        return _plain(getattr(runtime.holds.decisions, deed)(actor, number, reason=NOTE))
    except WorkbenchError as error:
        return type(error).__name__, error.what


def _plain(seen) -> tuple:
    return seen.state, seen.whole, sorted(seen.as_json())


def test_what_a_purge_would_take_tells_nothing_of_one_hold(runtime, database, plate):
    """Per hold it told how many reads are over: with a hold on one car, when it passed."""
    store(database.service, plate, SEEN - timedelta(days=500))
    actor = made_actor(Role.RECORDS_CUSTODIAN)
    new = NewHold(case_number=CASE, reason=WHY, meant=of_plate(plate))
    placing = runtime.holds.placing
    before = runtime.retention.previewer.preview(Doer(actor=actor)).as_json()
    number = placing.place(actor, under(runtime, actor), new).hold.id
    after = runtime.retention.previewer.preview(Doer(actor=actor)).as_json()
    assert all(row["held"] is None for row in after["rows"])
    assert [each for each in after["holds"] if each not in before["holds"]] == [
        {"hold": number, "state": "standing", "ends_at": None}
    ]


def test_whose_training_ended_learns_nothing_more_of_their_own_hold(runtime, database, plate):
    store(database.service, plate, SEEN)
    actor, mine = made_actor(Role.ANALYST), under(runtime)
    new = NewHold(case_number=CASE, reason=WHY, meant=of_plate(plate))
    number = runtime.holds.placing.place(actor, mine, new).hold.id
    lapsed = Actor(person=made_person(Role.ANALYST, systems=()), origin=actor.origin)
    for deed in (
        lambda: runtime.holds.placing.place(lapsed, mine, new),
        lambda: runtime.holds.counting.count(lapsed, mine, number),
        lambda: runtime.door.held(lapsed, mine, number, limit=1),
    ):
        with pytest.raises(DeniedError, match="training in LEARN"):
            deed()
