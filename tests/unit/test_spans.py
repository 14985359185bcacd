"""A span is over neither a microsecond early nor late, whatever clocks and calendars do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.span import Span, SpanUnit, parse_span
from workbench.errors import SpanError

MOMENT = timedelta(microseconds=1)
LOCAL = ZoneInfo("America/Los_Angeles")

spans = st.builds(Span, st.integers(1, 400), st.sampled_from(SpanUnit))
instants = st.datetimes(
    datetime(1900, 1, 1), datetime(2500, 1, 1), timezones=st.just(UTC)
)  # fmt: skip


@given(spans, instants)
def test_what_is_over_is_over_to_the_microsecond(span, at):
    last = span.last_over(at)
    assert span.after(last) <= at < span.after(last + MOMENT)


@given(spans, instants, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_what_began_later_is_not_over_earlier(span, at, later):
    assert span.after(at) <= span.after(at + later)


@given(st.sampled_from([1, 2, 3, 4, 5]), instants)
def test_a_year_is_at_least_365_days(count, at):
    assert span_days(Span(count, SpanUnit.YEAR), at) >= 365 * count


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1 year", "2024-02-29T23:59:59.999999", "2025-03-01T00:00:00"),
        ("1 year", "2023-02-28T12:00:00", "2024-02-28T12:00:00"),
        ("1 year", "2023-03-01T00:00:00", "2024-03-01T00:00:00"),
        ("365 days", "2023-03-01T00:00:00", "2024-02-29T00:00:00"),
        ("1 month", "2026-01-31T10:00:00", "2026-03-01T00:00:00"),
        ("30 months", "2024-08-31T01:00:00", "2027-03-01T00:00:00"),
        ("3 minutes", "2026-12-31T23:58:00", "2027-01-01T00:01:00"),
    ],
)
def test_where_spans_end(text, start, end):
    began = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert parse_span(text).after(began) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 8, 2, tzinfo=LOCAL), datetime(2026, 11, 1, 2, tzinfo=LOCAL)]
)
def test_a_day_is_24_hours_when_clocks_change(change):
    began = change - timedelta(hours=12)
    day = parse_span("1 day").after(began) - began.astimezone(UTC)
    assert day == timedelta(hours=24)


@pytest.mark.parametrize(
    "text",
    ["", "1", "0 days", "-1 days", "1.5 years", "201 years", "2401 months", "1 week", "1 day 2"],
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(SpanError, match="365 days"):
        parse_span(text)


@given(spans)
def test_a_span_is_read_as_it_is_written(span):
    if span.unit is not SpanUnit.YEAR or span.count <= 200:
        assert parse_span(str(span)) == span


def span_days(span: Span, at: datetime) -> float:
    return (span.after(at) - at) / timedelta(days=1)
