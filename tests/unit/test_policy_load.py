"""A policy file is taken whole or refused with field, value and what is allowed."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.errors import PolicyError, PurposeError
from workbench.policy import check_policy, load_policy
from workbench.policy.load import SHIPPED_FILE

SHIPPED: dict[str, Any] = tomllib.loads(SHIPPED_FILE.read_text())


def as_toml(value: Any) -> str:
    """Return a value as inline TOML; JSON's strings, numbers and lists are TOML's too."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def write(folder: Path, values: dict[str, Any]) -> Path:
    file = folder / "policy.toml"
    file.write_text("\n".join(f"{name} = {as_toml(value)}" for name, value in values.items()))
    return file


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for name, part in value.items() for leaf in leaves(part, (*path, name))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [leaf for n, part in enumerate(value) for leaf in leaves(part, (*path, n))]
    return [(path, value)]


def changed(path: tuple[Any, ...], new: Any) -> dict[str, Any]:
    values = copy.deepcopy(SHIPPED)
    place = values
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = new
    return values


def removed(path: tuple[Any, ...]) -> dict[str, Any]:
    values = copy.deepcopy(SHIPPED)
    place = values
    for part in path[:-1]:
        place = place[part]
    del place[path[-1]]
    return values


def wrong_for(value: Any) -> st.SearchStrategy[Any]:
    """Values of a kind that a field of this kind never takes."""
    wrong: list[Any] = [{"a": 1}]
    if not isinstance(value, bool):
        wrong += [True]
    if not isinstance(value, list):
        wrong += [[], ["x"]]
    if isinstance(value, str):
        wrong += ["", " ", 5, 1.5, "x" * 2_001]
    else:
        wrong += ["", "5", "yes"]
    if isinstance(value, int | float):
        wrong += [-1, -0.5, 1e300]
    if isinstance(value, int):
        wrong += [1.5]
    if isinstance(value, list):
        wrong += [5, [{}], [7, "ok"], [""]]
    if isinstance(value, bool):
        wrong += [0, 1]
    return st.sampled_from(wrong)


@st.composite
def broken(draw: st.DrawFn) -> tuple[tuple[Any, ...], Any]:
    path, value = draw(st.sampled_from(leaves(SHIPPED)))
    return path, draw(wrong_for(value))


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(broken())
@example((("name",), "x" * 2_001))  # the version, which is made of it, would be too long as well
def test_every_wrong_value_names_field_value_and_allowed(tmp_path, case):
    path, wrong = case
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path, changed(path, wrong)))
    error = caught.value
    field = ".".join(map(str, path))
    assert str(error.where["field"]).startswith(field)
    assert error.given is not None
    assert error.allowed
    assert str(error.where["file"]).endswith("policy.toml")
    if not isinstance(wrong, list | dict):
        assert error.given == wrong or repr(error.given) == repr(wrong)


@pytest.mark.parametrize("path", [p for p, _ in leaves(SHIPPED) if p[-1] != "note"], ids=str)
def test_every_missing_field_is_named(tmp_path, path):
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path, removed(path)))
    assert caught.value.where["field"] == ".".join(map(str, path))
    assert "missing" in caught.value.what


@pytest.mark.parametrize("table", [name for name, v in SHIPPED.items() if not isinstance(v, str)])
def test_every_missing_table_is_named(tmp_path, table):
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path, removed((table,))))
    assert caught.value.where["field"] == table


@pytest.mark.parametrize(
    ("path", "new", "field", "said"),
    [
        (("retentoin",), {}, "retentoin", "retention"),
        (("search", "limit"), 5, "search.limit", "default_limit"),
        (("sign_in", "failures", "sektion"), "x", "sign_in.failures.sektion", "section"),
        (("purposes", 0, "approval"), True, "purposes.0.approval", "needs_approval"),
        (("version",), "mine", "version", "no such field"),
        (("roles", "chief"), {"value": [], "section": "1"}, "roles.chief", "'officer'"),
        (
            ("roles", "officer", "value"),
            ["detections:destroy"],
            "roles.officer.value.0",
            "'detections:search'",
        ),
        (
            ("training", "needs", 0, "actions"),
            ["fly:away"],
            "training.needs.0.actions.0",
            "'reads:ingest'",
        ),
        (("training", "needs", 0, "system"), "MARS", "training", "CDMS, LEARN"),
        (("department", "time_zone", "value"), "Mars/Base", "department.time_zone.value", "IANA"),
        (("department", "time_zone", "value"), "../etc", "department.time_zone.value", "IANA"),
        (
            ("department", "area", "value"),
            [38.0, -125.0, 43.0, -117.0],
            "department.area.value",
            "min_lon, min_lat, max_lon, max_lat",
        ),
        (("department", "metric_crs", "value"), "UTM 10", "department.metric_crs.value", "EPSG"),
        (("program", "policy_url", "value"), "http://x", "program.policy_url.value", "https"),
        (("sign_in", "password_min_characters", "value"), 7, "sign_in.", "equal to 8"),
        (("search", "default_limit", "value"), 10_001, "search", "reads_per_look"),
        (("search", "reads_per_look", "value"), 50_001, "search", "reads_per_day"),
        (("search", "max_limit", "value"), 9_999, "search", "max_limit"),
        (("search", "canvass_default_minutes", "value"), 1441, "search", "canvass_max_minutes"),
        (("retention", "audit_log", "value"), "366 days", "retention", "audit_log should be more"),
        (("retention", "reads", "value"), "0 days", "retention.reads.value", "365 days"),
        (("retention", "reads", "value"), "1 fortnight", "retention.reads.value", "365 days"),
        (("audits", "approved_by", "value"), "alpr_administrator", "audits", "another role"),
        (("ingest", "max_record_bytes", "value"), 2**33, "ingest", "max_file_bytes"),
        (("recognition", "uncertain_below", "value"), 1.001, "recognition.", "equal to 1"),
    ],
)
def test_values_that_the_rules_do_not_know_are_named(tmp_path, path, new, field, said):
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path, changed(path, new)))
    assert str(caught.value.where["field"]).startswith(field)
    assert said in caught.value.allowed


