"""Who looked at the packed reads: every record that concerns them, no other, and its proof."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import text

from tests.hits import SEEN_AT
from tests.hot_lists import new_code
from tests.packed_reads import (
    ANALYST,
    SEEN,
    opened,
    packed,
    released,
    rows_of,
    store_hit,
    store_pictured,
)
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.place import Circle, Point
from workbench.retention.evidence.verifying import verify_package


def looked(runtime, inquiry, plate: str, where: Point) -> dict[str, int]:
    """Look in ways that could and could not have brought the reads; return the records."""
    door, exact = runtime.door, parse_pattern(plate)
    hour = timedelta(hours=1)
    near, far = Circle(where, 100), Circle(Point(where.lon + 0.1, where.lat), 100)
    late = Period(SEEN + hour, SEEN + 2 * hour)
    one = door.search(ANALYST, inquiry, SearchCriteria(plate=exact, limit=1))
    number = one.table["detection_id"][0].as_py()
    sha256 = one.table["vehicle_picture"][0].as_py()

    def canvass(scene, at):
        asked = CanvassCriteria(scene=scene, at=at, before=hour / 4, after=hour / 4)
        return door.canvass(ANALYST, inquiry, asked).access_id

    def search(**asked):
        return door.search(ANALYST, inquiry, SearchCriteria(**asked)).access_id

    return {
        "yes plate": one.access_id,
        "yes pattern": search(plate=parse_pattern(f"{plate[:6]}*")),
        "yes area": search(area=near, period=Period(SEEN, SEEN + hour)),
        "yes camera": search(cameras=(f"C-{plate}",)),
        "yes canvass": canvass(near, SEEN),
        "yes detection": door.detection(ANALYST, inquiry, number).access_id,
        "yes picture": door.picture(ANALYST, inquiry, sha256).access_id,
        "no plate": search(plate=parse_pattern("9ZZZ999")),
        "no area": search(area=far, period=Period(SEEN, SEEN + hour)),
        "no time": search(cameras=(f"C-{plate}",), period=late),
        "no canvass": canvass(near, SEEN + timedelta(hours=3)),
        "no camera": search(cameras=("nowhere",)),
        "no confidence": search(cameras=(f"C-{plate}",), min_confidence=0.95),
        "no region": search(cameras=(f"C-{plate}",), regions=("WA",)),
    }


def test_every_look_that_could_have_brought_a_read_is_in_and_no_other(
    runtime, plate, medium, clock
):
    place = {"lon": -121.0, "lat": 38.0, "cell": None, "region": "ca"}
    store_pictured(runtime, plate, 0, camera=f"C-{plate}", **place)
    inquiry = opened(runtime)
    clock.at = max(clock.at, SEEN + timedelta(days=30))
    made = looked(runtime, inquiry, plate, Point(-121.0, 38.0))
    packed(runtime, plate, medium / "case")
    told = {int(row["seq"]): row for row in rows_of(medium / "case", "accesses.csv")}
    wrong = {what for what, seq in made.items() if (seq in told) != what.startswith("yes")}
    assert wrong == set()
    outcomes = {row["access_id"] for row in told.values() if row["kind"] == "look:outcome"}
    assert {str(seq) for what, seq in made.items() if what.startswith("yes")} <= outcomes


def test_the_excerpt_leads_to_a_signed_head(runtime, plate, medium):
    store_pictured(runtime, plate, 0)
    made = packed(runtime, plate, medium / "case")
    payload = medium / "case" / "data"
    head = json.loads((payload / "checkpoint.json").read_text())
    assert head["seq"] >= made.access_id
    assert runtime.audit.read(head["seq"]).hash == head["hash"]
    lines = [json.loads(line) for line in (payload / "accesses.jsonl").read_text().splitlines()]
    assert made.access_id in {line["seq"] for line in lines}


def test_a_look_at_the_hits_of_a_read_is_packed(runtime, plate, medium, clock):
    (number,) = store_pictured(runtime, plate, 0)
    hit = store_hit(runtime, new_code(), number, plate)
    clock.at = max(clock.at, SEEN_AT + timedelta(days=1))
    seen = runtime.hits.show(ANALYST, hit).access_id
    packed(runtime, plate, medium / "case")
    told = {int(row["seq"]) for row in rows_of(medium / "case", "accesses.csv")}
    assert seen in told


def test_a_log_that_does_not_hold_is_said_on_the_first_page(runtime, plate, medium, database):
    store_pictured(runtime, plate, 0)
    inquiry = opened(runtime)
    seq = runtime.door.search(
        ANALYST, inquiry, SearchCriteria(plate=parse_pattern(plate))
    ).access_id
    forge(database, seq, "26-014532", "26-014533")
    try:
        packed(runtime, plate, medium / "case")
    finally:
        forge(database, seq, "26-014533", "26-014532")
    page = (medium / "case" / "index.html").read_text()
    assert f"Record {seq} was edited" in page
    assert not (medium / "case" / "data" / "checkpoint.json").exists()
    assert verify_package(medium / "case").problems == ()


def forge(database, seq: int, old: str, new: str) -> None:
    """Change a record as only the owner can, past the triggers."""
    change = text(
        "UPDATE audit_record SET case_number = replace(case_number, :old, :new) WHERE seq = :seq"
    )
    with database.owner.begin() as owner:
        owner.execute(text("ALTER TABLE audit_record DISABLE TRIGGER USER"))
        owner.execute(change, {"seq": seq, "old": old, "new": new})
        owner.execute(text("ALTER TABLE audit_record ENABLE TRIGGER USER"))


def test_a_release_leaves_out_who_looked(runtime, plate, medium):
    store_pictured(runtime, plate, 0)
    released(runtime, plate, medium / "case")
    names = {file.name for file in (medium / "case" / "data").iterdir()}
    assert not {name for name in names if name.startswith(("accesses", "checkpoint"))}
    assert verify_package(medium / "case").problems == ()
