"""Lists as they are set up, switched and approved: by whom, and within what the policy says."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.hot_lists import csv_text, new_code, plates
from workbench.domain.hot_entry import Category, ListKind
from workbench.errors import DeniedError, HotListError
from workbench.hotlists.lists.hot_list import HotList
from workbench.hotlists.lists.load import LoadState
from workbench.hotlists.lists.template import load_list_template

OLD = csv_text(plates(200))
FOLDER = tempfile.gettempdir()
"""Lists of tests may lie there, wherever the tests are started."""


def test_a_special_list_is_loaded_under_the_captains_approval_alone(desk, in_force, clock):
    code = desk.list_at(kind=ListKind.SPECIAL)
    load = desk.load(code, csv_text(["7ABC123,stolen_vehicle"], "plate,category"))
    assert load.state is LoadState.FAILED
    assert "not approved" in load.problem
    assert in_force(code) == []
    with pytest.raises(DeniedError):
        desk.parts.approvals.approve(desk.admin, code, reason="Because")
    approval = desk.parts.approvals.approve(desk.captain, code, reason="Series of burglaries")
    assert desk.load(code).state is LoadState.IN_FORCE
    assert in_force(code) == ["7ABC123"]
    desk.parts.approvals.end(desk.captain, approval.id)
    assert desk.load(code).state is LoadState.FAILED


def test_entries_of_a_special_list_are_informational_whatever_the_file_says(desk, database):
    code = desk.list_at(kind=ListKind.SPECIAL)
    desk.parts.approvals.approve(desk.captain, code, reason="Series of burglaries")
    load = desk.load(code, csv_text(["7ABC123,stolen_vehicle"], "plate,category"))
    with database.service.connect() as connection:
        sql = text("SELECT category FROM hot_list_entry WHERE load_id = :id")
        assert connection.execute(sql, {"id": load.id}).scalars().all() == ["special_list"]


def test_an_approval_of_sharing_is_none_of_loading(desk):
    code = desk.list_at(kind=ListKind.SPECIAL)
    desk.parts.approvals.approve(desk.captain, code, reason="Joint case", agency="Next Town PD")
    assert desk.load(code, OLD).state is LoadState.FAILED


def test_a_designee_approves_only_while_the_designation_lasts(desk, clock):
    from tests.people import DESK, made_person
    from workbench.domain.person import Actor, Designation, Role

    code = desk.list_at(kind=ListKind.SPECIAL)
    span = Designation(Role.SERVICES_CAPTAIN, "Acting", clock(), clock() + timedelta(hours=1))
    acting = Actor(made_person(Role.OFFICER, username="t.acting", designations=(span,)), DESK)
    desk.parts.approvals.approve(acting, code, reason="While the captain is away")
    clock.move(hours=1)
    with pytest.raises(DeniedError):
        desk.parts.approvals.approve(acting, code, reason="An hour later")


def test_only_who_manages_lists_adds_and_switches_them(desk, logged):
    with pytest.raises(DeniedError):
        desk.parts.lists.switch(desk.officer, desk.list_at(), on=False, reason="No")
    code = desk.list_at()
    off = desk.parts.lists.switch(desk.admin, code, on=False, reason="Not used here")
    assert (off.enabled, off.reason) == (False, "Not used here")
    assert logged("hot_list:change", code)["details"]["change"] == "off"
    with pytest.raises(HotListError, match="switched off"):
        desk.load(code, OLD)
    with pytest.raises(HotListError, match="off already"):
        desk.parts.lists.switch(desk.admin, code, on=False, reason="Again")


def test_the_immigration_file_is_off_until_the_captain_switches_it_on_with_a_reason(desk, database):
    with database.owner.begin() as owner:
        owner.execute(text("DELETE FROM hot_list WHERE code = 'NCIC_IVF'"))
    code = desk.list_at("NCIC_IVF")
    assert not desk.parts.lists.of(code).enabled
    with pytest.raises(DeniedError):
        desk.parts.lists.switch(desk.admin, code, on=True, reason="We want it")
    with pytest.raises(HotListError, match="reason"):
        desk.parts.lists.switch(desk.captain, code, on=True, reason=" ")
    on = desk.parts.lists.switch(desk.captain, code, on=True, reason="Warrant of a judge")
    assert (on.enabled, on.by) == (True, "t.captain")
    assert not desk.parts.lists.switch(desk.admin, code, on=False, reason="Over").enabled


@pytest.mark.parametrize(
    "told", [{"name": "NCIC Immigration Violators"}, {"address": f"{FOLDER}/x/immigration.txt"}]
)
def test_the_immigration_file_is_off_under_any_other_code_too(desk, told):
    new = a_list(**told)
    assert not desk.parts.lists.add(desk.admin, new, reason="A file").enabled
    with pytest.raises(DeniedError):
        desk.parts.lists.switch(desk.admin, new.code, on=True, reason="We want it")


def test_a_list_that_becomes_the_immigration_file_is_switched_off(desk):
    new = a_list()
    assert desk.parts.lists.add(desk.admin, new, reason="A file").enabled
    became = replace(new, address=f"{FOLDER}/immigration.csv")
    assert not desk.parts.lists.change(desk.admin, became, reason="Moved").enabled
    on = desk.parts.lists.switch(desk.captain, new.code, on=True, reason="Warrant of a judge")
    assert desk.parts.lists.change(desk.admin, became, reason="Again").enabled is on.enabled is True


def a_list(**values) -> HotList:
    said = {
        "code": new_code(),
        "name": "Made up",
        "kind": ListKind.GENERAL,
        "source": "DOJ",
        "category": Category.STOLEN_VEHICLE,
        "address": f"{FOLDER}/svs.csv",
        "template": load_list_template("plain"),
    }
    return HotList(**{**said, **values})


WRONG = {
    "small letters": {"code": "svs"},
    "the code of hot plates": {"code": "HOT_PLATES"},
    "no name": {"name": " "},
    "another source": {"source": "Somebody"},
    "a special source of a general list": {"source": "WebKPF"},
    "a special category of a general list": {"category": Category.SPECIAL_LIST},
    "a general category of a special list": {"kind": ListKind.SPECIAL, "source": "WebKPF"},
    "a hot plate": {"kind": ListKind.HOT_PLATE},
    "a long state": {"region": "CAL"},
    "no address": {"address": " "},
    "an unknown scheme": {"address": "gopher://lists/svs"},
    "a password": {"address": "sftp://user:word@lists/svs"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_list_that_the_policy_has_no_place_for_is_not_set_up(name, desk):
    with pytest.raises(HotListError):
        desk.parts.lists.add(desk.admin, a_list(**WRONG[name]), reason="for a test")


def test_a_code_is_used_once_and_a_list_can_be_changed_but_not_its_kind(desk, database):
    new = a_list()
    desk.parts.lists.add(desk.admin, new, reason="for a test")
    with pytest.raises(HotListError, match="of that code"):
        desk.parts.lists.add(desk.admin, new, reason="for a test")
    moved = a_list(code=new.code, address=f"{FOLDER}/other.csv")
    assert desk.parts.lists.change(desk.admin, moved, reason="Moved").list.address == moved.address
    special = a_list(
        code=new.code, kind=ListKind.SPECIAL, source="WebKPF", category=Category.SPECIAL_LIST
    )
    with pytest.raises(HotListError, match="another kind"):
        desk.parts.lists.change(desk.admin, special, reason="Other kind")


def test_a_load_that_waits_needs_the_approval_when_it_is_let_in_too(desk):
    code = desk.list_at(kind=ListKind.SPECIAL)
    approval = desk.parts.approvals.approve(desk.captain, code, reason="Series of burglaries")
    desk.load(code, OLD)
    waiting = desk.load(code, csv_text(plates(10)))
    desk.parts.approvals.end(desk.captain, approval.id)
    with pytest.raises(HotListError, match="not approved"):
        desk.parts.deciding.decide(desk.admin, waiting.id, accept=True, reason="It is right")
    refused = desk.parts.deciding.decide(desk.admin, waiting.id, accept=False, reason="It ended")
    assert refused.state is LoadState.REFUSED
