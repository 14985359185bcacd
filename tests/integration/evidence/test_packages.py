"""A package: what is in it, who may make it, and that it stays verifiable wherever it goes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import geopandas as gpd
import pytest
from sqlalchemy import text

from tests.held_reads import placed
from tests.hits import SEEN_AT, see
from tests.hot_lists import new_code
from tests.packed_reads import (
    ANALYST,
    SEEN,
    opened,
    packed,
    picture_of,
    released,
    rows_of,
    store_hit,
    store_pictured,
)
from tests.people import made_actor
from workbench.access.office import Office
from workbench.audit.keys import public_key
from workbench.domain.criteria import SearchCriteria
from workbench.domain.harmless_text import harmless_line
from workbench.domain.hit import Disposition, HitState
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Role
from workbench.domain.read_set import ReadSet
from workbench.errors import AuditWriteError, DeniedError, EvidenceError, FormError, HoldError
from workbench.hotlists.hits.acts import Score
from workbench.retention.evidence.inspections import Inspection
from workbench.retention.evidence.open import open_evidence
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import PackageState
from workbench.retention.evidence.verifying import verify_package


def bagit_says(folder: Path) -> subprocess.CompletedProcess:
    """Run the library's own command, as the person who gets the medium would."""
    command = [str(Path(sys.executable).with_name("bagit.py")), "--validate", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_package_that_was_moved_is_valid_by_bagits_own_command(runtime, plate, medium, tmp_path):
    store_pictured(runtime, plate, 0, 5)
    made = packed(runtime, plate, medium / "case", booking="2026-5571")
    assert made.state is PackageState.MADE
    assert (made.reads, made.pictures) == (2, 1)
    assert made.bookings == ("2026-5571",)
    elsewhere = tmp_path / "another machine" / "copied"
    shutil.copytree(medium / "case", elsewhere)
    done = bagit_says(elsewhere)
    assert done.returncode == 0, done.stderr
    trusted = public_key(runtime.settings.home / "keys" / "audit-signing.pub.pem")
    for keys in ((), (trusted,)):
        verdict = verify_package(elsewhere, *keys)
        assert verdict.problems == ()
        assert verdict.trusted is bool(keys)
    assert list(medium.iterdir()) == [medium / "case"]


def test_the_rows_are_the_same_in_both_files(runtime, plate, medium):
    ids = store_pictured(runtime, plate, 0, 5, 9)
    packed(runtime, plate, medium / "case")
    frame = gpd.read_parquet(medium / "case" / "data" / "reads.parquet")
    assert frame["detection_id"].tolist() == ids
    assert frame.crs.equals("OGC:CRS84")
    listed = rows_of(medium / "case", "reads.csv")
    assert [int(row["detection_id"]) for row in listed] == ids
    placed = frame[frame["lon"].notna()]
    assert (placed.geometry.x == placed["lon"]).all()
    assert frame["seen_at"].tolist()[0] == SEEN
    assert listed[0]["seen_at"] == SEEN.isoformat()
    candidates = "candidates.csv"
    assert not (medium / "case" / "data" / candidates).exists()


def test_the_look_is_logged_before_and_after_with_all_four_items(runtime, plate, medium, database):
    store_pictured(runtime, plate, 0)
    made = packed(runtime, plate, medium / "case")
    record = runtime.audit.read(made.access_id)
    assert record.kind.value == "evidence:package"
    assert (record.username, record.purpose) == ("a.analyst", "active_investigation")
    assert record.plate == plate
    assert record.criteria == Order(reads=made.order.reads).as_json()
    with database.owner.connect() as connection:
        sql = "SELECT outcome, details FROM audit_record WHERE access_id = :seq AND kind = :kind"
        found = connection.execute(text(sql), {"seq": made.access_id, "kind": "look:outcome"})
        ((outcome, details),) = found.all()
    assert outcome == "returned"
    assert (details["rows"], details["seal"]) == (1, made.seal)
    ages = details["ages_s"]
    assert ages["newest"] == ages["median"] == ages["oldest"] > 0, "of its one read"


def test_who_may_not_pack_is_refused_and_nothing_is_written(runtime, plate, medium):
    store_pictured(runtime, plate, 0)
    order = Order(reads=ReadSet(search=SearchCriteria(plate=parse_pattern(plate))))
    officer = made_actor(Role.OFFICER, username="o.officer")
    inquiry = opened(runtime, officer)
    with pytest.raises(DeniedError):
        runtime.evidence.make_package(officer, inquiry, order, out=medium / "case")
    with pytest.raises(DeniedError, match="no such inquiry of yours"):
        runtime.evidence.make_package(ANALYST, uuid4(), order, out=medium / "case")
    assert list(medium.iterdir()) == []


def test_no_audit_no_package(runtime, plate, medium, database):
    store_pictured(runtime, plate, 0)
    inquiry = opened(runtime)
    order = Order(reads=ReadSet(search=SearchCriteria(plate=parse_pattern(plate))))
    with database.owner.begin() as owner:
        owner.execute(text("REVOKE INSERT ON audit_record FROM workbench_service"))
    try:
        with pytest.raises(AuditWriteError):
            runtime.evidence.make_package(ANALYST, inquiry, order, out=medium / "case")
    finally:
        with database.owner.begin() as owner:
            owner.execute(text("GRANT INSERT ON audit_record TO workbench_service"))
    assert list(medium.iterdir()) == []


def test_a_package_of_nothing_is_refused_and_remembered(runtime, plate, medium):
    with pytest.raises(EvidenceError, match="nothing to pack"):
        packed(runtime, plate, medium / "case")
    assert list(medium.iterdir()) == []
    newest = runtime.evidence.all(ANALYST)[0]
    assert newest.state is PackageState.FAILED
    assert "nothing to pack" in newest.problem


@pytest.mark.parametrize("name", ["case", "a:b", ".hidden", "what?"])
def test_a_package_is_never_written_over_something_or_under_an_odd_name(
    runtime, plate, medium, name
):
    (medium / "case").mkdir()
    with pytest.raises(EvidenceError, match="never written over|will not do"):
        packed(runtime, plate, medium / name)


def test_a_medium_that_is_not_there_is_said_so(runtime, plate, medium):
    with pytest.raises(EvidenceError, match="medium is not there"):
        packed(runtime, plate, medium / "gone" / "case")


def test_all_reads_of_a_hold_are_packed_released_or_not(runtime, plate, medium):
    ids = store_pictured(runtime, plate, 0, 3)
    hold = placed(runtime, ReadSet(detections=(ids[1],))).hold.id
    inquiry = opened(runtime)
    made = runtime.evidence.make_package(ANALYST, inquiry, Order(hold_id=hold), out=medium / "case")
    assert [int(row["detection_id"]) for row in rows_of(medium / "case", "reads.csv")] == [ids[1]]
    assert made.order.hold_id == hold
    accesses = rows_of(medium / "case", "accesses.csv")
    assert "hold:place" in {row["kind"] for row in accesses}
    with pytest.raises(HoldError, match="no such hold"):
        runtime.evidence.make_package(ANALYST, inquiry, Order(hold_id=2**40), out=medium / "other")


def hits_in_three_ways(runtime, plate: str, ids: list[int]) -> dict[str, int]:
    made = {
        "stands": store_hit(runtime, new_code(), ids[0], plate, state=HitState.NEW),
        "possible": store_hit(runtime, new_code(), ids[0], plate, possible=True, posterior=0.1),
        "wrong": store_hit(runtime, new_code(), ids[1], plate, seen_at=SEEN + timedelta(minutes=5)),
    }
    see(runtime, ANALYST, made["wrong"])
    score = Score(disposition=Disposition.MISREAD, plate_picture=True)
    runtime.hits.act(ANALYST, made["wrong"], score)
    return made


def test_the_two_sided_package_adds_what_speaks_against(runtime, plate, medium, clock):
    shown = hashlib.sha256(picture_of(plate)).hexdigest()
    ids = store_pictured(runtime, plate, 0, 5, plate_picture=shown)
    clock.at = max(clock.at, SEEN_AT + timedelta(days=1))
    made = hits_in_three_ways(runtime, plate, ids)
    inquiry = opened(runtime)
    nothing = runtime.door.search(
        ANALYST, inquiry, SearchCriteria(plate=parse_pattern(plate), cameras=("nowhere",))
    )
    packed(runtime, plate, medium / "one")
    packed(runtime, plate, medium / "two", two_sided=True)
    # Lists that other tests left in force may have met these reads too.
    one = [int(row["id"]) for row in rows_of(medium / "one", "hits.csv")]
    assert [number for number in one if number in made.values()] == [made["stands"]]
    two = {int(row["id"]): row["standing"] for row in rows_of(medium / "two", "hits.csv")}
    both = {number: said for number, said in two.items() if number in made.values()}
    assert both == {
        made["stands"]: "stands",
        made["possible"]: "possible only: nobody was told",
        made["wrong"]: "rejected: misread",
    }
    others = rows_of(medium / "two", "candidates.csv")
    assert [row["text"] for row in others[:2]] == [plate, f"{plate[:-1]}O"]
    looks = {int(row["seq"]) for row in rows_of(medium / "two", "looks_without_result.csv")}
    assert nothing.access_id in looks
    silent = rows_of(medium / "two", "cameras_without_packed_reads.csv")
    assert "North 1" not in {row["camera_id"] for row in silent}
    for name in ("one", "two"):
        assert verify_package(medium / name).problems == ()


def test_list_versions_in_force_are_named_by_load_and_time(runtime, plate, medium, clock):
    (number,) = store_pictured(runtime, plate, 0, seen_at=SEEN_AT)
    code = new_code()
    store_hit(runtime, code, number, plate)
    clock.at = max(clock.at, SEEN_AT + timedelta(days=1))
    packed(runtime, plate, medium / "case")
    versions = rows_of(medium / "case", "list_versions.csv")
    (mine,) = [row for row in versions if row["list_code"] == code]
    assert mine["in_force_at"] == (SEEN_AT - timedelta(hours=3)).isoformat()


class Inspected:
    """Keeps one inspection of every camera, as whoever looks after equipment would."""

    def inspections(self, camera_ids, until):
        return [
            Inspection(
                camera_id=camera,
                inspected_at=until - timedelta(days=3),
                inspected_by="t.admin",
                passed=("Functions properly",),
                failed=("No visible damage",),
                note="Crack in the housing",
            )
            for camera in camera_ids
        ]


def test_inspections_of_the_cameras_are_packed(runtime, policy, plate, medium):
    store_pictured(runtime, plate, 0)
    office = Office(runtime.database.service, policy, runtime.audit, runtime.clock)
    packages = open_evidence(
        office,
        door=runtime.door,
        scoring=runtime.scoring,
        misreads=runtime.misreads,
        keys=runtime.settings.home / "keys",
        inspections=Inspected(),
    )
    order = Order(reads=ReadSet(search=SearchCriteria(plate=parse_pattern(plate))))
    packages.make_package(ANALYST, opened(runtime), order, out=medium / "case")
    (told,) = rows_of(medium / "case", "inspections.csv")
    assert told["camera_id"] == "North 1"
    assert json.loads(told["failed"]) == ["No visible damage"]
    packed(runtime, plate, medium / "without")
    assert "none on record" in (medium / "without" / "index.html").read_text()


READABLE = {".html", ".txt", ".csv", ".json", ".jsonl"}
BY_BAGIT = ("bagit.txt", "manifest-", "tagmanifest-")


def test_every_readable_file_names_the_recipient(runtime, plate, medium):
    store_pictured(runtime, plate, *range(60))
    recipient = released(runtime, plate, medium / "case").order.recipient
    silent = []
    for file in sorted((medium / "case").rglob("*")):
        if file.suffix not in READABLE or file.name.startswith(BY_BAGIT):
            continue
        beside = file.with_name(f"{file.name}.released_to.txt")
        naming = beside if beside.exists() else file
        if "Made-up " not in naming.read_text():
            silent.append(file.name)
    assert silent == []
    listed = rows_of(medium / "case", "reads.csv")
    assert {row["released_to"] for row in listed} == {recipient.line}
    page = (medium / "case" / "index.html").read_text()
    assert page.count("Released to Made-up &lt;County&gt;") == 2
    assert "<deputy>" not in page
    assert verify_package(medium / "case").contents["released_to"] == recipient.line


@pytest.mark.parametrize("camera", ['<img src="http://x/y">', "=HYPERLINK(1)", 'a\r\nb,"c"'])
def test_what_a_source_wrote_stays_text_on_pages_and_in_spreadsheets(
    runtime, plate, medium, camera
):
    store_pictured(runtime, plate, 0, camera=camera)
    packed(runtime, plate, medium / "case")
    assert verify_package(medium / "case").problems == ()
    assert '<img src="http' not in (medium / "case" / "index.html").read_text()
    (told,) = rows_of(medium / "case", "reads.csv")
    assert told["camera_id"].removeprefix("'") == harmless_line(camera)
    assert not told["camera_id"].startswith("=")
    frame = gpd.read_parquet(medium / "case" / "data" / "reads.parquet")
    assert frame["camera_id"].tolist() == [camera]


def test_a_picture_that_the_store_lost_is_told_and_the_rest_is_packed(runtime, plate, medium):
    store_pictured(runtime, plate, 0)
    store_pictured(runtime, plate, 5, vehicle_picture="ab" * 32)
    made = packed(runtime, plate, medium / "case")
    assert (made.reads, made.pictures) == (2, 1)
    page = (medium / "case" / "index.html").read_text()
    assert "1 pictures could not be packed" in page
    assert "No detection has that picture" in page
    assert verify_package(medium / "case").problems == ()


def test_a_booking_may_come_later_and_be_put_right(runtime, plate, medium, database):
    store_pictured(runtime, plate, 0)
    made = packed(runtime, plate, medium / "case")
    assert made.bookings == ()
    custodian = made_actor(Role.RECORDS_CUSTODIAN, username="r.custodian")
    with pytest.raises(DeniedError):
        runtime.evidence.book(made_actor(Role.OFFICER), made.id, "2026-1")
    for bad in ("", "  ", "a\nb", "handed to another agency", "x"):
        with pytest.raises(FormError, match="booking number"):
            runtime.evidence.book(custodian, made.id, bad)
    runtime.evidence.book(custodian, made.id, "2026-1")
    assert runtime.evidence.book(custodian, made.id, "2026-2").bookings == ("2026-1", "2026-2")
    with database.owner.connect() as connection:
        sql = "SELECT details ->> 'booking' FROM audit_record WHERE kind = 'evidence:book'"
        sql += " AND access_id = :seq ORDER BY seq"
        logged = connection.scalars(text(sql), {"seq": made.access_id}).all()
    assert logged == ["2026-1", "2026-2"]


def test_a_long_package_goes_over_many_pages(runtime, plate, medium):
    store_pictured(runtime, plate, *range(120))
    packed(runtime, plate, medium / "case")
    pages = sorted((medium / "case" / "data" / "pages").glob("reads-*.html"))
    shown = [page.read_text().count('<section class="read"') for page in pages]
    assert shown == [50, 50, 20]
    assert (medium / "case" / "index.html").read_text().count('<section class="read"') == 50
