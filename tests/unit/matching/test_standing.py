"""What is in force is read again only where it changed, and never used longer than that."""

from __future__ import annotations

from tests.hot_entries import made_entry, made_rules, made_table
from workbench.hotlists.matching.engines import OneModel
from workbench.hotlists.matching.entries import Entries
from workbench.hotlists.matching.entry_source import Part
from workbench.hotlists.matching.index import ListIndex
from workbench.hotlists.matching.standing import Standing


class MadeSource:
    """Lists in memory, which tell what was read of them."""

    def __init__(self):
        self.parts = {}
        self.read = []

    def version(self, _):
        return tuple(sorted(self.parts))

    def entries(self, _, part):
        self.read.append(part.list_code)
        return Entries.of(self.parts[part])


def plates_met(standing, *plates):
    matcher = standing.matcher(None)
    found = matcher.matches(made_table(*plates)) if matcher else []
    return sorted((match.entry.list_code, match.entry.pattern) for match in found)


def test_only_the_list_that_changed_is_read_again():
    source = MadeSource()
    standing = Standing(source, rules=made_rules(), engines=OneModel())
    assert standing.matcher(None) is None
    source.parts[Part("SVS", 1, "")] = [made_entry("8ABC123")]
    source.parts[Part("SLR", 2, "")] = [made_entry("7XYZ999", list_code="SLR")]
    asked = ("8ABC123", "7XYZ999", "6DEF456")
    assert plates_met(standing, *asked) == [("SLR", "7XYZ999"), ("SVS", "8ABC123")]
    assert plates_met(standing, *asked) == [("SLR", "7XYZ999"), ("SVS", "8ABC123")]
    assert sorted(source.read) == ["SLR", "SVS"]
    del source.parts[Part("SVS", 1, "")]
    source.parts[Part("SVS", 3, "")] = [made_entry("6DEF456", load_id=3)]
    source.read.clear()
    assert plates_met(standing, *asked) == [("SLR", "7XYZ999"), ("SVS", "6DEF456")]
    assert source.read == ["SVS"]


def test_something_more_is_matched_for_once_and_nothing_is_read_again():
    source = MadeSource()
    standing = Standing(source, rules=made_rules(), engines=OneModel())
    source.parts[Part("SVS", 1, "")] = [made_entry("8ABC123")]
    assert len(plates_met(standing, "8ABC123", "7XYZ999")) == 1
    more = ListIndex.of([made_entry("7XYZ999", list_code="HOT_PLATES")])
    found = standing.matcher_with(None, more).matches(made_table("8ABC123", "7XYZ999"))
    assert [match.entry.pattern for match in found] == ["8ABC123", "7XYZ999"]
    assert len(plates_met(standing, "8ABC123", "7XYZ999")) == 1
    assert source.read == ["SVS"]


def test_where_nothing_is_in_force_any_more_nothing_is_met():
    source = MadeSource()
    standing = Standing(source, rules=made_rules(), engines=OneModel())
    source.parts[Part("HOT_PLATES", None, "a")] = [made_entry("8ABC123", list_code="HOT_PLATES")]
    assert len(plates_met(standing, "8ABC123")) == 1
    source.parts.clear()
    assert plates_met(standing, "8ABC123") == []
