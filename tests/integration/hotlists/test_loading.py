"""A list is loaded whole or not at all; what was in force stays so until another one is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests.hot_lists import csv_text, plates
from workbench.errors import DeniedError, HotListError
from workbench.hotlists.lists.load import LoadState, load_in_force, loads_of
from workbench.hotlists.lists.standing import standing
from workbench.hotlists.lists.template import load_list_template
from workbench.policy import load_policy

OLD = csv_text(plates(200))


def test_a_load_overwrites_the_one_before_which_stays_as_history(desk, in_force, database):
    code = desk.list_at()
    first = desk.load(code, OLD)
    second = desk.load(code, csv_text(plates(199, first=1)))
    assert (first.state, second.state) == (LoadState.IN_FORCE, LoadState.IN_FORCE), second.problem
    assert in_force(code) == plates(199, first=1)
    with database.service.connect() as connection:
        history = loads_of(connection, code)
    assert [(one.id, one.state) for one in history] == [
        (second.id, LoadState.IN_FORCE),
        (first.id, LoadState.SUPERSEDED),
    ]
    assert history[1].superseded_at == second.in_force_at


def test_good_duplicate_and_failed_rows_are_counted_with_reasons_and_lines(desk, in_force, logged):
    code = desk.list_at()
    rows = plates(2_000)
    rows[500] = "   "
    rows[600] = rows[10].lower()
    load = desk.load(code, csv_text([f"{row}," for row in rows], "plate,state"))
    assert load.state is LoadState.IN_FORCE, load.problem
    assert (load.good, load.duplicate, load.failed) == (1998, 1, 1)
    assert load.reasons == [{"reason": "The plate is blank", "rows": 1, "lines": [502]}]
    assert len(in_force(code)) == 1998
    assert logged("hot_list:load", code)["details"]["failed"] == 1


def test_more_failed_rows_than_the_share_leave_the_previous_list_in_force(desk, in_force, logged):
    """A thousandth of the rows may fail: 2 of 2,000 do, and the third is one too many."""
    code = desk.list_at()
    rows = plates(2_000)
    desk.load(code, csv_text(rows))
    for failing, state in ((1, "in_force"), (2, "in_force"), (3, "failed")):
        broken = [*rows[:900], *["!!"] * failing, *rows[900 + failing :]]
        load = desk.load(code, csv_text(broken))
        assert (load.state, load.failed) == (state, failing), load.problem
    assert "Too many rows" in load.problem
    assert "line 902" in load.problem
    assert len(in_force(code)) == 1998
    assert logged("hot_list:load", code)["outcome"] == "failed"


BAD = {
    "a broken row in the middle": (OLD.replace("7A00100", "7A00100,x,y"), "line 102"),
    "a plate of blanks": (OLD.replace("7A00100", '"    "'), "The plate is blank"),
    "a wrong byte": (OLD.encode().replace(b"7A00100", b"7A0\xff100"), "line 102: A byte"),
    "UTF-16 without its mark": (OLD.encode("utf-16-le"), "encoding"),
    "cut off within a row": (OLD[:-4], "may have been cut off"),
    "empty": ("", "The file is empty"),
    "a header alone": ("plate\n", "The list is empty"),
    "another header": (OLD.replace("plate", "tag"), "header lacks"),
    "a quote that does not end": (OLD.replace("7A00100", '"7A00100'), "line 102"),
    "no text": (b"\x00\x01\x02" * 1000, "encoding"),
    "half of a gzip": (__import__("gzip").compress(OLD.encode())[:-40], "cut off"),
    "a NUL": (OLD.replace("7A00100", "7A\x0000100"), "no text"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_leaves_the_previous_list_in_force_with_a_reason(name, desk, in_force, logged):
    content, reason = BAD[name]
    code = desk.list_at()
    assert desk.load(code, OLD).state is LoadState.IN_FORCE
    load = desk.load(code, content)
    assert load.state in {LoadState.FAILED, LoadState.WAITING}
    assert reason in load.problem
    assert in_force(code) == plates(200)
    assert logged("hot_list:load", code)["details"]["problem"] == load.problem


def test_a_source_out_of_reach_is_a_failed_try_that_is_logged(desk, in_force, logged):
    code = desk.list_at()
    desk.load(code, OLD)
    (desk.folder / f"{code}.csv").unlink()
    load = desk.load(code)
    assert (load.state, load.file_sha256) == (LoadState.FAILED, None)
    assert "cannot be fetched" in load.problem
    assert in_force(code) == plates(200)
    assert logged("hot_list:load", code)["outcome"] == "failed"


def test_a_compressed_list_and_one_in_utf_16_are_taken(desk):
    code = desk.list_at()
    gz = __import__("gzip").compress(OLD.encode())
    assert desk.load(code, gz).state is LoadState.IN_FORCE
    assert desk.load(code, OLD.encode("utf-16")).state is LoadState.IN_FORCE


@pytest.mark.parametrize(("gained", "state"), [(49, "in_force"), (50, "in_force"), (51, "waiting")])
def test_a_list_that_gains_more_than_the_share_waits(desk, gained, state):
    """A quarter of 200 entries is 50."""
    code = desk.list_at()
    desk.load(code, OLD)
    load = desk.load(code, csv_text(plates(200 + gained)))
    assert load.state == state
    assert (load.problem is None) == (state == "in_force")


@pytest.mark.parametrize(("lost", "state"), [(49, "in_force"), (50, "in_force"), (51, "waiting")])
def test_a_list_that_loses_more_than_the_share_waits(desk, lost, state, in_force):
    code = desk.list_at()
    desk.load(code, OLD)
    load = desk.load(code, csv_text(plates(200 - lost)))
    assert load.state == state
    assert len(in_force(code)) == (200 if state == "waiting" else 200 - lost)


def test_a_person_lets_a_waiting_load_in_or_refuses_it_with_a_reason(desk, in_force, logged):
    code = desk.list_at()
    desk.load(code, OLD)
    decide = desk.parts.deciding.decide
    waiting = desk.load(code, csv_text(plates(80)))
    with pytest.raises(DeniedError):
        decide(desk.officer, waiting.id, accept=True, reason="It is right")
    with pytest.raises(HotListError, match="reason"):
        decide(desk.admin, waiting.id, accept=True, reason="  ")
    refused = decide(desk.admin, waiting.id, accept=False, reason="DOJ says it was cut")
    assert (refused.state, refused.decided_by) == (LoadState.REFUSED, "t.admin")
    assert in_force(code) == plates(200)
    again = desk.load(code)
    accepted = decide(desk.admin, again.id, accept=True, reason="DOJ says it is right")
    assert accepted.state is LoadState.IN_FORCE
    assert in_force(code) == plates(80)
    assert logged("hot_list:decide", code)["reason"] == "DOJ says it is right"
    with pytest.raises(HotListError, match="No load"):
        decide(desk.admin, again.id, accept=True, reason="Twice")


def test_a_load_that_waits_is_gone_once_a_later_one_came(desk):
    code = desk.list_at()
    desk.load(code, OLD)
    waiting = desk.load(code, csv_text(plates(80)))
    desk.load(code, OLD)
    with pytest.raises(HotListError, match="No load"):
        desk.parts.deciding.decide(desk.admin, waiting.id, accept=True, reason="Too late")


def test_a_clock_that_goes_back_does_not_reorder_loads(desk, in_force, database, clock):
    code = desk.list_at()
    first = desk.load(code, OLD)
    clock.move(hours=-30)
    second = desk.load(code, csv_text(plates(199)))
    assert second.began_at < first.began_at
    assert in_force(code) == plates(199)
    with database.service.connect() as connection:
        assert load_in_force(connection, code).id == second.id
        assert [one.id for one in loads_of(connection, code)] == [second.id, first.id]


def test_a_try_that_somebody_overtook_does_not_go_in(desk, in_force, monkeypatch):
    """What was fetched first but is stored last may be older than what is in force."""
    from workbench.hotlists.lists import loading

    code = desk.list_at()
    desk.write(code, OLD)
    fetch = loading.fetched
    inner = []

    def slow(address, **options):
        if not inner:
            inner.append(True)
            inner.append(desk.load(code, csv_text(plates(190))))
        return fetch(address, **options)

    monkeypatch.setattr(loading, "fetched", slow)
    load = desk.parts.loading.load(code)
    assert inner[1].state is LoadState.IN_FORCE
    assert (load.state, in_force(code)) == (LoadState.FAILED, plates(190))
    assert "Somebody else" in load.problem


def test_no_audit_no_load(desk, in_force, database):
    from workbench.errors import AuditWriteError

    code = desk.list_at()
    desk.load(code, OLD)
    with database.owner.begin() as owner:
        owner.execute(text("REVOKE INSERT ON audit_record FROM workbench_service"))
    try:
        with pytest.raises(AuditWriteError):
            desk.load(code, csv_text(plates(190)))
    finally:
        with database.owner.begin() as owner:
            owner.execute(text("GRANT INSERT ON audit_record TO workbench_service"))
    assert in_force(code) == plates(200)


def test_the_file_of_a_load_is_kept_as_it_came(desk, runtime):
    code = desk.list_at()
    load = desk.load(code, OLD)
    from workbench.storage.pictures import PictureStore

    store = PictureStore(f"{runtime.settings.picture_store_url}/hot_lists")
    assert store.get(load.file_sha256) == OLD.encode()


_PLAIN = load_list_template("plain")
_WITH_NOTES = _PLAIN.model_copy(
    update={"fields": _PLAIN.fields.model_copy(update={"details": ("note",)})}
)
SECRET = "512-34-6789"
_HIDDEN = ("512-34", "512\u201334", "512\u00a034", "512346789")
NOT_OURS = {
    "a number": (f"7A00100,Driver {SECRET}", "social security number"),
    "a labelled number": ("7A00100,ssn 512346789", "social security number"),
    "a history": ("7A00100,prior convictions for theft", "criminal history"),
    "a rap sheet": ("7A00100,see rap sheet", "criminal history"),
    "a number with long dashes": ("7A00100,512\u201334\u20136789", "social security number"),
    "a number in no-break blanks": ("7A00100,512\u00a034\u00a06789", "social security number"),
    "a label in one word": ("7A00100,SocialSecurity 512346789", "social security number"),
    "an FBI number": ("7A00100,FBI# 512346789", "person's criminal record"),
    "an FBI number in a name": ("7A00100,subject_fbi_number=x", "person's criminal record"),
    "a CII number": ("7A00100,CII: A51234678", "person's criminal record"),
    "a history in one word": ("7A00100,CriminalHistory=Y", "criminal history"),
}


@pytest.mark.parametrize("name", NOT_OURS)
def test_what_does_not_belong_refuses_the_file_and_is_repeated_nowhere(
    name, desk, in_force, database, runtime, capfd
):
    row, kind = NOT_OURS[name]
    code = desk.list_at(template=_WITH_NOTES)
    good = csv_text(
        [f"{plate},Blue Honda, record 26-014532" for plate in plates(200)], "plate,note,x"
    )
    desk.load(code, good)
    load = desk.load(code, good.replace("7A00100,Blue Honda", row))
    assert load.state is LoadState.FAILED
    assert kind in load.problem
    assert "line 102" in load.problem
    assert len(in_force(code)) == 200
    with database.owner.connect() as connection:
        for table in ("audit_record", "hot_list_load", "hot_list_entry"):
            sql = f"SELECT count(*) FROM {table} t WHERE t::text LIKE :text"  # noqa: S608 - ours
            for hidden in (*_HIDDEN, "convictions", "rap sheet", "A51234678"):
                assert connection.execute(text(sql), {"text": f"%{hidden}%"}).scalar() == 0
    from workbench.storage.pictures import PictureStore

    kept = PictureStore(f"{runtime.settings.picture_store_url}/hot_lists")
    assert not kept.exists(load.file_sha256)
    assert "512" not in "".join(capfd.readouterr())


def test_what_looks_alike_but_belongs_is_taken(desk):
    code = desk.list_at(template=_WITH_NOTES)
    notes = (
        "record 26-014532",
        "call FBI Sacramento 916-555-0100",
        "FBI notified",
        "from the FBI LPR extract",
        "association of insurers",
        "VIN 1FBII12345",
        "000-12-3456",
    )
    rows = [f"{plate},{note}" for plate, note in zip(plates(len(notes)), notes, strict=True)]
    load = desk.load(code, csv_text([*rows, "000-12-3456,CA"], "plate,note"))
    assert load.good == len(notes) + 1, load.problem


@pytest.mark.parametrize(("stars", "state"), [(99, "in_force"), (100, "in_force"), (101, "failed")])
def test_a_list_has_so_many_entries_with_unknown_characters_and_no_more(desk, stars, state):
    code = desk.list_at()
    load = desk.load(code, csv_text([f"8B{number:03}*" for number in range(stars)]))
    assert load.state == state, load.problem


@pytest.mark.parametrize(("rows", "state"), [(49, "in_force"), (50, "in_force"), (51, "failed")])
def test_a_list_longer_than_the_policy_lets_it_is_not_taken(
    rows, state, settings, policy, database, clock, tmp_path
):
    from tests.hot_lists import Desk
    from workbench.runtime import build_runtime

    most = policy.hot_lists.max_entries.model_copy(update={"value": 50})
    rules = policy.hot_lists.model_copy(update={"max_entries": most})
    short = policy.model_copy(update={"hot_lists": rules})
    parts = build_runtime(settings, short, database, clock=clock).hot_lists
    desk = Desk(parts, tmp_path, clock)
    code = desk.list_at()
    load = desk.load(code, csv_text(plates(rows)))
    assert load.state == state
    assert (load.problem is None) or "too many entries" in load.problem


def test_a_plate_may_spell_any_word_and_is_no_reason_to_refuse_a_list(desk):
    code = desk.list_at()
    rows = ["CORI,CA", "SSN 1,CA", "PRIORS,NV", "RAPSHEET,"]
    load = desk.load(code, csv_text(rows, "plate,state"))
    assert (load.state, load.good) == (LoadState.IN_FORCE, 4), load.problem
    again = desk.load(code, csv_text([*rows, "CORI,see CORI"], "plate,state"))
    assert again.state is LoadState.FAILED


def test_the_same_file_twice_is_one_load(desk, in_force, database):
    code = desk.list_at()
    first = desk.load(code, OLD)
    second = desk.load(code, OLD)
    assert (second.id, second.state, second.again) == (first.id, LoadState.IN_FORCE, True)
    with database.service.connect() as connection:
        sql = text("SELECT count(*) FROM hot_list_load WHERE list_code = :code")
        assert connection.scalar(sql, {"code": code}) == 1
        stands = standing(connection, code, at=desk.clock(), policy=load_policy())
    assert stands is not None
    assert stands.loads_today == 1
    assert in_force(code) == plates(200)


@pytest.mark.parametrize(("seconds", "again"), [(-1, True), (0, False), (1, False)])
def test_an_unchanged_file_at_the_next_download_is_a_load_of_its_own(desk, policy, seconds, again):
    """Or a list whose source has nothing new would be stale."""
    code = desk.list_at()
    first = desk.load(code, OLD)
    minutes = policy.hot_lists.same_file_minutes.value
    desk.clock.at = first.began_at + timedelta(minutes=minutes, seconds=seconds - 1)
    second = desk.load(code, OLD)
    assert (second.again, second.id == first.id) == (again, again)


@pytest.mark.parametrize(("seconds", "again"), [(-1, True), (0, False), (1, False)])
def test_an_unchanged_file_after_midnight_is_a_load_of_the_new_day(desk, policy, seconds, again):
    """The policy counts downloads by the day: one at 23:40 and one at 00:30 are of two days."""
    zone = ZoneInfo(policy.department.time_zone.value)
    midnight = datetime(2026, 11, 4, tzinfo=zone).astimezone(UTC)
    desk.clock.at = midnight - timedelta(minutes=20)
    code = desk.list_at()
    first = desk.load(code, OLD)
    desk.clock.at = midnight + timedelta(seconds=seconds - 1)
    second = desk.load(code, OLD)
    assert (second.again, second.id == first.id) == (again, again)


def test_the_same_file_is_loaded_again_where_the_list_was_changed_or_another_came_between(desk):
    code = desk.list_at()
    first = desk.load(code, OLD)
    desk.clock.move(seconds=1)
    known = desk.parts.lists.of(code).list
    desk.parts.lists.change(desk.admin, replace(known, name="Another"), reason="Another name")
    second = desk.load(code, OLD)
    desk.load(code, csv_text(plates(199)))
    third = desk.load(code, OLD)
    assert len({first.id, second.id, third.id}) == 3
    assert (second.again, third.again) == (False, False)


def test_a_file_that_waits_for_a_person_waits_once(desk):
    code = desk.list_at()
    desk.load(code, OLD)
    waiting = desk.load(code, csv_text(plates(80)))
    again = desk.load(code)
    assert (again.id, again.state, again.again) == (waiting.id, LoadState.WAITING, True)
