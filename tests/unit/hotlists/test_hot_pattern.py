"""Wanted plates with unknown characters: what is taken, and what it means."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.hot_pattern import hot_pattern
from workbench.domain.plate import normal_plate
from workbench.errors import PatternError

written = st.text(string.ascii_letters + string.digits + "*- Äß", max_size=16)


@given(written, st.booleans())
def test_a_pattern_is_its_own_normal_form(text, within):
    try:
        found = hot_pattern(text)
    except PatternError:
        return
    assert hot_pattern(found.pattern) == found
    assert set(found.pattern) - {"*"} <= set(normal_plate(text))
    assert "**" not in found.pattern


@given(st.text(string.ascii_uppercase + string.digits, min_size=2, max_size=12), st.data())
def test_a_plate_with_a_run_unknown_still_means_that_plate(plate, data):
    cut = data.draw(st.integers(0, len(plate) - 2))
    end = data.draw(st.integers(cut, len(plate)))
    text = f"{plate[:cut]}*{plate[end:]}"
    try:
        found = hot_pattern(text)
    except PatternError:
        assert len(plate) - (end - cut) < 2
        return
    assert re.fullmatch(found.regex, plate)


@pytest.mark.parametrize(
    ("plate", "met"), [("NSK357", True), ("ASDK37", True), ("SUKA357", False), ("SKU573", False)]
)
def test_genetecs_stars_keep_the_order_and_let_more_stand_around(plate, met):
    found = hot_pattern("S*K3*7", within=True)
    assert bool(re.fullmatch(found.regex, plate)) is met


@pytest.mark.parametrize(
    ("text", "taken"),
    [("A*B", True), ("A*", False), ("*AB*", True), ("A*B*C", True), ("A*B*C*D", False)],
)
def test_one_or_two_stars_and_two_known_characters(text, taken):
    if taken:
        assert hot_pattern(text).wildcard
    else:
        with pytest.raises(PatternError):
            hot_pattern(text)


@pytest.mark.parametrize(("length", "taken"), [(11, True), (12, True), (13, False)])
def test_a_plate_has_at_most_twelve_characters(length, taken):
    for text in ("A" * length, "A" * (length - 1) + "*B"):
        if taken:
            assert hot_pattern(text).pattern == text
        else:
            with pytest.raises(PatternError, match="longer"):
                hot_pattern(text)


def test_a_refusal_repeats_nothing_of_what_was_given():
    with pytest.raises(PatternError) as refused:
        hot_pattern("512-34-6789 and more of it")
    assert "512" not in str(refused.value)
