"""Holds and packages as they are typed: what is printed, and exit codes for a timer."""

from __future__ import annotations

import json

import pytest

from tests.packed_reads import CASE, store_pictured
from tests.typed_commands import signing_in, typing
from workbench.domain.person import Role
from workbench.retention.evidence.recipient import room_line

UNDER = ("--purpose", "active_investigation", "--reason", "Made-up robbery", "--case", CASE)
WHY = "Evidence in a made-up robbery"
PLACING = ("holds", "place", "--case", CASE, "--reason", WHY, "--json", *UNDER[:2])


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    return typing(settings, monkeypatch, capsys)


@pytest.fixture
def analyst(database, policy):
    return signing_in(database, policy)(Role.ANALYST)


def test_a_hold_is_placed_listed_shown_and_released(run, analyst, database, policy, runtime, plate):
    store_pictured(runtime, plate, 0)
    nothing = run(*PLACING, token=analyst)
    assert nothing.code == 2
    assert "hold on nothing" in nothing.err
    later = run(
        *PLACING, "--plate", f"{plate[:-1]}*Z", "--until", "2031-01-01 12:00", token=analyst
    )
    assert later.code == 1
    assert "later" in later.json["warning"]
    day = ("--from", "2026-10-01 00:00", "--to", "2026-10-02 00:00")
    placed = run(*PLACING, "--plate", plate, *day, token=analyst)
    assert (placed.code, placed.json["reads"]) == (0, 1)
    number = placed.json["id"]
    listed = run("holds", "list", "--json", token=analyst).json["holds"]
    assert number in {one["id"] for one in listed}
    shown = run("holds", "show", number, token=analyst)
    assert plate in shown.out
    assert CASE in shown.out
    counted = run("holds", "count", number, "--json", *UNDER, token=analyst)
    assert (counted.json["reads"], counted.json["only"]) == (1, None)
    refused = run("holds", "release", number, "--reason", "Case closed", token=analyst)
    assert refused.code == 2
    custodian = signing_in(database, policy)(Role.RECORDS_CUSTODIAN)
    done = run("holds", "release", number, "--reason", "Case closed", "--json", token=custodian)
    assert done.json["state"] == "released"
    table = run("holds", "list", "--ended", token=analyst)
    assert "released" in table.out


def test_a_package_is_made_booked_and_verified(run, analyst, runtime, plate, medium, monkeypatch):
    store_pictured(runtime, plate, 0, 5)
    out = medium / "case"
    asked = ("evidence", "package", "--out", out, "--plate", plate, "--two-sided", "--json")
    refused = run(*asked, token=analyst)
    assert "Under which purpose" in refused.err
    made = run(*asked, *UNDER, token=analyst)
    assert made.code == 0, made.err
    assert (made.json["state"], made.json["reads"]) == ("made", 2)
    booked = run("evidence", "book", made.json["id"], "--number", "26-77", token=analyst)
    assert booked.code == 0, booked.err
    listed = run("evidence", "list", "--json", token=analyst).json["packages"]
    assert listed[0]["bookings"] == ["26-77"]
    assert "26-77" in run("evidence", "list", token=analyst).out
    key = runtime.settings.home / "keys" / "audit-signing.pub.pem"
    monkeypatch.setenv("WORKBENCH_HOME", "/nowhere/at all")
    monkeypatch.setenv("WORKBENCH_NO_SUCH_SETTING", "1")
    whole = run("evidence", "verify", out, "--public-key", key, "--json")
    assert (whole.code, whole.json["whole"], whole.json["trusted_key"]) == (0, True, True)
    told = run("evidence", "verify", out)
    assert "Compare it with what the department says" in told.out
    reads = out / "data" / "reads.csv"
    reads.write_text(reads.read_text().replace(plate, plate[::-1]))
    broken = run("evidence", "verify", out, "--json")
    assert broken.code == 1
    assert broken.json["problems"] == [{"file": "data/reads.csv", "what": "was changed"}]


def test_a_package_names_the_own_evidence_room_and_nobody_else(
    run, analyst, runtime, plate, medium
):
    store_pictured(runtime, plate, 0)
    asked = ("evidence", "package", "--out", medium / "case", "--plate", plate, *UNDER)
    typed = run(*asked, "--agency", "Made-up PD", token=analyst)
    assert (typed.code, "No such option" in typed.err) == (2, True)
    made = run(*asked, "--no-accesses", token=analyst)
    assert made.code == 0, made.err
    contents = json.loads((medium / "case" / "data" / "contents.json").read_text())
    assert contents["released_to"] is None
    assert contents["held_by"] == room_line(runtime.policy)
    assert contents["audit_log"] is None


def test_unbooked_packages_are_listed_until_they_are_booked(run, analyst, runtime, plate, medium):
    store_pictured(runtime, plate, 0)
    asked = ("evidence", "package", "--out", medium / "case", "--plate", plate, "--json", *UNDER)
    number = run(*asked, token=analyst).json["id"]
    for more, token in (((), analyst), (("--as-job",), None)):
        listed = run("evidence", "unbooked", "--json", *more, token=token)
        (mine,) = [one for one in listed.json["unbooked"] if one["package"] == number]
        assert (listed.code, mine["for"]) == (1, "the own evidence room")
        assert plate not in listed.out
    assert run("evidence", "book", number, "--number", "2026-1", token=analyst).code == 0
    after = run("evidence", "unbooked", "--json", "--as-job").json["unbooked"]
    assert number not in {one["package"] for one in after}


def test_a_hold_is_packed_by_its_number_under_an_open_inquiry(run, analyst, runtime, plate, medium):
    store_pictured(runtime, plate, 0)
    hold = run(*PLACING, "--plate", plate, token=analyst).json["id"]
    made = run(
        *("evidence", "package", "--hold", hold, "--out", medium / "case", "--json", *UNDER),
        token=analyst,
    )
    assert made.json["order"]["hold"] == hold
    both = run(
        *("evidence", "package", "--hold", hold, "--plate", plate, "--out", medium / "x", *UNDER),
        token=analyst,
    )
    assert "either a hold or reads" in both.err
    assert run("evidence", "settle", "--json").json == {"settled": []}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--circle", "1,2"), "LON,LAT,METRES"),
        (("--circle", "-121,38,5", "--corner", "1,2"), "one place"),
        (("--from", "2026-10-01 00:00"), "Half of the window"),
        (("--plate", "*"), "finds everything"),
        (("--corner", "1,2"), "3 to"),
        (("--detection", "0"), "no number"),
    ],
)
def test_options_that_mean_nothing_are_explained(run, analyst, given, said):
    ended = run(*PLACING, *given, token=analyst)
    assert ended.code == 2
    assert said in ended.err
