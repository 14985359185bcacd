"""A restored backup shows nobody anything before it is purged again; holds it forgot are kept."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.people import made_actor
from tests.retention import JOB
from workbench.cli.doctor import _findings
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Role
from workbench.errors import RestoredError, RetentionError

YEAR_AGO = datetime(2025, 11, 2, 18, tzinfo=UTC)


@pytest.fixture
def backup(site):
    return site.save, site.restore


def look(site):
    runtime = site.runtime
    analyst = made_actor(Role.ANALYST)
    inquiry = runtime.inquiries.open(
        analyst, purpose="active_investigation", case_number="26-014532", reason="Made-up robbery"
    )
    return runtime.door.search(analyst, inquiry.id, SearchCriteria(plate=parse_pattern("7ABC123")))


def test_a_restored_database_is_refused_everywhere_until_it_is_purged_again(site, backup):
    save, restore = backup
    over = site.read(YEAR_AGO - timedelta(days=9), vehicle_picture=b"car")
    young = site.read(YEAR_AGO + timedelta(days=9))
    save()
    site.purge()
    assert look(site).rows == 1
    restore()
    assert site.reads() == {over, young}
    with pytest.raises(RestoredError, match="--after-restore"):
        look(site)
    with pytest.raises(RestoredError):
        site.runtime.hits.list(made_actor(Role.ANALYST))
    done = site.runtime.retention.restoring(site.database).run(JOB)
    assert done.gone("reads") == 1
    assert site.reads() == {young}
    assert look(site).rows == 1
    assert [row["outcome"] for row in site.logged("retention:restore")] == ["started", "done"]
    with pytest.raises(RetentionError, match="not behind"):
        site.runtime.retention.restoring(site.database).run(JOB)


def test_holds_that_the_backup_does_not_know_are_honoured_and_released_ones_are_not(site, backup):
    save, restore = backup
    over = YEAR_AGO - timedelta(days=9)
    first, second = site.read(over), site.read(over, plate="8XYZ999", plate_normal="8XYZ999")
    released = site.hold(second)
    save()
    criteria = SearchCriteria(plate=parse_pattern("7ABC123")).as_json()
    site.hold(first, **criteria)
    site.release(released)
    site.purge()
    assert site.reads() == {first}
    restore()
    with pytest.raises(RestoredError):
        look(site)
    site.runtime.retention.restoring(site.database).run(JOB)
    assert site.reads() == {first}
    assert site.one("SELECT count(*) FROM hold WHERE released_at IS NULL") == 1


def test_what_was_purged_under_shorter_lengths_does_not_come_back_with_a_backup(site, backup):
    save, restore = backup
    site.read(YEAR_AGO + timedelta(days=30))
    save()
    purging = site.runtime.retention.purging(site.database.purger)
    purging.run(JOB, least={"reads": YEAR_AGO + timedelta(days=31)})
    assert site.reads() == set()
    restore()
    site.runtime.retention.restoring(site.database).run(JOB)
    assert site.reads() == set()


@pytest.mark.parametrize("lost", ["home", "store"])
def test_either_copy_of_the_ledger_is_enough(site, backup, lost, tmp_path):
    save, restore = backup
    site.read(YEAR_AGO)
    save()
    site.purge()
    folder = tmp_path / "ledger" if lost == "home" else tmp_path / "pictures" / "ledger"
    for file in folder.glob("*.json"):
        file.unlink()
    restore()
    with pytest.raises(RestoredError):
        look(site)
    site.runtime.retention.restoring(site.database).run(JOB)
    assert site.reads() == set()
    assert len([*folder.glob("*.json")]) > 0, "what was lost is written again"


def test_an_entry_that_was_changed_is_not_believed(site, backup, tmp_path):
    save, restore = backup
    site.read(YEAR_AGO)
    save()
    site.purge()
    restore()
    for folder in (tmp_path / "ledger", tmp_path / "pictures" / "ledger"):
        for file in folder.glob("*.json"):
            file.write_text(file.read_text().replace("reads", "roads"))
    with pytest.raises(RetentionError, match="changed"):
        site.runtime.retention.restoring(site.database).run(JOB)
    with pytest.raises(RestoredError):
        look(site)


def test_a_ledger_that_was_not_written_outside_is_written_at_the_next_look(site, tmp_path):
    site.read(YEAR_AGO)
    site.purge()
    newest = max((tmp_path / "ledger").glob("*.json"))
    newest.unlink()
    look(site)
    assert newest.exists()


def test_doctor_says_that_a_database_is_behind(site, backup, monkeypatch):
    save, restore = backup
    site.read(YEAR_AGO)
    save()
    site.purge()
    restore()

    @contextmanager
    def opened(_settings):
        yield site.database

    monkeypatch.setattr("workbench.storage.database.open_database", opened)
    (found,) = [each for each in _findings(site.settings) if each.subject == "ledger"]
    assert not found.ok
    assert "--after-restore" in found.note
