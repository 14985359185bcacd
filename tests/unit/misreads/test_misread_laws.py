"""The laws of the misread model: distributions, exact sums, learning that only goes up."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MisreadModelError
from workbench.recognition.misreads import MisreadModel, learn_misreads
from workbench.recognition.misreads.channel import Channel, arcs_of, backward, edited, forward
from workbench.recognition.misreads.characters import CHARACTERS, alike, numbers_of
from workbench.recognition.misreads.learning import Prior, learn
from workbench.recognition.misreads.near import edit_distance, within_one_edit

AT = datetime(2026, 11, 2, tzinfo=UTC)
COUNT = len(CHARACTERS)
PLATE = st.text(CHARACTERS, min_size=1, max_size=8)
PAIRS = st.lists(st.tuples(PLATE, PLATE), min_size=1, max_size=12)


def channel(seed: int, *, right: float = 0.9, gained: float = 0.03, stray: float = 0.0) -> Channel:
    """Return a made-up engine that reads most characters rightly."""
    rng = np.random.default_rng(seed)
    wrong = rng.dirichlet(np.full(COUNT, 0.1), size=COUNT) * (1 - right)
    lost = wrong[np.arange(COUNT), np.arange(COUNT)].copy()
    np.fill_diagonal(wrong, right)
    return Channel(wrong, lost, gained, rng.dirichlet(np.full(COUNT, 0.5)), stray)


def model(made: Channel) -> MisreadModel:
    known = learn_misreads([("A", "A")], engine="made", engine_version="1", learned_at=AT)
    return MisreadModel(
        engine="made",
        engine_version="1",
        learned_at=AT,
        sets=(),
        channel=made,
        counts=known.counts,
        plate_lengths=known.plate_lengths,
    )


def every_way(made: Channel, plate: str, read: str) -> float:
    """Return a read's probability by trying every alignment, as the definition says."""
    if not plate:
        stop, total = 1 - made.gained, 1.0
        for character in read:
            total *= made.gained * made.gained_as[CHARACTERS.index(character)]
        return total * stop
    first, total = CHARACTERS.index(plate[0]), 0.0
    for extra in range(len(read) + 1):
        gap = 1 - made.gained
        for character in read[:extra]:
            gap *= made.gained * made.gained_as[CHARACTERS.index(character)]
        total += gap * made.lost[first] * every_way(made, plate[1:], read[extra:])
        if extra < len(read):
            written = made.written[first, CHARACTERS.index(read[extra])]
            total += gap * written * every_way(made, plate[1:], read[extra + 1 :])
    return total


@given(st.integers(0, 99), st.text(CHARACTERS, max_size=4), st.text(CHARACTERS, max_size=5))
@settings(max_examples=40)
def test_a_likelihood_is_the_sum_over_every_alignment(seed, plate, read):
    made = channel(seed, right=0.5, gained=0.2)
    found = edited(arcs_of(made), numbers_of([plate]), numbers_of([read]))[0]
    assert math.exp(found) == pytest.approx(every_way(made, plate, read), rel=1e-9)


@given(st.integers(0, 99), PLATE, PLATE)
@settings(max_examples=40)
def test_forward_and_backward_agree_in_every_gap(seed, plate, read):
    arcs, plates, reads = arcs_of(channel(seed)), numbers_of([plate]), numbers_of([read])
    ahead, back = forward(arcs, plates, reads), backward(arcs, plates, reads)
    assert ahead[-1, -1, 0] + arcs.end == pytest.approx(back[0, 0, 0])


def test_all_reads_of_a_plate_add_up_to_one_but_for_the_longer_ones():
    made = model(channel(3, right=0.7, gained=0.01, stray=0.0))
    reads = ["".join(each) for n in range(4) for each in itertools.product(CHARACTERS, repeat=n)]
    lengths = made.read_lengths("K7", most=40)
    assert lengths.sum() == pytest.approx(1)
    by_length = np.zeros(4)
    for length, group in itertools.groupby(reads, key=len):
        texts = list(group)
        plates = numbers_of(["K7"] * len(texts))
        by_length[length] = np.exp(edited(arcs_of(made.channel), plates, numbers_of(texts))).sum()
    assert by_length == pytest.approx(lengths[:4])


