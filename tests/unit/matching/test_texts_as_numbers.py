"""Texts are found by what they have in common, and by nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.hotlists.matching.lookup import Lookup
from workbench.hotlists.matching.substituted import Substituted
from workbench.hotlists.matching.texts import (
    codes_of,
    numbers_of,
    numbers_of_codes,
    shortened,
    text_of,
)
from workbench.recognition.misreads.characters import CHARACTERS

plates = st.text(CHARACTERS, min_size=1, max_size=12)
few = st.text("AB3", min_size=3, max_size=9)


def differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def keys_of(make, text: str) -> set[int]:
    numbers = numbers_of([text])
    return set(make(numbers, codes_of(numbers))[0].tolist())


def substituted(listed: list[str], asked: list[str]) -> set[tuple[int, int]]:
    numbers, others = numbers_of(listed), numbers_of(asked)
    found = Substituted.of(numbers, codes_of(numbers)).owners_of(others, codes_of(others))
    return set(zip(*(each.tolist() for each in found), strict=True))


@given(st.lists(plates, min_size=1))
def test_every_text_has_a_code_of_its_own_and_comes_back(texts):
    numbers = numbers_of(texts)
    codes = codes_of(numbers)
    assert len(set(codes.tolist())) == len(set(texts))
    assert [text_of(row) for row in numbers_of_codes(codes)] == texts
    assert (numbers_of_codes(codes) == numbers).all()


@given(st.lists(few, min_size=1, unique=True), st.lists(few, min_size=1))
def test_texts_with_few_differences_are_found_and_no_others(listed, asked):
    most = {3: -1, 4: 1, 5: 1}
    near = {
        (at, place)
        for at, one in enumerate(asked)
        for place, other in enumerate(listed)
        if len(one) == len(other) and differences(one, other) <= most.get(len(one), 2)
    }
    assert substituted(listed, asked) == near


@given(st.text(CHARACTERS, min_size=3, max_size=12))
def test_shortened_keys_are_the_texts_with_one_character_less(text):
    less = {text[:place] + text[place + 1 :] for place in range(len(text))}
    expected = set(codes_of(numbers_of(sorted(less))).tolist()) if len(text) > 3 else set()
    assert keys_of(shortened, text) == expected


some_keys = st.lists(st.integers(0, 9) | st.integers(2**62, 2**62 + 2))


@given(some_keys, some_keys)
def test_a_lookup_gives_every_owner_of_every_key(keys, asked):
    lookup = Lookup.of(np.array(keys, np.uint64), np.arange(len(keys)))
    places, owners = lookup.owners_of(np.array(asked, np.uint64))
    expected = {(i, j) for i, one in enumerate(asked) for j, key in enumerate(keys) if one == key}
    assert set(zip(places.tolist(), owners.tolist(), strict=True)) == expected
    assert len(places) == len(expected)
