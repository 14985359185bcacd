"""Hits drawn by chance, scored by people, and the error rates that follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest
from sqlalchemy import text

from tests.hits import SCORE, see, store_hits, store_hits_of_reads
from tests.people import made_actor
from workbench.domain.hit import Disposition
from workbench.domain.person import Role
from workbench.domain.week import Week
from workbench.errors import DeniedError, HitError, PeriodError
from workbench.hotlists.hits.acts import Score
from workbench.hotlists.hits.scoring import NOBODY
from workbench.hotlists.hits.truth import TRUTH_DTYPES

ANALYST = made_actor(Role.ANALYST)
_weeks = count(0)


class AWeek:
    """A week of its own, long enough ago that no other test has hits in it."""

    def __init__(self, runtime, clock):
        monday = datetime(2026, 4, 6, 12, tzinfo=UTC) + timedelta(weeks=2 * next(_weeks))
        self.week = Week.of(monday, runtime.scoring._zone)
        self.period = self.week.period(runtime.scoring._zone)
        self.runtime = runtime
        clock.at = self.period.end + timedelta(hours=1)

    def hits(self, number, **changed):
        at = self.period.start + timedelta(hours=1)
        made = {"made_at": at, "seen_at": at, "camera_id": f"cam-{self.week}", **changed}
        return store_hits(self.runtime.database.service, *[made] * number)

    def hits_with_pictures(self, number):
        at = self.period.start + timedelta(hours=1)
        made = {"made_at": at, "seen_at": at, "camera_id": f"cam-{self.week}"}
        ids = store_hits_of_reads(self.runtime, *[made] * number)
        for hit_id in ids:
            see(self.runtime, ANALYST, hit_id)
        return ids

    def draw(self, seed=1):
        return self.runtime.scoring.draw(None, np.random.default_rng(seed), week=self.week)

    def rate(self):
        rates = self.runtime.scoring.rates(ANALYST, weeks=2)
        mine = (rates["by"] == "camera") & (rates["value"] == f"cam-{self.week}")
        return rates[mine & (rates["error"] == "any")].iloc[0]


@pytest.fixture
def week(runtime, clock):
    return AWeek(runtime, clock)


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_as_many_are_drawn_as_the_policy_says(week, policy, more):
    most = policy.hits.sample_per_week.value
    ids = week.hits(most + more)
    drawn = week.draw()
    assert drawn.waiting == most + more
    assert len(drawn.hits) == min(most, most + more)
    assert set(drawn.hits) <= set(ids)


def test_the_same_seed_draws_the_same_hits(runtime, clock):
    places = []
    for seed in (7, 7, 8):
        week = AWeek(runtime, clock)
        ids = week.hits(60)
        places.append([ids.index(one) for one in week.draw(seed).hits])
    assert places[0] == places[1] != places[2]


def test_possible_and_scored_hits_are_not_drawn_and_another_week_neither(week, runtime):
    alerts = week.hits_with_pictures(3)
    week.hits(2, possible=True)
    week.hits(2, made_at=week.period.end)
    runtime.hits.act(ANALYST, alerts[0], SCORE)
    drawn = week.draw()
    assert (drawn.waiting, set(drawn.hits)) == (2, set(alerts[1:]))


def test_a_week_is_drawn_once_and_when_it_is_over(week, clock):
    week.hits(1)
    clock.at = week.period.end - timedelta(seconds=1)
    with pytest.raises(HitError, match="not over"):
        week.draw()
    clock.at = week.period.end
    week.draw()
    with pytest.raises(HitError, match="drawn before"):
        week.draw()


def test_the_last_week_is_drawn_unless_told_otherwise(week, runtime):
    ids = week.hits(1)
    drawn = runtime.scoring.draw(ANALYST, np.random.default_rng(1))
    assert (drawn.week, drawn.hits) == (week.week, tuple(ids))


def test_a_draw_is_logged_with_its_hits(week, runtime):
    ids = week.hits(2)
    week.draw()
    record = runtime.audit.head()
    assert (record.kind.value, record.username) == ("hit:score", None)
    assert record.details == {"week": str(week.week), "waiting": 2, "drawn": 2, "hits": ids}
    sql = text("SELECT recorded_by FROM hit_event WHERE hit_id = :hit AND kind = 'drawn'")
    with runtime.database.owner.connect() as connection:
        assert connection.scalar(sql, {"hit": ids[0]}) == NOBODY


def test_dispositions_become_rates(week, runtime, clock):
    ids = week.hits_with_pictures(6)
    runtime.hits.act(ANALYST, ids[0], SCORE)
    week.draw()
    clock.move(hours=1)
    for hit_id in ids[1:5]:
        right = Score(disposition=Disposition.CORRECT, plate_picture=True)
        runtime.hits.act(ANALYST, hit_id, right)
    found = week.rate()
    assert (found["hits"], found["scored"], found["drawn"], found["errors"]) == (6, 5, 4, 1)
    assert found["rate"] == pytest.approx(1 / 6)
    assert found["low"] < 1 / 6 < found["high"]


def test_rates_are_for_those_who_score(runtime):
    officer = made_actor(Role.OFFICER)
    with pytest.raises(DeniedError):
        runtime.scoring.rates(officer)
    with pytest.raises(DeniedError):
        runtime.scoring.draw(officer, np.random.default_rng(1))
    for weeks in (0, 521):
        with pytest.raises(HitError):
            runtime.scoring.rates(ANALYST, weeks=weeks)


def test_weeks_without_hits_have_a_frame_too(runtime, clock):
    clock.at = datetime(2026, 3, 1, tzinfo=UTC)  # when the people of tests are trained
    rates = runtime.scoring.rates(ANALYST, weeks=1)
    assert rates.empty
    assert rates.dtypes.astype(str).to_dict() == TRUTH_DTYPES


def test_weeks_are_the_departments(runtime):
    zone = runtime.scoring._zone
    assert str(Week.of(datetime(2026, 11, 2, 7, 59, 59, tzinfo=UTC), zone)) == "2026-W44"
    assert str(Week.of(datetime(2026, 11, 2, 8, tzinfo=UTC), zone)) == "2026-W45"
    assert Week.parse("2026-w45").before == Week(2026, 44)
    assert Week(2026, 44).period(zone).length == timedelta(days=7, hours=1)
    for wrong in ("2026-45", "2025-W53", "W45", "2026-W00"):
        with pytest.raises(PeriodError):
            Week.parse(wrong)
