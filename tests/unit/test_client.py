"""The client turns what an analyst writes into criteria, and answers back into errors and rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pyarrow as pa
import pytest
from pydantic import SecretStr
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry import Polygon as ShapelyPolygon

from workbench import errors
from workbench.analysis.frames import DETECTION_SCHEMA
from workbench.client.connection import Connection, raised_error
from workbench.client.found import Found, Picture
from workbench.client.handle import read_found
from workbench.client.scene import Scene, area_of, canvass_of, period_of
from workbench.domain.place import Circle, Point, Polygon
from workbench.errors import (
    CriteriaError,
    PeriodError,
    PlaceError,
    ServiceError,
    SessionEndedError,
    WorkbenchError,
)
from workbench.settings import Settings

ZONE = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    "url",
    [
        "http://alpr.example.gov",
        "ftp://127.0.0.1",
        "alpr.example.gov",
        "",
        "http://127.0.0.1.example.gov",
    ],
)
def test_a_password_never_travels_in_the_open(url):
    with pytest.raises(ServiceError, match="not safe for a password"):
        Connection(url)


@pytest.mark.parametrize("url", ["https://alpr.example.gov/", "http://127.0.0.1:8426"])
def test_addresses_with_tls_or_on_this_machine_are_taken(url):
    connection = Connection(url, token="secret-token")
    assert connection.url == url.rstrip("/")
    assert "secret-token" not in repr(connection)
    connection.close()


@pytest.mark.parametrize("token", ["", "  ", "a secret", "sec\nret", "sécret", "s" * 501])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(token):
    with pytest.raises(SessionEndedError) as caught:
        Connection("http://127.0.0.1:8426", token=token)
    assert "ecret" not in str(caught.value)


@pytest.mark.parametrize("token", [" secret", "  secret ", "secret\n", "\tsecret"])
def test_blanks_around_a_token_are_none_of_it(token):
    connection = Connection("http://127.0.0.1:8426", token=token)
    assert connection._http.headers["Authorization"] == "Bearer secret"
    assert Settings(token=token).token == SecretStr("secret")
    assert Settings(token="  ").token is None
    connection.close()


def test_a_service_that_is_not_there_says_what_to_do():
    connection = Connection("http://127.0.0.1:9")
    with pytest.raises(ServiceError, match="workbench up"):
        connection.get("/health")
    connection.close()


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, WorkbenchError)
    ],
)
def test_every_error_of_ours_comes_back_as_itself(kind):
    raised = kind(
        "It went wrong", given="7'A", allowed="A-Z", next_step="try again", where={"field": "plate"}
    )
    back = raised_error(httpx.Response(400, json=raised.as_dict()))
    assert type(back) is kind
    assert str(back) == str(raised)


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "{}", '{"error": "SystemExit", "what": "x"}', '{"error": "Path"}']
)
def test_an_answer_of_something_else_is_a_service_error(body):
    back = raised_error(httpx.Response(502, text=body))
    assert type(back) is ServiceError
    assert "502" in str(back)


def test_times_without_zone_are_the_departments_and_with_one_are_taken_as_written():
    local = period_of(("2026-07-01 20:00", datetime(2026, 7, 1, 22)), ZONE)
    assert local is not None
    assert local.start == datetime(2026, 7, 2, 3, tzinfo=UTC)
    assert local.length == timedelta(hours=2)
    aware = period_of(("2026-07-01T20:00Z", "2026-07-01T22:00+00:00"), ZONE)
    assert aware is not None
    assert aware.start == datetime(2026, 7, 1, 20, tzinfo=UTC)


def test_a_time_that_occurs_twice_is_covered_both_times():
    criteria = canvass_of(
        Scene(near=(-121.28, 38.75), radius_m=400, at="2026-11-01 01:30", before=10, after=20),
        ZONE,
        default_minutes=15,
        limit=None,
    )
    assert criteria.period.start == datetime(2026, 11, 1, 8, 20, tzinfo=UTC)
    assert criteria.period.end == datetime(2026, 11, 1, 9, 50, tzinfo=UTC)


def test_margins_that_nobody_gave_are_the_policys():
    scene = Scene(near=(-121.28, 38.75), radius_m=400, at="2026-07-01 20:00")
    criteria = canvass_of(scene, ZONE, default_minutes=15, limit=7)
    assert (criteria.before, criteria.after) == (timedelta(minutes=15), timedelta(minutes=15))
    assert criteria.limit == 7


@pytest.mark.parametrize("between", ["2026-07-01", ("2026-07-01",), ("yesturday", "2026-07-01")])
def test_what_is_no_period_is_refused(between):
    with pytest.raises(PeriodError):
        period_of(between, ZONE)


def test_areas_are_circles_or_polygons():
    corners = [(-121.3, 38.7), (-121.2, 38.7), (-121.2, 38.8)]
    assert area_of((-121.28, 38.75), 500, None) == Circle(Point(-121.28, 38.75), 500)
    assert area_of(None, None, corners) == Polygon.of(corners)
    assert area_of(None, None, ShapelyPolygon(corners)) == Polygon.of(corners)
    assert area_of(None, None, None) is None


@pytest.mark.parametrize(
    ("near", "radius_m", "within", "kind"),
    [
        ((-121.28, 38.75), None, None, CriteriaError),
        (None, 500, None, CriteriaError),
        ((-121.28, 38.75), 500, [(0, 0), (1, 0), (1, 1)], CriteriaError),
        ((38.75, -121.28), 500, None, PlaceError),
        ((-121.28,), 500, None, PlaceError),
        ("-121.28, 38.75", 500, None, PlaceError),
        (None, None, ShapelyPoint(0, 0).buffer(2) - ShapelyPoint(0, 0).buffer(1), PlaceError),
        (None, None, [(0, 0), (1, 0)], PlaceError),
    ],
)
def test_half_areas_double_areas_and_swapped_ones_are_refused(near, radius_m, within, kind):
    with pytest.raises(kind):
        area_of(near, radius_m, within)


def found(**given) -> Found:
    defaults = {
        "access_id": 17,
        "criteria": {"look": "search", "plate": "7<b>*", "limit": 1, "cameras": []},
        "table": DETECTION_SCHEMA.empty_table(),
        "truncated": False,
        "policy_version": "policy-426+0123",
        "zone": ZONE,
    }
    return Found(**{**defaults, **given})


def test_a_result_shows_its_record_and_says_when_rows_are_missing():
    assert "Access 17" in found()._repr_html_()
    assert "Truncated" not in found()._repr_html_()
    assert "limit of 1" in found(truncated=True)._repr_html_()


def test_provenance_names_record_criteria_window_and_version():
    shown = dict(found(truncated=True).provenance().frame.to_numpy())
    assert shown["Access"] == "17"
    assert shown["Asked for"] == "search: plate 7<b>*; at most 1 rows"
    assert shown["Rows"] == "0 (truncated)"
    assert shown["Data window"] == "no rows"
    assert shown["Package"].startswith("alpr-workbench ")


def test_the_window_is_told_in_the_departments_time():
    seen = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    row = {
        "detection_id": 1,
        "seen_at": seen,
        "received_at": seen,
        "plate": "7ABC123",
        "plate_normal": "7ABC123",
        "pseudonym": False,
        "camera_id": "c",
        "flags": [],
        "source": "s",
    }
    table = pa.Table.from_pylist([row], schema=DETECTION_SCHEMA)
    assert "2026-11-01 01:30:00 to" in found(table=table).provenance()._repr_html_()


def test_a_frame_that_is_written_to_leaves_the_result_as_it_was():
    result = found()
    result.frame["plate"] = "X"
    assert list(result.frame.columns) == [*DETECTION_SCHEMA.names, "geometry"]


def test_only_a_canvass_tells_who_passed():
    at = datetime(2026, 11, 1, 8, 30, tzinfo=UTC).isoformat()
    assert found(criteria={"look": "canvass", "at": at}).who_passed().empty
    with pytest.raises(CriteriaError, match="Only a canvass"):
        found().who_passed()


def test_rows_come_with_the_record_that_let_them_out():
    said = {
        "access_id": 5,
        "criteria": {"look": "search"},
        "truncated": True,
        "policy_version": "p",
    }
    schema = DETECTION_SCHEMA.with_metadata({"workbench": json.dumps(said)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema):
        pass
    back = read_found(httpx.Response(200, content=sink.getvalue().to_pybytes()), ZONE)
    assert (back.access_id, back.truncated, back.rows) == (5, True, 0)
    assert len(back.frame) == 0


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xff\xff\xff\x00"])
def test_an_answer_without_rows_is_a_service_error(content):
    with pytest.raises(ServiceError, match="holds no rows"):
        read_found(httpx.Response(200, content=content), ZONE)


@pytest.mark.parametrize(("media_type", "shown"), [("image/png", True), ("image/bmp", False)])
def test_a_notebook_shows_the_pictures_that_it_can(media_type, shown):
    picture = Picture(access_id=3, sha256="ab" * 32, media_type=media_type, content=b"x")
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == "Access 3, picture abababababab"
    assert (media_type in bundle) == shown
