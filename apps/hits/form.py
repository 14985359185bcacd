"""One act's form: what is asked for, and the act that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from workbench.domain.hit import HitEventKind
from workbench.errors import HitError
from workbench.hotlists.hits.acts import Act
from workbench.hotlists.hits.handling import HitFile
from workbench.hotlists.hits.hit import Hit


class Asks(Enum):
    """How a field is asked for."""

    CHOICE = "one of a few, side by side"
    PICK = "one of several, from a menu"
    LINE = "a line of text"
    WORDS = "text of several lines"
    TICK = "yes or no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that is asked for.

    Attributes
    ----------
    choices
        What is shown to what it stands for.
    choices_of
        What makes them of the opened hit, where they are its events.
    default
        What is there before anybody chose, or what says so of a hit; ``None`` where people have
        to choose themselves.
    """

    name: str
    label: str
    asks: Asks
    choices: Mapping[str, Any] = field(default_factory=dict)
    choices_of: Callable[[HitFile], Mapping[str, Any]] | None = None
    default: Any = None

    def first(self, hit: Hit) -> Any:
        """Return what is there before anybody chose or typed."""
        return self.default(hit) if callable(self.default) else self.default


@dataclass(frozen=True, slots=True)
class Seen:
    """Which pictures of the hit's read this person has opened."""

    plate_picture: bool = False
    vehicle_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is asked for to record an act.

    Attributes
    ----------
    label
        Of the button that opens the form.
    make
        Makes the act of the values by name and of the pictures that were seen.
    """

    kind: HitEventKind
    label: str
    fields: tuple[Field, ...] = ()
    hint: str = ""
    make: Callable[[dict[str, Any], Seen], Act]

    def act(self, values: Mapping[str, Any], seen: Seen) -> Act:
        """Return the act that is typed.

        Raises
        ------
        HitError
            If something has not been chosen, or the act lacks what it needs.
        """
        for asked in self.fields:
            if asked.asks in {Asks.CHOICE, Asks.PICK} and values.get(asked.name) is None:
                raise HitError(
                    f"Not chosen: {asked.label}", allowed=", ".join(asked.choices) or None
                )
        return self.make({asked.name: values.get(asked.name) for asked in self.fields}, seen)


def plain(act: type[Act]) -> Callable[[dict[str, Any], Seen], Act]:
    """Return what makes an act of its fields alone."""
    return lambda values, _seen: act(**values)
