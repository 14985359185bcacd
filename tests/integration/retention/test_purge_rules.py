"""What a purge deletes and what it leaves: to the microsecond, in every store, with its papers."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.people import made_actor
from tests.retention import JOB, NOW
from workbench.audit.keys import known_public_keys
from workbench.domain.person import Role
from workbench.errors import DeniedError, PurgeBusyError, RetentionError
from workbench.retention.certificate import check_certificate
from workbench.retention.doing import Doer
from workbench.storage.pictures import PictureStore

YEAR_AGO = datetime(2025, 11, 2, 18, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "cutoff"),
    [
        # The department's clocks went back on 2025-11-02 at 09:00 UTC; a length knows no clocks.
        (datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2025, 11, 2, 9, tzinfo=UTC)),
        # A year from 29 February ends with that day, at the beginning of 1 March.
        (datetime(2025, 3, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
        (datetime(2025, 3, 1, tzinfo=UTC) - MICRO, datetime(2024, 2, 29, tzinfo=UTC) - MICRO),
        # On and around the edge between two partitions.
        (datetime(2026, 11, 1, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)),
    ],
)
def test_what_is_as_old_as_the_cutoff_goes_and_a_microsecond_less_stays(site, clock, now, cutoff):
    clock.at = now
    site.authorise()
    before, on, after = (site.read(cutoff + shift) for shift in (-MICRO, 0 * MICRO, MICRO))
    done = site.purge()
    assert site.reads() == {after}
    assert done.gone("reads") == 2
    assert {before, on}.isdisjoint(site.reads())


def test_a_month_with_nothing_held_is_dropped_and_one_with_some_is_written_anew(site):
    whole = [site.read(datetime(2025, 8, day, tzinfo=UTC)) for day in range(1, 20)]
    some = [site.read(datetime(2025, 9, day, tzinfo=UTC)) for day in range(1, 20)]
    begun = [site.read(YEAR_AGO + timedelta(hours=hour)) for hour in (-2, -1, 1, 2)]
    site.hold(some[3], some[7])
    done = site.purge()
    ways = {row["month"]: row["way"] for row in done.rows if row["kind"] == "reads"}
    assert ways == {"2025-08-01": "dropped", "2025-09-01": "rewritten", "2025-11-01": "rows"}
    assert site.reads() == {some[3], some[7], *begun[2:]}
    assert whole
    partitions = site.all("SELECT partition FROM detection_month ORDER BY 1")
    assert [row.partition for row in partitions] == ["detection_y2025m09", "detection_y2025m11"]
    # The partition that was written anew takes reads and is found by its indexes as before.
    again = site.read(datetime(2025, 9, 5, tzinfo=UTC))
    assert again in site.reads()


def test_held_reads_keep_their_rows_pictures_hits_and_originals(site, clock):
    seen = YEAR_AGO - timedelta(days=3)
    runtime = site.runtime
    for number, content in enumerate((b"held original", b"other original")):
        sha256 = _originals(site).put(content)
        with site.database.service.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO delivery (id, sha256, setting, name, channel, received_at, state,"
                    " kept, finished_at) OVERRIDING SYSTEM VALUE VALUES (:id, decode(:sha, 'hex'),"
                    " '', 'x.csv', 'command', :at, 'complete', decode(:sha, 'hex'), :at)"
                ),
                {"id": number + 1, "sha": sha256, "at": clock()},
            )
    held = site.read(seen, delivery_id=1, plate_picture=b"held plate", vehicle_picture=b"car")
    beside = site.read(seen, delivery_id=1, plate_picture=b"plate beside", vehicle_picture=b"car")
    other = site.read(seen, delivery_id=2, vehicle_picture=b"other car")
    site.hit(held, seen, seen)
    site.hit(beside, seen, seen)
    site.hold(held)
    done = site.purge()
    assert site.reads() == {held}
    assert {beside, other}.isdisjoint(site.reads())
    assert sorted(map(runtime.pictures.get, runtime.pictures.walk())) == [b"car", b"held plate"]
    assert [_originals(site).get(name) for name in _originals(site).walk()] == [b"held original"]
    assert site.one("SELECT count(*) FROM hit") == 1
    assert (done.gone("hits"), done.gone("originals"), done.gone("pictures")) == (1, 1, 2)


def test_an_original_goes_with_its_hold_when_a_read_of_it_was_over(site, clock):
    sha256 = _originals(site).put(b"two days")
    with site.database.service.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO delivery (id, sha256, setting, name, channel, received_at, state,"
                " kept, finished_at) OVERRIDING SYSTEM VALUE VALUES (1, decode(:sha, 'hex'),"
                " '', 'x.csv', 'command', :at, 'complete', decode(:sha, 'hex'), :at)"
            ),
            {"sha": sha256, "at": clock()},
        )
    site.read(YEAR_AGO - timedelta(hours=1), delivery_id=1)
    young = site.read(YEAR_AGO + timedelta(days=1), delivery_id=1)
    held = site.hold(young)
    site.purge()
    assert _originals(site).exists(sha256)
    site.release(held)
    site.purge()
    assert not _originals(site).exists(sha256)
    assert site.reads() == {young}


@pytest.mark.parametrize(("shift", "stays"), [(-MICRO, False), (0 * MICRO, False), (MICRO, True)])
def test_a_hit_that_people_were_alerted_to_counts_from_when_it_was_made(site, shift, stays):
    seen = YEAR_AGO - timedelta(days=40)
    number = site.read(seen)
    site.hit(number, seen, YEAR_AGO + shift)
    site.purge()
    assert (site.reads() == {number}) is stays
    assert site.one("SELECT count(*) FROM hit") == int(stays)


def test_a_possible_hit_keeps_nothing(site):
    seen = YEAR_AGO - timedelta(days=1)
    site.hit(site.read(seen), seen, NOW, possible=True)
    site.purge()
    assert site.reads() == set()
    assert site.one("SELECT count(*) FROM hit") == 0


def test_a_picture_that_a_younger_read_names_too_stays(site):
    site.read(YEAR_AGO - timedelta(days=70), vehicle_picture=b"both")
    younger = site.read(YEAR_AGO + timedelta(days=1), vehicle_picture=b"both")
    site.purge()
    assert site.reads() == {younger}
    assert [*map(site.runtime.pictures.get, site.runtime.pictures.walk())] == [b"both"]


def test_a_preview_says_what_the_purge_then_does_and_shows_no_plate(site):
    for days in range(60):
        site.read(YEAR_AGO - timedelta(days=days), vehicle_picture=str(days).encode())
    site.hold(site.read(YEAR_AGO - timedelta(days=90)))
    found = site.runtime.retention.previewer.preview(JOB)
    told = json.dumps(found.as_json())
    assert "7ABC123" not in told
    assert found.as_json()["holds"][0].keys() == {"hold", "state", "ends_at"}
    done = site.purge()
    for kind in ("reads", "pictures"):
        assert found.gone(kind) == done.gone(kind) == 60
    assert site.logged("retention:preview")[0]["outcome"] == "returned"


@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_a_preview_tells_of_held_reads_only_if_they_are_enough(site, beside):
    """Which reads are held, people choose: a few of them would be a count of what they chose."""
    least = site.policy.aggregates.min_cell.value
    some = [site.read(YEAR_AGO - timedelta(days=70)) for _ in range(least + beside)]
    site.hold(*some)
    site.read(YEAR_AGO - timedelta(days=70))
    (row,) = site.runtime.retention.previewer.preview(JOB).rows
    assert (row["gone"], row["held"]) == (1, least + beside if beside >= 0 else None)


@pytest.mark.parametrize(("minutes", "gone"), [(-1, 0), (0, 1), (1, 1)])
def test_a_preview_changes_with_whole_hours_only(site, clock, minutes, gone):
    """Asked every second it would tell when a car passed, a year later."""
    site.read(YEAR_AGO)  # is over at 18:00
    clock.move(minutes=minutes)
    if minutes < 0:
        site.read(YEAR_AGO - timedelta(minutes=30))  # over since half past, told at the hour
    found = site.runtime.retention.previewer.preview(JOB)
    assert found.gone("reads") == gone
    assert found.cutoffs.at.minute == 0


def test_executed_reports_and_exports_go_by_their_own_length(site, tmp_path):
    cutoff = datetime(2021, 11, 2, 18, tzinfo=UTC)
    for folder in ("reports", "exports"):
        (tmp_path / folder).mkdir()
        for name, at in (("old", cutoff), ("young", cutoff + MICRO * 1000)):
            file = tmp_path / folder / f"{name}.html"
            file.write_text("personal")
            os.utime(file, (at.timestamp(), at.timestamp()))
    done = site.purge()
    left = sorted(path.name for path in tmp_path.glob("*/*.html") if "certif" not in str(path))
    assert left == ["young.html", "young.html"]
    assert done.gone("documents") == 2


def test_packages_that_the_service_made_go_with_their_folders(site, tmp_path, clock):
    cutoff = clock() - timedelta(days=30)
    for name, at in (("26-1", cutoff), ("26-2", cutoff + MICRO * 1000)):
        folder = tmp_path / "evidence" / name / "data"
        folder.mkdir(parents=True)
        (folder / "reads.csv").write_text("personal")
        os.utime(folder / "reads.csv", (at.timestamp(), at.timestamp()))
    assert site.purge().gone("packages") == 1
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == ["26-2"]


def test_no_authority_no_purge(site, clock):
    number = site.read(YEAR_AGO)
    with site.database.owner.begin() as connection:
        connection.execute(text("DELETE FROM retention_authority"))
    with pytest.raises(RetentionError, match="resolution"):
        site.purge()
    assert site.reads() == {number}


def test_an_authority_for_other_lengths_is_none(site):
    site.read(YEAR_AGO)
    with site.database.owner.begin() as connection:
        connection.execute(text("UPDATE retention_authority SET rules_sha256 = sha256('other')"))
    with pytest.raises(RetentionError, match="other lengths"):
        site.purge()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RECORDS_CUSTODIAN])
def test_nobody_but_the_custodian_purges_or_authorises(site, role):
    number = site.read(YEAR_AGO)
    actor = made_actor(role, username=f"t.{role}")
    with pytest.raises(DeniedError):
        site.purge(Doer(actor=actor))
    with pytest.raises(DeniedError):
        site.runtime.retention.authorities.record(
            actor,
            resolution="1",
            resolution_date=NOW.date(),
            attorney="A",
            consented_on=NOW.date(),
        )
    assert site.reads() == {number}


def test_no_audit_no_deletion(site):
    number = site.read(YEAR_AGO, vehicle_picture=b"car")
    with site.database.owner.begin() as owner:
        owner.execute(text("REVOKE INSERT ON audit_record FROM workbench_purger"))
    try:
        with pytest.raises(Exception, match="nothing was done"):
            site.purge()
    finally:
        with site.database.owner.begin() as owner:
            owner.execute(text("GRANT INSERT ON audit_record TO workbench_purger"))
    assert site.reads() == {number}
    assert len([*site.runtime.pictures.walk()]) == 1


def test_the_certificate_is_signed_logged_and_names_no_plate(site, tmp_path):
    site.read(YEAR_AGO)
    done = site.purge(Doer(actor=site.custodian))
    content = done.file.read_text()
    said = check_certificate(content, known_public_keys(tmp_path / "keys"))
    assert said["rows"][0]["gone"] == 1
    assert said["authority"]["resolution"] == "2026-118"
    assert "7ABC123" not in content + done.file.with_suffix(".html").read_text()
    assert done.file.stat().st_mode & 0o077 == 0
    with pytest.raises(RetentionError, match="changed"):
        check_certificate(
            content.replace('"gone": 1', '"gone": 2'), known_public_keys(tmp_path / "keys")
        )
    (logged,) = site.logged("retention:certify")
    assert logged["purge"] == done.id
    parts = [row["outcome"] for row in site.logged("retention:purge")]
    assert parts == ["started", "done"]


def test_the_database_itself_refuses_to_drop_what_is_not_over_or_not_by_the_purger(site):
    site.read(YEAR_AGO + timedelta(days=20))
    held = site.read(datetime(2025, 9, 5, tzinfo=UTC))
    site.hold(held)
    call = text("SELECT * FROM purge_detection_month(:month, :cutoff, CAST(:keep AS bigint[]))")
    with pytest.raises(Exception, match="not over"), site.database.purger.begin() as connection:
        connection.execute(call, {"month": YEAR_AGO, "cutoff": YEAR_AGO, "keep": []})
    with pytest.raises(Exception, match="permission"), site.database.service.begin() as connection:
        connection.execute(call, {"month": held_month(), "cutoff": YEAR_AGO, "keep": []})
    with site.database.purger.begin() as connection:
        row = connection.execute(
            call, {"month": held_month(), "cutoff": YEAR_AGO, "keep": []}
        ).one()
    assert (row.gone, row.stayed) == (0, 1)
    assert held in site.reads()


def held_month() -> datetime:
    return datetime(2025, 9, 1, tzinfo=UTC)


def test_a_purge_beside_a_long_search_says_try_again_and_the_next_does_it(site, monkeypatch):
    monkeypatch.setattr(
        "workbench.retention.locking._SHORT", text("SET LOCAL lock_timeout='200ms'")
    )
    number = site.read(datetime(2025, 9, 5, tzinfo=UTC))
    with site.database.service.begin() as search:
        search.execute(text("SELECT count(*) FROM detection"))
        with pytest.raises(PurgeBusyError, match="try again"):
            site.purge()
        assert number in site.reads()
    done = site.purge()
    assert site.reads() == set()
    assert done.finished  # the one that gave up is certified for what it did: nothing


def _originals(site):
    return PictureStore(f"{site.settings.picture_store_url}/deliveries")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE detection SET plate = 'X'",
        "UPDATE delivery SET sha256 = sha256('x')",
        "UPDATE hit SET state = 'closed'",
        (
            "INSERT INTO hold (case_number, reason, criteria, placed_at, placed_by)"
            " VALUES ('1', 'x', '{}', now(), 'x')"
        ),
        "UPDATE ledger_entry SET content = '{}'",
        "DELETE FROM ledger_entry",
        "DELETE FROM hold",
        "DELETE FROM purge",
        "DELETE FROM purge_count",
        "DELETE FROM account",
        "TRUNCATE detection",
    ],
)
def test_the_purger_changes_nothing_and_deletes_only_what_lengths_are_about(site, statement):
    site.read(NOW)
    with pytest.raises(Exception, match="denied"), site.database.purger.begin() as connection:
        connection.execute(text(statement))
