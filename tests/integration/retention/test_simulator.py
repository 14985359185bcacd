"""How old reads were when they were looked at and led somewhere, from the log alone."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.alerted_hits import made_call, made_event
from tests.people import made_actor
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Role
from workbench.domain.span import parse_span
from workbench.errors import DeniedError
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.migrations import migrate

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def purged_database() -> Iterator[AllRoles]:
    """A database of this file's own, because it takes away what was logged before."""
    home = Path(tempfile.mkdtemp(prefix="workbench-simulator-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # after the database has stopped
    with open_all_roles(Settings(home=home)) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def looked(site, clock):
    """A look at reads of 10 and 40 days, and one at the picture of the younger."""
    number = site.read(clock() - 10 * DAY, vehicle_picture=b"car")
    site.read(clock() - 40 * DAY)
    runtime, analyst = site.runtime, made_actor(Role.ANALYST)
    inquiry = runtime.inquiries.open(
        analyst, purpose="active_investigation", case_number="26-000001", reason="Made-up robbery"
    )
    found = runtime.door.search(analyst, inquiry.id, SearchCriteria(plate=parse_pattern("7ABC123")))
    picture = found.table["vehicle_picture"].drop_null()[0].as_py()
    runtime.door.picture(analyst, inquiry.id, picture)
    return number


def test_outcomes_of_looks_carry_the_ages_of_what_they_brought(site, looked):
    search, picture = site.logged("look:outcome")[-2:]
    day = 86_400
    assert search["ages_s"] == {"newest": 10 * day, "median": 40 * day, "oldest": 40 * day}
    assert picture["ages_s"] == {"newest": 10 * day, "median": 10 * day, "oldest": 10 * day}


# The log is shared with the other tests of this file, so what was before is taken out of it.
def test_a_length_costs_what_was_older_when_it_was_looked_at(site, looked, clock):
    with site.database.owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_record DISABLE TRIGGER USER")
        connection.execute(
            text("DELETE FROM audit_record WHERE seq <= :since"), {"since": site.since}
        )
        for trigger in ("audit_record_rows_stay", "audit_record_stays"):
            connection.exec_driver_sql(f"ALTER TABLE audit_record ENABLE ALWAYS TRIGGER {trigger}")
    lengths = [parse_span(text) for text in ("9 days", "10 days", "39 days", "40 days", "41 days")]
    found = site.runtime.retention.simulator.simulate(site.custodian, lengths=lengths)
    frame = found.frame.set_index("keep")
    assert list(frame["looks"]) == [2] * 5
    assert list(frame["looks_empty"]) == [1.0, 1.0, 0.0, 0.0, 0.0]
    assert list(frame["looks_reduced"]) == [1.0, 1.0, 0.5, 0.5, 0.0]
    assert list(frame["reads_kept"])[:4] == [0, 0, 0, 0], "so few are not told"
    assert list(frame["estimated"]) == [False, False, False, False, True]


def test_hits_that_led_somewhere_and_holds_are_outcomes(site, looked, clock):
    hit = site.hit(looked, clock() - 10 * DAY, clock() - 10 * DAY)
    with site.database.service.begin() as connection:
        made_call(connection, hit, clock() - 9 * DAY)
        made_event(connection, hit, clock() - 8 * DAY, "found", occupancy="unknown", recovered=True)
    least = site.policy.aggregates.min_cell.value
    site.hold(looked, *(site.read(clock() - 10 * DAY) for _ in range(least - 1)))
    found = site.runtime.retention.simulator.simulate(site.custodian)
    assert {"confirmed": 1, "called": 1, "held": least}.items() <= found.kinds.items()
    by_length = {each.keep: each for each in found.trials}
    assert by_length["3 minutes"].outcomes_lost == 1.0
    assert by_length["1 day"].outcomes_lost == 1.0
    assert by_length["21 days"].outcomes_lost == 0.0


@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_kept_reads_are_told_by_hours_that_are_over_from_the_policys_number_on(site, clock, beside):
    """Asked for again and again, the number would tell each passage as it is."""
    reads = site.policy.aggregates.min_cell.value + beside
    site.read(clock() - 12 * DAY)
    for _ in range(reads):
        site.read(clock() - 10 * DAY)

    def kept() -> int:
        lengths = [parse_span("9 days"), parse_span("11 days")]
        frame = site.runtime.retention.simulator.simulate(site.custodian, lengths=lengths).frame
        assert frame["reads_kept"].tolist()[0] == 0
        return int(frame["reads_kept"].tolist()[1])

    told = reads if beside >= 0 else 0
    assert kept() == told
    site.read(clock())
    clock.move(minutes=59)
    assert kept() == told, "the hour is not over"
    clock.move(minutes=1)
    assert kept() == reads + 1


@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_reads_under_hold_are_outcomes_only_if_they_are_enough_to_be_told(site, clock, beside):
    """Lengths can be asked for one by one, so a few held reads would tell when each was seen."""
    held = site.policy.aggregates.min_cell.value + beside
    site.hold(*(site.read(clock() - 10 * DAY) for _ in range(held)))
    kinds = site.runtime.retention.simulator.simulate(site.custodian).kinds
    assert kinds.get("held") == (held if beside >= 0 else None)


def test_a_read_that_comes_under_a_hold_later_is_no_outcome(site, clock):
    """Or the number, asked for again and again, would tell when a car passes."""
    least = site.policy.aggregates.min_cell.value
    number = site.hold(*(site.read(clock() - 10 * DAY) for _ in range(least)))
    simulator = site.runtime.retention.simulator
    before = simulator.simulate(site.custodian)
    read = site.read(clock() - timedelta(minutes=1))
    with site.database.service.begin() as connection:
        connection.execute(
            text("INSERT INTO held_detection VALUES (:hold, :read, :seen, :at)"),
            {
                "hold": number,
                "read": read,
                "seen": clock() - timedelta(minutes=1),
                "at": clock() + timedelta(seconds=1),
            },
        )
    assert simulator.simulate(site.custodian).kinds["held"] == before.kinds["held"] == least


def test_it_is_for_those_who_decide_and_is_logged(site, looked):
    with pytest.raises(DeniedError):
        site.runtime.retention.simulator.simulate(made_actor(Role.ANALYST))
    site.runtime.retention.simulator.simulate(site.custodian)
    assert site.logged("retention:simulate")[0]["outcome"] == "returned"


def test_an_empty_log_gives_a_frame_all_the_same(site):
    frame = site.runtime.retention.simulator.simulate(None).frame
    assert list(frame["reads_kept"]) == [0] * len(frame)
