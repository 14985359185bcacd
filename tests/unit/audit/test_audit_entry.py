"""What may be logged, how events are named, and what the published schema says of it."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit_rows import entries, made_chain
from tests.people import made_actor
from workbench.audit.canonical import FIELDS, canonical_text
from workbench.audit.csv_cells import CSV_COLUMNS, csv_cells, safe_cell
from workbench.audit.entry import Entry
from workbench.domain.event import LOOKS, OUTCOMES, EventKind, Outcome
from workbench.domain.harmless_text import harmless_line
from workbench.errors import AuditWriteError
from workbench.resources import resource_root

SCHEMAS = resource_root() / "data_schema" / "audit"


def schema(name: str):
    return json.loads((SCHEMAS / f"{name}.v1.schema.json").read_text(encoding="utf-8"))


def test_kinds_are_sorted_and_named_subject_and_action():
    assert list(EventKind) == sorted(EventKind)
    assert list(Outcome) == sorted(Outcome)
    for kind in EventKind:
        assert re.fullmatch(r"[a-z_]+:[a-z_]+", kind.value)
        assert f"{kind.subject}:{kind.action}" == kind.value
        assert kind.name == kind.value.replace(":", "_").upper()


WHOLE = {"actor": made_actor(), "purpose": "active_investigation", "criteria": {"look": "search"}}


@pytest.mark.parametrize("kind", sorted(LOOKS))
@pytest.mark.parametrize("item", sorted(WHOLE))
def test_a_look_needs_who_why_and_what(kind, item):
    Entry(kind, **WHOLE)
    for empty in (None, "", {}):
        with pytest.raises(AuditWriteError, match="who, why or what"):
            Entry(kind, **(WHOLE | {item: empty}))


@pytest.mark.parametrize("kind", sorted(OUTCOMES))
def test_an_outcome_needs_its_record_and_its_end(kind):
    Entry(kind, None, access_id=1, outcome=Outcome.DONE)
    with pytest.raises(AuditWriteError, match="outcome"):
        Entry(kind, None, outcome=Outcome.DONE)
    with pytest.raises(AuditWriteError, match="outcome"):
        Entry(kind, None, access_id=1)


def test_the_schema_knows_every_field_kind_and_outcome():
    record = schema("record")
    assert set(record["properties"]) == {*FIELDS, "hash"}
    assert set(record["required"]) == set(record["properties"])
    assert record["properties"]["kind"]["enum"] == sorted(EventKind)
    assert record["properties"]["outcome"]["enum"] == [*sorted(Outcome), None]
    assert record["allOf"][0]["if"]["properties"]["kind"]["enum"] == sorted(LOOKS)
    assert record["allOf"][1]["if"]["properties"]["kind"]["enum"] == sorted(OUTCOMES)
    assert schema("export")["properties"]["kinds"]["items"]["enum"] == sorted(EventKind)


def test_the_schema_says_which_fields_are_personal_data():
    properties = schema("record")["properties"]
    personal = {name for name, field in properties.items() if field.get("personal-data")}
    assert {"username", "display_name", "plate", "reason", "origin", "criteria"} <= personal
    assert len(schema("record")["limitations"]) > 5


@pytest.mark.parametrize("name", ["record", "checkpoint", "export"])
def test_the_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))


@given(entries())
def test_every_record_fits_the_schema(entry):
    row = made_chain([entry, entry])[1]
    jsonschema.validate(json.loads(canonical_text(row)) | {"hash": row["hash"]}, schema("record"))


def test_the_schema_refuses_a_look_without_its_four_items():
    row = made_chain([Entry(EventKind.DETECTION_SEARCH, **WHOLE)])[0]
    record = json.loads(canonical_text(row)) | {"hash": row["hash"]}
    jsonschema.validate(record, schema("record"))
    for item in ("username", "purpose", "criteria", "organisation", "recorded_at"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(record | {item: None}, schema("record"))


def test_csv_has_every_column_once():
    assert sorted(CSV_COLUMNS) == sorted((*FIELDS, "hash"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\uff1d1", "|x", "%x"])
def test_a_cell_that_a_spreadsheet_would_execute_is_disarmed(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\tx", "\rx", "\n=x"])
def test_a_sign_that_a_spreadsheet_skips_becomes_one_that_it_shows(text):
    assert safe_cell(text) == harmless_line(text)


@given(st.text(max_size=10))
def test_no_cell_begins_like_a_formula(text):
    assert not safe_cell(text).lstrip().startswith(("=", "+", "-", "@"))
    undone = re.sub("(^|;)'", r"\1", safe_cell(text))
    assert undone == re.sub("(^|;)'", r"\1", harmless_line(text)), "only there is one added"


def test_an_ordinary_cell_stays_as_it_is():
    row = made_chain([Entry(EventKind.DETECTION_SEARCH, **WHOLE, reason="7ABC123, a robbery")])[0]
    cells = dict(zip(CSV_COLUMNS, csv_cells(row), strict=True))
    assert cells["reason"] == "7ABC123, a robbery"
    assert cells["case_number"] == ""
    assert cells["criteria"] == '{"look":"search"}'
    assert cells["hash"] == row["hash"]
