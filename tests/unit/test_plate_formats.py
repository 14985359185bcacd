"""What is known of plates weighs candidates; it never writes one of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.recognition.base import Reading
from workbench.recognition.plate_formats import FORMS, form_of, regions_of, weighed

TEXTS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8)
READINGS = st.dictionaries(TEXTS, st.floats(1e-6, 1), min_size=1, max_size=12).map(
    lambda found: [Reading(text, share / sum(found.values())) for text, share in found.items()]
)


@given(READINGS)
def test_no_text_comes_in_none_is_lost_and_doubt_stays(readings):
    found = weighed(readings)
    assert {each.text for each in found} == {each.text for each in readings}
    assert sum(each.probability for each in found) == pytest.approx(
        sum(each.probability for each in readings)
    )
    assert all(0 <= each.probability <= 1.0000001 for each in found)


@given(READINGS)
def test_texts_of_known_forms_keep_their_order(readings):
    known = [r for r in readings if regions_of(r.text)]
    before = sorted(known, key=lambda each: (-each.probability, each.text))
    after = [each.text for each in weighed(readings) if regions_of(each.text)]
    assert after == [each.text for each in before]


def test_a_plate_of_another_form_that_was_seen_clearly_stays_first():
    # A template for California once made 1Z91164 of this.
    found = weighed([Reading("1291164", 0.9), Reading("1Z91164", 0.05)])
    assert found[0].text == "1291164"
    assert weighed([Reading("MYCAR", 0.95), Reading("NYC4R", 0.05)])[0].text == "MYCAR"


def test_look_alikes_are_decided_by_the_form_when_the_picture_does_not():
    found = weighed([Reading("7ABC1O3", 0.5), Reading("7ABC103", 0.4)])
    assert [each.text for each in found] == ["7ABC103", "7ABC1O3"]


def test_nothing_is_made_of_nothing():
    assert weighed([]) == ()
    assert weighed([Reading("A1", 0.0)]) == (Reading("A1", 0.0),)


def test_every_form_is_one_that_a_plate_can_have():
    forms = [form for some in FORMS.values() for form in some]
    assert all(2 <= len(form) <= 8 and set(form) <= {"L", "N"} for form in forms)
    assert form_of("7ABC123") in FORMS["US-CA"]
