"""Who is told of which hit, once, and in the transaction that stores it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import uuid4

import pytest

from tests.alerted_hits import made_call, made_hit, made_hot_plate
from workbench.domain.alert import Level, Notice, NoticeKind, TargetKind
from workbench.domain.hot_entry import Category
from workbench.hotlists.alerts.quiet_hours import QuietHours

HERE = "http://127.0.0.1:9/"


def queue_hit(runtime, clock, **changed) -> int:
    with runtime.database.service.begin() as connection:
        number = made_hit(connection, clock.at, **changed)
        runtime.alerts.queue.queue_alerts(connection, [number])
    return number


def test_a_hit_is_queued_once_however_often_it_is_asked_for(runtime, clock, target, standing):
    one = target(HERE)
    number = queue_hit(runtime, clock)
    with runtime.database.service.begin() as connection:
        assert runtime.alerts.queue.queue_alerts(connection, [number, number]) == 0
    (row,) = standing(one)
    assert (row.hit_id, row.level, row.state, row.attempts) == (number, "high", "waiting", 0)


def test_many_hits_at_once_are_queued_as_few_are(runtime, clock, target, standing):
    one = target(HERE)
    with runtime.database.service.begin() as connection:
        numbers = [made_hit(connection, clock.at) for _ in range(30)]
        asked = [*numbers, *range(10**9, 10**9 + 70_000)]  # more than a statement has places
        assert runtime.alerts.queue.queue_alerts(connection, asked) == 30
    assert sorted(row.hit_id for row in standing(one)) == numbers


def test_a_possible_hit_alerts_nobody(runtime, clock, target, standing):
    one = target(HERE)
    queue_hit(runtime, clock, possible=True)
    assert standing(one) == []


def test_a_hit_that_is_rolled_back_alerts_nobody(runtime, clock, target, standing):
    one = target(HERE)
    with runtime.database.service.connect() as connection:
        number = made_hit(connection, clock.at)
        assert runtime.alerts.queue.queue_alerts(connection, [number]) == 1
        connection.rollback()
    assert standing(one) == []


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({"category": "stolen_vehicle"}, "high"),
        ({"category": "stolen_plate"}, "medium"),
        ({"list_kind": "special"}, "low"),
        ({"list_kind": "special", "category": "stolen_vehicle"}, "low"),
    ],
)
def test_the_policy_says_how_loud_and_a_special_list_is_always_quiet(
    runtime, clock, target, standing, changed, level
):
    one = target(HERE)
    queue_hit(runtime, clock, **changed)
    assert [row.level for row in standing(one)] == [level]


def test_a_target_gets_its_levels_and_categories_alone(runtime, clock, target, standing):
    loud = target(HERE, levels=frozenset({Level.HIGH}))
    plates = target(HERE, categories=frozenset({Category.STOLEN_PLATE}))
    car = queue_hit(runtime, clock)
    plate = queue_hit(runtime, clock, category="stolen_plate")
    assert [row.hit_id for row in standing(loud)] == [car]
    assert [row.hit_id for row in standing(plates)] == [plate]


@pytest.mark.parametrize("shared", [True, False])
def test_a_hot_plate_for_one_officer_is_told_to_that_officer_alone(
    runtime, clock, target, standing, shared
):
    everyone, owner, other = target(HERE), target(HERE, person="o.x"), target(HERE, person="o.y")
    with runtime.database.service.begin() as connection:
        plate = made_hot_plate(connection, clock.at, by="o.x", shared=shared)
        number = made_hit(connection, clock.at, list_kind="hot_plate", hot_plate_id=plate)
        runtime.alerts.queue.queue_alerts(connection, [number])
    assert [len(standing(one)) for one in (everyone, owner, other)] == [shared, 1, shared]


def test_what_is_not_high_waits_for_the_end_of_the_quiet_hours(runtime, clock, target, standing):
    one = target(HERE, quiet=QuietHours(time(22), time(6)))
    clock.at = datetime(2026, 11, 3, 7, tzinfo=UTC)  # 23:00 in Roseville
    queue_hit(runtime, clock)
    queue_hit(runtime, clock, category="stolen_plate")
    due = sorted(row.next_try_at for row in standing(one))
    assert due == [clock.at, datetime(2026, 11, 3, 14, tzinfo=UTC)]


def notice(clock, key: str, **changed) -> Notice:
    given = {"kind": NoticeKind.LIST_LATE, "subject": "SVS", "text": "The list SVS is late."}
    return Notice(key=key, found_at=clock.at, **(given | changed))


def test_a_notice_is_told_once_and_to_whom_it_concerns(runtime, clock, target, standing, request):
    desk, owner = target(HERE, notices=True), target(HERE, person="o.x")
    other, cad = target(HERE, person="o.y"), target(HERE, kind=TargetKind.CAD_WEBHOOK, person="o.x")
    with runtime.database.service.begin() as connection:
        tell = runtime.alerts.queue.tell
        new = notice(clock, uuid4().hex, concerns="o.x")
        assert [tell(connection, new), tell(connection, new)] == [True, False]
    assert [len(standing(one)) for one in (desk, owner, other, cad)] == [1, 1, 0, 0]


def test_only_calls_go_to_cad_and_no_hits(runtime, clock, target, standing):
    cad, desk = target(HERE, kind=TargetKind.CAD_WEBHOOK), target(HERE)
    number = queue_hit(runtime, clock)
    with runtime.database.service.begin() as connection:
        ids = made_call(connection, number, clock.at)
        assert runtime.alerts.queue.queue_calls(connection, [*ids, ids[-1]]) == 1
        assert runtime.alerts.queue.queue_calls(connection, ids) == 0
    assert [row.hit_event_id for row in standing(cad)] == ids[-1:]
    assert [row.hit_id for row in standing(desk)] == [number]
