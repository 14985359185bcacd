"""A rehearsal of a hot plate: an audited look that counts and shows no read."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.people import made_actor
from tests.reads import FIRST_SEEN_AT, made_reads, store_reads
from workbench.domain.hot_pattern import hot_pattern
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.domain.rehearsal import RehearsalCriteria
from workbench.errors import DeniedError

LOCAL = "America/Los_Angeles"


@pytest.fixture(scope="module")
def stored(database):
    """Two hundred made-up reads whose plates no other test has."""
    prefix = f"5{uuid4().hex[:5].upper()}"
    return prefix, store_reads(database.service, made_reads(200, seed=4, prefix=prefix))


def test_a_rehearsal_counts_what_the_plate_would_have_met(door, actor, inquiry_id, stored):
    prefix, reads = stored
    found = door.rehearse(actor, inquiry_id, RehearsalCriteria(pattern=hot_pattern(f"{prefix}A*")))
    met = reads[reads.plate_normal.str.startswith(f"{prefix}A")]
    assert found.hits == len(met) > 0
    assert found.plates == met.plate_normal.nunique()
    assert found.cameras == met.camera_id.nunique()
    days = met.seen_at.dt.tz_convert(LOCAL).dt.date.value_counts().sort_index()
    assert found.days == tuple(zip(days.index, days, strict=True))


def test_a_plate_without_stars_meets_itself_alone(door, actor, inquiry_id, stored):
    _, reads = stored
    plate = reads.plate_normal.iloc[0]
    found = door.rehearse(actor, inquiry_id, RehearsalCriteria(pattern=hot_pattern(plate)))
    assert (found.hits, found.plates) == ((reads.plate_normal == plate).sum(), 1)


def test_stars_may_stand_anywhere(door, actor, inquiry_id, stored):
    prefix, reads = stored
    asked = RehearsalCriteria(pattern=hot_pattern(f"*{prefix[1:]}*8"))
    expected = reads.plate_normal.str.match(f".*{prefix[1:]}.*8$").sum()
    assert door.rehearse(actor, inquiry_id, asked).hits == expected > 0


def test_state_and_period_narrow_it(door, actor, inquiry_id, stored):
    prefix, reads = stored
    middle = FIRST_SEEN_AT + timedelta(days=5)
    asked = RehearsalCriteria(
        pattern=hot_pattern(f"{prefix}*"), region="OR", period=Period(FIRST_SEEN_AT, middle)
    )
    expected = ((reads.region == "or") & (reads.seen_at < middle)).sum()
    assert door.rehearse(actor, inquiry_id, asked).hits == expected > 0


def test_nothing_met_is_an_answer(door, actor, inquiry_id):
    found = door.rehearse(actor, inquiry_id, RehearsalCriteria(pattern=hot_pattern("ZZ00ZZ00ZZ")))
    assert (found.hits, found.plates, found.cameras, found.days) == (0, 0, 0, ())


def test_a_rehearsal_is_logged_before_it_and_its_outcome_after(
    door, actor, inquiry_id, stored, database
):
    prefix, _ = stored
    asked = RehearsalCriteria(pattern=hot_pattern(f"{prefix}*"))
    found = door.rehearse(actor, inquiry_id, asked)
    sql = text("SELECT * FROM audit_record WHERE seq = :seq OR access_id = :seq ORDER BY seq")
    with database.owner.connect() as connection:
        look, outcome = connection.execute(sql, {"seq": found.access_id}).mappings().all()
    assert (look["kind"], look["plate"]) == ("hot_plate:rehearse", f"{prefix}*")
    assert (look["purpose"], look["criteria"]) == ("active_investigation", asked.as_json())
    counts = {"hits": 200, "alerts": found.alerts, "possible": found.possible}
    assert (outcome["kind"], outcome["details"]) == ("look:outcome", counts)


def test_who_may_not_rehearse_sees_nothing(door, inquiry_id):
    asked = RehearsalCriteria(pattern=hot_pattern("7ABC123"))
    with pytest.raises(DeniedError):
        door.rehearse(made_actor(Role.OFFICER), inquiry_id, asked)