@given(PAIRS, PLATE, PLATE)
@settings(max_examples=25)
def test_whatever_was_learned_every_read_is_possible(pairs, plate, read):
    learned = learn_misreads(pairs, engine="made", engine_version="1", learned_at=AT)
    assert 0 < learned.likelihood(read, plate) <= 1


@given(PAIRS)
@settings(max_examples=25)
def test_learning_never_goes_down(pairs):
    for objectives in learn(pairs).objectives:
        assert len(objectives) > 1
        rises = np.diff(objectives)
        assert rises.min() >= -1e-7 * abs(objectives[-1])


def test_what_a_known_engine_does_is_learned_from_its_reads():
    rng = np.random.default_rng(8)
    truth = model(channel(5, right=0.85, gained=0.02))
    plates = ["".join(rng.choice(list(CHARACTERS), size=7)) for _ in range(4_000)]
    pairs = [(plate, truth.sample(plate, rng)) for plate in plates]
    found = learn([pair for pair in pairs if 0 < len(pair[1]) <= 12]).channel
    assert found.gained == pytest.approx(truth.channel.gained, abs=0.004)
    assert found.stray < 0.01
    assert np.abs(found.lost - truth.channel.lost).max() < 0.03
    assert np.abs(found.written - truth.channel.written).max() < 0.05


def test_reads_of_something_else_do_not_become_confusions():
    rng = np.random.default_rng(9)
    plates = ["".join(rng.choice(list(CHARACTERS), size=7)) for _ in range(400)]
    pairs = [(plate, "CALIFORNIA" if n % 20 == 0 else plate) for n, plate in enumerate(plates)]
    learned = learn_misreads(pairs, engine="made", engine_version="1", learned_at=AT)
    assert learned.channel.stray == pytest.approx(0.05, abs=0.02)
    assert learned.confusions()["count"].sum() < 1


def test_more_than_substitutions_is_learned():
    pairs = [("7ABC123", "7ABC23")] * 3 + [("7ABC123", "17ABC123")] * 3 + [("6XYZ789", "6XYZ789")]
    learned = learn_misreads(pairs, engine="made", engine_version="1", learned_at=AT)
    frame = learned.confusions()
    assert set(frame["kind"]) == {"deletion", "insertion"}
    assert set(frame["true"] + frame["read"]) == {"1"}
    assert learned.likelihood("7DEF23", "7DEF123") > learned.likelihood("7DEF13", "7DEF123")
    same = learn(pairs, Prior(lengths_change=False)).channel
    assert (same.gained, same.lost.max()) == (0.0, 0.0)


def test_the_frame_of_confusions_has_the_same_types_when_it_is_empty():
    learned = learn_misreads([("A", "A")], engine="made", engine_version="1", learned_at=AT)
    empty, full = learned.confusions(), learned.confusions(least=0.0)
    assert len(empty) == 0
    assert len(full) == COUNT * (COUNT - 1) + 2 * COUNT
    assert dict(empty.dtypes) == dict(full.dtypes)


def test_a_posterior_weighs_priors_and_adds_up_to_one():
    learned = learn_misreads(
        [("8ABC123", "BABC123"), ("B7XYZ9", "B7XYZ9")], engine="made", engine_version="1",
        learned_at=AT,
    )  # fmt: skip
    even = learned.posterior("BXY1234", {"8XY1234": 1.0, "KXY1234": 1.0, "8XY12345": 0.0})
    assert [each.text for each in even[:2]] == ["8XY1234", "KXY1234"]
    assert sum(each.probability for each in even) == pytest.approx(1)
    assert even[-1].probability == 0
    odd = learned.posterior("BXY1234", {"8XY1234": 1.0, "KXY1234": 1e6})
    assert odd[0].text == "KXY1234"
    for wrong in ({}, {"A": 0.0}, {"A": -1.0, "B": 2.0}, {"A": math.nan}):
        with pytest.raises(MisreadModelError, match="no plate"):
            learned.posterior("A", wrong)


