"""What a plate on trial may meet: nothing that matching would find is left out beforehand."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.hot_entries import made_entry
from workbench.hotlists.matching.index import ListIndex
from workbench.hotlists.matching.reach import reach_of
from workbench.hotlists.matching.texts import numbers_of

few = st.text("AB3", min_size=1, max_size=9)


def fits(text: str, reach: tuple[str, ...]) -> bool:
    patterns = [each.replace("_", ".").replace("%", ".*") for each in reach]
    return any(re.fullmatch(pattern, text) for pattern in patterns)


@given(few, few)
@example("AB3", "AAB3")
@example("AAB3", "AB3")
def test_a_text_is_within_reach_if_it_is_near_and_only_then(plate, text):
    found, _ = ListIndex.of([made_entry(plate)]).near(numbers_of([text]))
    assert fits(text, reach_of(plate)) == bool(len(found))


@pytest.mark.parametrize("plate", ["Ж123", "7AB*", "*7*1"])
def test_plates_of_other_scripts_and_patterns_reach_what_they_mean(plate):
    assert reach_of(plate) == (plate.replace("*", "%"),)
