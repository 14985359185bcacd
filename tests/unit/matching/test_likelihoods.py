"""Many pairs at once give what the misread model gives, and sums over plates are exact."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.hotlists.matching.assumptions import Assumptions, Unmeasured
from workbench.hotlists.matching.forms import counted
from workbench.hotlists.matching.likelihood import DIGIT, LETTER, likelihoods, steps_of
from workbench.hotlists.matching.population import Population
from workbench.hotlists.matching.texts import numbers_of
from workbench.hotlists.matching.wildcards import regex_of, ways_of
from workbench.recognition.misreads.characters import CHARACTERS
from workbench.recognition.misreads.learning import learn
from workbench.recognition.misreads.scoring import log_likelihoods

plates = st.text(CHARACTERS, min_size=1, max_size=12)
LEARNED = learn([("8ABC123", "BABC123"), ("7XYZ789", "7XYZ78"), ("6GHI456", "6GHI456")]).channel
CHANNELS = [Unmeasured().channel(), LEARNED]


@pytest.mark.parametrize("channel", CHANNELS)
@given(pairs=st.lists(st.tuples(plates, plates), min_size=1, max_size=8))
def test_probabilities_are_those_of_the_misread_model(channel, pairs):
    steps = steps_of(channel)
    found = likelihoods(
        steps, numbers_of([plate for plate, _ in pairs]), numbers_of([read for _, read in pairs])
    )
    assert np.log(found) == pytest.approx(log_likelihoods(channel, pairs), abs=1e-9)


@pytest.mark.parametrize("channel", CHANNELS)
def test_kinds_of_character_are_the_mean_over_their_texts(channel):
    steps = steps_of(channel)
    whole = [f"{digit}{letter}" for digit, letter in product(CHARACTERS[:10], CHARACTERS[10:])]
    for read in ("8B", "B8", "8", "8B1"):
        reads = numbers_of([read] * len(whole))
        mean = likelihoods(steps, numbers_of(whole), reads).mean()
        kinds = np.array([[DIGIT, LETTER, *[-1] * 10]], dtype=np.int16)
        assert likelihoods(steps, kinds, reads[:1])[0] == pytest.approx(mean)


def test_shares_of_all_texts_add_up_to_one():
    listed = counted(numbers_of(["8A", "A8"]))
    population = Population.of(listed, Assumptions(forms_weight=0, odd=0.1))
    assert population.shares.sum() == pytest.approx(1)
    two = numbers_of(["".join(each) for each in product(CHARACTERS, repeat=2)])
    one = numbers_of(list(CHARACTERS))
    shares = population.of_texts(two).sum() + population.of_texts(one).sum()
    longer = population.shares[-10:].sum()
    assert shares + longer == pytest.approx(1)


def test_the_sum_over_plates_that_there_are_is_exact():
    listed = numbers_of(["8A", "8B", "3A", "3C", "A"])
    population = Population.of(counted(listed), Assumptions(forms_weight=0, odd=0.0))
    steps = steps_of(LEARNED, population.mixtures)
    whole = ["".join(each) for size in (1, 2) for each in product(CHARACTERS, repeat=size)]
    shares = population.of_texts(numbers_of(whole))
    for read in ("8A", "BA", "A"):
        reads = numbers_of([read] * len(whole))
        by_hand = shares @ likelihoods(steps, numbers_of(whole), reads)
        assert population.of_reads(steps, reads[:1])[0] == pytest.approx(by_hand)


@given(plates)
def test_a_form_that_nobody_has_is_never_impossible(text):
    population = Population.of({}, Assumptions())
    assert 0 < population.of_texts(numbers_of([text]))[0] < 1


@given(
    pattern=st.text("A1*", min_size=1, max_size=6).filter(lambda text: 0 < text.count("*") < 5),
    text=st.text("A1", min_size=1, max_size=8),
)
def test_a_pattern_stands_in_a_text_just_where_its_regex_takes_it(pattern, text):
    ways = ways_of(pattern, [text])
    assert bool(len(ways)) == bool(re.fullmatch(regex_of(pattern), text))
    for way in ways:
        known = [CHARACTERS[number] if number < 36 else "*" for number in way if number >= 0]
        assert len(known) == len(text)
        assert all(one in {"*", other} for one, other in zip(known, text, strict=True))
        assert sum(one != "*" for one in known) == len(pattern.replace("*", ""))
