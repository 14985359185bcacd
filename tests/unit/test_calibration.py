"""Calibrated confidences mean what they say, keep the order of reads, and are stored strictly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from workbench.errors import ConfigurationError, InputError
from workbench.recognition.calibration import (
    LEAST_READS,
    Calibration,
    fit_calibration,
    read_calibration,
    write_calibration,
)
from workbench.recognition.reliability import calibration_error, error_of_chance, reliability
from workbench.resources import resource_root

SHARE = st.floats(0, 1)
READS = st.lists(st.tuples(SHARE, st.booleans()), min_size=LEAST_READS, max_size=120)


def fitted(confidences: list[float], right: list[bool]) -> Calibration:
    return fit_calibration(
        confidences, right, engine="made-up", version="1", fitted_on="made-up reads"
    )


def boastful(count: int, seed: int = 7) -> tuple[list[float], list[bool]]:
    """Return confidences that say too much: with log odds twice what they should be."""
    rng = np.random.default_rng(seed)
    true = rng.uniform(0.05, 0.95, count)
    odds = 2 * np.log(true / (1 - true)) + 0.5
    return list(1 / (1 + np.exp(-odds))), list(rng.random(count) < true)


def test_boastful_confidences_become_probabilities():
    found = fitted(*boastful(2_000))
    assert found.slope == pytest.approx(0.5, abs=0.06)
    assert found.offset == pytest.approx(-0.25, abs=0.15)
    assert found.error_before > 0.1
    assert found.error_after < 0.03
    assert found.error_held_out < 0.04
    fresh, right = boastful(2_000, seed=8)
    assert calibration_error([found(each) for each in fresh], right) < 0.04


def test_probabilities_that_are_right_already_stay():
    rng = np.random.default_rng(3)
    true = rng.uniform(0.05, 0.95, 4_000)
    found = fitted(list(true), list(rng.random(4_000) < true))
    assert [found(each) for each in (0.1, 0.5, 0.9)] == pytest.approx([0.1, 0.5, 0.9], abs=0.03)


@given(READS, SHARE, SHARE)
def test_the_order_of_reads_stays(reads, one, other):
    found = fitted([each for each, _ in reads], [right for _, right in reads])
    low, high = sorted((one, other))
    assert 0 <= found(low) <= found(high) <= 1


@pytest.mark.parametrize("right", [[True] * 40, [False] * 40, [False] * 20 + [True] * 20])
def test_one_sided_reads_give_a_finite_map(right):
    found = fitted([0.8] * 40, right)
    assert found(0.8) == pytest.approx(np.mean(right), abs=0.06)
    backwards = fitted(sorted((number + 1) / 50 for number in range(40))[::-1], right)
    assert 0 < backwards(0.1) <= backwards(0.9) < 1


@given(READS)
def test_the_error_is_a_share_and_the_bins_hold_every_read(reads):
    confidences, right = [each for each, _ in reads], [right for _, right in reads]
    curve = reliability(confidences, right)
    assert sum(each.reads for each in curve) == len(reads)
    for each in curve:
        assert each.low - 1e-9 <= each.confidence <= each.high + 1e-9
    assert 0 <= calibration_error(confidences, right) <= 1


def test_a_number_on_an_edge_belongs_to_the_bin_below():
    (first, last) = reliability([0.0, 0.1, 0.95, 1.0], [True] * 4)
    assert (first.high, last.high, first.reads, last.reads) == (0.1, 1.0, 2, 2)
    assert calibration_error([], []) is None


@pytest.mark.parametrize(("count", "refused"), [(LEAST_READS - 1, True), (LEAST_READS, False)])
def test_too_few_reads_calibrate_nothing(count, refused):
    if refused:
        with pytest.raises(InputError, match="at least 30"):
            fitted([0.5] * count, [True] * count)
    else:
        assert fitted([0.5] * count, [True] * count).reads == count


def test_a_confidence_out_of_range_is_refused():
    with pytest.raises(InputError, match="out of range"):
        fitted([1.5] * 40, [True] * 40)


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path):
    file = tmp_path / "calibration.json"
    found = fitted(*boastful(200))
    write_calibration(found, file)
    assert read_calibration(file) == found
    schema = resource_root() / "data_schema" / "recognition" / "calibration.schema.json"
    Draft202012Validator(json.loads(schema.read_text())).validate(json.loads(file.read_text()))


@pytest.mark.parametrize(
    "change", [{"slope": -1.0}, {"slope": "2"}, {"more": 1}, {"kind": "table"}, {"reads": 3}]
)
def test_a_calibration_that_was_changed_is_refused(tmp_path: Path, change):
    file = tmp_path / "calibration.json"
    write_calibration(fitted(*boastful(200)), file)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ConfigurationError, match="calibration.json"):
        read_calibration(file)


def test_a_calibration_that_is_not_there_is_an_error_of_ours(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="none.json"):
        read_calibration(tmp_path / "none.json")


def test_chance_alone_makes_an_error_that_falls_with_the_number_of_reads():
    rng = np.random.default_rng(8)
    few, many = (list(rng.uniform(0, 1, count)) for count in (100, 10_000))
    assert 0.05 < error_of_chance(few, rng) < 0.15
    assert error_of_chance(many, rng) < 0.02
    assert error_of_chance([], rng) is None
