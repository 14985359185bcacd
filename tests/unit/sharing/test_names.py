"""When two writings are one agency, and two names one person; nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sharing.names import agency_key, person_key


@pytest.mark.parametrize(
    "other",
    [
        "Next Town PD",
        "next town p.d.",
        "NEXT  TOWN POLICE DEPT.",
        "Next-Town Police Department",
        "N\u00e9xt Town Police Department",
    ],
)
def test_writings_of_one_name_are_one(other):
    assert agency_key(other) == agency_key("Next Town Police Department")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Next Town PD", "Next Town OR PD"),
        ("Next Town PD", "Next Town County PD"),
        ("Next Town PD", "Town Next PD"),
        ("Springfield PD", "Springfeld PD"),
        ("Orange County SO", "Orange County PD"),
    ],
)
def test_what_only_looks_alike_is_another(one, other):
    assert agency_key(one) != agency_key(other)


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "`", ""])
def test_an_apostrophe_is_no_difference(apostrophe):
    assert agency_key(f"Orange County Sheriff{apostrophe}s Office") == agency_key(
        "Orange County S.O."
    )


@pytest.mark.parametrize("name", ["", "  ", "...", "'", "\u202e"])
def test_no_letters_make_no_name(name):
    assert agency_key(name) == ""


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name):
    assert agency_key(agency_key(name)) == agency_key(name)
    assert person_key(person_key(name)) == person_key(name)


@given(st.lists(st.sampled_from(["Jane", "Q", "Example", "Jos\u00e9"]), min_size=1, max_size=4))
def test_the_order_of_a_persons_names_does_not_count(words):
    assert person_key(", ".join(reversed(words))) == person_key(" ".join(words).upper())
