"""Hot plates (426.6.5): each limit one below, on it and one above."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.access import new_name, open_staff
from tests.hot_lists import csv_text, plates
from tests.people import made_actor
from workbench.domain.hot_entry import HOT_PLATES
from workbench.domain.person import Role
from workbench.errors import DeniedError, FormError, HotPlateError, PatternError
from workbench.hotlists.in_force import InForce
from workbench.hotlists.lists.load import LoadState
from workbench.hotlists.plates.cutting import cuts_standing
from workbench.hotlists.plates.hot_plate import NewHotPlate

MICRO = timedelta(microseconds=1)
FORMS = {
    "shared": True,
    "phone": "555-0100",
    "case_number": "26-014532",
    "synopsis": "Blue van, seen at the scene",
}
_numbers = count(1)


@pytest.fixture
def plate() -> str:
    return f"9{uuid4().hex[:6].upper()}{next(_numbers)}"


@pytest.fixture
def shared(database, policy, clock) -> dict[str, Any]:
    """What the policy asks for of a hot plate for more than one officer."""
    staff = open_staff(database, policy, clock)
    made = staff.access.accounts.create(
        staff.admin, new_name(), display_name="Made Up", title="Police Officer"
    )
    return FORMS | {"officer_name": made.username}


@pytest.fixture
def listed(desk, database):
    """The list SVS, whose code the policy names, set up anew."""
    with database.owner.begin() as owner:
        mine = "(SELECT id FROM hot_list_load WHERE list_code IN ('SVS', 'SRV'))"
        owner.execute(text(f"DELETE FROM hot_list_entry WHERE load_id IN {mine}"))  # noqa: S608 - ours
        owner.execute(text("DELETE FROM hot_list_load WHERE list_code IN ('SVS', 'SRV')"))
        owner.execute(text("DELETE FROM hot_list WHERE code IN ('SVS', 'SRV')"))
    return desk.list_at("SVS")


def new(plate: str, clock, **values) -> NewHotPlate:
    said = {"reason": "Seen at the scene", "expires_at": clock() + timedelta(days=2)}
    return NewHotPlate(plate=plate, **{**said, **values})


@pytest.mark.parametrize(("more", "taken"), [(-MICRO, True), (0 * MICRO, True), (MICRO, False)])
def test_a_hot_plate_expires_at_most_thirty_days_after_entry(desk, clock, plate, more, taken):
    asked = new(plate, clock, expires_at=clock() + timedelta(days=30) + more)
    if taken:
        assert desk.parts.plates.enter(desk.officer, asked).expires_at == asked.expires_at
    else:
        with pytest.raises(HotPlateError, match="30 days"):
            desk.parts.plates.enter(desk.officer, asked)


@pytest.mark.parametrize(("more", "taken"), [(-MICRO, False), (0 * MICRO, False), (MICRO, True)])
def test_a_hot_plate_ends_after_it_begins(desk, clock, plate, more, taken):
    asked = new(plate, clock, expires_at=clock() + more)
    if taken:
        desk.parts.plates.enter(desk.officer, asked)
    else:
        with pytest.raises(HotPlateError, match="ended already"):
            desk.parts.plates.enter(desk.officer, asked)


@pytest.mark.parametrize(("more", "taken"), [(-MICRO, True), (0 * MICRO, True), (MICRO, False)])
def test_one_that_is_also_listed_elsewhere_expires_within_a_day(desk, clock, plate, more, taken):
    expires_at = clock() + timedelta(hours=24) + more
    asked = new(plate, clock, expires_at=expires_at, listed_elsewhere=True)
    if taken:
        desk.parts.plates.enter(desk.officer, asked)
    else:
        with pytest.raises(HotPlateError, match="24 hours"):
            desk.parts.plates.enter(desk.officer, asked)


def test_one_that_stands_on_a_list_already_is_one_of_those(desk, clock, plate, listed):
    desk.load(listed, csv_text([plate]))
    with pytest.raises(HotPlateError, match="SVS"):
        desk.parts.plates.enter(desk.officer, new(plate, clock))
    short = new(plate, clock, expires_at=clock() + timedelta(hours=24))
    assert desk.parts.plates.enter(desk.officer, short).listed_elsewhere


@pytest.mark.parametrize("name", sorted({*FORMS, "officer_name"} - {"shared"}))
@pytest.mark.parametrize("value", [None, "  "])
def test_for_more_than_one_officer_four_things_are_needed(desk, clock, plate, name, value, shared):
    desk.parts.plates.enter(desk.officer, new(plate, clock, **shared))
    other = f"{plate}X"
    with pytest.raises(HotPlateError, match=name):
        desk.parts.plates.enter(desk.officer, new(other, clock, **{**shared, name: value}))
    alone = {**shared, name: value, "shared": False}
    desk.parts.plates.enter(desk.officer, new(other, clock, **alone))


@pytest.mark.parametrize("written", ["   ", "", "*", "9*", "A*B*C*D", "1234567890123", "--"])
def test_what_is_no_plate_is_not_entered(desk, clock, written):
    with pytest.raises(PatternError):
        desk.parts.plates.enter(desk.officer, new(written, clock))


def test_a_plate_is_entered_once_and_by_whom_the_policy_lets(desk, clock, plate):
    with pytest.raises(DeniedError):
        desk.parts.plates.enter(desk.captain, new(plate, clock))
    with pytest.raises(FormError, match="too little"):
        desk.parts.plates.enter(desk.officer, new(plate, clock, reason=" "))
    with pytest.raises(HotPlateError, match="no state"):
        desk.parts.plates.enter(desk.officer, new(plate, clock, region="Cal"))
    first = desk.parts.plates.enter(desk.officer, new(plate, clock))
    with pytest.raises(HotPlateError, match=f"renew number {first.id}"):
        desk.parts.plates.enter(desk.officer, new(plate.lower(), clock))
    clock.at = first.expires_at
    desk.parts.plates.enter(desk.officer, new(plate, clock))


def test_a_renewal_is_a_new_entry_with_a_reason_under_the_same_limits(desk, clock, plate, shared):
    renew = desk.parts.plates.renew
    first = desk.parts.plates.enter(desk.officer, new(plate, clock, region="CA", **shared))
    clock.move(days=1)
    latest = clock() + timedelta(days=30)
    with pytest.raises(FormError, match="too little"):
        renew(desk.officer, first.id, expires_at=latest, reason=" ")
    with pytest.raises(HotPlateError, match="30 days"):
        renew(desk.officer, first.id, expires_at=latest + MICRO, reason="Not found yet")
    second = renew(desk.officer, first.id, expires_at=latest, reason="Not found yet")
    assert (second.renews, second.reason, second.pattern) == (first.id, "Not found yet", plate)
    assert (second.region, second.phone) == ("CA", "555-0100")
    found = {one.id: one for one in desk.parts.plates.all(desk.officer, ended=True)}
    assert found[first.id].ended_at == clock()
    with pytest.raises(HotPlateError, match=f"renew number {second.id}"):
        renew(desk.officer, first.id, expires_at=latest, reason="Twice")
    with pytest.raises(HotPlateError, match="no hot plate"):
        renew(desk.officer, 10**9, expires_at=latest, reason="None")


def test_a_hot_plate_is_ended_once_with_a_reason_and_leaves_the_list(desk, clock, plate):
    first = desk.parts.plates.enter(desk.officer, new(plate, clock))
    end = desk.parts.plates.end
    with pytest.raises(FormError, match="too little"):
        end(desk.officer, first.id, reason="")
    with pytest.raises(DeniedError):
        end(desk.captain, first.id, reason="Found")
    assert end(desk.officer, first.id, reason="Found").ended_by == "t.officer"
    with pytest.raises(HotPlateError, match="ended already"):
        end(desk.officer, first.id, reason="Found")
    assert first.id not in [one.id for one in desk.parts.plates.all(desk.officer)]
    with pytest.raises(DeniedError):
        desk.parts.plates.all(made_actor(Role.AUDITOR))


def test_entering_renewing_and_ending_are_logged(desk, clock, plate, database, shared):
    first = desk.parts.plates.enter(desk.officer, new(plate, clock, **shared))
    second = desk.parts.plates.renew(
        desk.officer, first.id, expires_at=clock() + timedelta(days=1), reason="Not found yet"
    )
    desk.parts.plates.end(desk.officer, second.id, reason="Found")
    sql = text("SELECT kind, reason, case_number FROM audit_record WHERE plate = :p ORDER BY seq")
    with database.owner.connect() as connection:
        rows = connection.execute(sql, {"p": plate}).all()
    assert [tuple(row) for row in rows] == [
        ("hot_plate:enter", "Seen at the scene", "26-014532"),
        ("hot_plate:enter", "Not found yet", "26-014532"),
        ("hot_plate:end", "Found", "26-014532"),
    ]


@pytest.mark.parametrize(
    ("hours", "cut"), [(-1, False), (0, False), (1, True)], ids=["less", "just", "more"]
)
def test_a_plate_that_turns_up_on_a_list_keeps_at_most_a_day(
    desk, clock, plate, listed, database, hours, cut
):
    clock.move(seconds=1)
    asked = new(plate, clock, expires_at=clock() + timedelta(seconds=1, hours=24) + hours * MICRO)
    entered = desk.parts.plates.enter(desk.officer, asked)
    load = desk.load(listed, csv_text([plate]))
    (found,) = [one for one in desk.parts.plates.all(desk.officer) if one.id == entered.id]
    assert found.expires_at == entered.expires_at - cut * MICRO
    assert found.expires_at == load.in_force_at + timedelta(hours=24) + min(hours, 0) * MICRO
    with database.service.connect() as connection:
        word = [one for one in cuts_standing(connection, clock()) if one.hot_plate_id == entered.id]
    assert [(one.owner, one.cut_from) for one in word] == (
        [("t.officer", entered.expires_at)] if cut else []
    )
    sql = text("SELECT details FROM audit_record WHERE kind = 'hot_plate:cut' AND plate = :plate")
    with database.owner.connect() as connection:
        details = connection.execute(sql, {"plate": plate}).scalars().all()
    assert [one["owner"] for one in details] == (["t.officer"] if cut else [])
    if cut:
        assert "SVS" in found.cut_because


def test_a_second_load_does_not_cut_again_and_a_clock_that_goes_back_does_not_lengthen(
    desk, clock, plate, listed
):
    entered = desk.parts.plates.enter(desk.officer, new(plate, clock))
    first = desk.load(listed, csv_text([plate]))
    clock.move(hours=1)
    desk.load(listed)
    by_id = lambda: {one.id: one for one in desk.parts.plates.all(desk.officer)}[entered.id]  # noqa: E731
    assert by_id().expires_at == first.in_force_at + timedelta(hours=24)
    assert by_id().cut_from == entered.expires_at
    clock.move(hours=-3)
    desk.load(listed)
    assert by_id().expires_at < first.in_force_at + timedelta(hours=24)
    assert by_id().cut_from == entered.expires_at


@pytest.mark.parametrize(
    ("row", "cut"), [("{0},", True), ("{0},CA", True), ("{0},NV", False), ("{0}X,CA", False)]
)
def test_only_the_same_plate_of_the_same_state_is_cut(desk, clock, plate, listed, row, cut):
    entered = desk.parts.plates.enter(desk.officer, new(plate, clock, region="CA"))
    desk.load(listed, csv_text([row.format(plate)], "plate,state"))
    (found,) = [one for one in desk.parts.plates.all(desk.officer) if one.id == entered.id]
    assert (found.cut_from is not None) is cut


def test_a_list_that_the_policy_does_not_name_cuts_nothing(desk, clock, plate, listed):
    """The policy names SVS, SLR, SFR and MUPS; SRV is recovered vehicles."""
    entered = desk.parts.plates.enter(desk.officer, new(plate, clock))
    desk.load(desk.list_at("SRV"), csv_text([plate]))
    (found,) = [one for one in desk.parts.plates.all(desk.officer) if one.id == entered.id]
    assert found.cut_from is None


def test_a_load_that_waits_cuts_when_somebody_lets_it_in(desk, clock, plate, listed):
    desk.load(listed, csv_text(plates(10)))
    entered = desk.parts.plates.enter(desk.officer, new(plate, clock))
    waiting = desk.load(listed, csv_text([*plates(10), plate, f"{plate}A", f"{plate}B"]))
    assert waiting.state is LoadState.WAITING
    by_id = lambda: {one.id: one for one in desk.parts.plates.all(desk.officer)}[entered.id]  # noqa: E731
    assert by_id().cut_from is None
    desk.parts.deciding.decide(desk.admin, waiting.id, accept=True, reason="It is right")
    assert by_id().expires_at == clock() + timedelta(hours=24)


def test_the_database_keeps_what_was_entered(desk, clock, plate, database):
    """The service may move an end; it may not rewrite who looked for which plate, and why."""
    entered = desk.parts.plates.enter(desk.officer, new(plate, clock))
    number = {"id": entered.id}
    for change in ("plate = 'X1'", "reason = 'x'", "entered_by = 'x'", "entered_at = now()"):
        with (
            database.service.connect() as connection,
            pytest.raises(DBAPIError, match="permission"),
        ):
            connection.execute(text(f"UPDATE hot_plate SET {change} WHERE id = :id"), number)  # noqa: S608 - ours
    for change in ("expires_at = entered_at", "ended_at = now()", "cut_because = 'x'"):
        with database.service.connect() as connection, pytest.raises(DBAPIError, match="check"):
            connection.execute(text(f"UPDATE hot_plate SET {change} WHERE id = :id"), number)  # noqa: S608 - ours


def test_an_entry_that_ended_is_looked_for_no_more(desk, clock, plate, database, policy):
    entered = desk.parts.plates.enter(desk.officer, new(plate, clock))
    desk.parts.plates.end(desk.officer, entered.id, reason="Found")
    with database.service.connect() as connection:
        source = InForce(clock=clock, back_days=policy.hits.back_days.value)
        (part,) = [one for one in source.version(connection) if one.list_code == HOT_PLATES]
        found = list(source.entries(connection, part))
    looked_for = [each.hot_plate_id for each in found if each.in_force_at(clock())]
    assert entered.id not in looked_for
