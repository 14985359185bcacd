"""What is sent keeps to its schemas, and the schemas to JSON Schema."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from tests.alerted_hits import made_call, made_hit, made_hot_plate
from workbench.domain.alert import Level
from workbench.hotlists.alerts.bodies import call_body, hit_body, notice_body, trial_body
from workbench.resources import resource_root
from workbench.storage.alert_tables import alert_notice
from workbench.storage.hit_tables import hit, hit_event

KEY, PAGE = UUID(int=5), "https://alpr.example.gov/hits?hit=1"


def checked(body: bytes) -> dict:
    """Return a body that keeps to the schema of its kind and says nothing beyond it."""
    read = json.loads(body)
    file = resource_root() / "data_schema" / "alerts" / f"{read['kind']}.v1.schema.json"
    schema = json.loads(file.read_bytes())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(read)
    assert set(read) == set(schema["properties"])
    content = schema["properties"][read["kind"]]["properties"]
    assert set(read[read["kind"]]) == set(content)
    return read


@pytest.mark.parametrize("kind", ["general", "special", "hot_plate"])
def test_a_hit_keeps_to_its_schema(database, clock, kind):
    with database.service.begin() as connection:
        plate = made_hot_plate(connection, clock.at) if kind == "hot_plate" else None
        number = made_hit(connection, clock.at, list_kind=kind, hot_plate_id=plate)
        row = connection.execute(select(hit).where(hit.c.id == number)).one()
    body = checked(hit_body(row, KEY, Level.LOW, PAGE))
    assert body["informational_only"] is (kind == "special")
    assert body["hit"]["seen_at"] == "2026-11-02T17:59:59Z"


@pytest.mark.parametrize(("given", "sent"), [("", None), ("26001", "26001")])
def test_a_call_keeps_to_its_schema(database, clock, given, sent):
    with database.service.begin() as connection:
        number = made_hit(connection, clock.at, read_region=None)
        *_, event = made_call(connection, number, clock.at, number=given)
        e = hit_event.c
        told = (e.id.label("event_id"), e.happened_at, e.details)
        wanted = select(hit, *told).join(hit_event, e.hit_id == hit.c.id).where(e.id == event)
        row = connection.execute(wanted).one()
    body = checked(call_body(row, KEY, Level.HIGH, PAGE))
    assert body["call"]["call_number"] == sent
    assert (body["call"]["description"], body["call"]["direction"]) == ("blue van", "north")


def test_a_notice_keeps_to_its_schema(database, clock, request):
    values = {"kind": "list_late", "subject": "SVS", "text": "It is late.", "found_at": clock.at}
    with database.service.begin() as connection:
        made = alert_notice.insert().values(key=request.node.name, **values)
        row = connection.execute(made.returning(alert_notice)).one()
    checked(notice_body(row, KEY, Level.HIGH, PAGE))


def test_a_test_keeps_to_its_schema(clock):
    body = checked(trial_body(7, KEY, clock.at, target="desk", page=PAGE))
    assert (body["test"]["number"], body["test"]["sent_at"]) == (7, "2026-11-02T18:00:00Z")
