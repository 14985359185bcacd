"""A policy file below what the law or Policy 426 asks for is refused, unless by another law."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_policy_load import changed, write
from workbench.domain.span import Span, SpanUnit, parse_span
from workbench.errors import PolicyError
from workbench.policy import check_policy, load_policy
from workbench.policy.bounds import BOUNDS, names_another
from workbench.policy.load import SHIPPED_FILE, retention_files

SHIPPED: dict[str, Any] = tomllib.loads(SHIPPED_FILE.read_text())
ANOTHER = "Minnesota Statutes 13.824"
NUMBERS = {
    # rule: its bound, and by how much it is passed
    "hot_lists.loads_per_day": (2, -1),
    "hot_lists.stale_hours": (12, 1),
    "hot_plates.max_days": (30, 1),
    "hot_plates.listed_elsewhere_max_hours": (24, 1),
    "hits.urgent_minutes": (10, 1),
    "hits.routine_minutes": (60, 1),
    "sharing.review_days": (365, 1),
    "sharing.told_within_hours": (24, 1),
    "training.validity_days": (365, 1),
    "sign_in.failures": (5, 1),
    "sign_in.window_minutes": (15, -1),
    "sign_in.idle_minutes": (30, 1),
    "sign_in.session_hours": (12, 1),
    "sign_in.inactive_days": (90, 1),
    "sign_in.invitation_hours": (72, 1),
    "sign_in.username_reuse_years": (1, -1),
    "aggregates.min_cell": (2, -1),
}
OTHERS = {
    "retention.needs_authority": False,
    "hot_lists.lists": ["SVS", "SRV"],
    "hot_lists.off_unless_captain": [],
    "hot_plates.listed_elsewhere": ["SVS", "SLR", "SFR"],
    "hot_plates.shared_needs": ["officer_name", "phone", "case_number"],
    "audits.every": "year",
    "inspections.every": "year",
    "inspections.items": ["No visible damage", "Functions properly"],
    "equipment.lights": ["Cameras"],
    "equipment.paper_fixed": "department_memo",
    "equipment.paper_trailer": "department_memo",
    "equipment.paper_vehicle": "crime_report",
    "sharing.recipients": ["ca_public_agency", "federal"],
    "sharing.law_enforcement_only": False,
}
SPANS = ("retention.reads", "retention.hits", "retention.audit_log")
BY_TYPE = {
    # The kind of the field takes nothing beyond the bound in the first place.
    "hot_lists.special_loads_per_day",
    "equipment.own_searches_per_shift",
    "sign_in.password_min_characters",
}


def with_value(rule: str, value: Any, section: str | None = None) -> dict[str, Any]:
    part, field = rule.split(".")
    kept = SHIPPED[part][field]
    new = kept | {"value": value} | ({"section": section} if section else {})
    return changed((part, field), new)


def loaded(folder: Path, values: dict[str, Any]) -> object:
    return load_policy(write(folder, values))


def test_every_bound_is_tried_here():
    assert {bound.rule for bound in BOUNDS} == {*NUMBERS, *OTHERS, *SPANS, *BY_TYPE}


@pytest.mark.parametrize("rule", NUMBERS)
def test_a_number_may_go_to_its_bound_and_no_further(tmp_path, rule):
    bound, further = NUMBERS[rule]
    loaded(tmp_path, with_value(rule, bound))
    if bound - further >= 1:
        loaded(tmp_path, with_value(rule, bound - further))
    with pytest.raises(PolicyError, match="falls short") as refused:
        loaded(tmp_path, with_value(rule, bound + further))
    (section,) = (each.section for each in BOUNDS if each.rule == rule)
    assert section in (refused.value.allowed or "")
    assert refused.value.where["field"] == rule
    loaded(tmp_path, with_value(rule, bound + further, ANOTHER))


@pytest.mark.parametrize("rule", OTHERS)
def test_a_list_or_switch_may_not_fall_short(tmp_path, rule):
    with pytest.raises(PolicyError, match="falls short"):
        loaded(tmp_path, with_value(rule, OTHERS[rule]))
    loaded(tmp_path, with_value(rule, OTHERS[rule], ANOTHER))


@pytest.mark.parametrize(
    ("span", "taken"),
    [
        ("30 days", False),
        ("364 days", False),
        ("8759 hours", False),
        ("11 months", False),
        ("365 days", True),
        ("8760 hours", True),
        ("12 months", True),
        ("1 year", True),
        ("366 days", True),
    ],
)
def test_reads_are_kept_for_a_year_under_426_7(tmp_path, span, taken):
    values = with_value("retention.reads", span)
    if taken:
        assert loaded(tmp_path, values)
        return
    with pytest.raises(PolicyError, match=r"at least 365 days \(426.7\)"):
        loaded(tmp_path, values)
    assert loaded(tmp_path, with_value("retention.reads", span, "Vehicle Code 2413"))


@pytest.mark.parametrize("rule", SPANS[1:])
def test_hits_and_the_log_are_kept_for_a_year_too(tmp_path, rule):
    short = with_value(rule, "364 days")
    if rule == "retention.audit_log":  # which has to outlive all it speaks about
        for name in ("reads", "hits", "hot_lists", "packages"):
            short["retention"][name] |= {"value": "30 days", "section": ANOTHER}
    with pytest.raises(PolicyError, match="falls short"):
        loaded(tmp_path, short)


@pytest.mark.parametrize("section", ["426.7", "Policy 426.7", "Department setting", "x", "-", "1"])
def test_what_names_no_other_law_is_no_other_authority(tmp_path, section):
    with pytest.raises(PolicyError, match="falls short"):
        loaded(tmp_path, with_value("retention.reads", "30 days", section))


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: bound.rule)
def test_the_law_that_a_bound_comes_from_is_no_other_one(bound):
    assert not names_another(bound.section, bound)
    assert not names_another(f" {bound.section.upper()} (z)", bound)


@pytest.mark.parametrize(("section", "taken"), [("426.7", False), ("RCW 10.109.020", True)])
def test_some_reads_are_kept_for_less_only_by_another_law(tmp_path, section, taken):
    parking = {"purpose": "Parking", "sources": ["parking"], "keep": "12 hours", "section": section}
    values = changed(("retention", "exceptions"), [parking])
    if taken:
        assert loaded(tmp_path, values)
    else:
        with pytest.raises(PolicyError, match="falls short"):
            loaded(tmp_path, values)


def test_other_use_is_approved_by_somebody(tmp_path):
    place = next(n for n, one in enumerate(SHIPPED["purposes"]) if one["code"] == "other")
    with pytest.raises(PolicyError, match="falls short"):
        loaded(tmp_path, changed(("purposes", place, "needs_approval"), new=False))


def test_all_that_falls_short_is_listed_at_once(tmp_path):
    values = with_value("retention.reads", "30 days")
    values["sign_in"]["idle_minutes"] = values["sign_in"]["idle_minutes"] | {"value": 60}
    found = check_policy(write(tmp_path, values))
    assert [one.where["field"] for one in found] == ["retention.reads", "sign_in.idle_minutes"]


@pytest.mark.parametrize("name", retention_files())
def test_the_lengths_that_are_shipped_name_their_law(name):
    assert load_policy(retention=name)


def test_a_year_is_not_shorter_than_itself():
    assert not Span(365, SpanUnit.DAY).longer_than(parse_span("1 year"))
