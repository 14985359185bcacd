"""Text from outside is shown whole, on one line, and commands nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.harmless_text import (
    MOST_MARKS,
    harmless_line,
    harmless_lines,
    hidden_characters,
)

ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs", "Mn", "Me"]),
    )
)
NEVER_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(ANYTHING)
def test_nothing_shown_is_a_control_a_direction_mark_or_unseen(text):
    shown = harmless_line(text)
    assert [c for c in shown if unicodedata.category(c) in NEVER_SHOWN] == []
    assert shown.isprintable()
    shown.encode()  # no unpaired surrogate is left, which no terminal or file would take


@given(ANYTHING)
def test_doing_it_twice_changes_nothing_more(text):
    assert harmless_line(harmless_line(text)) == harmless_line(text)


@given(ANYTHING)
def test_lines_stay_lines_and_each_is_harmless(text):
    shown = harmless_lines(text)
    assert shown.split("\n") == [harmless_line(line) for line in shown.split("\n")]


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_stays_as_it_is(text):
    assert harmless_line(text) == text
    assert hidden_characters(text) == ()


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("a\r\nb\tc\x00", "a␍␊b␉c␀"),
        ("\x1b]0;owned\x07\x7f", "␛]0;owned␇␡"),
        ("\x9b2J\x85", "[U+009B]2J[U+0085]"),
        ("\u202a\u202e\u2066\u2069", "[U+202A][U+202E][U+2066][U+2069]"),
        ("\u200e\u200f\u061c", "[U+200E][U+200F][U+061C]"),
        ("\u200b\u2060\ufeff\u00ad", "[U+200B][U+2060][U+FEFF][U+00AD]"),
        ("\u2028\u2029", "[U+2028][U+2029]"),
        ("\ud800\U000e0041\ufe0f\U000e0100", "[U+D800][U+E0041][U+FE0F][U+E0100]"),
        ("\u00a0\u3000x", "  x"),
        ("naïve Zoë 7ABC①東京", "naïve Zoë 7ABC①東京"),
    ],
)
def test_what_is_hidden_becomes_visible(given_text, shown):
    assert harmless_line(given_text) == shown


@pytest.mark.parametrize("count", [MOST_MARKS - 1, MOST_MARKS, MOST_MARKS + 1, 500])
def test_marks_on_one_character_are_bounded(count):
    text = "e" + "\u0301" * count
    shown = harmless_line(text)
    assert shown.count("\u0301") == min(count, MOST_MARKS)
    assert ("more marks" in shown) is (count > MOST_MARKS)
    assert bool(hidden_characters(text)) is (count > MOST_MARKS)


@given(ANYTHING)
def test_what_hides_nothing_is_shown_as_it_is(text):
    if not hidden_characters(text):
        blanks = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)
        assert harmless_line(text) == blanks
