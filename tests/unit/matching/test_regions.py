"""States are compared in whatever way they are written; what is not known is no difference."""

from __future__ import annotations

import pytest

from workbench.hotlists.matching.regions import differ, normal_region

SPELLINGS = ["CA", "ca", "US-CA", "us-ca", "us_ca", "California", " CALIFORNIA ", "Calif"]


@pytest.mark.parametrize("text", SPELLINGS[:-1])
def test_one_state_in_many_spellings_is_one_state(text):
    assert normal_region(text) == "CA"
    assert not differ(text, "CA")
    assert differ(text, "us-nv")


@pytest.mark.parametrize("text", [None, "", " ", "US", "XX", "YY", "Calif", "unknown", "?"])
def test_what_is_not_known_differs_from_nothing(text):
    assert normal_region(text) is None
    assert not differ(text, "CA")
    assert not differ("CA", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("DE", "DE"), ("Ontario", "ON"), ("CA-ON", "ON"), ("N.Y.", "NY"), ("new  york", "NY")],
)
def test_other_states_and_countries(text, expected):
    assert normal_region(text) == expected
