"""The posterior keeps the laws of probability, and what it says comes true as often as it says."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.hot_entries import made_entry, made_rules, made_table
from workbench.hotlists.matching.assumptions import Assumptions, Unmeasured
from workbench.hotlists.matching.engines import OneModel
from workbench.hotlists.matching.index import HotIndex, ListIndex
from workbench.hotlists.matching.likelihood import steps_of
from workbench.hotlists.matching.match import Matcher
from workbench.hotlists.matching.population import Population
from workbench.hotlists.matching.reads import weights_of
from workbench.hotlists.matching.weighing import Listed, Rates, Weigher
from workbench.recognition.misreads.channel import Channel
from workbench.recognition.misreads.characters import CHARACTERS
from workbench.recognition.misreads.model import MisreadModel, learn_misreads

LISTED = ["8ABC123", "8ABC128", "3ABC123", "8ABD123", "7XYZ999"]
LEARNED_AT = datetime(2026, 10, 1, tzinfo=UTC)


def near(text: str):
    """Return texts that a read of a listed plate may say."""
    one = st.tuples(st.integers(0, len(text) - 1), st.sampled_from("8B30O1IZ"))
    return one.map(lambda each: text[: each[0]] + each[1] + text[each[0] + 1 :])


texts = st.sampled_from(LISTED) | st.sampled_from(LISTED).flatmap(near)
regions = st.sampled_from([None, "CA", "NV"])
listed_plates = st.lists(
    st.tuples(st.sampled_from(LISTED), regions), min_size=1, max_size=6, unique=True
)
rights = st.floats(0.9, 0.995)


def weigher(right: float = 0.975, *, listed: int = 250_000, stray: float = 0.005) -> Weigher:
    left = 1 - right
    cautious = Unmeasured(
        right=right, alike=0.6 * left, other=0.2 * left, lost=0.2 * left, gained=0.002, stray=stray
    )
    assumed = Assumptions()
    rates = Rates(base=0.003, listed=listed, assumed=assumed)
    population = Population.of({}, assumed)
    return Weigher(steps_of(cautious.channel(), population.mixtures), population, rates)


def unambiguous(plates):
    """Leave out a plate without a state where the same one has states, as entries do."""
    known = {text for text, region in plates if region}
    return [Listed(text, region) for text, region in plates if region or text not in known]


@given(
    plates=listed_plates,
    said=st.dictionaries(texts, st.floats(0.01, 1), min_size=1, max_size=4),
    region=regions,
    right=rights,
    listed=st.sampled_from([1, 1_000, 250_000, 10_000_000]),
)
def test_all_alternatives_together_are_at_most_certain(plates, said, region, right, listed):
    weighing = weigher(right, listed=listed)
    plates = unambiguous(plates)
    weighed = weighing.weigh(list(said), np.array(list(said.values())), region, plates)
    shares = list(weighed.listed.values())
    assert all(0 <= share <= 1 for share in shares)
    first = plates[0]
    rival = weighing.rival(weighed, first.text.__eq__, first.region)
    others = {f"{each.text}", f"{each.text} {each.region}"} if (each := None) else set()
    names = {each.text for each in plates} | {f"{each.text} {each.region}" for each in plates}
    unlisted = rival.posterior if rival and rival.text not in names | others else 0.0
    assert sum(shares) + unlisted <= 1 + 1e-9


@given(
    said=st.dictionaries(texts, st.floats(0.05, 0.3), min_size=1, max_size=3),
    more=st.floats(0, 2),
    plate=st.sampled_from(LISTED),
    right=rights,
)
def test_weight_for_the_listed_plate_speaks_for_it(said, more, plate, right):
    """It moves the posterior towards that of a read that is sure of the listed plate.

    So it never lowers it, unless the others alone speak for the plate even more than that.
    """
    weighing, listed = weigher(right), [Listed(plate, None)]

    def of(weights):
        values = np.array(list(weights.values()))
        return weighing.weigh(list(weights), values, None, listed).listed[listed[0]]

    before, sure = of(said), of({plate: 1.0})
    after = of(said | {plate: said.get(plate, 0) + more})
    assert min(before, sure) - 1e-9 <= after <= max(before, sure) + 1e-9
    assume(before <= sure)
    assert after >= before - 1e-9


@given(
    said=st.dictionaries(texts, st.floats(0.01, 1), min_size=1, max_size=4),
    own=texts,
    confidence=st.floats(0, 1),
)
def test_a_read_never_says_more_than_everything(said, own, confidence):
    said.pop(own, None)
    found = weights_of(own, confidence, list(said.items()))
    assert next(iter(found)) == own
    assert 0 < sum(found.values()) <= 1.01  # 0.01 is what a read of confidence 0 counts


def test_an_exact_read_by_an_engine_that_never_errs_is_certain():
    count = len(CHARACTERS)
    perfect = Channel(np.eye(count), np.zeros(count), 0.0, np.full(count, 1 / count), 0.0)
    rates = Rates(base=0.003, listed=250_000, assumed=Assumptions())
    population = Population.of({}, Assumptions())
    weighing = Weigher(steps_of(perfect, population.mixtures), population, rates)
    for text in LISTED:
        plates = [Listed(each, None) for each in LISTED]
        weighed = weighing.weigh([text], np.ones(1), None, plates)
        assert weighed.of(text, None) == pytest.approx(1)
    assert weighing.weigh(["9ZZZ000"], np.ones(1), None, plates).of("8ABC123", None) == 0


@given(plate=st.sampled_from(LISTED), read=texts, right=rights)
def test_another_state_makes_it_less_likely_and_an_unknown_one_changes_nothing(plate, read, right):
    weighing = weigher(right)

    def of(read_region, listed_region):
        listed = [Listed(plate, listed_region)]
        return weighing.weigh([read], np.ones(1), read_region, listed).listed[listed[0]]

    assert of(None, "CA") == of("CA", None) == of("US-CA", "CA") == of(None, None)
    assert 0 < of("NV", "CA") < of("CA", "CA")


@given(st.integers(250_000, 20_000_000), rights)
def test_a_longer_list_makes_each_of_its_plates_less_likely(listed, right):
    def of(count):
        plates = [Listed("8ABC123", None)]
        weighed = weigher(right, listed=count).weigh(["8ABC128"], np.ones(1), None, plates)
        return weighed.listed[plates[0]]

    assert of(listed) >= of(2 * listed)


# ---- what it says comes true ----------------------------------------------------------------

FORM = "NLLN"
READS, ON_LIST, BASE = 7_000, 9_000, 0.2


def model_that_errs() -> MisreadModel:
    """Return a model of an engine that errs often, and by some rules."""
    rng = np.random.default_rng(5)
    pairs = []
    wrong = {
        "8": ("3", 0.5), "3": ("8", 0.2), "5": ("6", 0.4), "7": ("1", 0.3), "9": ("4", 0.6),
        "M": ("N", 0.5), "E": ("F", 0.4), "O": ("D", 0.3), "D": ("O", 0.15), "U": ("V", 0.6),
        "B": ("8", 0.2), "1": ("I", 0.3),
    }  # fmt: skip
    for plate in sampled(rng, 3_000):
        both = [(one, *wrong.get(one, (one, 0.0))) for one in plate]
        read = "".join(other if rng.random() < share else one for one, other, share in both)
        pairs.append((plate, read[1:] if rng.random() < 0.05 else read))
    return learn_misreads(pairs, engine="made_up", engine_version="1", learned_at=LEARNED_AT)


def sampled(rng: np.random.Generator, count: int) -> list[str]:
    kinds = [list(CHARACTERS[:10]) if kind == "N" else list(CHARACTERS[10:]) for kind in FORM]
    columns = [rng.choice(kind, count) for kind in kinds]
    return ["".join(each) for each in zip(*columns, strict=True)]


def made_world(seed: int):
    """Return listed plates and the plates of reads, as the formula believes they are."""
    rng = np.random.default_rng(seed)
    listed = list(dict.fromkeys(sampled(rng, 2 * ON_LIST)))[:ON_LIST]
    known = set(listed)
    others = (plate for plate in sampled(rng, 2 * READS) if plate not in known)
    truths = [
        listed[int(rng.integers(ON_LIST))] if rng.random() < BASE else next(others)
        for _ in range(READS)
    ]
    return rng, listed, truths


def matcher_of(listed, model):
    entries = [made_entry(plate, line=line) for line, plate in enumerate(listed, start=1)]
    assumed = Assumptions(base_plates=1, odd=0.0, forms_weight=0.0)
    index = HotIndex((ListIndex.of(entries),))
    rules = made_rules(base_rate=BASE, possible_from=0.02)
    return Matcher(index, rules=rules, engines=OneModel(model), assumed=assumed)


def assert_calibrated(matches, truths):
    said = np.array([match.posterior for match in matches])
    right = np.array([truths[match.row] == match.entry.pattern for match in matches])
    tried = 0
    for low in np.arange(0.1, 1.0, 0.1):
        inside = (said >= low) & (said < low + 0.1)
        if inside.sum() < 30:
            continue
        tried += 1
        expected, seen = said[inside].mean(), right[inside].mean()
        # Four standard errors: a right formula fails once in some thousand runs, and the
        # seed is fixed.
        assert abs(seen - expected) < 4 * np.sqrt(expected * (1 - expected) / inside.sum()), (
            f"of {inside.sum()} hits given {expected:.3f}, {seen:.3f} are right"
        )
    assert tried >= 5, tried
    assert right.sum() == pytest.approx(said.sum(), rel=0.03)


@pytest.mark.parametrize("seed", [1, 2])
def test_of_hits_given_75_in_100_about_75_are_right(seed):
    model = model_that_errs()
    rng, listed, truths = made_world(seed)
    reads = [model.sample(plate, rng)[:12] for plate in truths]
    matches = matcher_of(listed, model).matches(made_table(*reads))
    assert_calibrated(matches, truths)


def test_candidates_that_mean_what_they_say_keep_it_true():
    """Of two texts with w and 1 - w, the engine's reading is the first with probability w."""
    model = model_that_errs()
    rng, listed, truths = made_world(3)
    reads, said = [], []
    for plate in truths:
        own = model.sample(plate, rng)[:12]
        if not own:
            reads.append("")
            said.append(None)
            continue
        place = int(rng.integers(len(own)))
        other = own[:place] + str(rng.choice(list(CHARACTERS))) + own[place + 1 :]
        weight = float(np.sqrt(rng.random()))  # of density 2w, so that w / (1 - w) is the odds
        both = sorted([(weight, own), (1 - weight, other)], reverse=True)
        reads.append(both[0][1])
        same = own == other
        said.append([{"text": text, "confidence": 1.0 if same else each} for each, text in both])
    matches = matcher_of(listed, model).matches(made_table(*reads, candidates=said))
    assert_calibrated(matches, truths)
