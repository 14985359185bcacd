"""The vote of a passage's frames about what its plate says.

Frames of one passage are taken with the same lens, light and angle, often milliseconds apart, so
they err together: they are no independent witnesses. Their probabilities are therefore averaged
(a linear opinion pool, Stone 1961) and never multiplied, and many frames that say 0.7 make 0.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from workbench.recognition.base import PlateRead, Reading
from workbench.recognition.two_stage import MAX_CANDIDATES

KEPT_TEXTS = 60
"""Texts remembered in a passage; a vote's last ones have next to no probability."""


class Share(NamedTuple):
    """What was said for one text.

    Attributes
    ----------
    probability
        Sum over the frames of weight and probability.
    confidence
        The same with the probability lowered as the engine lowered its confidence in that frame.
    leads
        In how many frames it is the first reading.
    """

    probability: float = 0.0
    confidence: float = 0.0
    leads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """How a vote ended.

    Attributes
    ----------
    text
        The first candidate.
    confidence
        From 0 to 1; never more than the most confident frame's.
    candidates
        At most `MAX_CANDIDATES`, the most probable first; their sum is at most 1.
    """

    text: str
    confidence: float
    candidates: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """What the frames of a passage said so far.

    Attributes
    ----------
    frames
        How many.
    weight
        Sum of their weights.
    shares
        By text.
    """

    frames: int = 0
    weight: float = 0.0
    shares: Mapping[str, Share] = field(default_factory=lambda: MappingProxyType({}))

    def and_of(self, read: PlateRead, weight: float) -> Votes:
        """Return the votes with those of one more frame.

        Parameters
        ----------
        weight
            Above 0.
        """
        shares = dict(self.shares)
        most = read.candidates[0].probability
        lowered = read.confidence / most if most else 0.0
        for text, probability in read.candidates:
            before = shares.get(text, Share())
            shares[text] = Share(
                before.probability + weight * probability,
                before.confidence + weight * min(1.0, probability * lowered),
                before.leads + (text == read.text),
            )
        kept = sorted(shares.items(), key=lambda item: (-item[1].leads, -item[1].probability))
        return Votes(
            frames=self.frames + 1,
            weight=self.weight + weight,
            shares=MappingProxyType(dict(kept[:KEPT_TEXTS])),
        )

    def texts(self, at_most: int) -> tuple[str, ...]:
        """Return the texts, the most probable first."""
        return tuple(each.text for each in self.result().candidates[:at_most])

    def result(self) -> Voted:
        """Return what the frames agree on.

        A text that comes first in one frame at most does not win over a text that comes first in
        more than half of the frames, however sure that frame was: it counts as much at most.
        """
        leader = self._majority()
        most = self.shares[leader].probability if leader else 0.0

        def pooled(text: str) -> float:
            share = self.shares[text]
            lone = leader is not None and share.leads <= 1
            return min(share.probability, most) if lone else share.probability

        order = sorted(self.shares, key=lambda text: (-pooled(text), text != leader, text))
        candidates = tuple(
            Reading(text, min(1.0, pooled(text) / self.weight)) for text in order[:MAX_CANDIDATES]
        )
        best = order[0]
        confidence = min(1.0, self.shares[best].confidence / self.weight)
        return Voted(text=best, confidence=confidence, candidates=candidates)

    def _majority(self) -> str | None:
        """Return the text that is first in more than half of the frames, and in two at least."""
        first = max(self.shares, key=lambda text: self.shares[text].leads)
        leads = self.shares[first].leads
        return first if leads >= 2 and leads * 2 > self.frames else None
