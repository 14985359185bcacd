"""What is looked for: lists in force that are switched on, and hot plates, and when it changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hot_lists import csv_text, new_code
from workbench.domain.hot_entry import HOT_PLATES, Category, HotEntry, ListKind
from workbench.hotlists.in_force import InForce
from workbench.hotlists.lists.template import load_list_template
from workbench.hotlists.plates.hot_plate import NewHotPlate


@pytest.fixture
def source(clock, policy) -> InForce:
    return InForce(clock=clock, back_days=policy.hits.back_days.value)


@pytest.fixture
def listed(database, source):
    """Return the entries of lists, whatever their own dates say."""

    def found(*codes: str) -> list[HotEntry]:
        with database.service.connect() as connection:
            parts = [part for part in source.version(connection) if part.list_code in codes]
            return [entry for part in parts for entry in source.entries(connection, part)]

    return found


@pytest.fixture
def now_in_force(listed, clock):
    def found(*codes: str) -> list[HotEntry]:
        return [entry for entry in listed(*codes) if entry.in_force_at(clock())]

    return found


@pytest.fixture
def version(database, source):
    def found():
        with database.service.connect() as connection:
            return source.version(connection)

    return found


def loads(version) -> list[int]:
    return [part.load_id for part in version if part.load_id]


def test_entries_say_what_their_rows_said(desk, now_in_force):
    code = desk.list_at(template=load_list_template("genetec"), region="NV")
    rows = (
        "Stolen plate;CA;7abc-123;2026-10-01;2026-11-30\n"
        "STOLEN;;S*K3*7;;\n"
        'Wanted;or;"8""B,1";;2026-11-02\n'
    )
    load = desk.load(code, rows)
    assert load.good == 3, load.reasons
    first, second, third = now_in_force(code)
    assert first == HotEntry(
        list_code=code,
        kind=ListKind.GENERAL,
        plate="7abc-123",
        pattern="7ABC123",
        region="CA",
        category=Category.STOLEN_PLATE,
        effective_at=first.effective_at,
        expires_at=first.expires_at,
        load_id=load.id,
        line=1,
    )
    assert first.effective_at.isoformat() == "2026-10-01T07:00:00+00:00"
    assert first.expires_at.isoformat() == "2026-12-01T08:00:00+00:00"
    assert (second.pattern, second.wildcard, second.region) == ("*S*K3*7*", True, "NV")
    assert (third.plate, third.pattern, third.region) == ('8"B,1', "8B1", "OR")


def test_an_entry_counts_from_its_beginning_up_to_without_its_end(
    desk, listed, now_in_force, clock
):
    code = desk.list_at()
    begins, ends = clock() + timedelta(hours=1), clock() + timedelta(hours=2)
    rows = [f"7ABC123,{begins.isoformat()},{ends.isoformat()}"]
    desk.load(code, csv_text(rows, "plate,effective,expires"))
    micro = timedelta(microseconds=1)
    for at, counts in ((begins - micro, 0), (begins, 1), (ends - micro, 1), (ends, 0)):
        clock.at = at
        assert len(now_in_force(code)) == counts
    clock.at = begins - micro
    (later,) = listed(code)
    assert not later.in_force_at(clock())


def test_a_list_that_is_switched_off_is_not_looked_for(desk, now_in_force, version):
    code = desk.list_at()
    desk.load(code, csv_text(["7ABC123"]))
    before = version()
    desk.parts.lists.switch(desk.admin, code, on=False, reason="Not used here")
    assert now_in_force(code) == []
    assert version() != before
    desk.parts.lists.switch(desk.admin, code, on=True, reason="Used again")
    assert loads(version()) == loads(before)


def test_the_version_changes_with_every_load_and_hot_plate_and_only_then(desk, version, clock):
    code = desk.list_at()
    seen = [version()]
    desk.load(code, csv_text(["7ABC123"]))
    seen.append(version())
    assert version() == seen[-1]
    stem = new_code()[-6:].replace("_", "")
    new = NewHotPlate(
        plate=f"9{stem}", reason="Seen at the scene", expires_at=clock() + timedelta(days=2)
    )
    plate = desk.parts.plates.enter(desk.officer, new)
    seen.append(version())
    renewed = desk.parts.plates.renew(
        desk.officer, plate.id, expires_at=clock() + timedelta(days=3), reason="Not found yet"
    )
    seen.append(version())
    desk.parts.plates.end(desk.officer, renewed.id, reason="Found")
    # What has ended still counts for reads that were seen before.
    assert len({*seen, version()}) == 5
    assert loads(version()) == loads(seen[1])


def test_hot_plates_stand_beside_lists(desk, listed, now_in_force, clock):
    stem = new_code()[-6:].replace("_", "")
    new = NewHotPlate(
        plate=f"9-{stem}*",
        region="ca",
        reason="Seen at the scene",
        expires_at=clock() + timedelta(days=2),
    )
    entered = desk.parts.plates.enter(desk.officer, new)
    (found,) = [e for e in now_in_force(HOT_PLATES) if e.hot_plate_id == entered.id]
    assert (found.kind, found.category) == (ListKind.HOT_PLATE, Category.HOT_PLATE)
    assert (found.pattern, found.wildcard, found.region) == (f"9{stem}*", True, "CA")
    assert (found.effective_at, found.expires_at) == (None, entered.expires_at)
    clock.at = entered.expires_at
    assert entered.id not in [e.hot_plate_id for e in now_in_force(HOT_PLATES)]
    assert entered.id in [e.hot_plate_id for e in listed(HOT_PLATES)]


@pytest.mark.parametrize(("seconds", "counts"), [(-1, True), (0, False)])
def test_a_hot_plate_that_has_ended_counts_for_as_long_as_reads_are_matched_back(
    seconds, counts, desk, listed, clock, policy
):
    stem = new_code()[-6:].replace("_", "")
    ends = clock() + timedelta(days=2)
    new = NewHotPlate(plate=f"9{stem}", reason="Seen at the scene", expires_at=ends)
    entered = desk.parts.plates.enter(desk.officer, new)
    clock.at = ends + timedelta(days=policy.hits.back_days.value, seconds=seconds)
    assert (entered.id in [e.hot_plate_id for e in listed(HOT_PLATES)]) == counts


def test_a_special_list_is_looked_for_while_its_approval_stands(desk, now_in_force, version):
    code = desk.list_at(kind=ListKind.SPECIAL)
    before = version()
    first = desk.parts.approvals.approve(desk.captain, code, reason="Series of burglaries")
    desk.load(code, csv_text(["7ABC123"]))
    assert len(now_in_force(code)) == 1
    desk.parts.approvals.end(desk.captain, first.id)
    assert now_in_force(code) == []
    assert loads(version()) == loads(before)
    desk.parts.approvals.approve(desk.captain, code, reason="The same, again")
    assert len(now_in_force(code)) == 1
