"""What matching believes where nobody has measured; each number is said in docs/matching.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.recognition.misreads.channel import Channel
from workbench.recognition.misreads.characters import CHARACTERS, alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Numbers that stand in for measurements.

    Attributes
    ----------
    base_plates
        List size that the policy's base rate speaks of. A short list does not meet that share of
        the traffic: its plates are no likelier on the road than those of a long one.
    region_wrong
        Share of reads with a state in which it is another state's plate.
    odd
        Share of plates of a form that neither the lists nor the known forms have.
    home_share
        Share of the traffic with plates of the department's own state.
    forms_weight
        How many listed plates the published forms count for, so that a short list does not say
        alone what plates look like.
    characters_weight
        How many plates of each form count for all characters alike at each place.
    """

    base_plates: int = 250_000
    region_wrong: float = 0.1
    odd: float = 0.02
    home_share: float = 0.85
    forms_weight: float = 1_000.0
    characters_weight: float = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """A cautious engine, for one that has no misread model; per character.

    One plate of seven characters in six is read wrong then. That is worse than vendors promise,
    so that an exact match counts for a little less and a look-alike for a little more.

    Attributes
    ----------
    right
        Read as it is.
    alike
        Taken for one that looks like it (see `alike`), all of these together.
    other
        Taken for any other one.
    lost, gained
        Not read, or one too many.
    stray
        Share of reads that have nothing to do with the plate.
    """

    right: float = 0.975
    alike: float = 0.015
    other: float = 0.005
    lost: float = 0.005
    gained: float = 0.002
    stray: float = 0.005

    def channel(self) -> Channel:
        """Return it as a channel.

        Examples
        --------
        >>> channel = Unmeasured().channel()
        >>> eight, b, w = map(CHARACTERS.index, "8BW")
        >>> bool(channel.written[eight, b] > channel.written[eight, w])
        True
        """
        known = alike()
        count = len(CHARACTERS)
        neighbours = known.sum(axis=1, keepdims=True)
        written = np.where(known, self.alike / neighbours, self.other / (count - 1 - neighbours))
        np.fill_diagonal(written, self.right)
        return Channel(
            written=written,
            lost=np.full(count, self.lost),
            gained=self.gained,
            gained_as=np.full(count, 1 / count),
            stray=self.stray,
        )
