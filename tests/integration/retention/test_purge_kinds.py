"""What is not a read: files without rows, lists, what was not understood; and exceptions."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from tests.retention import JOB, NOW, opened_site
from workbench.detections.ingest_log import Caller
from workbench.policy import load_policy
from workbench.storage.pictures import PictureStore

YEAR_AGO = datetime(2025, 11, 2, 18, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


def test_files_that_no_row_names_go_unless_they_may_be_on_their_way(site, clock):
    lost = (site.runtime.pictures.put(b"lost"), _originals(site).put(b"lost"))
    for path in (site.runtime.pictures.path(lost[0]), _originals(site).path(lost[1])):
        at = (clock() - timedelta(days=1, seconds=1)).timestamp()
        os.utime(path, (at, at))
    site.runtime.pictures.put(b"on its way")
    done = site.purge()
    assert done.gone("unnamed_files") == 2
    assert [*map(site.runtime.pictures.get, site.runtime.pictures.walk())] == [b"on its way"]
    assert [*_originals(site).walk()] == []


def test_lists_go_a_year_after_others_took_their_place_unless_a_kept_hit_names_them(site, clock):
    files = PictureStore(f"{site.settings.picture_store_url}/hot_lists")
    shared, own, hit_file = (files.put(content) for content in (b"shared", b"own", b"hit"))
    seen = clock() - timedelta(days=2)
    hit = site.hit(site.read(seen), seen, seen)
    load = (
        "INSERT INTO hot_list_load (list_code, state, began_at, ended_at, in_force_at,"
        " superseded_at, file_sha256, good, duplicate, failed, reasons) SELECT list_code,"
        " :state, :at, :at, :at, CAST(:over AS timestamptz), decode(:file, 'hex'), 1, 0, 0, '{}'"
        " FROM hit WHERE id = :hit RETURNING id"
    )
    entry = (
        "INSERT INTO hot_list_entry (load_id, line, plate, pattern, wildcard, category)"
        " VALUES (:load, 1, '8XYZ999', '8XYZ999', false, 'stolen_vehicle')"
    )
    numbers = {}
    with site.database.owner.begin() as connection:
        named = (
            "UPDATE hot_list_load SET state = 'superseded', superseded_at = :at,"
            " file_sha256 = decode(:file, 'hex')"
        )
        old = YEAR_AGO - timedelta(days=1)
        connection.execute(text(named), {"at": old, "file": hit_file})
        for name, state, over, file in (
            ("over", "superseded", YEAR_AGO, own),
            ("over too", "superseded", YEAR_AGO, shared),
            ("younger", "superseded", YEAR_AGO + MICRO, shared),
        ):
            values = {"state": state, "at": old, "over": over}
            number = connection.execute(text(load), {**values, "file": file, "hit": hit}).scalar()
            connection.execute(text(entry), {"load": number})
            numbers[name] = number
    done = site.purge()
    left = {row.id for row in site.all("SELECT id FROM hot_list_load")}
    assert numbers["younger"] in left
    assert left.isdisjoint({numbers["over"], numbers["over too"]})
    assert len(left) == 2, "and the one that the kept hit names"
    assert {*files.walk()} == {shared, hit_file}
    assert (done.gone("list_loads"), done.gone("list_entries"), done.gone("list_files")) == (
        2,
        2,
        1,
    )


def test_what_was_not_understood_goes_with_its_time_and_leaves_the_receipt(site, clock):
    with site.database.service.begin() as connection:
        for number, at in enumerate((YEAR_AGO, YEAR_AGO + MICRO), start=1):
            connection.execute(
                text(
                    "INSERT INTO delivery (id, sha256, setting, name, channel, received_at, state)"
                    " OVERRIDING SYSTEM VALUE VALUES (:id, sha256(CAST(:id AS text)::bytea), '',"
                    " 'x.csv', 'command', :at, 'started')"
                ),
                {"id": number, "at": at},
            )
            connection.execute(
                text(
                    "INSERT INTO quarantine (delivery_id, record, raw, reason, first_seen_at)"
                    " VALUES (:id, 0, 'plate,8XYZ999', '{}', :at)"
                ),
                {"id": number, "at": at},
            )
    done = site.purge()
    assert [row.delivery_id for row in site.all("SELECT delivery_id FROM quarantine")] == [2]
    assert site.one("SELECT count(*) FROM delivery") == 2
    assert done.gone("quarantine") == 1


def test_an_exception_counts_before_the_rest_and_the_first_before_the_second(
    purged_database, tmp_path, clock
):
    lengths = """
[retention]
reads = { value = "10 days", section = "Test 1" }
hits = { value = "10 days", section = "Test 1" }
hot_lists = { value = "10 days", section = "Test 1" }
packages = { value = "3 days", section = "Test 1" }
reports = { value = "10 days", section = "Test 1" }
audit_log = { value = "2 years", section = "Test 1" }
needs_authority = { value = false, section = "Test 1" }
[[retention.exceptions]]
purpose = "Parking"
cameras = ["LOT_*"]
keep = "1 hour"
section = "Test 1"
[[retention.exceptions]]
purpose = "Study"
sources = ["study"]
keep = "1 year"
section = "Test 1"
"""
    with opened_site(purged_database, tmp_path, clock, lengths=lengths) as site:
        hour, days = clock() - timedelta(hours=1), clock() - timedelta(days=11)
        parking = site.read(hour, camera_id="LOT_1", source="study")
        beside = site.read(hour, camera_id="LOTS1")
        study, plain = site.read(days, source="study"), site.read(days)
        done = site.purge()
        assert site.reads() == {beside, study}
        assert {row["rule"] for row in done.rows} == {"exceptions.Parking", "reads"}
        assert parking
        assert plain


def test_three_minutes_are_three_minutes(purged_database, tmp_path, clock):
    policy = load_policy(retention="new-hampshire-3-minutes")
    with opened_site(purged_database, tmp_path, clock) as site:
        site.policy = policy
        cutoff = clock() - timedelta(minutes=3)
        kept = site.read(cutoff + MICRO)
        site.read(cutoff)
        hit = site.read(cutoff - timedelta(days=1))
        site.hit(hit, cutoff - timedelta(days=1), clock())
        site.purge()
        assert site.reads() == {kept, hit}


def _originals(site):
    return PictureStore(f"{site.settings.picture_store_url}/deliveries")


def test_a_picture_that_is_stored_again_before_its_file_goes_stays(site):
    site.read(YEAR_AGO, vehicle_picture=b"car")
    young = []

    def again(step: str) -> None:
        if step == "rest":
            young.append(site.read(NOW, vehicle_picture=b"car"))

    site.runtime.retention.purging(site.database.purger).run(JOB, report=again)
    assert site.reads() == set(young)
    assert [*map(site.runtime.pictures.get, site.runtime.pictures.walk())] == [b"car"]


def test_a_delivery_that_was_purged_is_known_and_does_not_come_back(site, clock):
    at = YEAR_AGO - timedelta(days=1)
    content = f"plate,seen_at,camera,confidence\n8XYZ999,{at.isoformat()},T1,0.9\n".encode()
    receipt = site.runtime.ingest.take(content, Caller(), name="old.csv")
    assert receipt.counts.stored == 1
    site.purge()
    assert (site.reads(), [*_originals(site).walk()]) == (set(), [])
    assert site.runtime.ingest.take(content, Caller(), name="old.csv").already
    assert (site.reads(), [*_originals(site).walk()]) == (set(), [])
