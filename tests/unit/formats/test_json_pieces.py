"""JSON is cut into its records whatever the chunks, and broken ones cost only themselves."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.detections.formats.json_pieces import JsonPieces, Piece
from workbench.errors import DeliveryError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), min_size=1, max_size=5)


def cut(text: str, size: int = 7, *, limit: int = 10_000, nesting: int = 20) -> list[Piece]:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    return list(JsonPieces(record_characters=limit, nesting=nesting).cut(chunks))


@given(records=RECORDS, size=st.integers(1, 50), indent=st.sampled_from([None, 1, 2]))
def test_lists_lines_and_values_in_a_row_give_the_same_records(records, size, indent):
    each = [json.dumps(record, indent=indent) for record in records]
    for text in (json.dumps(records, indent=indent), "\n".join(each), "".join(each)):
        pieces = cut(text, size)
        assert [piece.problem for piece in pieces] == [None] * len(records)
        assert [json.loads(piece.text) for piece in pieces] == records


@given(text=st.text(alphabet='{}[]",:\\\n a1', max_size=40), size=st.integers(1, 9))
def test_any_text_gives_the_same_pieces_whatever_the_chunks(text, size):
    assert cut(text, size) == cut(text, 1_000)


@given(text=st.text(alphabet='{}[]",:\\\n a1', max_size=40))
def test_nothing_but_what_stands_between_records_is_left_out(text):
    given_back = "".join(piece.text for piece in cut(text))
    between = " \t\r\n,[]"
    assert sorted(given_back.translate(str.maketrans("", "", between))) == sorted(
        text.translate(str.maketrans("", "", between))
    )


@given(records=RECORDS, number=st.integers(0, 4), at=st.integers(1, 200))
def test_a_line_that_was_cut_off_costs_only_itself(records, number, at):
    lines = [json.dumps(record) for record in records]
    number %= len(lines)
    lines[number] = lines[number][: 1 + at % max(1, len(lines[number]) - 1)]
    if lines[number].endswith(("[", ",")):
        return  # an object may follow there, so the next line could belong to it
    good = [json.loads(piece.text) for piece in cut("\n".join(lines)) if not piece.problem]
    for place, record in enumerate(records):
        # A cut in front of a value may swallow the line that looks like that value.
        assert record in good or place in {number, number + 1}


@pytest.mark.parametrize(("depth", "taken"), [(19, True), (20, True), (21, False)])
def test_a_record_may_be_as_deep_as_the_limit_and_no_deeper(depth, taken):
    text = '{"a":' * (depth - 1) + "{}" + "}" * (depth - 1)
    if taken:
        assert [piece.problem for piece in cut(text)] == [None]
    else:
        with pytest.raises(DeliveryError, match="nested too deeply"):
            cut(text)


@pytest.mark.parametrize(("length", "taken"), [(99, True), (100, True), (101, False)])
def test_a_record_may_be_as_long_as_the_limit_and_no_longer(length, taken):
    text = '{"a":"' + "x" * (length - 8) + '"}'
    assert len(text) == length
    if taken:
        assert len(cut(text, 1, limit=100)) == 1
    else:
        with pytest.raises(DeliveryError, match="too large"):
            cut(text, 1, limit=100)


def test_a_list_that_is_not_closed_is_told_even_when_its_records_are_whole():
    pieces = cut('[{"a": 1},')
    assert [piece.text for piece in pieces] == ['{"a": 1}', ""]
    assert pieces[1].problem
