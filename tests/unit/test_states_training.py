"""The training of the state network: plates say what they are said to, and it learns from them."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from tools.training.plates import FontShelf
from tools.training.states.export import export
from tools.training.states.measure import Answer, Case, by_state, halves, score
from tools.training.states.names import BELOW, ELSEWHERE, EVERYWHERE, NAMES, SCRIPT, SLOGANS
from tools.training.states.network import StateNetwork
from tools.training.states.plate import EXTENT, StatePlate, bare_plate, plate_of, state_plates
from tools.training.states.report import Measured, states_table, thresholds_table
from tools.training.states.samples import (
    NOBODY,
    SIGNS,
    UNKNOWN,
    Pool,
    label_of,
    make_samples,
    spelling_of,
    state_shelf,
)
from tools.training.states.training import BATCH, Plan, train
from workbench.recognition.state_reader import STATES

CORNERS = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))


@pytest.fixture(scope="module")
def shelf() -> FontShelf:
    return state_shelf()


@pytest.fixture(scope="module")
def drawn(shelf) -> list[StatePlate]:
    rng = np.random.default_rng(11)
    return [plate for _ in range(30) for plate in state_plates(rng, shelf, 4)]


def spelt(signs: np.ndarray) -> str:
    return "".join(SIGNS[number - 1] for number in signs if number)


def test_every_state_has_a_name_and_no_two_share_a_name_or_a_slogan():
    assert set(NAMES) == set(STATES)
    assert set(SLOGANS) | BELOW | SCRIPT <= set(STATES)
    said = [
        words
        for state in STATES
        for words in {each.lower() for each in (*NAMES[state], *SLOGANS.get(state, ()))}
    ]
    assert len(set(said)) == len(said)
    assert not {each.lower() for each in (*EVERYWHERE, *ELSEWHERE)} & set(said)


def test_the_same_seed_draws_the_same_plates_and_another_seed_others(shelf):
    def made(seed: int):
        return make_samples(np.random.default_rng(seed), shelf, 2)

    first, again, other = made(3), made(3), made(4)
    assert np.array_equal(first.strips, again.strips)
    assert np.array_equal(first.labels, again.labels)
    assert np.array_equal(first.spelt, again.spelt)
    assert not np.array_equal(first.strips, other.strips)


def test_a_plate_of_a_state_says_its_name_or_slogan_and_one_of_none_says_neither(drawn):
    known = [plate for plate in drawn if plate.words is not None]
    assert {plate.state is None for plate in known} == {True, False}
    for plate in known:
        words = {each for each, _ in plate.words}
        own = {*NAMES.get(plate.state, ()), *SLOGANS.get(plate.state, ())}
        assert bool(words & own) == (plate.state is not None), (plate.state, words)


def test_the_words_stand_in_the_rows_that_are_told(shelf):
    rng = np.random.default_rng(5)
    checked = 0
    for state in STATES[:20]:
        bare = bare_plate(rng, shelf)
        plate = plate_of(rng, shelf, bare, state)
        rows = np.flatnonzero((plate.plate.pixels != bare.pixels).any(axis=(1, 2)))
        for _, (top, bottom) in plate.words or ():
            assert 0 <= top < bottom <= EXTENT[1]
            assert set(range(top, bottom)) <= set(rows.tolist())
            checked += 1
    assert checked > 15


def test_nothing_but_the_words_tells_one_state_from_another(shelf):
    rng = np.random.default_rng(6)
    bare = bare_plate(rng, shelf)
    before = bare.pixels.copy()
    plates = [plate_of(rng, shelf, bare, state) for state in ("US-CA", "US-TX", None)]
    assert np.array_equal(bare.pixels, before)
    assert {plate.plate.text for plate in plates} == {bare.text}


def test_a_name_that_a_frame_covers_is_told_of_nobody(shelf, monkeypatch):
    def cover_all(_rng, _shelf, picture, _band):
        picture[:] = 255 - picture

    monkeypatch.setattr("tools.training.states.plate.add_frame", cover_all)
    rng = np.random.default_rng(7)
    bare = bare_plate(rng, shelf)
    framed = [
        plate
        for plate in (plate_of(rng, shelf, bare, "US-UT") for _ in range(40))
        if plate.words is None
    ]
    assert framed
    assert {plate.state for plate in framed} == {None}
    assert {label_of(plate) for plate in framed} == {NOBODY}
    assert spelling_of(framed[0])[0, 0] == UNKNOWN


def test_a_spelling_is_the_words_above_and_below_without_case_and_gaps(drawn):
    for plate in drawn:
        if plate.words is None:
            continue
        above, below = (spelt(row) for row in spelling_of(plate))
        for words, (top, bottom) in plate.words:
            there = above if top + bottom <= EXTENT[1] else below
            assert there == "".join(each for each in words.lower() if each in SIGNS)


def test_new_cut_outs_replace_the_oldest_and_begin_easy(shelf):
    pool = Pool(np.random.default_rng(8), shelf, easy=10**9)
    pool.grow(3)
    assert pool.made == 18
    batch = pool.batch(40)
    assert batch.strips.shape == (40, 80, 144)
    assert set(batch.labels.tolist()) <= set(range(NOBODY + 1))
    # Level and sharp: the rim of a car around a plate would be another grey at every edge.
    assert pool.samples.strips[:18].std(axis=(1, 2)).min() > 0


def test_scores_count_what_is_told_and_what_of_it_is_right():
    blank = np.zeros((2, 2, 3), np.uint8)
    states = ("US-CA", "US-CA", "US-NV")
    cases = [Case(blank, CORNERS, str(number), state) for number, state in enumerate(states)]
    answers = [Answer("US-CA", 0.99), Answer("US-NV", 0.95), Answer(None, 0.99)]
    found = score(cases, answers, 0.9)
    assert (found.cases, found.told, found.right) == (3, 2, 1)
    assert (round(found.coverage, 2), found.precision) == (0.67, 0.5)
    strict = score(cases, answers, 0.97)
    assert (strict.told, strict.precision) == (1, 1.0)
    assert by_state(cases, answers, 0.9)["US-NV"].told == 0
    first, second = halves(cases, answers, 0.9)
    assert (first.cases, second.cases) == (2, 1)


def test_the_tables_show_every_threshold_and_every_state_that_was_measured():
    blank = np.zeros((2, 2, 3), np.uint8)
    cases = {
        "crops us": [Case(blank, CORNERS, "a", "US-CA")],
        "scenes eu": [Case(blank, CORNERS, "b", None)],
    }
    answers = {"crops us": [Answer("US-CA", 0.99)], "scenes eu": [Answer("US-OH", 0.6)]}
    measured = Measured(0.93, cases, answers)
    assert "| 0.5 | 1.000 | 1.000 | 1 |" in thresholds_table(measured)
    assert "| 0.93 (ships) | 1.000 | 1.000 | 0 |" in thresholds_table(measured)
    assert states_table(measured).splitlines()[2:] == ["| US-CA | 1 | 1 | 1 |"]


def test_a_few_steps_on_the_same_plates_lower_the_loss(shelf):
    torch.manual_seed(1)
    samples = make_samples(np.random.default_rng(9), shelf, 5, easy=1.0)
    network = StateNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), 3e-3)
    strips, labels = torch.from_numpy(samples.strips).float(), torch.from_numpy(samples.labels)
    losses = []
    for _ in range(25):
        loss = torch.nn.functional.cross_entropy(network(strips), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-3:]) < 0.5 * losses[0]


@pytest.mark.slow
def test_two_minutes_of_training_lower_both_losses_and_ship(tmp_path):
    told: list[str] = []
    plan = Plan(
        minutes=2, out=tmp_path / "run", seed=9, easy=10**7, validate_every_s=25,
        validation_plates=10,
    )  # fmt: skip
    log = train(plan, told.append)
    assert log[-1].loss < 0.95 * log[0].loss
    assert log[-1].spelling < 0.7 * log[0].spelling
    assert [json.loads(line)["steps"] for line in told] == [line.steps for line in log]
    assert log[-1].made >= log[-1].steps * BATCH / 4
    file = export(plan.out / "last.pth", seed=9, folder=tmp_path)
    assert json.loads((tmp_path / "weights.json").read_text())["state_reader"]["file"] == file.name
