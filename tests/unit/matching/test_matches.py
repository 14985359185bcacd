"""What a read is matched with, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hot_entries import (
    SEEN_AT,
    candidates,
    made_entry,
    made_matcher,
    made_plates,
    made_rules,
    made_table,
)
from workbench.domain.hit import MatchKind
from workbench.domain.hot_entry import ListKind
from workbench.hotlists.matching.matched import Note
from workbench.recognition.misreads.model import learn_misreads

MODEL = learn_misreads(
    [(plate, plate.replace("8", "B")) for plate in made_plates(400, seed=3)]
    + [(plate, plate) for plate in made_plates(2_000, seed=4)],
    engine="made_up",
    engine_version="1",
    learned_at=SEEN_AT,
)


def test_an_exact_read_alerts():
    (match,) = made_matcher(made_entry(), model=MODEL).matches(made_table("8abc 123"))
    assert match.kind is MatchKind.EXACT
    assert match.posterior > 0.95
    assert not match.possible
    assert match.notes == ()
    assert match.rival is not None
    assert match.rival.text != "8ABC123"
    assert match.rival.posterior < 0.05


def test_an_engine_that_nobody_measured_is_said_to_be_so():
    (match,) = made_matcher(made_entry()).matches(made_table("8ABC123"))
    assert match.notes == (Note.ENGINE_NOT_MEASURED,)


def test_a_misread_names_what_was_read_as_its_rival():
    matcher = made_matcher(made_entry("8ABC123"), model=MODEL, possible_from=0.0)
    (match,) = matcher.matches(made_table("BABC123"))
    assert match.kind is MatchKind.MISREAD
    assert match.rival is not None
    assert match.rival.text == "BABC123"
    assert 0 < match.posterior + match.rival.posterior <= 1


@pytest.mark.parametrize(
    "read", ["BABC123", "8ABC1Z3", "BABC1Z3", "8ABC12", "8ABC1234", "ABC123", "88ABC123"]
)
def test_misreads_of_every_kind_are_found(read):
    matcher = made_matcher(made_entry(), possible_from=0.0)
    assert [match.entry.pattern for match in matcher.matches(made_table(read))] == ["8ABC123"]


@pytest.mark.parametrize("read", ["7XYZ999", "9BCD123", "8ABC", ""])
def test_reads_of_other_plates_are_no_matches(read):
    assert made_matcher(made_entry()).matches(made_table(read)) == []


def test_a_candidate_makes_a_misread_likelier():
    matcher = made_matcher(made_entry("8ABC123"), model=MODEL, possible_from=0.0)
    said = [None, candidates(**{"3ABC123": 0.6, "8ABC123": 0.3})]
    both = made_table("3ABC123", "3ABC123", confidence=0.6, candidates=said)
    without, given = matcher.matches(both)
    assert given.posterior > without.posterior


def posterior_of(matcher, table):
    (match,) = matcher.matches(table)
    return match


@pytest.mark.parametrize(("above", "kept", "possible"), [(-1e-6, 1, False), (0.0, 1, False)])
def test_on_the_threshold_somebody_is_alerted(above, kept, possible):
    table = made_table("8ABC123")
    share = posterior_of(made_matcher(made_entry()), table).posterior
    found = made_matcher(made_entry(), alert_from=share + above).matches(table)
    assert [match.possible for match in found] == [possible] * kept


def test_below_the_threshold_nobody_is_alerted_and_below_the_lower_one_nothing_is_kept():
    table = made_table("8ABC123")
    share = posterior_of(made_matcher(made_entry()), table).posterior

    def found(possible_from):
        matcher = made_matcher(made_entry(), alert_from=share + 1e-6, possible_from=possible_from)
        return [match.possible for match in matcher.matches(table)]

    assert found(share - 1e-6) == [True]
    assert found(share) == [True]
    assert found(share + 1e-6) == []


@pytest.mark.parametrize(
    ("read", "listed", "differs"),
    [("NV", "CA", True), ("us-ca", "CA", False), (None, "CA", False), ("CA", None, False)],
)
def test_another_state_is_noted_less_likely_and_kept(read, listed, differs):
    matcher = made_matcher(made_entry(region=listed), model=MODEL, possible_from=0.45)
    (match,) = matcher.matches(made_table("8ABC123", region=read))
    assert (Note.REGION_DIFFERS in match.notes) == differs
    assert match.possible == differs
    assert (match.posterior < 0.45) == differs
    if differs:
        assert match.rival.text == "8ABC123 NV"


def test_two_states_of_one_plate_share_what_is_known():
    entries = [made_entry(region="CA"), made_entry(region="NV", line=2)]
    matcher = made_matcher(*entries, model=MODEL)
    found = matcher.matches(made_table("8ABC123"))
    assert [match.posterior for match in found] == pytest.approx([0.5, 0.5], abs=0.03)
    known = matcher.matches(made_table("8ABC123", region="NV"))
    assert known[0].entry.region == "NV"
    assert known[0].posterior > 0.8
    assert sum(match.posterior for match in known) <= 1


def test_one_plate_on_two_lists_is_one_plate():
    entries = [made_entry(region="CA"), made_entry(list_code="SRV", region="US-CA")]
    plain = made_matcher(made_entry(), model=MODEL).matches(made_table("8ABC123"))
    both = made_matcher(*entries, model=MODEL).matches(made_table("8ABC123"))
    assert [match.posterior for match in both] == pytest.approx([plain[0].posterior] * 2, rel=1e-3)
    without_state = made_matcher(*entries, made_entry(list_code="SLR"), model=MODEL)
    shares = [match.posterior for match in without_state.matches(made_table("8ABC123"))]
    assert shares == pytest.approx([plain[0].posterior] * 3, rel=1e-3)


@pytest.mark.parametrize(
    ("pattern", "read", "fits"),
    [
        ("8ABC*", "8ABC123", True),
        ("*C123", "8ABC123", True),
        ("8A*23", "8ABC123", True),
        ("8*B*3", "8ABC123", True),
        ("*8*B*3*", "8ABC123", True),
        ("8*A*", "8AAAA23", True),
        ("8ABC*", "8ABD123", False),
        ("*23", "8ABC123X", False),
    ],
)
def test_a_wildcard_meets_what_fits_it(pattern, read, fits):
    entry = made_entry(pattern)
    found = made_matcher(entry, model=MODEL, possible_from=0.0).matches(made_table(read))
    assert [match.kind for match in found] == [MatchKind.WILDCARD] * fits
    for match in found:
        assert 0.8 < match.posterior <= 1
        assert match.rival is None or match.rival.text != read


def test_a_wildcard_of_another_state_is_less_likely():
    matcher = made_matcher(made_entry("8ABC*", region="CA"), model=MODEL)
    same, other = matcher.matches(made_table("8ABC123", "8ABC123", region=["CA", "NV"]))
    assert other.posterior < same.posterior
    assert Note.REGION_DIFFERS in other.notes


def test_a_plate_in_another_script_is_met_exactly():
    entry = made_entry("Ж123Ц")
    matcher = made_matcher(entry)
    (match,) = matcher.matches(made_table("Ж123Ц", "Ж124Ц"))
    assert match.row == 0
    assert match.notes == (Note.NO_MODEL_OF_CHARACTERS,)
    assert match.posterior < 1


def test_a_stand_in_for_a_plate_is_no_plate():
    assert made_matcher(made_entry()).matches(made_table("8ABC123", pseudonym=True)) == []


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, True), (1, True)])
def test_an_entry_counts_from_when_it_says(seconds, counts):
    entry = made_entry(effective_at=SEEN_AT)
    seen_at = SEEN_AT + timedelta(seconds=seconds)
    found = made_matcher(entry).matches(made_table("8ABC123", seen_at=seen_at))
    assert bool(found) == counts


@pytest.mark.parametrize(("seconds", "counts"), [(-1, True), (0, False), (1, False)])
def test_an_entry_counts_to_before_it_expires(seconds, counts):
    entry = made_entry(expires_at=SEEN_AT)
    seen_at = SEEN_AT + timedelta(seconds=seconds)
    found = made_matcher(entry).matches(made_table("8ABC123", seen_at=seen_at))
    assert bool(found) == counts


def test_an_entry_that_has_expired_is_nobodys_rival():
    expired = made_entry("8ABC128", expires_at=SEEN_AT, line=2)
    table = made_table("8ABC123")
    with_it = posterior_of(made_matcher(made_entry(), expired, model=MODEL), table)
    # It is one more plate that is not listed; without it there is one listed plate fewer.
    alone = posterior_of(made_matcher(made_entry(), model=MODEL), table)
    assert with_it.posterior == pytest.approx(alone.posterior, rel=1e-3)


def test_engines_are_weighed_each_by_its_own_model():
    class Two:
        def of(self, engine, version):
            from workbench.hotlists.matching.engines import OneModel

            return OneModel(MODEL if engine == "made_up" else None).of(engine, version)

    from workbench.hotlists.matching.index import HotIndex, ListIndex
    from workbench.hotlists.matching.match import Matcher

    index = HotIndex((ListIndex.of([made_entry()]),))
    matcher = Matcher(index, rules=made_rules(), engines=Two())
    table = made_table("8ABC123", "8ABC123", "8ABC123", engine=["made_up", None, "other"])
    notes = [match.notes for match in matcher.matches(table)]
    assert notes == [(), (Note.ENGINE_NOT_MEASURED,), (Note.ENGINE_NOT_MEASURED,)]


def test_a_short_list_is_not_met_by_its_whole_base_rate():
    """One hot plate is no likelier on the road than one of 250,000 listed plates."""
    one = made_matcher(made_entry(list_code="HOT_PLATES", kind=ListKind.HOT_PLATE), model=MODEL)
    (match,) = one.matches(made_table("8ABC123"))
    assert match.posterior > 0.9
    assert one.matches(made_table("8ABC723")) == []


def test_what_may_be_of_a_few_entries_is_found_among_many():
    from workbench.hotlists.matching.index import HotIndex, ListIndex

    plates = made_plates(200, seed=9)
    entries = [made_entry(plate, line=line) for line, plate in enumerate(plates, start=1)]
    matcher = made_matcher(*entries)
    few = HotIndex((ListIndex.of(entries[:1]),))
    table = made_table(plates[1], plates[0], plates[2], "")
    assert matcher.may_be(table, few).tolist() == [1]
    assert matcher.exact(["", plates[5], "9ZZZ000", "Ж1"]).tolist() == [1]
