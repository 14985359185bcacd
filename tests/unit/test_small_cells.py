"""Counts of fewer reads than the policy's number are not told."""

import pytest

from workbench.domain.small_cells import count_label, shown_count
from workbench.policy import load_policy


@pytest.mark.parametrize(("beside", "told"), [(-1, False), (0, True), (1, True)])
def test_a_count_is_told_from_the_policys_number_on(beside, told):
    least = load_policy().aggregates.min_cell.value
    count = least + beside
    assert shown_count(count, least) == (count if told else None)


def test_that_there_is_none_is_not_told_either():
    least = load_policy().aggregates.min_cell.value
    assert shown_count(0, least) is shown_count(1, least) is None
    assert count_label(None, least) == f"under {least}"
