"""The whole archive in three looks, in every way in: the policy's numbers, and who may say more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.conftest import FixedClock
from tests.people import made_actor
from tests.reads import CENTRE, made_reads, store_reads
from tests.service import REASON, open_service
from workbench.audit import EventKind
from workbench.detections.looks import Look
from workbench.domain.action import Action
from workbench.domain.allowance import AllowanceState
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Actor, Role
from workbench.domain.place import Circle
from workbench.domain.read_set import ReadSet
from workbench.errors import (
    ApprovalNeededError,
    CriteriaError,
    DeniedError,
    FormError,
    PurposeError,
)
from workbench.policy import Policy, load_policy
from workbench.runtime import Runtime, build_runtime

PREFIX = "5B"
A_LOOK, A_DAY = 10, 25
WHY = "All reads near a series of arsons"
people = iter(range(1_000))


def narrowed(policy: Policy) -> Policy:
    """Return a policy with numbers that a test can reach."""
    search = policy.search
    rules = {"default_limit": 5, "reads_per_look": A_LOOK, "reads_per_day": A_DAY}
    changed = {
        name: getattr(search, name).model_copy(update={"value": value})
        for name, value in rules.items()
    }
    return policy.model_copy(update={"search": search.model_copy(update=changed)})


@pytest.fixture(scope="module", autouse=True)
def stored(database):
    return store_reads(database.service, made_reads(60, seed=55, prefix=PREFIX))


@pytest.fixture
def house(settings, policy, database, clock) -> Runtime:
    return build_runtime(settings, narrowed(policy), database, clock=clock)


@pytest.fixture
def analyst() -> Actor:
    return made_actor(Role.ANALYST, username=f"b.bulk{next(people)}")


def opened(house: Runtime, actor: Actor) -> UUID:
    return house.inquiries.open(actor, purpose="active_investigation", reason=REASON).id


def search(house: Runtime, actor: Actor, inquiry_id: UUID, rows: int):
    criteria = SearchCriteria(plate=parse_pattern(f"{PREFIX}*"), limit=rows)
    return house.door.search(actor, inquiry_id, criteria)


def last_records(database, count: int) -> list:
    with database.owner.connect() as connection:
        return connection.execute(
            text("SELECT * FROM audit_record ORDER BY seq DESC LIMIT :count"), {"count": count}
        ).all()


@pytest.mark.parametrize(("beside", "taken"), [(-1, True), (0, True), (1, False)])
def test_a_look_asks_for_the_policys_number_of_rows_and_no_more(
    house, analyst, database, beside, taken
):
    inquiry_id = opened(house, analyst)
    if taken:
        assert search(house, analyst, inquiry_id, A_LOOK + beside).rows == A_LOOK + beside
        return
    rule = house.policy.search.reads_per_look
    with pytest.raises(ApprovalNeededError) as refused:
        search(house, analyst, inquiry_id, A_LOOK + beside)
    said = str(refused.value)
    assert f"{A_LOOK + beside} reads" in said
    assert f"{A_LOOK} reads a look ({rule.section})" in said
    assert "workbench inquiries ask" in said
    (denied,) = last_records(database, 1)
    assert (denied.kind, denied.outcome) == ("access:deny", "refused")
    assert denied.criteria["limit"] == A_LOOK + beside


@pytest.mark.parametrize(("beside", "taken"), [(-1, True), (0, True), (1, False)])
def test_a_person_brings_out_the_policys_number_a_day_and_no_more(
    house, analyst, database, beside, taken
):
    for _ in range(2):  # another inquiry is no other person
        search(house, analyst, opened(house, analyst), A_LOOK)
    rest = A_DAY - 2 * A_LOOK + beside
    if taken:
        assert search(house, analyst, opened(house, analyst), rest).rows == rest
        return
    with pytest.raises(ApprovalNeededError, match=f"{rest} reads, after {2 * A_LOOK} in the last"):
        search(house, analyst, opened(house, analyst), rest)
    outcome, look = last_records(database, 2)
    assert (look.kind, outcome.kind) == ("detection:search", "look:outcome")
    assert (outcome.access_id, outcome.outcome) == (look.seq, "refused")
    assert "reads" not in outcome.details


@pytest.mark.parametrize(("beside_s", "counts"), [(-1, True), (0, False), (1, False)])
def test_what_came_out_counts_for_24_hours(house, analyst, clock, beside_s, counts):
    inquiry_id = opened(house, analyst)
    for rows in (A_LOOK, A_LOOK, A_DAY - 2 * A_LOOK):
        search(house, analyst, inquiry_id, rows)
    clock.at += timedelta(hours=24, seconds=beside_s)
    if counts:
        with pytest.raises(ApprovalNeededError):
            search(house, analyst, inquiry_id, 1)
    else:
        assert search(house, analyst, inquiry_id, 1).rows == 1


def canvass(house, actor, inquiry_id, stored):
    at = stored["seen_at"].min().to_pydatetime() + timedelta(days=5)
    margin = timedelta(hours=24)
    house.door.canvass(
        actor,
        inquiry_id,
        CanvassCriteria(
            scene=Circle(CENTRE, 9_000), at=at, before=margin, after=margin, limit=A_LOOK
        ),
    )


def one_read(house, actor, inquiry_id, stored):
    found = search(house, actor, inquiry_id, 1)
    house.door.detection(actor, inquiry_id, found.table["detection_id"][0].as_py())


def package(house, actor, inquiry_id, stored):
    packed(house, actor, inquiry_id, limit=None)


def packed(house, actor, inquiry_id, *, limit):
    cameras = () if limit is None else ("T1",)
    meant = ReadSet(search=SearchCriteria(plate=parse_pattern(f"{PREFIX}*"), cameras=cameras))
    criteria = {"look": "package", "hold": None, "reads": meant.as_json()}
    look = Look(Action.EVIDENCE_PACKAGE, EventKind.EVIDENCE_PACKAGE, criteria)
    made = []

    def pack(_record, found):
        made.append(sum(portion.num_rows for portion in found.portions()))
        return made[0], {}

    try:
        house.door.gather(actor, inquiry_id, look, pack)
    finally:
        packed.made = made


@pytest.mark.parametrize("way", [canvass, one_read, package])
def test_no_way_in_goes_past_the_day(house, analyst, stored, way):
    inquiry_id = opened(house, analyst)
    for rows in (A_LOOK, A_LOOK, A_DAY - 2 * A_LOOK):
        search(house, analyst, inquiry_id, rows)
    with pytest.raises(ApprovalNeededError):
        way(house, analyst, inquiry_id, stored)


def test_a_package_of_too_many_reads_is_refused_before_anything_is_packed(house, analyst):
    with pytest.raises(ApprovalNeededError, match="60 reads"):
        packed(house, analyst, opened(house, analyst), limit=None)
    assert packed.made == []
    packed(house, analyst, opened(house, analyst), limit=A_LOOK)
    assert 0 < packed.made[0] <= A_LOOK
    assert house.read_limits.out_today(analyst.person.username) == packed.made[0]


def test_looks_at_once_from_several_processes_do_not_race_past_the_day(
    settings, policy, database, house, analyst
):
    narrow = narrowed(policy)
    houses = [build_runtime(settings, narrow, database, clock=house.clock) for _ in range(4)]
    inquiries = [opened(each, analyst) for each in houses]

    def look(number: int) -> int:
        try:
            return search(houses[number % 4], analyst, inquiries[number % 4], A_LOOK).rows
        except ApprovalNeededError:
            return 0

    with ThreadPoolExecutor(8) as pool:
        out = sum(pool.map(look, range(16)))
    assert out == 2 * A_LOOK
    assert house.read_limits.out_today(analyst.person.username) == out


def test_an_approved_number_counts_for_its_inquiry_alone_and_not_beyond(house, analyst):
    boss = made_actor(Role.SUPERVISOR, username="b.boss")
    wide, other = opened(house, analyst), opened(house, analyst)
    asked = house.allowances.ask(analyst, wide, reads=50, why=WHY)
    with pytest.raises(ApprovalNeededError):
        search(house, analyst, wide, 30)
    done = house.allowances.decide(boss, asked.id, approve=True, note="The series is large")
    assert (done.state, done.decided_by) == (AllowanceState.APPROVED, "b.boss")
    assert search(house, analyst, wide, 30).rows == 30
    assert house.read_limits.out_today(analyst.person.username) == 0
    with pytest.raises(ApprovalNeededError):
        search(house, analyst, other, 30)
    assert search(house, analyst, wide, 20).rows == 20
    with pytest.raises(ApprovalNeededError):
        search(house, analyst, wide, 11)
    assert search(house, analyst, wide, A_LOOK).rows == A_LOOK  # what everybody may alone


def test_nobody_approves_their_own_number_and_only_those_who_decide_do(house):
    boss = made_actor(Role.SUPERVISOR, username="b.own")
    asked = house.allowances.ask(boss, opened(house, boss), reads=50, why=WHY)
    with pytest.raises(DeniedError, match="another person"):
        house.allowances.decide(boss, asked.id, approve=True, note="I agree with myself")
    for role in (Role.ANALYST, Role.OFFICER, Role.AUDITOR, Role.SERVICES_CAPTAIN):
        with pytest.raises(DeniedError):
            house.allowances.decide(
                made_actor(role, username="b.else"), asked.id, approve=True, note="Looks fine"
            )
    admin = made_actor(Role.ALPR_ADMINISTRATOR, username="b.admin")
    refused = house.allowances.decide(admin, asked.id, approve=False, note="Narrow it first")
    assert refused.state is AllowanceState.REFUSED
    with pytest.raises(PurposeError, match="waits"):
        house.allowances.decide(admin, asked.id, approve=True, note="Changed my mind")


def test_a_number_is_asked_for_under_ones_own_open_inquiry_in_words(house, analyst):
    inquiry_id = opened(house, analyst)
    with pytest.raises(FormError):
        house.allowances.ask(analyst, inquiry_id, reads=50, why="aaaaaaaaaa")
    with pytest.raises(CriteriaError):
        house.allowances.ask(analyst, inquiry_id, reads=0, why=WHY)
    other = made_actor(Role.ANALYST, username="b.other")
    with pytest.raises(DeniedError):
        house.allowances.ask(other, inquiry_id, reads=50, why=WHY)
    house.inquiries.close(analyst, inquiry_id)
    with pytest.raises(DeniedError):
        house.allowances.ask(analyst, inquiry_id, reads=50, why=WHY)


def test_what_waits_is_shown_to_those_who_decide_and_recorded(house, analyst, database):
    waiting = house.inquiries.open(analyst, purpose="other", reason="Made up for a test")
    asked = house.allowances.ask(analyst, opened(house, analyst), reads=50, why=WHY)
    for role in (Role.ANALYST, Role.AUDITOR, Role.SERVICES_CAPTAIN, Role.GARAGE):
        with pytest.raises(DeniedError):
            house.waiting.show(made_actor(role, username="b.curious"))
    found = house.waiting.show(made_actor(Role.SUPERVISOR, username="b.decides"))
    ended, begun = last_records(database, 2)
    assert [begun.kind, begun.outcome, ended.outcome] == ["inquiry:view", "started", "returned"]
    assert (begun.seq, ended.access_id) == (found.access_id, found.access_id)
    assert str(waiting.id) in ended.details["inquiries"]
    assert asked.id in ended.details["allowances"]
    mine = house.waiting.show(
        made_actor(Role.SUPERVISOR, Role.ANALYST, username=analyst.person.username)
    )
    assert waiting.id not in {one.id for one in mine.inquiries}, "nobody decides their own"


def test_the_archive_does_not_come_out_in_three_looks_over_http(settings, database):
    policy = load_policy()
    at = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, policy, database, at) as service:
        token, boss = service.token(), service.token(Role.SUPERVISOR)
        with service.http(token) as http, service.http(boss) as decider:
            stated = {"purpose": "active_investigation", "reason": "aaaaaaaaaa"}
            assert http.post("/v1/inquiries", json=stated).status_code == 422
            stated["reason"] = REASON
            inquiry = http.post("/v1/inquiries", json=stated).json()["id"]
            asked = {"period": {"start": "2026-01-01T00:00:00Z", "end": "2026-12-31T00:00:00Z"}}
            wide = policy.search.reads_per_look.value + 1
            path = f"/v1/inquiries/{inquiry}"
            answer = http.post(f"{path}/search", json={**asked, "limit": wide})
            assert answer.status_code == 409
            assert str(policy.search.reads_per_look.value) in answer.json()["allowed"]
            made = http.post(f"{path}/allowances", json={"reads": wide, "why": WHY})
            assert made.status_code == 201
            number = made.json()["id"]
            own = http.post(f"/v1/inquiries/allowances/{number}/approve", json={"note": "Good"})
            assert own.status_code == 403
            assert number in {
                one["allowance"]["id"]
                for one in decider.get("/v1/inquiries/waiting").json()["asked"]
            }
            done = decider.post(
                f"/v1/inquiries/allowances/{number}/approve", json={"note": "The series is large"}
            )
            assert done.json()["state"] == "approved"
            answer = http.post(f"{path}/search", json={**asked, "limit": wide})
            assert answer.status_code == 200


@pytest.mark.parametrize("rule", ["reads_per_look", "reads_per_day"])
def test_the_policys_numbers_are_in_order_and_name_their_section(rule):
    search_rules = load_policy().search
    assert getattr(search_rules, rule).section
    assert (
        search_rules.default_limit.value
        <= search_rules.reads_per_look.value
        <= search_rules.reads_per_day.value
    )
    assert search_rules.reads_per_look.value <= search_rules.max_limit.value
