"""A passage: one plate from when it comes into view until it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from workbench.domain.read import Box
from workbench.recognition.video.places import Place, distance, growth
from workbench.recognition.video.sightings import Sighting
from workbench.recognition.video.votes import Votes

KEPT_PICTURES = 4
"""Texts of a passage for which the best picture is remembered, until the vote has ended."""

_LEAST_NEWS = 0.1


class Moment(NamedTuple):
    """Where a plate was in a frame."""

    frame: int
    at_s: float
    place: Place


class Best(NamedTuple):
    """The frame that shows a text best.

    Attributes
    ----------
    leads
        Whether the text is the first reading in it.
    quality
        As `Sighting.quality`.
    """

    leads: bool
    quality: float
    frame: int
    at_s: float
    box: Box
    region: str | None


class Name(NamedTuple):
    """What tells a passage from all others of its video, whenever it is worked out.

    Attributes
    ----------
    frame
        The number of its first frame.
    order
        Its place among those that begin in that frame, from the left.
    """

    frame: int
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A plate that is followed.

    Attributes
    ----------
    speed
        Pixels a second to the right and down, as far as it was seen to move; ``None`` at first.
    """

    name: Name
    first: Moment
    last: Moment
    votes: Votes
    best: Mapping[str, Best]
    engine: str
    version: str
    speed: tuple[float, float] | None = None

    @classmethod
    def begun(cls, sighting: Sighting, order: int) -> Passage:
        """Return the passage that begins with a sighting."""
        moment = Moment(sighting.frame, sighting.at_s, sighting.place)
        votes = Votes().and_of(sighting.read, sighting.clarity)
        return cls(
            name=Name(sighting.frame, order),
            first=moment,
            last=moment,
            votes=votes,
            best=_better({}, sighting, votes),
            engine=sighting.read.engine,
            version=sighting.read.version,
        )

    def and_of(self, sighting: Sighting) -> Passage:
        """Return the passage with one more sighting, later than all others.

        A frame that shows the plate where it stood before says little that is new and counts a
        tenth; else a car that waits would outvote itself driving.
        """
        news = distance(self.last.place, sighting.place) / sighting.place.height
        news += 4 * abs(growth(self.last.place, sighting.place))
        weight = sighting.clarity * min(1.0, max(_LEAST_NEWS, news))
        votes = self.votes.and_of(sighting.read, weight)
        return Passage(
            name=self.name,
            first=self.first,
            last=Moment(sighting.frame, sighting.at_s, sighting.place),
            votes=votes,
            best=_better(self.best, sighting, votes),
            engine=self.engine,
            version=self.version,
            speed=self._speed(sighting),
        )

    def expected(self, at_s: float) -> Place:
        """Return where it is at a time if it goes on as it went."""
        if self.speed is None:
            return self.last.place
        passed_s = at_s - self.last.at_s
        return self.last.place.moved(self.speed[0] * passed_s, self.speed[1] * passed_s)

    def picture(self) -> Best:
        """Return the best frame of those that agree with the vote.

        Only where no frame that is remembered has the voted text at all, the best of the others.
        """
        found = self.best.get(self.votes.result().text)
        return found or max(self.best.values(), key=lambda best: (best.quality, -best.frame))

    def _speed(self, sighting: Sighting) -> tuple[float, float]:
        passed_s = sighting.at_s - self.last.at_s
        before, now = self.last.place, sighting.place
        seen = (now.x - before.x) / passed_s, (now.y - before.y) / passed_s
        if self.speed is None:
            return seen
        return (self.speed[0] + seen[0]) / 2, (self.speed[1] + seen[1]) / 2


def _better(best: Mapping[str, Best], sighting: Sighting, votes: Votes) -> Mapping[str, Best]:
    """Return the best frame for the texts that may win, one more sighting looked at."""
    found = dict(best)
    for text in sighting.texts:
        leads = text == sighting.read.text
        new = Best(
            leads, sighting.quality, sighting.frame, sighting.at_s, sighting.read.box,
            sighting.read.region,
        )  # fmt: skip
        known = found.get(text)
        if known is None or (new.leads, new.quality) > (known.leads, known.quality):
            found[text] = new
    likely = [text for text in votes.texts(KEPT_PICTURES * 4) if text in found]
    return MappingProxyType({text: found[text] for text in likely[:KEPT_PICTURES]})
