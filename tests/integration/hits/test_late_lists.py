"""A list that is stale, or came too seldom, shows wherever its hits do (Policy 426.6.4 (a))."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from tests.alerted_hits import made_hit
from tests.hits import OPEN
from tests.hot_lists import Desk, csv_text, plates
from tests.people import made_actor
from workbench.domain.alert import Level, TargetKind
from workbench.domain.hot_entry import ListKind
from workbench.domain.person import Role
from workbench.hotlists.alerts.outbox import Claimed
from workbench.hotlists.alerts.parcels import Parcels
from workbench.hotlists.alerts.sending.mail import mail_of
from workbench.hotlists.alerts.target import Target
from workbench.hotlists.hits.as_json import file_json, late_json
from workbench.hotlists.hits.selection import Selection
from workbench.hotlists.lists.lateness import Lateness, lateness_then
from workbench.storage.hot_list_tables import hot_list

NOON = datetime(2026, 11, 2, 20, tzinfo=UTC)
"""Noon in the department's zone, where the day begins at 8 o'clock UTC."""

MIDNIGHT = datetime(2026, 11, 3, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OFFICER = made_actor(Role.OFFICER, username="t.officer")
SHORT, STALE = (Lateness.SHORT,), (Lateness.STALE,)


@pytest.fixture
def desk(runtime, clock, tmp_path) -> Desk:
    return Desk(runtime.hot_lists, tmp_path, clock)


@pytest.fixture
def hit_of(database):
    """Store a hit that a load of a list made; return its number."""

    def store(load, at: datetime, **changed) -> int:
        about = {"list_code": load.list_code, "load_id": load.id, "line": 1}
        with database.service.begin() as connection:
            loaded = {"list_loaded_at": load.in_force_at}
            return made_hit(connection, at, **(about | loaded | changed))

    return store


def loaded_at(desk: Desk, code: str, at: datetime):
    desk.clock.at = at - SECOND
    return desk.load(code, csv_text(plates(5)))


@pytest.fixture
def parcel_of(database, policy):
    def make(hit_id: int):
        to = Target(name="t", kind=TargetKind.EMAIL, address="desk@example.gov")
        claimed = Claimed(
            id=1, key=UUID(int=7), target=to, hit_id=hit_id, notice_id=None,
            hit_event_id=None, level=Level.HIGH, attempts=1,
        )  # fmt: skip
        parcels = Parcels(database.service, pages_address="https://a.example.gov", policy=policy)
        return parcels.parcel(claimed)

    return make


@pytest.mark.parametrize(("past", "ways"), [(-SECOND, ()), (0 * SECOND, ()), (SECOND, STALE)])
def test_a_stale_list_shows_with_every_hit_of_it(runtime, desk, clock, hit_of, past, ways):
    clock.at = NOON - timedelta(hours=11)
    code = desk.list_at()
    loaded_at(desk, code, NOON - timedelta(hours=4))
    load = loaded_at(desk, code, NOON)
    number = hit_of(load, NOON + timedelta(minutes=1))
    clock.at = NOON + timedelta(minutes=2)
    runtime.hits.act(OFFICER, number, OPEN)
    clock.at = NOON + timedelta(hours=12) + past
    seen = runtime.hits.list(OFFICER, Selection(list_codes=(code,)))
    assert late_json(seen.late) == ({code: ["stale"]} if ways else {})
    file = runtime.hits.show(OFFICER, number)
    assert file.late == ways
    assert file_json(file)["list_late"] == list(ways)
    assert runtime.hits.queue(OFFICER).late.get(code, ()) == ways


@pytest.mark.parametrize(("loads", "ways"), [(1, SHORT), (2, ()), (3, ())])
def test_a_list_that_came_too_seldom_shows_with_every_hit_of_it(
    runtime, desk, clock, hit_of, parcel_of, loads, ways
):
    clock.at = NOON - timedelta(days=3)
    code = desk.list_at()
    loaded_at(desk, code, NOON - timedelta(days=2))
    for number in range(loads):
        loaded_at(desk, code, NOON + timedelta(hours=number))
    load = loaded_at(desk, code, MIDNIGHT)
    early = hit_of(load, MIDNIGHT - SECOND)
    number = hit_of(load, MIDNIGHT)
    clock.at = MIDNIGHT
    assert runtime.hits.show(OFFICER, number).late == ways
    assert runtime.hits.list(OFFICER, Selection(list_codes=(code,))).late.get(code, ()) == ways
    sent = [json.loads(parcel_of(each).body)["hit"]["list_short"] for each in (early, number)]
    assert sent == [True, bool(ways)]  # the day before the first had none


def test_a_list_that_was_reloaded_is_late_no_more_though_its_old_hit_stays_old(
    runtime, desk, clock, hit_of
):
    clock.at = NOON - timedelta(hours=1)
    code = desk.list_at()
    number = hit_of(loaded_at(desk, code, NOON), NOON + SECOND)
    loaded_at(desk, code, NOON + timedelta(hours=13))
    clock.at = NOON + timedelta(hours=14)
    file = runtime.hits.show(OFFICER, number)
    assert (file.late, file.steps.stale) == ((), True)


@pytest.mark.parametrize(("kind", "hours"), [(ListKind.GENERAL, 12), (ListKind.SPECIAL, 24)])
@pytest.mark.parametrize(("past", "stale"), [(-SECOND, False), (0 * SECOND, False), (SECOND, True)])
def test_an_alert_says_that_its_list_was_stale(
    desk, clock, hit_of, parcel_of, kind, hours, past, stale
):
    clock.at = NOON - timedelta(hours=1)
    code = desk.list_at(kind=kind)
    if kind is ListKind.SPECIAL:
        desk.parts.approvals.approve(desk.captain, code, reason="For a test")
    load = loaded_at(desk, code, NOON)
    parcel = parcel_of(hit_of(load, NOON + timedelta(hours=hours) + past, list_kind=kind.value))
    sent = json.loads(parcel.body)["hit"]
    assert (sent["list_stale"], parcel.late) == (stale, stale)
    mail = mail_of(parcel, sender="alpr@example.gov", to="desk@example.gov").get_content()
    assert ("Its list is late" in mail) is stale
    assert code not in mail


def test_an_alert_says_the_same_whatever_comes_later(desk, clock, hit_of, parcel_of, database):
    clock.at = NOON - timedelta(days=1)
    code = desk.list_at()
    load = loaded_at(desk, code, NOON)
    number = hit_of(load, NOON + timedelta(hours=13))
    before = parcel_of(number).body
    loaded_at(desk, code, NOON + timedelta(hours=14))
    with database.service.begin() as connection:
        switched = {"enabled": False, "switched_at": clock.at}
        connection.execute(update(hot_list).where(hot_list.c.code == code).values(switched))
    assert parcel_of(number).body == before


def test_hot_plates_are_never_late_nor_is_what_is_switched_off(
    runtime, desk, clock, hit_of, database, policy
):
    clock.at = NOON - timedelta(days=3)
    code = desk.list_at()
    load = loaded_at(desk, code, NOON)
    number = hit_of(load, NOON + SECOND)
    with database.service.connect() as connection:
        late = lateness_then(
            connection, "HOT_PLATES", ListKind.HOT_PLATE, loaded_at=None, at=NOON, policy=policy
        )
    assert late == ()
    clock.at = NOON + timedelta(days=2)
    assert runtime.hits.show(OFFICER, number).late == (Lateness.SHORT, Lateness.STALE)
    desk.parts.lists.switch(desk.admin, code, on=False, reason="For a test")
    assert runtime.hits.show(OFFICER, number).late == ()
