"""What has to be said about each act on a hit: fields by name, and the act made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from apps.hits.wording import worded
from workbench.domain.hit import (
    STOLEN_CALL,
    Agreement,
    Disposition,
    HitEventKind,
    HitOutcome,
    Occupancy,
    Place,
    Priority,
)
from workbench.domain.hot_entry import Category
from workbench.errors import HitError
from workbench.hotlists.hits import acts
from workbench.hotlists.hits.acts import Act
from workbench.hotlists.hits.hit import Hit
from workbench.policy import Policy


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
    default
        What is there before anybody chose, or what says so of a hit; ``None`` where people have
        to choose themselves.
    """

    name: str
    label: str
    asks: Asks
    choices: Mapping[str, Any] = field(default_factory=dict)
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


def forms(policy: Policy) -> dict[HitEventKind, Form]:
    """Return the forms of all acts in the order of work."""
    made = (
        Form(kind=HitEventKind.OPENED, label="Open this hit", make=_plain(acts.Open)),
        _compare(),
        Form(
            kind=HitEventKind.PLATE_RUN,
            label="Plate run in the car",
            hint="Record that the plate was run on the computer in the car.",
            make=_plain(acts.RunPlate),
        ),
        _ask(policy),
        _answer(HitEventKind.CONFIRMED, "Confirmed", acts.Confirm),
        _answer(HitEventKind.REFUSED, "Refused", acts.Refuse),
        _broadcast(policy),
        _call(policy),
        _found(),
        _stop(policy),
        _close(),
        _score(),
    )
    return {form.kind: form for form in made}


def _plain(act: type[Act]) -> Callable[[dict[str, Any], Seen], Act]:
    return lambda values, _seen: act(**values)


def _named(values: type[StrEnum]) -> dict[str, StrEnum]:
    return {worded(value): value for value in values}


def _compare() -> Form:
    agrees = _named(Agreement)
    return Form(
        kind=HitEventKind.COMPARED,
        label="Compare",
        hint="What does the picture show against the entry?",
        fields=(
            Field(name="region", label="State of the plate", asks=Asks.CHOICE, choices=agrees),
            Field(name="make", label="Make", asks=Asks.CHOICE, choices=agrees),
            Field(name="colour", label="Colour", asks=Asks.CHOICE, choices=agrees),
            _note(),
        ),
        make=lambda values, seen: acts.Compare(
            **values, plate_picture=seen.plate_picture, vehicle_picture=seen.vehicle_picture
        ),
    )


def _ask(policy: Policy) -> Form:
    urgent, routine = policy.hits.urgent_minutes.value, policy.hits.routine_minutes.value
    limits = {
        f"Urgent: {urgent} min": Priority.URGENT,
        f"Routine: {routine} min": Priority.ROUTINE,
    }
    return Form(
        kind=HitEventKind.CONFIRMATION_ASKED,
        label="Ask for confirmation",
        fields=(
            Field(name="priority", label="How soon", asks=Asks.CHOICE, choices=limits),
            Field(name="second", label="This is the second request", asks=Asks.TICK),
        ),
        make=_plain(acts.AskConfirmation),
    )


def _answer(kind: HitEventKind, label: str, act: type[Act]) -> Form:
    return Form(
        kind=kind,
        label=label,
        hint="What CLETS/NCIC answered, by the response itself.",
        fields=(
            Field(name="system", label="System", asks=Asks.LINE, default="CLETS/NCIC"),
            Field(name="response", label="Response", asks=Asks.WORDS),
            Field(name="operator", label="Operator", asks=Asks.LINE),
            Field(name="result", label="Result, in short", asks=Asks.LINE),
        ),
        make=_plain(act),
    )


def _broadcast(policy: Policy) -> Form:
    places = {"A desk": Place.DESKTOP, "A car": Place.VEHICLE}
    channel = policy.hits.main_channel.value
    return Form(
        kind=HitEventKind.BROADCAST,
        label="Broadcast",
        fields=(
            Field(name="channel", label="Channel", asks=Asks.LINE, default=channel),
            Field(name="place", label="From", asks=Asks.CHOICE, choices=places),
            Field(name="cancels", label="It takes an earlier one back", asks=Asks.TICK),
        ),
        make=_plain(acts.Broadcast),
    )


def _call(policy: Policy) -> Form:
    types = policy.hits.call_types.value
    return Form(
        kind=HitEventKind.CALLED,
        label="Call for service",
        fields=(
            Field(
                name="call_type",
                label="Type of call",
                asks=Asks.PICK,
                choices={code.replace("_", " ").capitalize(): code for code in types},
                default=_call_of,
            ),
            Field(name="vehicle_description", label="Vehicle", asks=Asks.LINE),
            Field(name="direction", label="Direction", asks=Asks.LINE),
            Field(name="number", label="Number of the call, if known", asks=Asks.LINE),
        ),
        make=_plain(acts.Call),
    )


def _call_of(hit: Hit) -> str | None:
    return STOLEN_CALL if hit.category is Category.STOLEN_VEHICLE else None


def _found() -> Form:
    return Form(
        kind=HitEventKind.FOUND,
        label="Vehicle found",
        fields=(
            Field(
                name="occupancy",
                label="Somebody in it",
                asks=Asks.CHOICE,
                choices=_named(Occupancy),
            ),
            Field(name="recovered", label="The vehicle was recovered", asks=Asks.TICK),
            _note(),
        ),
        make=_plain(acts.Find),
    )


def _stop(policy: Policy) -> Form:
    section = policy.hits.basis_min_characters.section
    return Form(
        kind=HitEventKind.STOPPED,
        label="Record a stop",
        hint=f"A hit is not the basis of a stop, confirmed or not ({section}).",
        fields=(
            Field(
                name="basis",
                label="What somebody saw or knew beside the hit",
                asks=Asks.WORDS,
            ),
        ),
        make=_plain(acts.RecordStop),
    )


def _close() -> Form:
    return Form(
        kind=HitEventKind.CLOSED,
        label="Close",
        fields=(
            Field(
                name="disposition",
                label="How right was the hit",
                asks=Asks.PICK,
                choices=_named(Disposition),
            ),
            Field(
                name="outcome", label="What came of it", asks=Asks.PICK, choices=_named(HitOutcome)
            ),
            _note(),
        ),
        make=_plain(acts.Close),
    )


def _score() -> Form:
    return Form(
        kind=HitEventKind.SCORED,
        label="Score",
        hint="Judge by the picture of the plate.",
        fields=(
            Field(
                name="disposition",
                label="How right was the hit",
                asks=Asks.PICK,
                choices=_named(Disposition),
            ),
            _note(),
        ),
        make=lambda values, seen: acts.Score(**values, plate_picture=seen.plate_picture),
    )


def _note() -> Field:
    return Field(name="note", label="Note, if any", asks=Asks.LINE, default="")
