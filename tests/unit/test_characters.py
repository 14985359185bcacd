"""Each character's doubt follows from the candidates of a read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.character import characters

texts = st.text("AB01", min_size=1, max_size=8)
weighed = st.lists(st.tuples(texts, st.floats(0.001, 1)), min_size=1, max_size=8)


def test_only_the_place_that_candidates_dispute_is_doubtful():
    found = characters([("7ABC123", 0.6), ("7A8C123", 0.3), ("7A6C123", 0.1)])
    assert [each.text for each in found] == list("7ABC123")
    assert [round(each.share, 6) for each in found] == [1, 1, 0.6, 1, 1, 1, 1]
    assert [(text, round(share, 6)) for text, share in found[2].rivals] == [("8", 0.3), ("6", 0.1)]


def test_a_candidate_that_lacks_a_character_says_nothing_in_its_place():
    last = characters([("ABC1", 0.5), ("ABC", 0.5)])[-1]
    assert (last.text, last.share, last.rivals) == ("1", 0.5, (("", 0.5),))


def test_a_candidate_with_one_more_makes_its_neighbours_no_less_sure():
    assert [each.share for each in characters([("ABC", 0.5), ("AXBC", 0.5)])] == [1, 1, 1]


@pytest.mark.parametrize(
    "candidates", [[], [("A1", None)], [("A1", 0.5), ("A2", None)], [("A", 0.0)]]
)
def test_without_weights_nothing_is_said(candidates):
    assert characters(candidates) == ()


@given(weighed)
def test_what_is_said_of_a_character_adds_up_to_one(candidates):
    for each in characters(candidates):
        assert each.share + sum(share for _, share in each.rivals) == pytest.approx(1)
        assert each.text not in dict(each.rivals)
