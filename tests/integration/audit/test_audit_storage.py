"""Whatever is logged comes back as it was, and the chain over it holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audit_rows import entries
from workbench.audit import Entry, EventKind
from workbench.audit.canonical import json_text
from workbench.audit.reading import open_stream
from workbench.audit.stored import entry_row
from workbench.audit.verify import verify_log
from workbench.resources import resource_root

FIRST = Entry(EventKind.DATABASE_MIGRATE, None)
REAL_DATABASE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@REAL_DATABASE
@given(entry=entries())
def test_any_entry_survives_storage(log, clock, entry):
    if log.head() is None:
        log.append(FIRST)
    asked = entry_row(
        entry, at=clock(), organisation="Example Police Department", policy_version="example-1"
    )
    record = log.append(entry, durable=False)
    assert log.read(record.seq) == record
    assert record.kind == entry.kind
    assert json_text(record.details) == asked["details"]
    for field in ("purpose", "case_number", "reason", "plate"):
        assert getattr(record, field) == asked[field]
    assert record.inquiry_id == entry.inquiry_id


@REAL_DATABASE
@given(
    at=st.datetimes(
        min_value=datetime(1970, 1, 2), max_value=datetime(2199, 12, 31), timezones=st.just(UTC)
    ),
    offset=st.integers(-12, 14),
)
def test_any_instant_survives_storage(log, clock, at, offset):
    clock.at = at.astimezone(timezone(timedelta(hours=offset)))
    record = log.append(FIRST, durable=False)
    assert record.recorded_at == at
    assert log.read(record.seq).recorded_at == at


def test_a_chain_of_all_sorts_holds_and_fits_its_schema(log, own_database):
    schema = resource_root() / "data_schema" / "audit" / "record.v1.schema.json"
    validator = jsonschema.Draft202012Validator(json.loads(schema.read_text()))

    @settings(max_examples=30, deadline=None, database=None)
    @given(entry=entries().filter(lambda entry: entry.access_id is None))
    def append(entry):
        log.append(entry, durable=False)

    append()
    found = verify_log(own_database.service)
    assert found.whole
    assert found.records == log.head().seq
    with open_stream(own_database.service) as stream:
        for row in stream.rows:
            shown = dict(row)
            for name in ("criteria", "details", "origin", "roles"):
                shown[name] = None if row[name] is None else json.loads(row[name])
            validator.validate(shown)


def test_a_server_in_another_zone_changes_nothing(log, own_database, search):
    log.append(search)
    with own_database.service.connect() as connection:
        connection.exec_driver_sql("SET timezone = 'Asia/Kolkata'")
        connection.exec_driver_sql("SET datestyle = 'SQL, DMY'")
        connection.exec_driver_sql("SET intervalstyle = 'iso_8601'")
        connection.exec_driver_sql("SET extra_float_digits = 0")
        record = log.append_in(connection, search)
        connection.commit()
        connection.invalidate()
    assert log.read(record.seq) == record
    assert verify_log(own_database.service).records == 2
