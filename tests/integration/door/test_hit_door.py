"""The read and the pictures of a hit: its own alone, for its own purpose, logged before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select, text

from tests.hits import SEEN_AT, store_hits
from tests.people import DESK, made_actor, made_person
from tests.pictures import car_picture, encoded
from tests.reads import made_reads, store_reads
from tests.service import open_service
from workbench.audit import AuditLog
from workbench.detections.hit_door import HitDoor
from workbench.detections.looks import Looks
from workbench.detections.read_limits import ReadLimits
from workbench.domain.person import Actor, Role
from workbench.errors import (
    AuditWriteError,
    DeniedError,
    DetectionMissingError,
    HitMissingError,
    PictureMissingError,
)
from workbench.hotlists.hits.of_read import ReadsOfHits
from workbench.storage.detection_tables import detection
from workbench.storage.picture_rows import keep_picture

OFFICER = made_actor(Role.OFFICER, username="o.officer")


@dataclass
class Made:
    """A stored hit of a stored read."""

    hit: int
    read: int
    vehicle_picture: str


def store(runtime, database, *, paint: str, kind: str = "general") -> Made:
    content = encoded(car_picture(paint=paint))
    (row,) = made_reads(1, seed=5)
    with database.service.begin() as connection:
        sha256 = keep_picture(runtime.pictures, connection, content, SEEN_AT)
    row |= {"seen_at": SEEN_AT, "vehicle_picture": sha256}
    store_reads(database.service, [row])
    with database.service.connect() as connection:
        of_key = select(detection.c.id).where(detection.c.event_key == row["event_key"])
        read = connection.scalar(of_key)
    (hit,) = store_hits(database.service, {"detection_id": read}, kind=kind)
    return Made(hit, read, sha256)


@pytest.fixture
def made(runtime, database) -> Made:
    return store(runtime, database, paint="#6b2226")


def logged(database, hit: int) -> list[dict]:
    sql = "SELECT * FROM audit_record WHERE criteria ->> 'hit' = :hit ORDER BY seq"
    with database.owner.connect() as connection:
        rows = connection.execute(text(sql), {"hit": str(hit)}).mappings()
        return [dict(row) for row in rows]


def ends(database, *seqs: int) -> list[str]:
    sql = "SELECT outcome FROM audit_record WHERE access_id = ANY(:seqs) ORDER BY seq"
    with database.owner.connect() as connection:
        return list(connection.scalars(text(sql), {"seqs": list(seqs)}))


def test_the_read_and_its_picture_come_out_each_logged_for_the_hits_purpose(
    runtime, database, made
):
    read = runtime.hit_door.read(OFFICER, made.hit)
    (row,) = read.table.to_pylist()
    assert (row["detection_id"], row["vehicle_picture"]) == (made.read, made.vehicle_picture)
    picture = runtime.hit_door.picture(OFFICER, made.hit, made.vehicle_picture)
    assert picture.content == runtime.pictures.get(made.vehicle_picture)
    records = logged(database, made.hit)
    assert [record["kind"] for record in records] == ["detection:view", "picture:view"]
    assert [record["seq"] for record in records] == [read.access_id, picture.access_id]
    assert {record["purpose"] for record in records} == {"stolen_or_wanted_vehicle"}
    assert {record["plate"] for record in records} == {"2ABC345"}
    assert {record["inquiry_id"] for record in records} == {None}
    assert ends(database, read.access_id, picture.access_id) == ["returned", "returned"]


def test_the_purpose_is_that_of_the_list(runtime, database):
    special = store(runtime, database, paint="#224466", kind="special")
    runtime.hit_door.read(OFFICER, special.hit)
    assert [record["purpose"] for record in logged(database, special.hit)] == [
        "active_investigation"
    ]


def test_a_picture_of_another_read_does_not_come_out(runtime, database, made):
    other = store(runtime, database, paint="#335533")
    with pytest.raises(PictureMissingError, match="no such picture"):
        runtime.hit_door.picture(OFFICER, made.hit, other.vehicle_picture)
    (record,) = logged(database, made.hit)
    assert ends(database, record["seq"]) == ["failed"]


def test_what_is_no_picture_of_a_read_does_not_come_out(runtime, made):
    inside = runtime.pictures.put(b"a vendor's file")
    with pytest.raises(PictureMissingError):
        runtime.hit_door.picture(OFFICER, made.hit, inside)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.RECORDS_CUSTODIAN, Role.SERVICES_CAPTAIN])
def test_who_may_not_look_at_hits_gets_neither(runtime, database, made, role):
    actor = made_actor(role, username="x.person")
    for refused in (
        lambda: runtime.hit_door.read(actor, made.hit),
        lambda: runtime.hit_door.picture(actor, made.hit, made.vehicle_picture),
    ):
        with pytest.raises(DeniedError):
            refused()
    assert logged(database, made.hit) == []


def test_nobody_without_training_gets_either(runtime, made):
    untrained = Actor(made_person(Role.OFFICER, systems=("CDMS",)), DESK)
    with pytest.raises(DeniedError):
        runtime.hit_door.read(untrained, made.hit)


def test_a_hit_that_is_not_there_and_a_read_that_is_gone_are_told_apart(runtime, database):
    with pytest.raises(HitMissingError):
        runtime.hit_door.read(OFFICER, 2**62)
    (gone,) = store_hits(database.service, {"detection_id": 2**61})
    with pytest.raises(DetectionMissingError):
        runtime.hit_door.read(OFFICER, gone)
    with pytest.raises(DetectionMissingError):
        runtime.hit_door.picture(OFFICER, gone, "0" * 64)


class _NoLog(AuditLog):
    def append(self, *_args, **_how):
        raise AuditWriteError("The disk is full")


def test_no_audit_no_read_and_no_picture(runtime, database, policy, clock, inquiries, made):
    broken = _NoLog(database.service, clock=clock, organisation="Made up", policy_version="1")
    limits = ReadLimits(database.service, policy=policy, audit=broken, clock=clock)
    looks = Looks(policy=policy, audit=broken, inquiries=inquiries, clock=clock, limits=limits)
    door = HitDoor(
        database.reader,
        hits=ReadsOfHits(database.reader, policy=policy),
        pictures=runtime.pictures,
        looks=looks,
        policy=policy,
        audit=broken,
        clock=clock,
    )
    with pytest.raises(AuditWriteError):
        door.read(OFFICER, made.hit)
    with pytest.raises(AuditWriteError):
        door.picture(OFFICER, made.hit, made.vehicle_picture)


def test_the_service_has_both(settings, policy, database, clock, runtime, made):
    other = store(runtime, database, paint="#775511")
    with open_service(settings, policy, database, clock) as service:
        with service.http(service.token(Role.OFFICER)) as http:
            answer = http.get(f"/v1/hits/{made.hit}/read")
            assert answer.status_code == 200
            sha256 = answer.json()["read"]["vehicle_picture"]
            picture = http.get(f"/v1/hits/{made.hit}/pictures/{sha256}")
            assert picture.content == runtime.pictures.get(made.vehicle_picture)
            assert picture.headers["content-type"] == "image/jpeg"
            wrong = http.get(f"/v1/hits/{made.hit}/pictures/{other.vehicle_picture}")
            assert wrong.status_code == 404
        with service.http(service.token(Role.AUDITOR)) as http:
            assert http.get(f"/v1/hits/{made.hit}/read").status_code == 403
            assert http.get(f"/v1/hits/{made.hit}/pictures/{sha256}").status_code == 403
        with service.http() as http:
            assert http.get(f"/v1/hits/{made.hit}/pictures/{sha256}").status_code == 401


def test_the_log_names_who_looked(runtime, database, made):
    officer = replace(OFFICER, person=replace(OFFICER.person, username="o.second"))
    runtime.hit_door.read(officer, made.hit)
    assert [record["username"] for record in logged(database, made.hit)] == ["o.second"]
