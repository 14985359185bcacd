"""What a read or a candidate may look like to be of a listed plate."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.hotlists.matching.texts import FEWEST_LOST, is_plain, masks_of


def reach_of(pattern: str) -> tuple[str, ...]:
    """Return patterns that a text has to fit one of to be met by an entry, as SQL's LIKE has them.

    Parameters
    ----------
    pattern
        Normal form of a plate; ``*`` for any run of unknown characters.

    Returns
    -------
    tuple of str
        ``_`` stands for any one character, ``%`` for any run. What `ListIndex.near` finds fits,
        and nothing else that matters.

    Examples
    --------
    >>> reach_of("7AB*1"), reach_of("8AB")
    (('7AB%1',), ('8AB', '_8AB', '8_AB', '8A_B', '8AB_'))
    >>> len(reach_of("8ABC123"))
    37
    """
    if "*" in pattern or not is_plain(pattern):
        return (pattern.replace("*", "%"),)
    return tuple(dict.fromkeys([pattern, *_near(pattern)]))


def _near(plate: str) -> Iterator[str]:
    length = len(plate)
    for mask in masks_of(length):
        yield "".join("_" if place in mask else plate[place] for place in range(length))
    if length >= FEWEST_LOST:
        yield from (plate[:place] + plate[place + 1 :] for place in range(length))
    if length + 1 >= FEWEST_LOST:
        yield from (f"{plate[:place]}_{plate[place:]}" for place in range(length + 1))
