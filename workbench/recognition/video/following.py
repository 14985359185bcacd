"""Plates followed from frame to frame: which sighting belongs to which passage.

A sighting goes to the passage whose plate was to be expected there: greedily, the best pair first,
with constant speed between frames (the frame of SORT, Bewley et al. 2016, without its filter). Text
is looked at too, because plates move by several of their widths between two frames that are looked
at, and overlap alone does not find them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workbench.recognition.video.passages import Passage
from workbench.recognition.video.places import distance, growth, likeness, overlap
from workbench.recognition.video.sightings import Sighting, in_order

_LEAST_OVERLAP = 0.3
_LEAST_LIKENESS = 0.5
_MOST_GROWTH = 1.3
_READINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingRules:
    """How long a plate is waited for.

    Attributes
    ----------
    step_s
        Between two frames that are looked at.
    gap_s
        A plate that was not seen for longer is gone; when it comes back, it is another passage.
    """

    step_s: float
    gap_s: float

    @classmethod
    def at(cls, frames_per_second: float) -> FollowingRules:
        """Return the rules for so many looks a second: 1.5 s, or two missed frames.

        Examples
        --------
        >>> FollowingRules.at(5).gap_s, FollowingRules.at(1).gap_s
        (1.5, 3.5)
        """
        step_s = 1 / frames_per_second
        return cls(step_s=step_s, gap_s=max(1.5, 3.5 * step_s))


class Step(NamedTuple):
    """The passages after a frame: those that may go on, and those that are over."""

    open: tuple[Passage, ...]
    closed: tuple[Passage, ...]


def step(
    passages: Sequence[Passage], seen: Iterable[Sighting], at_s: float, rules: FollowingRules
) -> Step:
    """Return what a frame makes of the passages that were open before it.

    Parameters
    ----------
    passages
        Open ones, in any order.
    seen
        What was read in the frame, in any order; maybe nothing.
    at_s
        The frame's time, later than all before.
    """
    order = sorted(passages, key=_by_name)
    open_before = [p for p in order if at_s - p.last.at_s <= rules.gap_s]
    closed = tuple(p for p in order if at_s - p.last.at_s > rules.gap_s)
    sightings = in_order(seen)
    pairs = _pairs(open_before, sightings, at_s, rules)
    going_on = [
        passage.and_of(sightings[pairs[number]]) if number in pairs else passage
        for number, passage in enumerate(open_before)
    ]
    new = [sightings[n] for n in range(len(sightings)) if n not in set(pairs.values())]
    begun = [Passage.begun(sighting, order) for order, sighting in enumerate(new)]
    return Step(tuple(sorted(going_on + begun, key=_by_name)), closed)


def _by_name(passage: Passage) -> tuple[int, int]:
    return passage.name


def _pairs(
    passages: Sequence[Passage], seen: Sequence[Sighting], at_s: float, rules: FollowingRules
) -> dict[int, int]:
    """Return the number of the sighting for each passage that has one; none is given twice."""
    costs = sorted(
        (cost, passage.name, m, n)
        for n, passage in enumerate(passages)
        for m, sighting in enumerate(seen)
        if (cost := _cost(passage, sighting, at_s, rules)) is not None
    )
    pairs: dict[int, int] = {}
    given: set[int] = set()
    for _, _, m, n in costs:
        if n not in pairs and m not in given:
            pairs[n] = m
            given.add(m)
    return pairs


def _cost(passage: Passage, sighting: Sighting, at_s: float, rules: FollowingRules) -> float | None:
    """Return how unlikely it is that both are the same plate; ``None`` where it cannot be."""
    passed_s = at_s - passage.last.at_s
    expected = passage.expected(at_s)
    away = distance(expected, sighting.place) / _reach(passage, passed_s)
    grown = abs(growth(passage.last.place, sighting.place)) / _MOST_GROWTH
    if away > 1 or grown > 1:
        return None
    alike = likeness(passage.votes.texts(_READINGS), sighting.texts)
    # Another car may stand where one has just left, so a place is believed only without a pause.
    in_place = (
        passed_s <= 1.5 * rules.step_s and overlap(expected, sighting.place) >= _LEAST_OVERLAP
    )
    if not in_place and alike < _LEAST_LIKENESS:
        return None
    return away + grown / 2 + (1 - alike)


def _reach(passage: Passage, passed_s: float) -> float:
    """Return how far from where it is expected a plate can be, in pixels.

    A plate of 0.3 m that nears a camera 3 m beside its way moves by about three of its widths in
    a fifth of a second; once its speed is known, only the change of speed remains.
    """
    place = passage.last.place
    width = max(place.width, 2 * place.height)
    if passage.speed is None:
        return width * (1.5 + 15 * passed_s)
    return width * (1 + 5 * passed_s)
