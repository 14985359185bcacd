"""How often hits are wrong: the interval, the weights, and that interest does not bias it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.hotlists.hits.frames import frame_of
from workbench.hotlists.hits.truth import SCORED_DTYPES, TRUTH_DTYPES, error_rates, weights
from workbench.hotlists.hits.wilson import Z_95, wilson


def hits(*rows):
    """Return hits of (week, disposition, first_scored, drawn, waiting)."""
    filled = [
        (number, week, "cam-1", "SVS", "CA", "plates 1", disposition, scored, drawn, waiting)
        for number, (week, disposition, scored, drawn, waiting) in enumerate(rows, start=1)
    ]
    return frame_of(filled, SCORED_DTYPES)


def overall(frame, error="any"):
    rates = error_rates(frame)
    return rates[(rates["by"] == "all") & (rates["error"] == error)].iloc[0]


@given(st.integers(1, 5_000), st.data())
def test_wilson_ends_solve_its_equation(size, data):
    """Both ends are the shares from which the observed one lies z standard deviations away."""
    share = data.draw(st.integers(0, size)) / size
    low, high = wilson(share, size)
    assert 0 <= low <= share <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            away = Z_95 * (end * (1 - end) / size) ** 0.5
            assert abs(share - end) == pytest.approx(away, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("wrong", "size", "low", "high"),
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1)],
)
def test_wilson_against_known_values(wrong, size, low, high):
    assert wilson(wrong / size, size) == (
        pytest.approx(low, abs=1e-4),
        pytest.approx(high, abs=1e-4),
    )


def test_drawn_hits_stand_for_those_that_waited():
    frame = hits(
        ("W1", "misread", 1, None, None),  # by interest, before the draw
        ("W1", "correct", 20, 10, 4),
        ("W1", "correct", 21, 11, 4),
        ("W1", None, None, None, None),
        ("W1", "misread", 22, None, None),  # by interest, after the draw: stands for nothing
    )
    assert weights(frame).tolist() == [1, 2, 2, 0, 0]
    assert overall(frame)["rate"] == pytest.approx(1 / 5)
    assert overall(frame)["scored_rate"] == pytest.approx(2 / 4)
    assert overall(frame)["size"] == pytest.approx(25 / 9)


def test_a_drawn_hit_that_nobody_scored_stands_for_nothing():
    frame = hits(
        ("W1", "correct", 20, 10, 9),
        ("W1", None, None, 11, 9),
        ("W1", "stale_entry", 1, None, None),
    )
    assert weights(frame).tolist() == [9, 0, 1]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("W1", "misread", 1, None, None), ("W1", None, None, None, None)], [0, 0]),
        ([("W1", "misread", 1, None, None), ("W1", "correct", 2, None, None)], [1, 1]),
        ([("W1", "misread", 1, None, None), ("W1", None, None, 5, 1)], [0, 0]),
    ],
    ids=["no sample", "all scored", "sample not scored"],
)
def test_a_week_counts_if_its_sample_is_scored_or_all_of_it(rows, expected):
    assert weights(hits(*rows)).tolist() == expected


def test_nothing_known_is_no_rate_and_the_whole_interval():
    found = overall(hits(("W1", None, None, None, None)))
    assert np.isnan(found["rate"])
    assert (found["low"], found["high"], found["size"]) == (0, 1, 0)


def test_each_kind_of_error_and_each_group_has_its_row():
    frame = hits(
        ("W1", "misread", 1, None, None),
        ("W1", "wrong_state", 2, None, None),
        ("W1", "stale_entry", 3, None, None),
        ("W1", "correct", 4, None, None),
    )
    frame.loc[3, "state"] = None
    rates = error_rates(frame)
    for error in ("misread", "wrong_state", "stale_entry"):
        assert overall(frame, error)["rate"] == pytest.approx(1 / 4)
    assert overall(frame)["rate"] == pytest.approx(3 / 4)
    states = rates[(rates["by"] == "state") & (rates["error"] == "any")]
    assert states["hits"].tolist() == [3, 1]
    assert states["value"].isna().tolist() == [False, True]


@pytest.mark.parametrize("frame", [hits(), hits(("W1", None, None, None, None))])
def test_the_result_has_the_same_dtypes_for_no_hit_and_for_many(frame):
    before = frame.copy()
    assert error_rates(frame).dtypes.astype(str).to_dict() == TRUTH_DTYPES
    pd.testing.assert_frame_equal(frame, before)


def made_week(generator, size=300, sample=60):
    """Return a week in which people scored wrong hits far more often than right ones."""
    wrong = generator.random(size) < 0.1
    interest = generator.random(size) < np.where(wrong, 0.7, 0.1)
    waiting = np.flatnonzero(~interest)
    drawn = set(generator.choice(waiting, sample, replace=False).tolist())
    later = generator.random(size) < np.where(wrong, 0.5, 0.05)
    rows = []
    for number in range(size):
        said = "misread" if wrong[number] else "correct"
        if interest[number]:
            rows.append(("W1", said, 1, None, None))
        elif number in drawn:
            rows.append(("W1", said, 3, 2, len(waiting)))
        else:
            rows.append(
                ("W1", said if later[number] else None, 4 if later[number] else None, None, None)
            )
    return hits(*rows), wrong.mean()


def test_scoring_by_interest_does_not_bias_the_rate():
    generator = np.random.default_rng(426)
    misses, naive, covered = [], [], 0
    for _ in range(60):
        frame, truth = made_week(generator)
        found = overall(frame)
        misses.append(found["rate"] - truth)
        naive.append(found["scored_rate"] - truth)
        covered += found["low"] <= truth <= found["high"]
    assert abs(np.mean(misses)) < 0.01
    assert np.mean(naive) > 0.1, "the plain share of what people scored is far off"
    assert covered >= 54
