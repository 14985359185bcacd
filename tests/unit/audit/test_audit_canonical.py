"""One record, one text: whatever changes, the hash changes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit_rows import AT, entries, made_chain, mappings
from workbench.audit.canonical import (
    FIELDS,
    canonical_parts,
    canonical_text,
    json_text,
    row_hash,
    time_text,
)
from workbench.audit.entry import Entry
from workbench.audit.stored import MAX_ENTRY_CHARACTERS, entry_row, row_record
from workbench.domain.event import EventKind
from workbench.errors import AuditWriteError
from workbench.storage.audit_tables import audit_record


def test_every_column_but_the_hash_is_hashed():
    assert set(FIELDS) == {column.name for column in audit_record.columns} - {"hash"}
    assert list(FIELDS) == sorted(FIELDS)


@given(entries())
def test_the_text_is_canonical_json(entry):
    row = made_chain([entry])[0]
    text = canonical_text(row)
    again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert text == again
    assert text.isascii()
    assert hashlib.sha256(text.encode()).hexdigest() == row["hash"]


@given(entries())
def test_the_parts_around_what_the_database_knows_make_the_text(entry):
    row = made_chain([entry, entry])[1]
    before, between, after = canonical_parts(row)
    assert before + row["previous_hash"] + between + str(row["seq"]) + after == canonical_text(row)


@given(entries(), st.sampled_from(FIELDS))
def test_a_change_of_any_field_changes_the_hash(entry, field):
    row = made_chain([entry])[0]
    value = row[field]
    if field in {"access_id", "schema_version", "seq"}:
        other = (value or 0) + 1
    else:
        other = "{}" if value is None else f"{value} "
    assert row_hash(row | {field: other}) != row["hash"]


@given(mappings)
def test_json_text_can_be_read_back(mapping):
    assert json.loads(json_text(mapping)) == mapping


def test_json_text_does_not_depend_on_the_order():
    assert json_text({"a": 1, "b": {"c": 2, "d": 3}}) == json_text({"b": {"d": 3, "c": 2}, "a": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        json_text({"x": value})


@given(
    st.datetimes(
        min_value=datetime(1900, 1, 1),
        max_value=datetime(2200, 1, 1),
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_any_instant_survives_its_text(at):
    text = time_text(at)
    assert datetime.fromisoformat(text) == at
    assert len(text) == len("2026-11-02T18:00:00.000000Z")


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        time_text(datetime(2026, 11, 2))


def row_of(entry: Entry):
    return entry_row(entry, at=AT, organisation="o", policy_version="p")


def test_what_the_database_cannot_hold_becomes_a_replacement_character():
    entry = Entry(
        EventKind.SESSION_REFUSE,
        None,
        reason="a\x00b",
        plate="\ud800",
        details={"na\x00me": ["\udfff", {"x": "\x00"}]},
    )
    row = row_of(entry)
    assert row["reason"] == "a\ufffdb"
    assert row["plate"] == "\ufffd"
    assert json.loads(row["details"]) == {"na\ufffdme": ["\ufffd", {"x": "\ufffd"}]}


@pytest.mark.parametrize(("more", "refused"), [(-1, False), (0, False), (1, True)])
def test_an_entry_has_a_greatest_length(more, refused):
    empty = row_of(Entry(EventKind.AUDIT_READ, None, reason=""))
    used = sum(len(value) for value in empty.values() if isinstance(value, str))
    entry = Entry(EventKind.AUDIT_READ, None, reason="x" * (MAX_ENTRY_CHARACTERS - used + more))
    if refused:
        with pytest.raises(AuditWriteError, match="too long"):
            row_of(entry)
    else:
        assert len(row_of(entry)["reason"]) == MAX_ENTRY_CHARACTERS - used + more


def test_details_that_refer_to_themselves_are_refused():
    details: dict = {}
    details["again"] = details
    with pytest.raises(AuditWriteError):
        row_of(Entry(EventKind.AUDIT_READ, None, details=details))


def test_times_sets_and_identifiers_in_details_are_written_as_text():
    details = {"at": AT.astimezone(UTC), "set": {"b", "a"}, "kind": EventKind.AUDIT_READ}
    row = row_of(Entry(EventKind.AUDIT_READ, None, details=details))
    assert json.loads(row["details"]) == {
        "at": "2026-11-02T18:00:00.000000Z",
        "set": ["a", "b"],
        "kind": "audit:read",
    }


@given(entries())
def test_a_record_says_what_the_row_says(entry):
    row = made_chain([entry])[0]
    record = row_record(row)
    assert (record.seq, record.kind, record.hash) == (1, entry.kind, row["hash"])
    assert json_text(record.details) == row["details"]
    assert record.inquiry_id == entry.inquiry_id
    assert record.recorded_at == AT + timedelta(seconds=1)
