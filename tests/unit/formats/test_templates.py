"""Templates of delimited files: shipped ones agree with their tables, users bring their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.deliveries import made_delivery, rejected, taken
from workbench.detections.formats.registry import (
    format_named,
    format_of_template,
    known_formats,
    recognised,
)
from workbench.detections.formats.schema import schema_file
from workbench.detections.formats.template import Template, load_template, template_names
from workbench.domain.place import Point
from workbench.domain.read import Flag
from workbench.errors import DeliveryError, FormatUnknownError
from workbench.policy.data_rules import IngestRules

OWN = """
name = "gatehouse"
title = "Gatehouse export"
source = "gatehouse"
header = ["Kennzeichen", "Zeit", "Kamera"]
delimiter = ";"
missing = ["", "-"]

[time]
columns = ["Zeit"]
format = "epoch_s"

[columns]
plate = ["Kennzeichen"]
camera = ["Ort", "Kamera"]
lon = ["x"]
lat = ["y"]
confidence = ["sicher"]
heading_deg = ["Richtung"]

[units]
confidence = "percent"
heading = "compass"
position = "microdegrees"

[constants]
region = "CA"
engine = "gatehouse-reader"
"""
FILE = """Kennzeichen;Zeit;Ort;Kamera;x;y;sicher;Richtung
7ABC123;1793640600;North;2;-121288000;38752100;91;NW
8XYZ007;1793640601;-;2;-;-;-;-
8XYZ008;1793640602;North;2;-;-;101;-
8XYZ009;1793640603;North;2;-;-;-;up
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "gatehouse.toml"
    path.write_text(OWN)
    return path


def test_units_constants_and_joined_columns_are_used(own):
    items = list(format_of_template(own).records(made_delivery(FILE)))
    first, second = (item.read for item in taken(items))
    assert first.seen_at == datetime(2026, 11, 2, 17, 30, tzinfo=UTC)
    assert (first.camera, first.position) == ("North/2", Point(-121.288, 38.7521))
    assert (first.confidence, first.heading_deg) == (0.91, 315.0)
    assert (first.region, first.engine, first.source) == ("CA", "gatehouse-reader", "gatehouse")
    assert (second.camera, second.position, second.confidence) == ("2", None, None)
    fields = [item.error.where["field"] for item in rejected(items)]
    assert fields == ["confidence", "heading_deg"]


def test_what_the_template_says_changes_its_digest(own):
    before = load_template(own).digest
    own.write_text(OWN.replace('"percent"', '"fraction"'))
    assert load_template(own).digest != before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("[time]", "[tim]"), "time"),
        (('delimiter = ";"', 'delimiter = ";;"'), "delimiter"),
        (('confidence = "percent"', 'confidence = "per mille"'), "units.confidence"),
        (('format = "epoch_s"', 'format = "iso"\nzone = "Mars/Crater"'), "time.zone"),
        (('plate = ["Kennzeichen"]', 'plate = "Kennzeichen"'), "columns.plate"),
        (('title = "Gatehouse export"', 'title = "Gatehouse export"\nextra = 1'), "extra"),
    ],
)
def test_a_wrong_template_names_field_and_what_is_allowed(own, change, field):
    own.write_text(OWN.replace(*change))
    with pytest.raises(DeliveryError) as caught:
        load_template(own)
    assert caught.value.where["field"] == field
    assert caught.value.allowed


def test_a_template_that_is_no_toml_or_not_there_is_refused(own):
    own.write_text("[[[")
    with pytest.raises(DeliveryError, match="not TOML"):
        load_template(own)
    with pytest.raises(DeliveryError, match=r"no such template.*seattle"):
        load_template("nowhere")


def test_a_plate_stands_in_one_column(own):
    own.write_text(OWN.replace('plate = ["Kennzeichen"]', 'plate = ["Kennzeichen", "Ort"]'))
    items = list(format_of_template(own).records(made_delivery(FILE)))
    assert not taken(items)


@pytest.mark.parametrize("name", template_names())
def test_a_shipped_template_agrees_with_its_table(name):
    template = load_template(name)
    table = json.loads(schema_file(f"{name}.table.json").read_text())
    fields = {field["name"]: field["constraints"]["required"] for field in table["fields"]}
    said = template.columns.model_dump()
    used = {column for columns in said.values() if columns for column in columns}
    assert table["dialect"]["delimiter"] == template.delimiter
    assert set(template.header) | used | set(template.time.columns) <= set(fields)
    assert set(template.needed) <= {column for column, required in fields.items() if required}


def test_the_schema_of_templates_is_the_one_they_are_held_to():
    written = json.loads(schema_file("template.schema.json").read_text())
    assert {**Template.model_json_schema(), **written} == written


@pytest.mark.parametrize("known", known_formats().values(), ids=lambda known: known.name)
def test_every_format_has_its_schema(known):
    content = json.loads(schema_file(known.schema).read_text())
    if known.schema.endswith(".schema.json"):
        Draft202012Validator.check_schema(content)
        assert content["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert content["title"]


def test_no_schema_is_without_its_format():
    files = {path.name for path in schema_file("").iterdir()}
    assert files == {known.schema for known in known_formats().values()} | {"template.schema.json"}


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(FormatUnknownError, match="hikvision"):
        format_named("hikvison")


def test_a_file_that_only_looks_like_one_is_not_recognised():
    with pytest.raises(FormatUnknownError):
        recognised(made_delivery('{"data_type": "heartbeat", "version": 1}'))


def test_the_documents_name_every_format_flag_and_bound_and_their_template_is_right(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "ingest.md").read_text()
    names = [name for name in known_formats() if not name.startswith("delimited:")]
    names += [*template_names(), *(flag.value for flag in Flag)]
    names += [name for name in IngestRules.model_fields if name.startswith("max_")]
    assert [name for name in names if name not in page] == []
    own = tmp_path / "own.toml"
    own.write_text(page.partition("```toml\n")[2].partition("```")[0])
    assert load_template(own).units.confidence == "percent"
