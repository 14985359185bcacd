"""What the Hits page makes of hits: rows, what is new and how loud, and acts out of forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.hits.acts_view import offered
from apps.hits.form import Asks, Seen
from apps.hits.forms import forms
from apps.hits.lines import list_row
from apps.hits.state import came, is_overdue, loudest
from apps.parts.choice import Choice
from tests.hits import ASK, COMPARE, CONFIRM, OPEN, SEEN_AT, made_hit, told
from workbench.access import Action
from workbench.domain.alert import Level
from workbench.domain.hit import Agreement, HitEventKind, HitState
from workbench.domain.hot_entry import ListKind
from workbench.errors import HitError
from workbench.hotlists.hits.board import Board, BoardLine
from workbench.hotlists.hits.next_steps import next_steps
from workbench.hotlists.lists.lateness import Lateness
from workbench.policy import load_policy

POLICY = load_policy()
ZONE = ZoneInfo("America/Los_Angeles")
EVERYTHING = frozenset(
    {Action.HITS_HANDLE, Action.HITS_CONFIRM, Action.HITS_REVIEW, Action.HITS_SCORE}
)
STALE_AFTER = timedelta(hours=12)


def line(number=1, *acts, level=Level.HIGH, at=SEEN_AT, late=(), **hit):
    made = made_hit(id=number, **hit)
    steps = next_steps(made, told(*acts), POLICY, at)
    return BoardLine(
        hit=made,
        level=level,
        due=steps.due,
        violations=0,
        last_event=0,
        oldest_list=STALE_AFTER,
        late=late,
    )


def board(*lines, truncated=False):
    return Board(lines=lines, at=SEEN_AT, access_id=1, truncated=truncated, unopened=0)


def texts(row):
    return [chip["text"] for chip in row["chips"]]


@pytest.mark.parametrize(
    ("minutes", "said", "kind"),
    [(-1, "list 11 h 59 min old", ""), (0, "list 12 h 00 min old", ""),
     (1, "stale: list 12 h 01 min old", "warn")],
)  # fmt: skip
def test_a_list_is_stale_beyond_its_hours(minutes, said, kind):
    at = SEEN_AT
    loaded = at - STALE_AFTER - timedelta(minutes=minutes)
    row = list_row(line(list_loaded_at=loaded), ZONE, at=at)
    (chip,) = [chip for chip in row["chips"] if "list" in chip["text"]]
    assert (chip["text"], chip["kind"]) == (said, kind)


def test_a_list_that_came_too_seldom_says_so():
    row = list_row(line(list_loaded_at=SEEN_AT, late=(Lateness.SHORT,)), ZONE, at=SEEN_AT)
    assert "list came too seldom yesterday" in texts(row)
    assert "list came too seldom yesterday" not in texts(
        list_row(line(list_loaded_at=SEEN_AT), ZONE, at=SEEN_AT)
    )


def test_a_special_list_says_that_it_is_informational_and_quiet():
    special = line(level=Level.LOW, informational=True, list_kind=ListKind.SPECIAL)
    row = list_row(special, ZONE, at=SEEN_AT)
    assert "informational only" in texts(row)
    assert row["level_text"] == "quiet"


def test_the_soonest_clock_stands_first():
    asked = line(1, (0, OPEN), (1, ASK), at=SEEN_AT + timedelta(minutes=2))
    row = list_row(asked, ZONE, at=SEEN_AT)
    clocks = [chip for chip in row["chips"] if chip.get("by_ms")]
    ends = SEEN_AT + timedelta(minutes=11)
    assert [chip["text"] for chip in clocks] == ["Answer of CLETS/NCIC", "Second request"]
    assert {chip["by_ms"] for chip in clocks} == {int(ends.timestamp() * 1000)}


@pytest.mark.parametrize(("seconds", "over"), [(-1, False), (0, True), (1, True)])
def test_a_hit_is_overdue_from_the_instant_on(seconds, over):
    asked = line(1, (0, OPEN), (0, COMPARE), (1, ASK))
    assert is_overdue(asked, SEEN_AT + timedelta(minutes=11, seconds=seconds)) is over


def test_what_was_there_before_is_not_new_and_the_first_board_rings_for_nothing():
    first, second = line(1), line(2)
    assert came(None, board(first)) == []
    assert came(board(first), board(second, first)) == [second]
    assert came(board(second), board(second, first)) == [first], "committed late, and still new"
    cut = board(second, truncated=True)
    assert came(cut, board(second, first)) == [], "an older one that came into sight"


@pytest.mark.parametrize("change", [{"possible": True}, {"state": HitState.OPENED}])
def test_nobody_is_alerted_to_what_is_only_possible_or_in_hand(change):
    assert came(board(), board(line(1, **change))) == []


def test_the_loudest_counts_and_low_is_silence():
    high, medium, low = (line(n, level=level) for n, level in enumerate(Level))
    by_level = {each.level: each for each in (high, medium, low)}
    assert loudest(list(by_level.values()), "x") is Level.HIGH
    assert loudest([by_level[Level.MEDIUM], by_level[Level.LOW]], "x") is Level.MEDIUM
    assert loudest([by_level[Level.LOW]], "x") is None


@pytest.mark.parametrize(
    ("shared", "username", "level"),
    [(False, "o.owner", Level.MEDIUM), (False, "o.other", None), (True, "o.other", Level.MEDIUM)],
)
def test_a_hot_plate_of_ones_own_is_heard_by_its_owner_alone(shared, username, level):
    entry = {"shared": shared, "entered_by": "o.owner"}
    mine = line(level=Level.MEDIUM, list_kind=ListKind.HOT_PLATE, entry=entry)
    assert loudest([mine], username) is level


@pytest.mark.parametrize("kind", [HitEventKind.COMPARED, HitEventKind.CONFIRMATION_ASKED])
def test_what_nobody_chose_is_never_recorded(kind):
    form = forms(POLICY)[kind]
    values = {asked.name: asked.first(made_hit()) for asked in form.fields}
    with pytest.raises(HitError, match="Not chosen"):
        form.act(values, Seen(plate_picture=True))


def test_choices_begin_with_none_chosen_also_in_the_browser():
    shown = Choice(label="Make", options={"Agrees": Agreement.AGREES})
    model = shown.get_root()
    assert (shown.value, model.data.value) == (None, None)
    shown.value = Agreement.AGREES
    assert model.data.value == "Agrees"


def test_a_comparison_names_the_pictures_that_were_opened():
    form = forms(POLICY)[HitEventKind.COMPARED]
    agrees = dict.fromkeys(("region", "make", "colour"), Agreement.AGREES) | {"note": ""}
    compared = form.act(agrees, Seen(vehicle_picture=True))
    assert (compared.plate_picture, compared.vehicle_picture) == (False, True)
    with pytest.raises(HitError, match="Nothing was looked at"):
        form.act(agrees, Seen())


def test_every_act_has_a_form_and_every_form_says_what_its_act_takes():
    made = forms(POLICY)
    assert set(made) == set(HitEventKind) - {HitEventKind.DRAWN, HitEventKind.FLAGGED}
    for form in made.values():
        chosen = {
            asked.name: next(iter(asked.choices.values()), None)
            if asked.choices
            else {Asks.TICK: False}.get(asked.asks, "said in words, long enough")
            for asked in form.fields
        }
        chosen |= (
            {"event": 1, "time": "", "values": "direction: north"} if "event" in chosen else {}
        )
        act = form.act(chosen, Seen(plate_picture=True, vehicle_picture=True))
        assert act.kind is form.kind


def test_only_what_is_possible_and_allowed_is_offered():
    at = SEEN_AT + timedelta(minutes=9)
    hit, opened = made_hit(), told((0, OPEN), (1, CONFIRM))
    steps = next_steps(hit, opened, POLICY, at)
    assert HitEventKind.STOPPED in offered(steps, EVERYTHING)
    assert HitEventKind.CONFIRMED not in offered(steps, frozenset({Action.HITS_HANDLE}))
    assert HitEventKind.OPENED not in offered(steps, EVERYTHING)
    assert offered(steps, frozenset()) == ()
    special = replace(hit, informational=True, list_kind=ListKind.SPECIAL)
    kinds = offered(next_steps(special, opened, POLICY, at), EVERYTHING)
    assert not {HitEventKind.STOPPED, HitEventKind.CALLED} & set(kinds)
