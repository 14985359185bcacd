"""People work on hits: who may, what is logged, what is refused, on the real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.hits import (
    ACTS,
    ASK,
    CALL,
    CLOSE,
    COMPARE,
    CONFIRM,
    FROM_CAR,
    FROM_DESK,
    OPEN,
    RUN_PLATE,
    SCORE,
    SEEN_AT,
    STOP,
    enrolled,
    see,
    store_hits,
    store_hits_of_reads,
)
from tests.people import DESK, made_actor, made_person
from workbench.domain.hit import HitEventKind, HitState
from workbench.domain.hot_entry import Category
from workbench.domain.person import Actor, Role
from workbench.errors import AuditWriteError, DeniedError, HitError, HitMissingError, PurposeError
from workbench.hotlists.hits.acts import Compare, Review, Score
from workbench.hotlists.hits.handling import Hits
from workbench.hotlists.hits.next_steps import DueKind
from workbench.hotlists.hits.purposes import PURPOSES
from workbench.hotlists.hits.recording import action_of
from workbench.hotlists.hits.selection import Selection
from workbench.hotlists.hits.standing import state_after
from workbench.hotlists.hits.violations import ViolationKind

OFFICER = made_actor(Role.OFFICER, username="o.officer")
DISPATCHER = made_actor(Role.DISPATCHER, username="d.dispatcher")
ANALYST = made_actor(Role.ANALYST)
SERGEANT = made_actor(Role.SUPERVISOR, username="s.sergeant")


def who_may(act):
    return {"hits:confirm": DISPATCHER, "hits:score": ANALYST}.get(action_of(act).value, OFFICER)


class Life:
    """One hit in the hands of people, a minute between acts."""

    def __init__(self, runtime, clock, **hit):
        self.hits = runtime.hits
        self.runtime = runtime
        self.database = runtime.database
        self.clock = clock
        for actor in (OFFICER, DISPATCHER, ANALYST):
            enrolled(self.database, actor.person.username)
        enrolled(self.database, "s.sergeant", Role.SUPERVISOR)
        self.id = store_hits_of_reads(runtime, hit)[0]

    def do(self, *acts, knowing=()):
        for act in acts:
            self.clock.move(minutes=1)
            actor = who_may(act)
            if isinstance(act, Compare | Score):
                see(self.runtime, actor, self.id)
            acted = self.hits.act(actor, self.id, act, knowing=knowing)
        return acted

    def review(self, *, approved=True):
        stop = [event for event in self.events() if event.kind is HitEventKind.STOPPED][-1]
        review = Review(event=stop.id, approved=approved, note="Section and facts are right")
        return self.hits.act(SERGEANT, self.id, review)

    def events(self):
        return self.hits.show(OFFICER, self.id).events

    def logged(self, *kinds):
        sql = (
            "SELECT * FROM audit_record WHERE kind = ANY(:kinds)"
            " AND details ->> 'hit' = :hit ORDER BY seq"
        )
        with self.database.owner.connect() as connection:
            rows = connection.execute(text(sql), {"kinds": list(kinds), "hit": str(self.id)})
            return [dict(row) for row in rows.mappings()]


@pytest.fixture
def life(runtime, clock):
    return Life(runtime, clock)


def test_a_hit_from_alert_to_recovered_car(life):
    life.do(OPEN, COMPARE, ASK, CONFIRM, FROM_DESK, CALL, STOP)
    life.review()
    shown = life.hits.show(OFFICER, life.id)
    assert shown.hit.state is HitState.CALLED is state_after(shown.events)
    assert (shown.steps.violations, shown.steps.due) == ((), ())
    life.do(CLOSE, SCORE)
    shown = life.hits.show(OFFICER, life.id)
    assert shown.hit.state is HitState.CLOSED is state_after(shown.events)
    compared = next(event for event in shown.events if event.kind is HitEventKind.COMPARED)
    assert compared.details["list_age_minutes"] == 192


def test_every_act_is_one_record_in_the_log(life):
    acts = (OPEN, COMPARE, ASK, CONFIRM, FROM_DESK, CALL, STOP)
    seqs = [life.do(act).audit_seq for act in acts]
    seqs += [life.review().audit_seq, life.do(CLOSE).audit_seq, life.do(SCORE).audit_seq]
    acts = (*acts, Review(event=1, approved=True, note="x"), CLOSE, SCORE)
    logged = life.logged("hit:act", "hit:review", "hit:stop", "hit:score", "hit:violation")
    assert [record["seq"] for record in logged] == seqs
    assert [record["details"]["act"] for record in logged] == [act.kind.value for act in acts]
    assert {record["purpose"] for record in logged} == {"stolen_or_wanted_vehicle"}
    (stop,) = life.logged("hit:stop")
    assert (stop["reason"], stop["username"]) == (STOP.facts, "o.officer")


def test_a_stop_that_is_refused_is_in_the_log(life):
    life.do(OPEN, COMPARE)
    with pytest.raises(HitError):
        life.do(STOP)
    (refused,) = life.logged("hit:stop")
    assert (refused["outcome"], refused["username"]) == ("refused", "o.officer")
    assert refused["reason"] == STOP.facts
    assert "confirm" in refused["details"]["why"].lower()
    assert [event.kind for event in life.events()] == [HitEventKind.OPENED, HitEventKind.COMPARED]


def test_a_wrong_order_is_recorded_logged_and_shown(life):
    life.do(OPEN)
    acted = life.do(RUN_PLATE, knowing=[ViolationKind.PLATE_RUN_BEFORE_BROADCAST])
    assert [one.kind for one in acted.violations] == [ViolationKind.PLATE_RUN_BEFORE_BROADCAST]
    assert life.do(CONFIRM, FROM_DESK).violations == ()
    (record,) = life.logged("hit:violation")
    assert (record["access_id"], record["username"]) == (acted.audit_seq, "o.officer")
    assert record["details"]["violation"] == "plate_run_before_broadcast"
    assert record["details"]["section"] == "426.6.3 (a)"
    (shown,) = life.hits.show(OFFICER, life.id).steps.violations
    assert shown.event_id == acted.event.id


def test_an_order_that_shows_late_is_flagged_then(life, clock):
    life.do(OPEN, CONFIRM)
    clock.move(minutes=1)
    late = life.hits.act(OFFICER, life.id, FROM_DESK, happened_at=clock() - timedelta(seconds=30))
    assert [one.kind for one in late.violations] == []
    wrong = (ViolationKind.BROADCAST_BEFORE_CONFIRMATION, ViolationKind.BACK_DATED)
    before = clock() - timedelta(seconds=90)
    early = life.hits.act(OFFICER, life.id, FROM_DESK, happened_at=before, knowing=wrong)
    assert [o.kind for o in early.violations] == list(wrong)


@pytest.mark.parametrize(
    "act", [a for a in ACTS if a is not FROM_CAR], ids=lambda act: type(act).__name__
)
@pytest.mark.parametrize("role", Role)
def test_who_may_do_what_stands_in_the_policy(life, policy, role, act):
    actor = made_actor(role, username="x.person")
    enrolled(life.database, "x.person")
    life.do(OPEN, COMPARE, ASK, CONFIRM, FROM_DESK, CALL)
    if action_of(act) in policy.roles[role].value:
        if isinstance(act, Compare | Score):
            see(life.runtime, actor, life.id)
        life.hits.act(actor, life.id, act, knowing=ViolationKind)
        return
    before = life.events()
    with pytest.raises(DeniedError):
        life.hits.act(actor, life.id, act)
    assert life.events() == before


def test_nobody_without_training_touches_hits(life):
    untrained = Actor(made_person(Role.OFFICER, systems=("CDMS",)), DESK)
    for refused in (
        lambda: life.hits.act(untrained, life.id, OPEN),
        lambda: life.hits.show(untrained, life.id),
        lambda: life.hits.list(untrained),
        lambda: life.hits.queue(untrained),
    ):
        with pytest.raises(DeniedError, match="training in LEARN"):
            refused()


def test_no_audit_no_act(life, runtime, monkeypatch):
    def broken(*_arguments):
        raise AuditWriteError("The disk is full")

    monkeypatch.setattr(runtime.audit, "append_in", broken)
    with pytest.raises(AuditWriteError):
        life.do(OPEN)
    monkeypatch.undo()
    assert life.events() == ()


def test_no_audit_no_look(life, runtime, monkeypatch):
    def broken(*_arguments, **_more):
        raise AuditWriteError("The disk is full")

    monkeypatch.setattr(runtime.audit, "append", broken)
    for look in (lambda: life.hits.show(OFFICER, life.id), lambda: life.hits.list(OFFICER)):
        with pytest.raises(AuditWriteError):
            look()


def test_a_look_is_logged_with_purpose_and_criteria_before_its_outcome(life, runtime):
    shown = life.hits.show(OFFICER, life.id)
    record = runtime.audit.read(shown.access_id)
    assert (record.kind.value, record.purpose) == ("hit:view", "stolen_or_wanted_vehicle")
    assert record.criteria == {"look": "hit", "hit": life.id}
    listed = life.hits.list(OFFICER, Selection(categories=(Category.MISSING_PERSON,), limit=3))
    record = runtime.audit.read(listed.access_id)
    assert record.purpose == "missing_person"
    assert record.criteria["categories"] == ["missing_person"]
    outcome = runtime.audit.head()
    assert (outcome.access_id, outcome.details) == (record.seq, {"rows": len(listed.hits)})


def test_every_category_has_a_purpose_that_needs_no_approval(policy):
    known = {purpose.code for purpose in policy.purposes if not purpose.needs_approval}
    assert set(PURPOSES) == set(Category)
    assert set(PURPOSES.values()) <= known


def test_a_policy_without_the_purpose_shows_nothing(runtime, policy, clock, life):
    fewer = policy.model_copy(
        update={"purposes": tuple(p for p in policy.purposes if p.code == "other")}
    )
    hits = Hits(
        runtime.database.service,
        runtime.database.reader,
        policy=fewer,
        audit=runtime.audit,
        clock=clock,
    )
    with pytest.raises(PurposeError, match="no such purpose"):
        hits.show(OFFICER, life.id)


def test_a_list_narrows_and_leaves_possible_hits_out(runtime):
    codes = [f"X{number}" for number in range(2)]
    ids = store_hits(
        runtime.database.service,
        {"camera_id": "cam-narrow", "list_code": codes[0]},
        {"camera_id": "cam-narrow", "list_code": codes[1], "category": Category.WANTED_PERSON},
        {"camera_id": "cam-narrow", "possible": True},
    )

    def found(**asked):
        seen = runtime.hits.list(OFFICER, Selection(camera_ids=("cam-narrow",), **asked))
        return [hit.id for hit in seen.hits]

    assert found() == [ids[1], ids[0]]
    assert found(possible=True) == ids[::-1]
    assert found(list_codes=(codes[0],)) == [ids[0]]
    assert found(categories=(Category.WANTED_PERSON,)) == [ids[1]]
    assert found(after_id=ids[0]) == [ids[1]]
    assert found(limit=1) == [ids[1]]
    assert found(states=(HitState.CLOSED,)) == []


def test_the_queue_names_what_is_missing(runtime, clock):
    life = Life(runtime, clock)
    life.do(OPEN, CONFIRM, FROM_DESK)
    clock.move(minutes=runtime.policy.hits.call_within_minutes.value)
    frame = runtime.hits.queue(OFFICER).frame
    mine = frame[frame["hit_id"] == life.id].set_index("due")
    assert set(mine.index) == {DueKind.CALL, DueKind.COMPARE}
    assert mine["overdue"].all()
    life.do(COMPARE, CALL)
    frame = runtime.hits.queue(OFFICER).frame
    assert life.id not in set(frame["hit_id"])


def test_there_is_no_such_hit(runtime):
    for hit_id in (0, -1, 2**62, 2**63, 10**30):
        with pytest.raises(HitMissingError):
            runtime.hits.show(OFFICER, hit_id)
        with pytest.raises(HitMissingError):
            runtime.hits.act(OFFICER, hit_id, OPEN)


def test_nothing_is_recorded_ahead(life, clock):
    with pytest.raises(HitError, match="still to come"):
        life.hits.act(OFFICER, life.id, OPEN, happened_at=clock() + timedelta(microseconds=1))
    life.hits.act(OFFICER, life.id, OPEN, happened_at=clock())
    with pytest.raises(HitError, match="before the plate was read"):
        life.hits.act(OFFICER, life.id, COMPARE, happened_at=SEEN_AT - timedelta(seconds=1))


def test_what_only_the_database_refuses_is_told_too(life, monkeypatch):
    monkeypatch.setattr("workbench.hotlists.hits.recording.check", lambda *_, **__: None)
    see(life.runtime, OFFICER, life.id)
    with pytest.raises(HitError, match="lacks somebody who opened"):
        life.do(COMPARE)
