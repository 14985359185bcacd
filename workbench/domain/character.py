"""How sure each character of a plate is, by what the candidates of its read have in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Character:
    """One character of the first candidate.

    Attributes
    ----------
    text
        The character.
    share
        From 0 to 1: the weight of the candidates that have it there, of the weight of all.
    rivals
        What the others have there, with their shares, the strongest first; an empty text stands
        for candidates that have nothing there.
    """

    text: str
    share: float
    rivals: tuple[tuple[str, float], ...]


def characters(candidates: Sequence[tuple[str, float | None]]) -> tuple[Character, ...]:
    """Return the characters of the first candidate, each with how far the others agree.

    Candidates of other lengths are laid beside the first one where they are alike. One that has
    something more between two characters makes neither of them doubtful.

    Parameters
    ----------
    candidates
        Texts and their confidences, the best first, as a read keeps them.

    Returns
    -------
    tuple of Character
        Empty where a confidence is missing or none is above 0: there is nothing to weigh.

    Examples
    --------
    >>> first, second = characters([("A1", 0.75), ("AI", 0.25)])
    >>> first.share, second.share, second.rivals
    (1.0, 0.75, (('I', 0.25),))
    """
    weights = [weight for _, weight in candidates if weight is not None]
    total = sum(weights)
    if len(weights) < len(candidates) or total <= 0:
        return ()
    text = candidates[0][0]
    found: list[dict[str, float]] = [{} for _ in text]
    for (other, _), weight in zip(candidates, weights, strict=True):
        for seen, said in zip(found, _beside(text, other), strict=True):
            seen[said] = seen.get(said, 0.0) + weight / total
    return tuple(
        Character(own, seen.pop(own), tuple(sorted(seen.items(), key=lambda item: -item[1])))
        for own, seen in zip(text, found, strict=True)
    )


def _beside(text: str, other: str) -> Iterator[str]:
    """Yield what another text has beside each character of a text; empty where it has nothing."""
    for _, start, end, first, last in SequenceMatcher(
        None, text, other, autojunk=False
    ).get_opcodes():
        for at in range(end - start):
            yield other[first + at] if first + at < last else ""
