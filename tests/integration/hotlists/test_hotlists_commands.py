"""The commands of lists and hot plates: what they print, and exit codes for a timer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.hot_lists import csv_text, new_code, plates
from tests.sharing import ADMIN, CAPTAIN, new_agency_name, profile
from tests.typed_commands import signing_in, typing
from workbench.domain.person import Role

MADE_UP = "Series of burglaries, made up"


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    return typing(settings, monkeypatch, capsys)


@pytest.fixture
def token(database, policy):
    """Return the token of a session of somebody with a role."""
    return signing_in(database, policy)


@pytest.fixture
def svs(run, token, tmp_path):
    """Return the code and the file of a list that the administrator set up by command."""
    code = new_code()
    file = tmp_path / "svs.csv"
    added = run(
        *("hotlists", "add", code, "--name", "Made up", "--source", "DOJ"),
        *("--address", file, "--category", "stolen_vehicle", "--state", "CA"),
        *("--reason", "For a test", "--json"),
        token=token(Role.ALPR_ADMINISTRATOR),
    )
    assert added.code == 0, added.err
    assert added.json["enabled"]
    return code, file


def test_a_list_is_set_up_loaded_and_stands(run, svs):
    code, file = svs
    file.write_text(csv_text(plates(200)))
    loaded = run("hotlists", "load", code, "--json")
    assert loaded.code == 0, loaded.err
    (load,) = loaded.json["loads"]
    assert (load["state"], load["good"]) == ("in_force", 200)
    stood = run("hotlists", "standing", "--json").json
    (mine,) = [one for one in stood["lists"] if one["code"] == code]
    assert (mine["loads_today"], mine["stale"]) == (1, False)
    assert mine["load"]["id"] == load["id"]
    assert code in run("hotlists", "list").out
    assert [one["code"] for one in run("hotlists", "list", "--json").json["lists"]]


def test_what_is_newly_listed_is_found_among_the_reads_that_are_kept(run, svs, token, tmp_path):
    code, file = svs
    on_list, hot = (f"8QY{number:04}" for number in (uuid4().int % 4_999, 5_000))
    seen_at = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
    reads = tmp_path / "reads.csv"
    rows = [f"{plate},{seen_at},cam-{code},0.95\n" for plate in (on_list, hot)]
    reads.write_text("plate,seen_at,camera,confidence\n" + "".join(rows))
    assert run("ingest", "reads", reads).code == 0
    file.write_text(csv_text([on_list]))
    assert run("hotlists", "load", code).code == 0
    officer = token(Role.OFFICER)
    enter = ("hotplates", "enter", hot, "--reason", "Seen at the scene", "--days", 1)
    assert run(*enter, token=officer).code == 0
    listed = run("hits", "list", "--camera", f"cam-{code}", "--json", token=officer).json["hits"]
    assert {(one["list_code"], one["listed_plate"]) for one in listed} == {
        (code, on_list),
        ("HOT_PLATES", hot),
    }


def test_a_failed_load_is_code_1_and_its_reason_is_shown(run, svs):
    code, file = svs
    missing = run("hotlists", "load", code)
    assert (missing.code, "cannot be" in missing.out) == (1, True)
    file.write_text("plate\n!!\n")
    failed = run("hotlists", "load", code, "--json")
    assert (failed.code, failed.json["loads"][0]["state"]) == (1, "failed")
    shown = run("hotlists", "history", code)
    assert "The plate is blank (lines 2)" in shown.out
    stood = run("hotlists", "standing")
    assert stood.code == 1
    assert f"{code}: There" not in stood.err
    assert code in stood.err


def test_a_person_decides_by_command(run, svs, token):
    code, file = svs
    file.write_text(csv_text(plates(200)))
    run("hotlists", "load", code)
    file.write_text(csv_text(plates(100)))
    waiting = run("hotlists", "load", code, "--json")
    assert (waiting.code, waiting.json["loads"][0]["state"]) == (1, "waiting")
    number = waiting.json["loads"][0]["id"]
    said = ("--accept", "--reason", "The source says so")
    denied = run("hotlists", "decide", number, *said, token=token(Role.OFFICER))
    assert denied.code == 2
    done = run("hotlists", "decide", number, *said, "--json", token=token(Role.ALPR_ADMINISTRATOR))
    assert done.json["state"] == "in_force"


def test_all_loads_what_is_switched_on(run, svs, token, database):
    code, file = svs
    file.write_text(csv_text(plates(3)))
    off = run(
        *("hotlists", "switch", code, "--off", "--reason", "Not used"),
        token=token(Role.ALPR_ADMINISTRATOR),
    )
    assert off.out.strip() == f"{code} is off"
    assert run("hotlists", "load", code).code == 2
    others = run("hotlists", "load", "--all", "--json")
    assert code not in [one["list_code"] for one in others.json["loads"]]
    assert run("hotlists", "load").code == 2
    assert run("hotlists", "load", code, "--all").code == 2
    with database.owner.connect() as connection:
        newest = "WHERE kind = 'hot_list:load' ORDER BY seq DESC LIMIT 1"
        sql = text(f"SELECT origin ->> 'agent' FROM audit_record {newest}")  # noqa: S608 - ours
        assert connection.execute(sql).scalar().startswith("os:")


def test_a_special_list_is_approved_loaded_and_shared_by_command(run, token, tmp_path, runtime):
    next_town = new_agency_name()
    runtime.sharing.agencies.add(ADMIN, profile(next_town))
    runtime.sharing.agencies.verify(CAPTAIN, next_town, how="Called back")
    code, file, out = new_code(), tmp_path / "special.csv", tmp_path / "shared.csv"
    file.write_text(csv_text(["7ABC123,CA"], "plate,state"))
    admin, captain = token(Role.ALPR_ADMINISTRATOR), token(Role.SERVICES_CAPTAIN)
    run(
        *("hotlists", "add", code, "--name", "Made up", "--source", "WebKPF", "--kind", "special"),
        *("--address", file, "--reason", MADE_UP),
        token=admin,
    )
    assert run("hotlists", "load", code).code == 1
    approve = ("hotlists", "approve", code, "--reason", MADE_UP)
    assert run(*approve, token=admin).code == 2
    assert run(*approve, token=captain).code == 0
    assert run("hotlists", "load", code).code == 0
    share = ("hotlists", "share", code, "--agency", next_town, "--out", out, "--json")
    assert (run(*share, token=admin).code, out.exists()) == (2, False)
    approved = run(*approve, "--agency", next_town, "--json", token=captain)
    shared = run(*share, token=admin)
    assert shared.json["approval"] == approved.json["approval"]
    assert out.read_text().splitlines() == ["plate,state,effective,expires", "7ABC123,CA,,"]
    assert run(*share, token=admin).code == 2
    number = approved.json["approval"]
    assert "ended" in run("hotlists", "approve", "--end", number, token=captain).out


def test_what_is_wrong_with_a_list_is_code_2(run, token, tmp_path):
    admin = token(Role.ALPR_ADMINISTRATOR)
    add = ("hotlists", "add", new_code(), "--name", "X", "--reason", "x", "--address", tmp_path)
    assert "category" in run(*add, "--source", "DOJ", token=admin).err
    more = ("--category", "stolen_vehicle", "--source", "Nobody")
    assert "source" in run(*add, *more, token=admin).err
    more = ("--category", "stolen_vehicle", "--source", "DOJ", "--template", "none")
    assert "genetec" in run(*add, *more, token=admin).err
    assert run("hotlists", "history", "NONE").code == 2


def test_a_hot_plate_is_entered_listed_renewed_and_ended_by_command(run, token):
    officer = token(Role.OFFICER)
    plate = f"9{new_code()[-7:].replace('_', '')}"
    enter = ("hotplates", "enter", plate, "--reason", "Seen at the scene")
    assert run(*enter, token=officer).code == 2
    assert "30 days" in run(*enter, "--hours", 721, token=officer).err
    assert "phone" in run(*enter, "--days", 2, "--shared", token=officer).err
    entered = run(*enter, "--days", 2, "--json", token=officer)
    number = entered.json["id"]
    renew = ("hotplates", "renew", number, "--reason", "Not found yet", "--hours", 48, "--json")
    renewed = run(*renew, token=officer).json
    assert renewed["renews"] == number
    listed = run("hotplates", "list", "--json", token=officer).json["hot_plates"]
    assert [one["id"] for one in listed if one["plate"] == plate] == [renewed["id"]]
    everything = run("hotplates", "list", "--ended", token=officer)
    assert plate in everything.out
    end = ("hotplates", "end", renewed["id"], "--reason", "Found")
    assert run(*end, token=officer).out.strip() == f"hot plate {renewed['id']} ended"
    assert run(*end, token=officer).code == 2


def test_an_end_in_local_time_is_the_departments(run, token):
    plate = f"9{new_code()[-7:].replace('_', '')}"
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    entered = run(
        *(
            "hotplates",
            "enter",
            plate,
            "--reason",
            "Seen at the scene",
            "--until",
            f"{day} 12:00",
            "--json",
        ),
        token=token(Role.OFFICER),
    )
    assert entered.json["expires_at"][11:13] in {"19", "20"}


def test_a_rehearsal_by_command_is_a_look_with_its_purpose(run, token, database):
    told = run(
        *("hotplates", "rehearse", "ZZ*99ZZ", "--purpose", "active_investigation"),
        *("--reason", MADE_UP, "--days", 30, "--json"),
        token=token(Role.ANALYST),
    )
    assert told.code == 0, told.err
    assert told.json["hits"] == 0
    with database.owner.connect() as connection:
        sql = text("SELECT kind, purpose, plate FROM audit_record WHERE seq = :seq")
        row = connection.execute(sql, {"seq": told.json["access_id"]}).one()
    assert tuple(row) == ("hot_plate:rehearse", "active_investigation", "ZZ*99ZZ")
