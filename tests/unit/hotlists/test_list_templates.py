"""Layouts of lists: what templates may say, and what is read by them."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from workbench.domain.hot_entry import Category
from workbench.errors import HotListError, ListFileError
from workbench.hotlists.lists.reading import ListReader
from workbench.hotlists.lists.template import (
    ListTemplate,
    list_template,
    list_template_names,
    load_list_template,
)
from workbench.hotlists.lists.values import Reading
from workbench.resources import resource_root

SCHEMA = resource_root() / "data_schema" / "hot_lists" / "template.schema.json"
LOCAL = ZoneInfo("America/Los_Angeles")


def read(template: ListTemplate, content: str | bytes, **values):
    """Return the rows and the counts of a file."""
    said = {"category": Category.STOLEN_VEHICLE, "region": None, "zone": LOCAL, **values}
    reader = ListReader(template, Reading(**said))
    raw = content.encode() if isinstance(content, str) else content
    return list(reader.rows(BytesIO(raw))), reader.counts


def changed(name: str, **values) -> ListTemplate:
    return list_template({**load_list_template(name).model_dump(mode="json"), **values})


@pytest.mark.parametrize("name", list_template_names())
def test_a_shipped_template_fits_its_schema_and_survives_being_stored(name):
    template = load_list_template(name)
    assert template.name == name
    stored = template.model_dump(mode="json")
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(stored)
    assert list_template(stored) == template


def test_the_schema_of_templates_is_the_one_they_are_held_to():
    written = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(written)
    assert {**ListTemplate.model_json_schema(), **written} == written


WRONG = {
    "an unknown key": {"colour": "red"},
    "a number for a text": {"title": 1},
    "an unknown encoding": {"encoding": "utf-7"},
    "no zone": {"times": {"zone": "Mars/Olympus"}},
    "a column that is not there": {"fields": {"plate": "Plate2"}},
    "a long state": {"forced": {"region": "California"}},
    "an unknown category": {"categories": {"Stolen": "gone"}},
    "two delimiters": {"layout": {"kind": "delimited", "delimiter": ";;"}},
    "columns beside a header": {"layout": {"kind": "delimited", "columns": ["PlateNumber"]}},
    "a column twice": {
        "layout": {"kind": "delimited", "header": "none", "columns": ["PlateNumber"] * 2}
    },
    "an unknown layout": {"layout": {"kind": "xml"}},
    "a place of zero": {
        "layout": {"kind": "fixed", "columns": [{"name": "PlateNumber", "start": 0, "width": 7}]}
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_a_template_that_cannot_be_meant_is_refused(name):
    with pytest.raises(HotListError, match="cannot be taken"):
        changed("genetec", **WRONG[name])


def test_a_file_that_is_no_template_says_so(tmp_path):
    file = tmp_path / "mine.toml"
    with pytest.raises(HotListError, match="no such template"):
        load_list_template(file)
    file.write_text("name = ")
    with pytest.raises(HotListError, match="not TOML"):
        load_list_template(file)
    file.write_text('name = "mine"')
    with pytest.raises(HotListError, match="field title"):
        load_list_template(file)


def test_genetecs_list_is_read_with_and_without_its_header():
    rows = "Stolen;CA;7ABC123;2026-10-01;2026-11-30\nWanted;;8XYZ789;;\n"
    header = "Category;PlateState;PlateNumber;EffectiveDate;ExpiryDate\n"
    template = load_list_template("genetec")
    plain, with_header = read(template, rows)[0], read(template, header + rows)[0]
    assert [row[1:] for row in plain] == [row[1:] for row in with_header]
    assert (plain[0][0], with_header[0][0]) == (1, 2)
    assert plain[0][1:] == (
        *("7ABC123", "7ABC123", False, "CA", "stolen_vehicle"),
        *("2026-10-01T07:00:00.000000+00:00", "2026-12-01T08:00:00.000000+00:00", None),
    )
    assert plain[1][4:] == (None, "wanted_person", None, None, None)


def test_learns_list_skips_a_column_and_forces_state_and_alert():
    template = changed("learn", forced={"region": "NV", "category": "wanted_person"})
    rows, counts = read(template, "7ABC123,CA,nobody reads this,Blue van\n8XYZ789,,,N/A\n")
    assert counts.good == 2
    assert rows[0][4:6] == ("NV", "wanted_person")
    assert json.loads(rows[0][8]) == {"Notes": "Blue van"}
    assert rows[1][8] is None


def test_a_fixed_width_list_is_read_and_its_trailer_counts_the_rows():
    template = load_list_template("fixed")
    lines = ["7ABC123   CA20261001V123456789  ", "8XYZ789   NV        ", "9DEF456"]
    body = "".join(f"{line}\n" for line in lines)
    rows, _ = read(template, f"{body}TRAILER 0003\n")
    assert [row[1] for row in rows] == ["7ABC123", "8XYZ789", "9DEF456"]
    assert rows[0][6] == "2026-10-01T07:00:00.000000+00:00"
    assert json.loads(rows[0][8]) == {"record": "V123456789"}
    assert rows[2][4] is None
    for trailer in ("TRAILER 2\n", "TRAILER 4\n", "", "TRAILER\n", "TRAILER 3\n7ABC124   CA\n"):
        with pytest.raises(ListFileError):
            read(template, body + trailer)


@pytest.mark.parametrize("cut", [1, 5, 40, 60, 200])
def test_a_list_cut_off_anywhere_is_noticed(cut):
    body = "".join(f"{f'7A{n:05}':<10}CA20261001\n" for n in range(50)) + "TRAILER 50\n"
    assert read(load_list_template("fixed"), body)[1].good == 50
    with pytest.raises(ListFileError):
        read(load_list_template("fixed"), body[:-cut])


def test_half_of_a_compressed_list_is_noticed():
    whole = gzip.compress(("plate\n" + "".join(f"7A{n:05}\n" for n in range(9_000))).encode())
    assert read(load_list_template("plain"), whole)[1].good == 9_000
    with pytest.raises(ListFileError, match="cut off"):
        read(load_list_template("plain"), whole[: len(whole) // 2])


def test_an_encoding_is_detected_or_declared_and_a_wrong_byte_has_its_line():
    text = "plate,state\n" + "7ABC123,CA\n" * 3 + "8ÄÖÜ123,CA\n"
    template = load_list_template("plain")
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read(template, text.encode(encoding))[0][-1][2] == "8AOU123"
    western = text.encode("cp1252")
    with pytest.raises(ListFileError, match="line 5: A byte is not UTF-8; given: '0xc4'"):
        read(template, western)
    assert read(changed("plain", encoding="cp1252"), western)[0][-1][1] == "8ÄÖÜ123"
    with pytest.raises(ListFileError, match="encoding"):
        read(changed("plain", encoding="utf-16"), text)
    with pytest.raises(ListFileError, match="template names"):
        read(changed("plain", encoding="cp1252"), text.encode("utf-8-sig"))
    with pytest.raises(ListFileError, match="line 5"):
        read(changed("plain", encoding="cp1252"), western.replace(b"\xc4", b"\x81"))


def test_a_wrong_byte_deep_in_a_long_file_has_its_line():
    lines = [b"plate", *(b"7A%05d" % n for n in range(99_999))]
    lines[77_776] += b"\xff"
    with pytest.raises(ListFileError, match="line 77777:"):
        read(load_list_template("plain"), b"\n".join(lines) + b"\n")


BROKEN = {
    "7ABC123,California": "The state is not two letters",
    "7ABC123,CA,gone": "The template knows no such category",
    "7ABC123,CA,,2026-13-01": "The time in the column for effective cannot be read",
    "7ABC123,CA,,,soon": "The time in the column for expires cannot be read",
    "7ABC123,CA,,2026-11-02,2026-11-01": "The entry ends before it begins",
    "   ,CA": "The plate is blank",
    "1234567890123,CA": "That is longer than a plate",
    "A*B*C*D,CA": "Too much of the plate is unknown",
    "*A*,CA": "Too little of the plate is known",
    "7ABC123,CA,,,,": "The row has more or fewer columns than it should",
    '7ABC123,"CA': "The row has more or fewer columns than it should",
}


@pytest.mark.parametrize("row", BROKEN)
def test_a_broken_row_costs_itself_and_its_reason_repeats_nothing_of_it(row):
    given = row if row.count(",") > 4 or '"' in row else row + "," * (4 - row.count(","))
    header = "plate,state,category,effective,expires"
    rows, counts = read(load_list_template("plain"), f"{header}\n8XYZ789,CA,,,\n{given}\n")
    assert [found[1] for found in rows] == ["8XYZ789"]
    assert counts.told() == [{"reason": BROKEN[row], "rows": 1, "lines": [3]}]


def test_the_same_plate_of_another_state_or_category_is_another_entry():
    rows = "Stolen;CA;7ABC123;;\nStolen;CA;7abc-123;;\nStolen;NV;7ABC123;;\nWanted;CA;7ABC123;;\n"
    found, counts = read(load_list_template("genetec"), rows)
    assert (len(found), counts.good, counts.duplicate) == (3, 3, 1)


def test_a_day_counts_whole_and_a_time_as_it_is():
    template = load_list_template("plain")
    header = "plate,effective,expires\n"
    (row,) = read(template, f"{header}7ABC123,2026-11-01T10:00,2026-11-01\n")[0]
    assert row[6:8] == ("2026-11-01T18:00:00.000000+00:00", "2026-11-02T08:00:00.000000+00:00")
    _, counts = read(template, f"{header}7ABC123,2026-11-01T10:00Z,2026-11-01T11:00+01:00\n")
    assert counts.told()[0]["reason"] == "The entry ends before it begins"


def test_an_entry_may_be_meant_for_ever():
    rows, counts = read(load_list_template("genetec"), "Stolen;CA;7ABC123;0001-01-01;9999-12-31\n")
    assert counts.good == 1
    assert (rows[0][6][:4], rows[0][7][:4]) == ("0001", "9999")


def test_a_word_with_stars_is_refused_where_the_template_has_none():
    _, counts = read(load_list_template("learn"), "7AB*,CA,,\n")
    assert counts.told()[0]["reason"] == "The template lets no plate have unknown characters"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    for name in ("plain", "genetec", "fixed"):
        try:
            _, counts = read(load_list_template(name), content)
        except ListFileError:
            continue
        assert counts.rows == counts.good + counts.duplicate + counts.failed


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=14), max_size=8))
def test_every_row_is_counted_once(cells):
    rows = [cell.replace("\n", " ").replace("\r", " ").replace(";", ",") for cell in cells]
    text = "".join(f"Stolen;CA;{row};;\n" for row in rows)
    try:
        found, counts = read(load_list_template("genetec"), text or "\n")
    except ListFileError:  # the text looks like what does not belong, or like no text
        return
    assert counts.rows == len(rows)
    assert len(found) == counts.good
