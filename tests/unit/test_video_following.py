"""Following plates and voting: the laws that hold for every film, and the cases people know."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from tests.pictures import PLATE_BOX, car_picture
from workbench.domain.read import Box
from workbench.recognition.base import PlateRead, Reading
from workbench.recognition.video.direction import Direction, direction_of
from workbench.recognition.video.following import FollowingRules, step
from workbench.recognition.video.passages import Passage
from workbench.recognition.video.places import Place, edit_distance, likeness, overlap
from workbench.recognition.video.saving import restored, saved
from workbench.recognition.video.sightings import Sighting, sharpness, sightings_of
from workbench.recognition.video.votes import Votes

RULES = FollowingRules.at(5)
TEXTS = ["7ABC123", "7ABC12B", "4XYZ987", "CALIFORNIA"]


def plate_read(text: str, box: Box, sure: float = 0.7, *others: tuple[str, float]) -> PlateRead:
    right, bottom = box.x + box.width, box.y + box.height
    return PlateRead(
        text=text,
        confidence=sure,
        candidates=(Reading(text, sure), *(Reading(*each) for each in others)),
        box=box,
        corners=((box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)),
        engine="made",
        version="1",
    )


def seen(text: str, x: float, *, frame: int, y: float = 300, height: int = 30, sure: float = 0.7):
    box = Box(round(x), round(y), 3 * height, height)
    return Sighting(
        frame=frame, at_s=frame / 5, read=plate_read(text, box, sure), place=Place.of(box),
        height_px=height, sharpness=0.8,
    )  # fmt: skip


BOXES = st.builds(
    Box, st.integers(0, 600), st.integers(0, 300), st.integers(8, 150), st.integers(6, 60)
)
READS = st.builds(plate_read, st.sampled_from(TEXTS), BOXES, st.floats(0.05, 1.0))
FILMS = st.lists(st.lists(READS, max_size=5), min_size=1, max_size=15)
BLANK = np.zeros((360, 760, 3), np.uint8)


def followed(film: list[list[PlateRead]], stops: frozenset[int] = frozenset()) -> list[Passage]:
    """Return all passages of a film, in the order in which they are over."""
    passages: tuple[Passage, ...] = ()
    over: list[Passage] = []
    for frame, reads in enumerate(film):
        if frame in stops:
            passages = tuple(restored(json.loads(json.dumps(saved(p)))) for p in passages)
        sightings = sightings_of(reads, frame=frame, at_s=frame / 5, pixels=BLANK)
        passages, closed = step(passages, sightings, frame / 5, RULES)
        over += closed
    return over + list(passages)


@given(FILMS, st.randoms())
def test_the_order_of_the_reads_of_a_frame_does_not_matter(film, random):
    shuffled = [random.sample(reads, len(reads)) for reads in film]
    assert followed(shuffled) == followed(film)


@given(FILMS, st.frozensets(st.integers(0, 14)))
def test_a_stop_at_any_frame_changes_nothing(film, stops):
    assert followed(film, stops) == followed(film)


@given(FILMS)
def test_every_sighting_belongs_to_one_passage(film):
    sightings = [
        each
        for frame, reads in enumerate(film)
        for each in sightings_of(reads, frame=frame, at_s=frame / 5, pixels=BLANK)
    ]
    passages = followed(film)
    assert sum(passage.votes.frames for passage in passages) == len(sightings)
    assert len({passage.name for passage in passages}) == len(passages)


@given(FILMS)
def test_the_frames_of_a_passage_increase_and_have_no_long_gap(film):
    passages: tuple[Passage, ...] = ()
    for frame, reads in enumerate(film):
        before = {passage.name: passage for passage in passages}
        sightings = sightings_of(reads, frame=frame, at_s=frame / 5, pixels=BLANK)
        passages, _ = step(passages, sightings, frame / 5, RULES)
        for passage in passages:
            known = before.get(passage.name)
            assert passage.last.frame == frame or passage == known
            if known and passage != known:
                assert known.last.frame < frame
                assert passage.last.at_s - known.last.at_s <= RULES.gap_s
                assert passage.votes.frames == known.votes.frames + 1


@given(FILMS)
def test_a_vote_is_never_surer_than_its_surest_frame(film):
    surest = max((read.confidence for reads in film for read in reads), default=0.0)
    for passage in followed(film):
        voted = passage.votes.result()
        assert 0 <= voted.confidence <= surest + 1e-9
        assert voted.candidates[0].text == voted.text
        assert sum(each.probability for each in voted.candidates) <= 1 + 1e-9
        numbers = [each.probability for each in voted.candidates]
        assert numbers == sorted(numbers, reverse=True)


@given(
    st.lists(st.floats(0.05, 1.0), min_size=2, max_size=12),
    st.floats(0.05, 1.0),
    st.integers(0, 12),
    st.lists(st.floats(0.01, 1.0), min_size=13, max_size=13),
)
def test_one_frame_never_outvotes_a_majority(agreeing, lone, at, weights):
    reads = [plate_read("7ABC123", Box(0, 0, 90, 30), sure) for sure in agreeing]
    reads.insert(min(at, len(reads)), plate_read("0WR0NG0", Box(0, 0, 90, 30), lone))
    votes = Votes()
    for read, weight in zip(reads, weights, strict=False):
        votes = votes.and_of(read, weight)
    assert votes.result().text == "7ABC123"


def test_many_frames_that_say_the_same_are_not_surer_than_one():
    def sure(count: int) -> float:
        votes, read = Votes(), plate_read("7ABC123", Box(0, 0, 90, 30), 0.7)
        for _ in range(count):
            votes = votes.and_of(read, 0.5)
        return votes.result().confidence

    assert sure(1) == pytest.approx(0.7)
    assert sure(200) == pytest.approx(0.7)


def test_the_second_reading_of_many_frames_wins_over_first_ones_that_disagree():
    box = Box(0, 0, 90, 30)
    votes = Votes()
    for wrong in ("7ABC12B", "7ABCI23", "7A8C123"):
        votes = votes.and_of(plate_read(wrong, box, 0.45, ("7ABC123", 0.4)), 1.0)
    assert votes.result().text == "7ABC123"
    assert votes.result().confidence == pytest.approx(0.4)


def test_what_the_engine_lowered_stays_lowered():
    read = plate_read("DEALER", Box(0, 0, 90, 30), 0.9)
    lowered = PlateRead(
        text="DEALER", confidence=0.18, candidates=read.candidates, box=read.box,
        corners=read.corners, engine="made", version="1",
    )  # fmt: skip
    voted = Votes().and_of(lowered, 1.0).and_of(lowered, 1.0).result()
    assert voted.confidence == pytest.approx(0.18)
    assert voted.candidates[0].probability == pytest.approx(0.9)


def test_a_car_that_waits_does_not_outvote_itself_driving():
    """Forty frames of a small plate that stands still, then five of one that comes near."""
    passage = Passage.begun(seen("7ABCI23", 100, frame=0, height=14), 0)
    for frame in range(1, 40):
        passage = passage.and_of(seen("7ABCI23", 100, frame=frame, height=14))
    for frame in range(40, 50):
        near = seen("7ABC123", 100 + (frame - 39) * 60, frame=frame, height=14 + (frame - 39) * 4)
        passage = passage.and_of(near)
    assert passage.votes.result().text == "7ABC123"
    assert passage.picture().frame == 49


def test_the_best_picture_agrees_with_the_vote():
    passage = Passage.begun(seen("7ABC123", 100, frame=0, height=30), 0)
    for frame in range(1, 6):
        passage = passage.and_of(seen("7ABC123", 100 + 40 * frame, frame=frame, height=30 + frame))
    passage = passage.and_of(seen("0WR0NG0", 340, frame=6, height=60, sure=1.0))
    assert passage.votes.result().text == "7ABC123"
    assert passage.picture().frame == 5


@pytest.mark.parametrize(("missed", "passages"), [(1, 1), (6, 1), (7, 2), (20, 2)])
def test_a_plate_is_waited_for_so_long_and_no_longer(missed, passages):
    """At five looks a second 1.5 s are six missed frames and the seventh just at the bound."""
    before = [[plate_read("7ABC123", Box(100 + 5 * n, 200, 90, 30))] for n in range(5)]
    after = [[plate_read("7ABC123", Box(130, 200, 90, 30))]] * 5
    assert len(followed([*before, *[[]] * missed, *after])) == passages


def test_two_cars_that_cross_stay_two():
    film = [
        [
            plate_read("7ABC123", Box(50 + 25 * n, 200, 90, 30)),
            plate_read("4XYZ987", Box(550 - 25 * n, 215, 90, 30)),
        ]
        for n in range(20)
    ]
    found = followed(film)
    assert sorted(passage.votes.result().text for passage in found) == ["4XYZ987", "7ABC123"]
    assert [passage.votes.frames for passage in found] == [20, 20]


def test_another_car_at_the_same_place_after_a_pause_is_another_passage():
    first = [[plate_read("7ABC123", Box(100, 200, 90, 30))]] * 5
    then = [[plate_read("4XYZ987", Box(104, 200, 90, 30))]] * 5
    found = followed([*first, [], *then])
    assert [passage.votes.result().text for passage in found] == ["7ABC123", "4XYZ987"]


def test_a_fast_plate_is_found_again_by_its_text():
    """Three of its widths between two looks: nothing overlaps."""
    film = [[plate_read("7ABC123", Box(20 + 180 * n, 200, 60, 20))] for n in range(4)]
    (passage,) = followed(film)
    assert passage.votes.frames == 4


def test_a_place_that_an_engine_reads_twice_counts_once():
    reads = [
        plate_read("7ABC123", Box(100, 200, 90, 30), 0.8),
        plate_read("7ABC12B", Box(102, 201, 90, 30), 0.6),
    ]
    (only,) = sightings_of(reads, frame=0, at_s=0.0, pixels=BLANK)
    assert only.read.text == "7ABC123"


@pytest.mark.parametrize(
    ("last", "direction"),
    [
        (Place(400, 300, 90, 30), Direction.LEFT_TO_RIGHT),
        (Place(100, 300, 90, 30), Direction.RIGHT_TO_LEFT),
        (Place(500, 400, 180, 60), Direction.TOWARDS),
        (Place(260, 250, 45, 15), Direction.AWAY),
        (Place(300, 450, 95, 32), Direction.TOWARDS),
        (Place(300, 150, 88, 29), Direction.AWAY),
        (Place(330, 310, 92, 31), Direction.STILL),
    ],
)
def test_direction_is_that_in_the_picture(last, direction):
    assert direction_of(Place(250, 300, 90, 30), last) is direction


def test_a_blurred_plate_is_less_sharp_whatever_its_size():
    picture = car_picture("4BCD567")
    for scale in (1, 2):
        large = picture.resize((640 * scale, 480 * scale), Image.Resampling.BICUBIC)
        side = PLATE_BOX
        box = Box(side.x * scale, side.y * scale, side.width * scale, side.height * scale)
        blurs = [large.filter(ImageFilter.GaussianBlur(scale * blur)) for blur in (0, 2, 5, 12)]
        numbers = [sharpness(np.asarray(blurred), box) for blurred in blurs]
        assert numbers == sorted(numbers, reverse=True)
        assert numbers[0] > numbers[1] + 0.1 > numbers[2] + 0.1
    assert sharpness(BLANK, PLATE_BOX) == 0.0


@given(st.text("ABC123", max_size=6), st.text("ABC123", max_size=6), st.text("ABC123", max_size=6))
def test_edit_distance_is_a_distance(one, other, third):
    assert edit_distance(one, other) == edit_distance(other, one)
    assert (edit_distance(one, other) == 0) == (one == other)
    assert edit_distance(one, third) <= edit_distance(one, other) + edit_distance(other, third)


def test_nothing_is_like_nothing():
    assert likeness([], ["7ABC123"]) == 0.0
    assert overlap(Place(0, 0, 10, 10), Place(100, 0, 10, 10)) == 0.0
