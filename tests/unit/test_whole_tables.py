"""A table of evidence is shown whole, and what people typed stays text."""

from __future__ import annotations

import pandas as pd

from workbench.views.tables import whole_table


def test_no_row_and_no_text_is_cut():
    frame = pd.DataFrame({"reason": [f"{number} " + "x" * 300 for number in range(200)]})
    html = whole_table(frame)._repr_html_()
    assert html.count("<tr") == 201
    assert html.count("x" * 300) == 200
    assert "..." not in html


def test_what_people_typed_is_escaped_and_missing_is_empty():
    frame = pd.DataFrame({"the_reason": ["<script>alert(1)</script>", None]})
    html = whole_table(frame)._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<th>the reason</th>" in html
    assert "<td></td>" in html


def test_times_are_told_with_their_zone_and_the_frame_is_not_changed():
    times = pd.to_datetime(["2026-11-01T08:30:00.123456Z", None]).tz_convert("America/Los_Angeles")
    frame = pd.DataFrame({"at": times})
    before = frame.copy()
    html = whole_table(frame)._repr_html_()
    assert "2026-11-01 01:30:00 PDT" in html
    assert "NaT" not in html
    assert "NaN" not in html
    pd.testing.assert_frame_equal(frame, before)


def test_counts_are_whole_and_missing_ones_empty():
    frame = pd.DataFrame({"rows": pd.array([1_234_567, None], "Int64")})
    html = whole_table(frame)._repr_html_()
    assert "<td>1234567</td>" in html
    assert "<td></td>" in html


def test_nothing_is_said_to_be_nothing():
    assert whole_table(pd.DataFrame({"a": []}), nothing="No queries.")._repr_html_() == (
        "<p>No queries.</p>"
    )