def test_a_purpose_stands_once(tmp_path):
    values = copy.deepcopy(SHIPPED)
    values["purposes"].append(values["purposes"][0])
    with pytest.raises(PolicyError, match="stolen_or_wanted_vehicle"):
        load_policy(write(tmp_path, values))


def test_a_role_that_is_left_out_is_named(tmp_path):
    with pytest.raises(PolicyError, match="auditor should be there"):
        load_policy(write(tmp_path, removed(("roles", "auditor"))))


def test_not_a_number_is_no_number(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED_FILE.read_text().replace("value = 0.6", "value = nan"))
    with pytest.raises(PolicyError, match=r"recognition\.uncertain_below\.value.*nan.*finite"):
        load_policy(file)


def test_a_date_is_no_number_and_no_word(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED_FILE.read_text().replace("value = 365", "value = 2026-11-02"))
    with pytest.raises(PolicyError, match=r"2026-11-02"):
        load_policy(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = 1\nb = \n", "line 2"),
        (b"a = 1\n[search\n", "line 2"),
        (b"a = 1\na = 2\n", "line 2"),
        (b"a = 1\nb = 'open", "line 2"),
        (b"a = 1\nb = '\xff'\n", "line 2"),
        (b"a = " + b"[" * 100_000, "line 1"),
        (b"a = " + b"9" * 5_000, "line 1"),
        (b"", "the field is missing"),
        (b"\x00", "line 1"),
    ],
)
def test_what_is_no_toml_names_the_line(tmp_path, content, said):
    file = tmp_path / "policy.toml"
    file.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert said in str(caught.value).lower()
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / name)
    assert str(tmp_path) in str(caught.value)


def test_check_lists_all_that_is_wrong(tmp_path):
    values = changed(("sign_in", "failures", "value"), -1)
    values["search"]["max_limit"]["section"] = ""
    problems = check_policy(write(tmp_path, values))
    fields = {problem.where["field"] for problem in problems}
    assert fields == {"sign_in.failures.value", "search.max_limit.section"}
    assert check_policy(SHIPPED_FILE) == ()


def test_the_first_of_many_says_how_to_see_the_rest(tmp_path):
    values = changed(("sign_in", "failures", "value"), -1)
    values["search"]["max_limit"]["section"] = ""
    with pytest.raises(PolicyError, match="lists all 2 problems"):
        load_policy(write(tmp_path, values))


def test_the_unknown_name_comes_before_the_missing_one(tmp_path):
    values = removed(("sign_in", "idle_minutes"))
    values["sign_in"]["idel_minutes"] = SHIPPED["sign_in"]["idle_minutes"]
    with pytest.raises(PolicyError, match="Unknown field"):
        load_policy(write(tmp_path, values))


def test_the_version_follows_the_content(tmp_path):
    same, other = tmp_path / "same.toml", tmp_path / "other.toml"
    same.write_bytes(SHIPPED_FILE.read_bytes())
    other.write_bytes(SHIPPED_FILE.read_bytes() + b"# reviewed\n")
    version = load_policy().version
    assert version.startswith("policy-426@")
    assert len(version) == len("policy-426@") + 12
    assert load_policy(same).version == version
    assert load_policy(other).version != version


def test_a_policy_does_not_change():
    policy = load_policy()
    with pytest.raises(ValueError, match="frozen"):
        policy.sign_in.failures.value = 50


def test_a_purpose_is_found_by_code_and_an_unknown_one_lists_them(policy):
    assert policy.purpose("other").needs_approval
    assert not policy.purpose("canvass").needs_approval
    with pytest.raises(PurposeError, match=r"curiosity.*stolen_or_wanted_vehicle"):
        policy.purpose("curiosity")


def test_the_shipped_numbers_are_those_of_policy_426(policy):
    """The sections of Policy 426 and the CJIS controls, once more and by hand."""
    assert str(policy.retention.reads.value) == "1 year"
    assert policy.hot_plates.max_days.value == 30
    assert policy.hot_plates.listed_elsewhere_max_hours.value == 24
    assert policy.hot_lists.loads_per_day.value == 2
    assert policy.hot_lists.special_loads_per_day.value == 1
    assert policy.audits.every.value == policy.inspections.every.value == "quarter"
    assert len(policy.inspections.items.value) == 3
    assert policy.sign_in.failures.value == 5
    assert policy.sign_in.window_minutes.value == 15
    assert policy.sign_in.idle_minutes.value == 30
    assert policy.sign_in.session_hours.value == 12
    assert policy.sign_in.inactive_days.value == 90
    assert len(policy.sign_in.banner.value) == 4
    assert [p.code for p in policy.purposes if p.needs_approval] == ["other"]


def test_the_policy_needs_no_database():
    code = (
        "import sys, workbench.policy\n"
        "print([name for name in ('sqlalchemy', 'psycopg') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
