"""The service over real HTTP: sign in, state a purpose, look, and see it in the log."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image
from sqlalchemy import text

from tests.access import PASSWORD
from tests.conftest import FixedClock
from tests.reads import CENTRE, FIRST_SEEN_AT, made_reads, store_reads
from tests.service import REASON, Service, open_service
from workbench.analysis.frames import DETECTION_SCHEMA
from workbench.client import Scene, connect
from workbench.domain.person import Role
from workbench.errors import (
    ApprovalNeededError,
    CriteriaError,
    DeniedError,
    DetectionMissingError,
    FormError,
    PictureMissingError,
    PurposeError,
    ServiceError,
    SessionEndedError,
    SignInError,
)
from workbench.service.server import serving
from workbench.storage.picture_rows import keep_picture

NEAR = (CENTRE.lon, CENTRE.lat)
PREFIX = "5S"


@pytest.fixture(scope="module")
def service(settings, policy, database):
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, policy, database, clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def reads(database) -> pd.DataFrame:
    """300 reads with and without a position."""
    return store_reads(database.service, made_reads(300, seed=26, prefix=PREFIX))


@pytest.fixture(scope="module")
def inquiry(service: Service, reads):
    return service.inquiry()


def record(service: Service, access_id: int):
    with service.staff.database.owner.connect() as connection:
        found = connection.execute(
            text("SELECT * FROM audit_record WHERE seq = :seq"), {"seq": access_id}
        )
        return found.mappings().one()


def outcome(service: Service, access_id: int):
    with service.staff.database.owner.connect() as connection:
        found = connection.execute(
            text("SELECT outcome, details FROM audit_record WHERE access_id = :seq"),
            {"seq": access_id},
        )
        return found.mappings().one()


def test_password_and_code_open_a_session_and_signing_out_ends_it(service, capsys):
    name, totp = service.staff.hired(Role.ANALYST)
    answers = {"User name: ": name, "Password: ": PASSWORD, "Code: ": service.staff.code(totp)}
    with connect(service.url, ask=answers.pop, ask_secretly=answers.pop) as alpr:
        assert alpr.whoami()["username"] == name
        assert alpr.department.zone.key == "America/Los_Angeles"
    assert answers == {}
    assert capsys.readouterr().out.splitlines() == list(service.runtime.sign_in.banner)
    alpr = connect(service.url, token=service.token())
    alpr.sign_out()
    with pytest.raises(SessionEndedError):
        alpr.whoami()


def test_a_wrong_code_is_refused_as_the_same_error(service):
    name, _totp = service.staff.hired(Role.ANALYST)
    with pytest.raises(SignInError, match="wrong"):
        connect(service.url, name, PASSWORD, "000000")


def test_a_search_brings_what_stands_in_the_database_and_the_log_has_it(service, inquiry, reads):
    found = inquiry.search(plate=f"{PREFIX}A*", limit=1_000)
    wanted = reads[reads["plate_normal"].str.startswith(f"{PREFIX}A")]
    assert sorted(found.frame["plate"]) == sorted(wanted["plate"])
    assert found.frame["seen_at"].is_monotonic_decreasing
    assert not found.truncated
    logged = record(service, found.access_id)
    assert logged["criteria"] == found.criteria
    assert (logged["plate"], logged["purpose"]) == (f"{PREFIX}A*", "active_investigation")
    assert logged["reason"] == REASON
    assert logged["origin"]["channel"] == "client"
    assert logged["origin"]["address"] == "127.0.0.1"
    assert outcome(service, found.access_id)["details"]["rows"] == len(wanted)


def test_the_limit_is_told_and_an_empty_result_has_the_same_columns(inquiry):
    cut = inquiry.search(plate=f"{PREFIX}*", limit=5)
    none = inquiry.search(plate="NOBODY9")
    assert (cut.rows, cut.truncated, none.rows, none.truncated) == (5, True, 0, False)
    assert none.frame.dtypes.equals(cut.frame.dtypes)
    assert none.frame.crs.to_epsg() == 4326


def test_all_parts_of_a_search_narrow_it(inquiry, reads):
    local = FIRST_SEEN_AT.astimezone(inquiry.search(plate="X9").zone)
    between = (local.replace(tzinfo=None), (local + timedelta(days=5)).replace(tzinfo=None))
    found = inquiry.search(
        plate=f"{PREFIX}*",
        near=NEAR,
        radius_m=5_000,
        cameras=["T1", "T2"],
        between=between,
        regions=["CA"],
        min_confidence=0.6,
    ).frame
    wanted = reads[
        reads["camera_id"].isin(["T1", "T2"])
        & (reads["region"] == "CA")
        & (reads["confidence"] >= 0.6)
        & (reads["seen_at"] < FIRST_SEEN_AT + timedelta(days=5))
        & reads["lon"].notna()
    ]
    assert 0 < len(found) == len(wanted)
    polygon = [(-122.0, 38.0), (-121.0, 38.0), (-121.0, 39.0), (-122.0, 39.0)]
    assert inquiry.search(plate=f"{PREFIX}*", within=polygon).rows == reads["lon"].notna().sum()


def test_a_canvass_brings_who_passed_oldest_first(service, inquiry, reads):
    at = FIRST_SEEN_AT + timedelta(days=5)
    found = inquiry.canvass(near=NEAR, radius_m=9_000, at=at, before=600, after=600)
    inside = reads[reads["lon"].notna() & ((reads["seen_at"] - at).abs() < timedelta(minutes=600))]
    ours = found.frame[found.frame["plate"].str.startswith(PREFIX)]
    assert sorted(ours["plate"]) == sorted(inside["plate"])
    assert found.frame["seen_at"].is_monotonic_increasing
    assert record(service, found.access_id)["criteria"]["look"] == "canvass"


def test_each_scene_of_common_plates_is_a_logged_canvass(service, inquiry, reads):
    busiest = reads[reads["lon"].notna()]["plate_normal"].value_counts().index[0]
    seen = reads[(reads["plate_normal"] == busiest) & reads["lon"].notna()]["seen_at"]
    scenes = [
        Scene(near=NEAR, radius_m=9_000, at=at, before=5, after=5, name=f"scene {number}")
        for number, at in enumerate(seen)
    ]
    assert len(scenes) > 1
    common = inquiry.common_plates(scenes, min_scenes=len(scenes))
    assert busiest in common["plate"].tolist()


def test_one_detection_and_its_picture_are_looks_of_their_own(service, inquiry, database):
    row = made_reads(1, seed=3, prefix="6S")[0]
    buffer = BytesIO()
    Image.new("RGB", (8, 4), 0x123456).save(buffer, "PNG")
    with database.service.begin() as connection:
        row["plate_picture"] = keep_picture(
            service.runtime.pictures, connection, buffer.getvalue(), service.clock()
        )
    store_reads(database.service, [row])
    detection_id = int(inquiry.search(plate="6S*").frame["detection_id"].iloc[0])
    one = inquiry.detection(detection_id)
    shown = inquiry.picture(detection_id, part="plate")
    same = inquiry.picture(row["plate_picture"])
    assert one.frame["plate"].tolist() == [row["plate"]]
    assert (shown.content, shown.media_type) == (buffer.getvalue(), "image/png")
    assert shown.access_id < same.access_id
    assert record(service, same.access_id)["kind"] == "picture:view"
    with pytest.raises(PictureMissingError, match="no picture of the vehicle"):
        inquiry.picture(detection_id)


def test_what_is_not_there_is_said_and_logged(service, inquiry):
    with pytest.raises(DetectionMissingError):
        inquiry.detection(2**62)
    with pytest.raises(PictureMissingError):
        inquiry.picture("ab" * 32)


def test_another_purpose_shows_rows_only_after_somebody_else_approved(service, reads):
    alpr = service.workbench(Role.SUPERVISOR)
    waiting = alpr.inquiry(purpose="other", reason="A study of traffic for the council")
    assert waiting.state == "waiting"
    assert waiting.approvers == ("alpr_administrator", "supervisor")
    assert "Waits for approval by one of: alpr_administrator" in waiting._repr_html_()
    with pytest.raises(ApprovalNeededError):
        waiting.search(plate=f"{PREFIX}*")
    with pytest.raises(DeniedError, match="another person has to"):
        alpr.approve(waiting.id, note="I agree with myself")
    boss = service.workbench(Role.SUPERVISOR)
    listed = boss.waiting()
    assert str(waiting.id) in listed["id"].tolist()
    assert str(listed["opened_at"].dt.tz) == "America/Los_Angeles"
    assert boss.approve(waiting.id, note="The council asked for it") == "open"
    assert waiting.refresh().state == "open"
    assert waiting.search(plate=f"{PREFIX}*").rows > 0
    with pytest.raises(PurposeError, match="waits"):
        boss.refuse(waiting.id, note="Too late")


def test_a_refused_inquiry_and_a_closed_one_show_nothing(service):
    alpr, boss = service.workbench(), service.workbench(Role.SUPERVISOR)
    refused = alpr.inquiry(purpose="other", reason="Curious about a neighbour")
    assert boss.refuse(refused.id, note="No reason of the department") == "refused"
    with pytest.raises(DeniedError, match="refused"):
        refused.search(plate="7*")
    closed = alpr.inquiry(purpose="active_warrant", reason=REASON)
    assert [one.id for one in alpr.inquiries()] == [closed.id]
    assert closed.close().state == "closed"
    with pytest.raises(DeniedError, match="closed"):
        closed.search(plate="7*")


def test_the_policys_limits_hold_over_the_wire(service, inquiry):
    with pytest.raises(CriteriaError, match="The search asks for everything"):
        inquiry.search()
    with pytest.raises(PurposeError, match="purpose"):
        service.workbench().inquiry(purpose="curiosity", reason=REASON)
    with pytest.raises(FormError, match="reason"):
        service.workbench().inquiry(purpose="active_warrant", reason="x")
    with pytest.raises(CriteriaError):
        inquiry.canvass(near=NEAR, radius_m=10_001, at="2026-10-01 12:00")


def test_an_administrator_runs_accounts_and_does_not_search(service):
    with pytest.raises(DeniedError):
        service.inquiry(Role.ALPR_ADMINISTRATOR)


def test_the_arrow_stream_is_the_table_and_says_which_record_let_it_out(service, reads):
    token = service.token()
    with service.http(token) as http:
        stated = {"purpose": "active_investigation", "reason": REASON}
        opened = http.post("/v1/inquiries", json=stated)
        assert opened.status_code == 201
        answer = http.post(
            f"/v1/inquiries/{opened.json()['id']}/search", json={"plate": f"{PREFIX}*", "limit": 3}
        )
    table = pa.ipc.open_stream(answer.content).read_all()
    said = json.loads(table.schema.metadata[b"workbench"])
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert answer.headers["workbench-truncated"] == "true"
    assert int(answer.headers["workbench-access-id"]) == said["access_id"]
    assert said["truncated"] is True
    assert said["policy_version"] == service.runtime.policy.version
    assert said["criteria"]["limit"] == 3
    assert table.schema.equals(DETECTION_SCHEMA)
    assert not any(PREFIX in value for value in answer.headers.values())


def test_many_people_search_at_the_same_time(service, inquiry, reads):
    handles = [service.inquiry() for _ in range(4)]
    with ThreadPoolExecutor(24) as pool:
        found = list(pool.map(lambda n: handles[n % 4].search(plate=f"{PREFIX}*"), range(48)))
    assert {one.rows for one in found} == {len(reads)}
    assert len({one.access_id for one in found}) == 48


def test_health_needs_no_token_and_says_nothing_else(service):
    with service.http() as http:
        answer = http.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_port_that_is_taken_is_said(service):
    port = int(service.url.rpartition(":")[2])
    with pytest.raises(ServiceError, match="does not start"), serving(service.runtime, port=port):
        pass