@given(st.integers(0, 20), st.text("AB8", min_size=1, max_size=3))
@settings(max_examples=10)
def test_likely_plates_are_the_best_of_all_and_know_their_share(seed, read):
    made = model(channel(seed, right=0.95, gained=0.01, stray=0.01))
    found = made.likely_plates(read, 5)
    shares = [each.probability for each in found]
    assert shares == sorted(shares, reverse=True)
    assert 0.3 < sum(shares) <= 1
    near = within_one_edit(read)
    lengths = np.array(made.plate_lengths)
    weights = {plate: lengths[len(plate) - 1] / COUNT ** len(plate) for plate in near}
    best = max(near, key=lambda plate: (weights[plate] * made.likelihood(read, plate), plate))
    assert found[0].probability >= 0.999 * max(
        each.probability for each in found if each.text == best
    )


def test_the_share_of_a_likely_plate_is_that_among_all_texts():
    made = model(channel(2, right=0.9, gained=0.02, stray=0.02))
    lengths = [0.4, 0.6] + [0.0] * 10
    made = MisreadModel(
        engine="made", engine_version="1", learned_at=AT, sets=(), channel=made.channel,
        counts=made.counts, plate_lengths=tuple(lengths),
    )  # fmt: skip
    texts = ["".join(each) for n in (1, 2) for each in itertools.product(CHARACTERS, repeat=n)]
    priors = {text: lengths[len(text) - 1] / COUNT ** len(text) for text in texts}
    exact = {each.text: each.probability for each in made.posterior("8B", priors)}
    for each in made.likely_plates("8B", 50):
        assert each.probability == pytest.approx(exact[each.text], rel=1e-9)


def test_likely_reads_cover_most_of_what_is_read():
    made = model(channel(4, right=0.97, gained=0.005))
    found = made.likely_reads("7ABC123", 2_000)
    assert found[0].text == "7ABC123"
    assert 0.9 < sum(each.probability for each in found) <= 1
    assert {len(each.text) for each in found} >= {6, 7, 8}


@given(PLATE)
@settings(max_examples=20)
def test_within_one_edit_is_what_levenshtein_says(text):
    assert {edit_distance(text, near) for near in within_one_edit(text)} <= {0, 1}
    assert text in within_one_edit(text)


def test_looking_alike_goes_both_ways_and_nothing_looks_like_itself():
    known = alike()
    assert np.array_equal(known, known.T)
    assert not known.diagonal().any()
    assert known.any(axis=1).all()


@pytest.mark.parametrize("pairs", [[], [("", "A")], [("A", "")]])
def test_from_nothing_nothing_is_learned(pairs):
    with pytest.raises(MisreadModelError, match="nothing to learn"):
        learn(pairs)


@pytest.mark.parametrize("text", ["ЖЖЖ123", "A" * 13])
def test_a_text_that_no_model_knows_is_refused(text):
    with pytest.raises(MisreadModelError, match="cannot speak about"):
        model(channel(1)).likelihood(text, "7ABC123")


@pytest.mark.parametrize(
    ("part", "value"), [("gained", 1.0), ("gained", -0.1), ("stray", 1.0), ("lost", -0.1)]
)
def test_what_is_no_distribution_is_refused(part, value):
    made = channel(1)
    parts = {name: getattr(made, name) for name in ("written", "lost", "gained_as")}
    numbers = {"gained": made.gained, "stray": made.stray}
    if part in numbers:
        numbers[part] = value
    else:
        parts[part] = np.full(COUNT, value)
    with pytest.raises(MisreadModelError, match="probabilities"):
        Channel(parts["written"], parts["lost"], numbers["gained"], parts["gained_as"],
                numbers["stray"])  # fmt: skip
