"""Bodies of acts on hits: which act, when it was done, and what is said about it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from workbench.domain.hit import (
    Agreement,
    Disposition,
    HitOutcome,
    Occupancy,
    Place,
    Priority,
)
from workbench.hotlists.hits import acts
from workbench.hotlists.hits.acts import LONGEST_TEXT, Act
from workbench.service.edge import Body, Instant, Line, Words

LongWords = Annotated[
    str, StringConstraints(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$", min_length=1)
]
# JSON has no enumerations: their text is taken where they are asked for.
Agrees = Annotated[Agreement, Field(strict=False)]
Judged = Annotated[Disposition, Field(strict=False)]


class ActBody(Body):
    """What every act may say: when it was done; now by default."""

    happened_at: Instant | None = None

    def said(self) -> dict[str, object]:
        """Return what is said about the act itself."""
        names = type(self).model_fields.keys() - {"act", "happened_at"}
        return {name: getattr(self, name) for name in names}


class OpenBody(ActBody):
    """Take the hit up."""

    act: Literal["open"]


class CompareBody(ActBody):
    """Compare picture and entry."""

    act: Literal["compare"]
    plate_picture: bool
    vehicle_picture: bool
    region: Agrees
    make: Agrees
    colour: Agrees
    note: Words = ""


class RunPlateBody(ActBody):
    """The plate was run on the computer in the car."""

    act: Literal["run_plate"]


class AskBody(ActBody):
    """Ask for confirmation."""

    act: Literal["ask"]
    priority: Annotated[Priority, Field(strict=False)]
    second: bool = False


class AnswerBody(ActBody):
    """What CLETS or NCIC answered."""

    act: Literal["confirm", "refuse"]
    system: Line = "CLETS/NCIC"
    response: LongWords
    operator: Line
    result: Line


class BroadcastBody(ActBody):
    """A broadcast."""

    act: Literal["broadcast"]
    channel: Line
    place: Annotated[Place, Field(strict=False)]
    cancels: bool = False


class CallBody(ActBody):
    """A call for service."""

    act: Literal["call"]
    call_type: Line
    vehicle_description: Words
    direction: Line
    number: Line = ""


class FoundBody(ActBody):
    """What there was when somebody got to the vehicle."""

    act: Literal["found"]
    occupancy: Annotated[Occupancy, Field(strict=False)]
    recovered: bool
    note: Words = ""


class StopBody(ActBody):
    """A recorded stop, with its own basis."""

    act: Literal["stop"]
    basis: Words


class CloseBody(ActBody):
    """The hit is done with."""

    act: Literal["close"]
    disposition: Judged
    outcome: Annotated[HitOutcome, Field(strict=False)]
    note: Words = ""


class ScoreBody(ActBody):
    """How right the hit was."""

    act: Literal["score"]
    disposition: Judged
    plate_picture: bool
    note: Words = ""


GivenAct = Annotated[
    OpenBody
    | CompareBody
    | RunPlateBody
    | AskBody
    | AnswerBody
    | BroadcastBody
    | CallBody
    | FoundBody
    | StopBody
    | CloseBody
    | ScoreBody,
    Field(discriminator="act"),
]

ACTS: dict[str, type[Act]] = {
    "ask": acts.AskConfirmation,
    "broadcast": acts.Broadcast,
    "call": acts.Call,
    "close": acts.Close,
    "compare": acts.Compare,
    "confirm": acts.Confirm,
    "found": acts.Find,
    "open": acts.Open,
    "refuse": acts.Refuse,
    "run_plate": acts.RunPlate,
    "score": acts.Score,
    "stop": acts.RecordStop,
}
"""What each name of an act stands for."""
