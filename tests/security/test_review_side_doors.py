"""The weekly review: it sees who brought out much, is recorded, and another person signs it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.conftest import FixedClock
from tests.people import made_actor
from tests.reads import made_reads, store_reads
from tests.service import REASON
from workbench.domain.criteria import SearchCriteria
from workbench.domain.inquiry import Inquiry
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Role
from workbench.domain.week import Week
from workbench.errors import ApprovalNeededError, DeniedError, FormError, ReviewError
from workbench.policy import Policy
from workbench.runtime import Runtime, build_runtime

PREFIX = "5R"
NOTE = "Looked at all of it"
MONDAY = datetime(2031, 3, 3, 18, tzinfo=UTC)
WEEK = Week(2031, 10)
ADMIN = made_actor(Role.ALPR_ADMINISTRATOR, username="r.admin")


def narrowed(policy: Policy) -> Policy:
    rules = {"default_limit": 5, "reads_per_look": 10, "reads_per_day": 15}
    changed = {
        name: getattr(policy.search, name).model_copy(update={"value": value})
        for name, value in rules.items()
    }
    return policy.model_copy(update={"search": policy.search.model_copy(update=changed)})


@pytest.fixture(scope="module")
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture(scope="module")
def house(settings, policy, database, clock) -> Runtime:
    """A week in which one analyst goes past the day, and another has a number approved."""
    store_reads(database.service, made_reads(60, seed=56, prefix=PREFIX))
    house = build_runtime(settings, narrowed(policy), database, clock=clock)
    for name in ("r.many", "r.wide"):
        actor = trained(name)
        inquiry = house.inquiries.open(actor, purpose="active_investigation", reason=REASON)
        if name == "r.wide":
            asked = house.allowances.ask(
                actor, inquiry.id, reads=40, why="All reads near a series of arsons"
            )
            boss = made_actor(Role.SUPERVISOR, username="r.boss")
            house.allowances.decide(boss, asked.id, approve=True, note="The series is large")
            search(house, actor, inquiry, 40)
            continue
        search(house, actor, inquiry, 10)
        with pytest.raises(ApprovalNeededError):
            search(house, actor, inquiry, 6)
    return house


def trained(name: str, *roles: Role):
    actor = made_actor(*(roles or (Role.ANALYST,)), username=name)
    ends = MONDAY + timedelta(days=300)
    training = tuple(
        type(one)(system=one.system, completed_at=MONDAY - timedelta(days=9), expires_at=ends)
        for one in actor.person.training
    )
    person = type(actor.person)(
        **{
            name: getattr(actor.person, name)
            for name in type(actor.person).__dataclass_fields__
            if name != "training"
        },
        training=training,
    )
    return type(actor)(person=person, origin=actor.origin)


def search(house: Runtime, actor, inquiry: Inquiry, rows: int) -> None:
    criteria = SearchCriteria(plate=parse_pattern(f"{PREFIX}*"), limit=rows)
    house.door.search(actor, inquiry.id, criteria)


def test_the_review_sees_wide_looks_their_approvals_and_who_is_near_the_number(house, database):
    found = house.weekly_review.show(ADMIN, WEEK)
    people = {one.username: one for one in found.people}
    many, wide = people["r.many"], people["r.wide"]
    assert (many.looks, many.reads, many.most_in_a_day, many.refused) == (2, 10, 10, 1)
    assert many.near
    assert (wide.reads, wide.approved_reads, wide.near) == (0, 40, False)
    assert [(one.username, one.reads, one.allowed_by) for one in found.wide] == [
        ("r.many", 10, None),
        ("r.wide", 40, "r.boss"),
    ]
    with database.owner.connect() as connection:
        kind, outcome = connection.execute(
            text("SELECT kind, outcome FROM audit_record WHERE seq = :seq"),
            {"seq": found.access_id},
        ).one()
    assert (kind, outcome) == ("audit:review", "started")
    assert PREFIX not in str(found.as_json()), "a review shows no plates"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPERVISOR, Role.OFFICER, Role.GARAGE])
def test_who_does_not_review_sees_none_of_it(house, role):
    actor = made_actor(role, username="r.curious")
    with pytest.raises(DeniedError):
        house.weekly_review.show(actor, WEEK)
    with pytest.raises(DeniedError):
        house.weekly_review.states(actor)


def test_a_review_is_signed_by_another_who_saw_it_and_is_overdue_before(house, clock):
    review, captain = house.weekly_review, made_actor(Role.SERVICES_CAPTAIN, username="r.captain")
    with pytest.raises(ReviewError, match="not over"):
        review.sign(ADMIN, WEEK, note=NOTE)
    end = WEEK.period(review._zone).end
    days = timedelta(days=house.policy.audits.review_within_days.value)
    for beside_s, overdue in ((-1, False), (0, True), (1, True)):
        clock.at = end + days + timedelta(seconds=beside_s)
        (state,) = (one for one in review.states(ADMIN) if one.week == WEEK)
        assert (state.signed_by, state.overdue) == (None, overdue)
    both = trained("r.many", Role.ANALYST, Role.ALPR_ADMINISTRATOR)
    with pytest.raises(DeniedError, match="another person"):
        review.sign(both, WEEK, note=NOTE)
    with pytest.raises(FormError):
        review.sign(captain, WEEK, note="ok")
    with pytest.raises(ReviewError, match="was not shown to you"):
        review.sign(captain, WEEK, note=NOTE)
    review.show(captain, WEEK)
    assert review.sign(captain, WEEK, note=NOTE).signed_by == "r.captain"
    with pytest.raises(ReviewError, match="signed before"):
        review.sign(captain, WEEK, note=NOTE)
    (state,) = (one for one in review.states(ADMIN) if one.week == WEEK)
    assert (state.signed_by, state.overdue) == ("r.captain", False)
