"""Bad input: a clear error that names file, record, field and value; the rest goes on."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from itertools import repeat

import pytest

from tests.deliveries import (
    NOW,
    SAMPLES,
    items_of,
    made_delivery,
    rejected,
    sample,
    sample_json,
    taken,
)
from workbench.detections.formats.base import Delivery
from workbench.detections.formats.registry import format_named, recognised
from workbench.errors import DeliveryError, FormatUnknownError

PLAIN = "plate,seen_at,camera,lon,lat\n"
GOOD = "7ABC123,2026-11-01T12:30:00-07:00,GATE-1,-121.288,38.7521\n"


def refusal(content, format_name=None, **changes):
    """Return the error of the only record, which is refused."""
    (item,) = items_of(made_delivery(content, **changes), format_name)
    return item.error


def plain_refusal(line: str):
    return refusal(f"{PLAIN}{line}\n", name="reads.csv")


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        ("7ABC123,2026-11-01T12:30:00Z,GATE-1,-121.288,91", "lon, lat", "not on the earth"),
        ("7ABC123,2026-11-01T12:30:00Z,GATE-1,38.7521,-121.288", "lon, lat", "not on the earth"),
        ("7ABC123,2026-11-01T12:30:00Z,GATE-1,-121.288,", "lon, lat", "Half of the position"),
        ("7ABC123,2026-11-01T12:30:00,GATE-1,,", "seen_at", "without zone"),
        ("7ABC123,yesterday,GATE-1,,", "seen_at", "cannot be read"),
        ("7ABC123,,GATE-1,,", "seen_at", "missing"),
        ("7ABC123,2026-11-02T18:10:01Z,GATE-1,,", "seen_at", "in the future"),
        ("7ABC123,1970-01-01T00:00:00Z,GATE-1,,", "seen_at", "too far back"),
        ("   ,2026-11-01T12:30:00Z,GATE-1,,", "plate", "cannot be a plate"),
        (f"{'A' * 40},2026-11-01T12:30:00Z,GATE-1,,", "plate", "cannot be a plate"),
        ("7ABC123,2026-11-01T12:30:00Z,,,", "camera", "No camera"),
        (f"7ABC123,2026-11-01T12:30:00Z,{'C' * 401},,", "camera", "too long"),
        ("7ABC123,2026-11-01T12:30:00Z,GATE-1,east,north", "lon", "no number"),
        ("7ABC123,2026-11-01T12:30:00Z,GATE-1,nan,inf", "lon", "no number"),
    ],
)
def test_a_wrong_value_is_refused_by_name(line, field, said):
    error = plain_refusal(line)
    assert said in error.what
    assert error.where == {"file": "reads.csv", "record": 0, "field": field}
    assert error.allowed
    assert error.given is not None


def test_swapped_coordinates_that_are_both_on_the_earth_are_found_by_the_department_area():
    error = refusal(
        PLAIN + "7ABC123,2026-11-01T12:30:00Z,GATE-1,38.7521,-85.0\n",
        area=(-90.0, 36.0, -80.0, 43.0),
    )
    assert error.what == "lon and lat are swapped"


@pytest.mark.parametrize(("seconds", "taken_in"), [(599, True), (600, True), (601, False)])
def test_a_clock_may_be_ahead_by_the_policy_minutes_and_no_more(seconds, taken_in):
    at = (NOW + timedelta(seconds=seconds)).isoformat()
    (item,) = items_of(made_delivery(f"{PLAIN}7ABC123,{at},GATE-1,,\n"))
    assert bool(taken([item])) is taken_in


@pytest.mark.parametrize(("days", "taken_in"), [(-1, True), (0, True), (1, False)])
def test_a_sighting_may_be_as_old_as_the_policy_says_and_no_older(days, taken_in):
    at = (NOW - timedelta(days=3653 + days)).isoformat()
    (item,) = items_of(made_delivery(f"{PLAIN}7ABC123,{at},GATE-1,,\n"))
    assert bool(taken([item])) is taken_in


def test_a_missing_plate_is_kept_and_a_blank_one_refused():
    items = items_of(
        made_delivery(f"{PLAIN},2026-11-01T12:30:00Z,G,,\n  ,2026-11-01T12:30:00Z,G,,\n")
    )
    assert [item.read.plate for item in taken(items)] == [""]
    assert [item.record for item in rejected(items)] == [1]


def test_one_bad_line_costs_only_itself_and_is_kept_whole():
    lines = [GOOD, "too,few\n", GOOD.replace("7ABC123", '"7ABC123'), GOOD]
    items = items_of(made_delivery(PLAIN + "".join(lines)))
    assert [item.record for item in taken(items)] == [0, 3]
    assert [item.raw for item in rejected(items)] == [
        f"{PLAIN}{line}".encode() for line in lines[1:3]
    ]


def test_a_refused_line_can_be_read_again_by_itself():
    (bad,) = rejected(items_of(made_delivery(PLAIN + "7ABC123,2026-11-01T12:30:00,G,,\n")))
    again = items_of(made_delivery(bad.raw, zone=NOW.tzinfo))
    assert len(taken(again)) == 1


def test_bytes_that_are_no_utf8_cost_only_their_record():
    content = (
        (PLAIN + GOOD).encode() + b"7ABC124,2026-11-01T12:30:00Z,M\xfcnchen,,\n" + GOOD.encode()
    )
    items = items_of(made_delivery(content))
    assert [item.record for item in taken(items)] == [0, 2]
    (bad,) = rejected(items)
    assert "UTF-8" in bad.error.what
    assert b"M\xfcnchen" in bad.raw


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["plain.csv", "openalpr.json", "hikvision.xml"])
def test_announced_encodings_are_read(name, encoding):
    text = (SAMPLES / name).read_text().replace('encoding="UTF-8"', "")
    plain = taken(items_of(made_delivery(text, name, camera="GATE-1")))
    encoded = taken(items_of(made_delivery(text.encode(encoding), name, camera="GATE-1")))
    assert [item.read for item in encoded] == [item.read for item in plain]


def test_utf16_without_its_mark_is_refused():
    with pytest.raises(DeliveryError, match="not text in a known encoding"):
        items_of(made_delivery((PLAIN + GOOD).encode("utf-16-le")), "delimited:plain")


@pytest.mark.parametrize("content", [b"", b"  \n\t ", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(content):
    with pytest.raises(DeliveryError, match="empty"):
        recognised(made_delivery(content, "empty.json"))


def test_an_unknown_format_names_those_that_are_known():
    with pytest.raises(FormatUnknownError, match=r"file who\.bin.*openalpr.*delimited:seattle"):
        recognised(made_delivery(b"\x89PNG\r\n", "who.bin"))


def test_truncated_json_is_refused_as_a_whole_when_nothing_of_it_is_good():
    cut = (SAMPLES / "openalpr.json").read_bytes()[:400]
    with pytest.raises(DeliveryError, match=r"made\.json, record 0.*ends before it is whole"):
        items_of(made_delivery(cut, camera="GATE-1"))


def test_good_records_before_a_truncation_are_kept():
    one = json.dumps(sample_json("axis_lpv.json"))
    for content in (f"{one}\n{one}\n{one[:200]}", f"[{one},{one},{one[:200]}"):
        items = items_of(made_delivery(content))
        assert [item.record for item in taken(items)] == [0, 1]
        assert [item.raw for item in rejected(items)] == [one[:200].encode()]


def test_a_truncated_gz_keeps_what_came_before():
    lines = PLAIN + "".join(GOOD.replace("7ABC123", f"7AB{n:05}") for n in range(30_000))
    whole = gzip.compress(lines.encode())
    items = items_of(made_delivery(whole[: len(whole) // 2]))
    assert len(taken(items)) > 1_000
    assert "truncated" in rejected(items)[-1].error.what
    assert rejected(items)[-1].record == len(items) - 1


def test_a_gz_file_is_read_as_its_content():
    raw = (SAMPLES / "seattle.psv").read_bytes()
    assert len(taken(items_of(made_delivery(gzip.compress(raw), "reads.gz")))) == 2


def test_a_gz_bomb_stops_at_the_policy_size():
    delivery = made_delivery(gzip.compress(PLAIN.encode() + GOOD.encode() * 100_000))
    small = delivery.context.limits
    limits = type(small)(
        file_bytes=100_000,
        record_bytes=small.record_bytes,
        nesting=small.nesting,
        future=small.future,
        age=small.age,
    )
    items = items_of(made_delivery(delivery.content, limits=limits), "delimited:plain")
    assert rejected(items)[-1].error.what == "The file is too large"
    assert len(items) < 2_500


class Endless:
    """A file of one gigabyte of the same byte that is never held in memory."""

    def __init__(self, byte: bytes) -> None:
        self.left = 1 << 30
        self.byte = byte
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        self.given += size
        return self.byte * size

    read1 = read

    def seek(self, at: int) -> None:
        self.left = (1 << 30) - at

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def test_a_gigabyte_of_brackets_is_refused_after_its_first_chunk(monkeypatch):
    file = Endless(b"[")
    monkeypatch.setattr(Delivery, "open", lambda _: file)
    with pytest.raises(DeliveryError, match="nested too deeply"):
        list(format_named("openalpr").records(made_delivery(b"")))
    assert file.given <= 1 << 20


def test_a_gigabyte_without_an_end_of_line_is_refused_within_the_limit(monkeypatch):
    file = Endless(b"x")
    monkeypatch.setattr(Delivery, "open", lambda _: file)
    with pytest.raises(DeliveryError, match=r"too long|header"):
        list(format_named("delimited:plain").records(made_delivery(b"")))
    assert file.given <= 1 << 22


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("epoch_time",), "soon", "epoch_time"),
        (("results", 0, "confidence"), 101, "confidence"),
        (("results", 1, "plate"), None, r"results\[1\].plate"),
        (("results",), None, "results"),
    ],
)
def test_a_json_value_of_another_kind_is_refused_by_its_path(path, value, field):
    record = sample_json("openalpr.json")
    at = record
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    error = rejected(items_of(made_delivery(json.dumps(record), camera="G")))[0].error
    assert error.where["field"] == field.replace("\\", "")
    assert error.allowed


def test_one_bad_plate_of_a_picture_does_not_cost_the_other():
    record = sample_json("openalpr.json")
    record["results"][0]["plate"] = "   "
    items = items_of(made_delivery(json.dumps(record), camera="G"))
    assert [item.read.plate for item in taken(items)] == ["8XYZ007"]
    assert len(rejected(items)) == 1


def test_a_missing_field_is_named():
    record = sample_json("axis_lpv.json")
    del record["plateText"]
    error = refusal(json.dumps(record), "axis_lpv")
    assert "plateText is missing" in error.what


@pytest.mark.parametrize(
    "text",
    ['{"data_type": "alpr_results", "epoch_time": NaN, "results": []}', "[1, 2]", '"alpr"', "{}"],
)
def test_json_that_is_no_record_is_refused(text):
    delivery = made_delivery(text, camera="G")
    try:
        items = items_of(delivery, "openalpr")
    except DeliveryError:
        return
    assert not taken(items)
    assert rejected(items)


@pytest.mark.parametrize("plate", ["7AB\u0000C", "7AB\ud800C"])
def test_characters_that_no_table_holds_are_refused(plate):
    record = sample_json("axis_lpv.json")
    record["plateUTF8"] = plate
    error = refusal(json.dumps(record), "axis_lpv")
    assert error.where["field"] == "plate"


def test_a_picture_that_is_no_base64_is_refused():
    record = sample_json("blueiris_alert.json")
    record["Image"] = "not base64!"
    errors = [item.error for item in rejected(items_of(made_delivery(json.dumps(record))))]
    assert {error.where["field"] for error in errors} == {"Image"}


XML_BOMB = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<EventNotificationAlert><ANPR><licensePlate>&b;</licensePlate></ANPR></EventNotificationAlert>"""
XML_FILE = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>
<EventNotificationAlert><ANPR><licensePlate>&f;</licensePlate></ANPR></EventNotificationAlert>"""


@pytest.mark.parametrize(
    "content",
    [
        XML_BOMB,
        XML_FILE,
        "<EventNotificationAlert><ANPR>",
        "<EventNotificationAlert>" * 100,
        "<AutoVu></AutoVu>",
        "<EventNotificationAlert>&nbsp;</EventNotificationAlert>",
    ],
    ids=["bomb", "file", "cut", "deep", "other", "entity"],
)
def test_xml_with_entities_or_without_end_is_refused(content):
    with pytest.raises(DeliveryError, match="not the XML"):
        items_of(made_delivery(content, "alert.xml"), "hikvision")


def test_of_several_xml_documents_the_good_ones_are_kept():
    one = (SAMPLES / "hikvision.xml").read_text()
    items = items_of(made_delivery(one + one[: len(one) // 2] + "\n" + one, "alerts.xml"))
    assert [item.record for item in taken(items)] == [0, 2]
    assert [item.record for item in rejected(items)] == [1]


def test_a_list_of_xml_events_gives_each():
    one = (SAMPLES / "genetec.xml").read_text().partition("?>")[2]
    items = items_of(made_delivery(f"<list>{one}{one}</list>", "reads.xml"))
    assert [item.record for item in taken(items)] == [0, 1]


@pytest.mark.parametrize(
    "cell",
    ["__import__('os')", "[" * 50 + "]" * 50, "{'a': 1", "1 + 1", "x" * 30_000, "-" * 5_000 + "1"],
)
def test_a_python_cell_that_is_no_plain_value_is_refused(cell):
    head = "timestamp,plate,score,box,file\n"
    line = f'2026-11-01T12:30:00Z,7ABC123,0.9,"{cell}",/g_screenshots/a.jpg\n'
    error = refusal(head + line, "platerecognizer_csv")
    assert error.where["field"] == "box"


def test_a_header_without_a_needed_column_is_refused_and_named():
    with pytest.raises(DeliveryError, match="field seen_at"):
        items_of(made_delivery("plate,camera\n7ABC123,G\n"), "delimited:plain")


def test_a_header_that_names_a_column_twice_is_refused():
    with pytest.raises(DeliveryError, match="twice"):
        items_of(made_delivery("plate,seen_at,camera,plate\n"), "delimited:plain")


@pytest.mark.parametrize("name", ["hikvision.xml", "genetec.xml"])
def test_hemispheres_and_positions_outside_are_refused_in_xml(name):
    text = (SAMPLES / name).read_text()
    wrong = text.replace("<degree>38</degree>", "<degree>91</degree>").replace(
        "<LatitudeY>38.7521", "<LatitudeY>91"
    )
    error = refusal(wrong, name.partition(".")[0])
    assert "not on the earth" in error.what


def test_a_preview_is_another_event_and_marked():
    record = sample_json("rekor_group.json") | {"is_preview": True}
    (item,) = taken(items_of(made_delivery(json.dumps(record))))
    assert item.read.source_event.endswith(":preview")
    assert {flag.value for flag in item.flags} == {"uncertain"}


def test_a_rekor_agent_that_was_told_no_position_gives_none():
    record = sample_json("rekor_group.json") | {"gps_latitude": -1, "gps_longitude": -1}
    (item,) = taken(items_of(made_delivery(json.dumps(record))))
    assert item.read.position is None


def test_hikvision_without_a_plate_is_kept_without_one():
    text = (SAMPLES / "hikvision.xml").read_text()
    (item,) = taken(items_of(made_delivery(text.replace("7ABC123", "unknown"), "a.xml")))
    assert item.read.plate == ""


def test_other_hikvision_events_are_refused():
    text = (SAMPLES / "hikvision.xml").read_text().replace(">ANPR<", ">VMD<", 1)
    assert refusal(text, "hikvision").where["field"] == "eventType"


def test_the_samples_hold_nothing_that_is_refused_for_its_place_in_the_file():
    for name, number in zip(("openalpr.json", "axis_lpv.json"), repeat(3), strict=False):
        text = "\n".join([json.dumps(sample_json(name))] * number)
        items = items_of(made_delivery(text, camera="G"))
        assert {item.record for item in items} == {0, 1, 2}
        assert not rejected(items)
    assert sample("plain.csv").name == "plain.csv"
