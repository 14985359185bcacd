"""What people can do about a hit: each act with what has to be said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar

from workbench.domain.hit import (
    Agreement,
    Disposition,
    HitEventKind,
    HitOutcome,
    Occupancy,
    Place,
    Priority,
)
from workbench.domain.stop_basis import NUMBER_OF, StopBasis
from workbench.errors import HitError

LONGEST_TEXT = 20_000
"""Characters; a response of NCIC is far shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something done about a hit.

    Raises
    ------
    HitError
        If a text that has to be there is blank, too long or holds what no table can hold.
    """

    kind: ClassVar[HitEventKind]
    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what the table would refuse less clearly."""
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, str):
                _check_text(self.kind, part.name, value, may_be_empty=self.may_be_empty)

    def details(self) -> dict[str, Any]:
        """Return what is said, JSON-ready."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Act):
    """Somebody took the hit up."""

    kind = HitEventKind.OPENED


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Act):
    """What the picture shows against what the entry says.

    Attributes
    ----------
    plate_picture, vehicle_picture
        Which picture was looked at; one of them at least.
    region
        The plate's state.
    """

    kind = HitEventKind.COMPARED
    may_be_empty = frozenset({"note"})

    plate_picture: bool
    vehicle_picture: bool
    region: Agreement
    make: Agreement
    colour: Agreement
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a comparison with nothing."""
        Act.__post_init__(self)
        if not (self.plate_picture or self.vehicle_picture):
            raise HitError(
                "Nothing was looked at",
                allowed="the picture of the plate, of the vehicle, or both",
                next_step="open a picture first; a hit without one can be closed as not scored",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlate(Act):
    """The plate was run on the computer in the car."""

    kind = HitEventKind.PLATE_RUN


@dataclass(frozen=True, slots=True, kw_only=True)
class AskConfirmation(Act):
    """The agency that entered the record was asked whether it stands."""

    kind = HitEventKind.CONFIRMATION_ASKED

    priority: Priority
    second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Act):
    """What CLETS or NCIC said (Policy 426.6 (d)); `confirms` makes it one kind or the other.

    Attributes
    ----------
    system
        Such as ``CLETS/NCIC``.
    response
        The response itself.
    operator
        Who of the department ran the query, by user name; who records it unless told otherwise.
    result
        In short, such as ``stolen vehicle, active``.
    """

    may_be_empty = frozenset({"operator"})

    system: str = "CLETS/NCIC"
    response: str
    operator: str = ""
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Answer):
    """The record stands."""

    kind = HitEventKind.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Answer):
    """The record does not stand, or is of another vehicle."""

    kind = HitEventKind.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast(Act):
    """The hit was broadcast; `cancels` where the broadcast took an earlier one back.

    Attributes
    ----------
    place
        Where from: a car and a desk have each their own order (Policy 426.6.3). It follows from
        the read's camera and the shift; whoever says it has to say the same.
    """

    kind = HitEventKind.BROADCAST

    channel: str
    place: Place | None = None
    cancels: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Act):
    """A call for service was entered (Policy 426.6.3).

    Attributes
    ----------
    call_type
        One of the policy's.
    number
        Of the call in the dispatch system.
    """

    kind = HitEventKind.CALLED
    may_be_empty = frozenset({"number"})

    call_type: str
    vehicle_description: str
    direction: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Find(Act):
    """Somebody got to the vehicle."""

    kind = HitEventKind.FOUND
    may_be_empty = frozenset({"note"})

    occupancy: Occupancy
    recovered: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStop(Act):
    """A car was stopped; why, beside the hit (Policy 426.5 (d)).

    Attributes
    ----------
    basis
        Its kind, one of the policy's.
    facts
        What was seen or known, in words that a supervisor can judge.
    code_section
        What was violated, such as ``VC 24601``; asked for where a violation was observed.
    warrant
        The number under which the warrant was confirmed; asked for where a person was recognised.
    """

    kind = HitEventKind.STOPPED
    may_be_empty = frozenset({"code_section", "warrant"})

    basis: StopBasis
    facts: str
    code_section: str = ""
    warrant: str = ""

    def __post_init__(self) -> None:
        """Refuse a basis without its number."""
        Act.__post_init__(self)
        number = NUMBER_OF.get(self.basis)
        if number is not None and not getattr(self, number).strip():
            raise HitError(
                f"The basis {self.basis.value} needs its {number.replace('_', ' ')}",
                next_step=f"say the {number.replace('_', ' ')}, or another basis",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Act):
    """The hit is done with."""

    kind = HitEventKind.CLOSED
    may_be_empty = frozenset({"note"})

    disposition: Disposition
    outcome: HitOutcome
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Act):
    """How right the hit was, as somebody judged from the picture."""

    kind = HitEventKind.SCORED
    may_be_empty = frozenset({"note"})

    disposition: Disposition
    plate_picture: bool
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a judgement without a look."""
        Act.__post_init__(self)
        if self.disposition is not Disposition.NOT_SCORED and not self.plate_picture:
            raise HitError(
                "Nobody can score a read without seeing the plate",
                given=self.disposition.value,
                allowed=Disposition.NOT_SCORED.value,
                next_step="open the picture of the plate first",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Act):
    """A supervisor's answer to a recorded stop.

    Attributes
    ----------
    event
        The number of the stop's event.
    approved
        Whether the basis holds; otherwise it goes back to whoever recorded it.
    """

    kind = HitEventKind.REVIEWED

    event: int
    approved: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Act):
    """An earlier event was recorded wrongly; it stays, and this stands beside it.

    Attributes
    ----------
    event
        The number of what was wrong.
    why
        What was wrong with it.
    withdrawn
        It never happened.
    time
        When it truly happened, if it was another time.
    values
        What its act should have said, by name; the rest stays.
    """

    kind = HitEventKind.CORRECTED

    event: int
    why: str
    withdrawn: bool = False
    time: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a correction of nothing."""
        Act.__post_init__(self)
        changes = bool(self.values) or self.time is not None
        if changes == self.withdrawn:
            raise HitError(
                "A correction either withdraws an event or says what it should have been",
                given="both" if changes else "neither",
                next_step="withdraw it, or give a time or values",
            )


def _check_text(kind: HitEventKind, name: str, value: str, *, may_be_empty: frozenset[str]) -> None:
    where = {"act": kind.value, "part": name}
    if not value.strip() and name not in may_be_empty:
        raise HitError("It has to be said in words", given=value, where=where)
    if len(value) > LONGEST_TEXT:
        allowed = f"up to {LONGEST_TEXT} characters"
        raise HitError("The text is too long", given=value, allowed=allowed, where=where)
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise HitError("The text holds a character that cannot be kept", given=value, where=where)
