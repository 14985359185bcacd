"""Whether the facts of a stop only repeat the hit, for the supervisor who reviews it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from workbench.domain.hit import ANSWERS
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.standing import of_kind
from workbench.policy.forms import words_of

# How alerts call a hit, see workbench/hotlists/alerts.
_ALERT = "ALPR hit alert, list, read, plate, vehicle, camera"


def own_words(hit: Hit, events: Iterable[HitEvent], facts: str) -> frozenset[str]:
    """Return the words of some facts that neither the hit nor an answer about it says itself.

    Parameters
    ----------
    events
        All of the hit's; what CLETS or NCIC answered is said about the hit too.
    facts
        Why a car was stopped.
    """
    said = (event.details for event in of_kind(events, *ANSWERS))
    known = " ".join(_texts([asdict(hit), *said, _ALERT])).replace("_", " ")
    return words_of(facts) - words_of(known)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield str(name)
            yield from _texts(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _texts(part)
