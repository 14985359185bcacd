"""Bodies of acts on hits: which act, when it was done, and what is said about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from workbench.domain.hit import (
    Agreement,
    Disposition,
    HitOutcome,
    Occupancy,
    Place,
    Priority,
)
from workbench.domain.stop_basis import StopBasis
from workbench.hotlists.hits import acts
from workbench.hotlists.hits.acts import LONGEST_TEXT, Act
from workbench.hotlists.hits.violations import ViolationKind
from workbench.service.edge import Body, Instant, Line, Words

LongWords = Annotated[
    str, StringConstraints(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$", min_length=1)
]
# JSON has no enumerations: their text is taken where they are asked for.
Agrees = Annotated[Agreement, Field(strict=False)]
Known = Annotated[ViolationKind, Field(strict=False)]
EventId = Annotated[int, Field(ge=1, lt=2**63)]
Judged = Annotated[Disposition, Field(strict=False)]


class ActBody(Body):
    """What every act may say: when it was done, and which violations are known to be ones."""

    happened_at: Instant | None = None
    knowing: Annotated[list[Known], Field(max_length=len(ViolationKind))] = Field(
        default_factory=list
    )

    def said(self) -> dict[str, object]:
        """Return what is said about the act itself."""
        names = type(self).model_fields.keys() - {"act", "happened_at", "knowing"}
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
    operator: Line = ""
    result: Line


class BroadcastBody(ActBody):
    """A broadcast."""

    act: Literal["broadcast"]
    channel: Line
    place: Annotated[Place, Field(strict=False)] | None = None
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
    """A recorded stop: the kind of its basis, its facts, and the number that the kind needs."""

    act: Literal["stop"]
    basis: Annotated[StopBasis, Field(strict=False)]
    facts: Words
    code_section: Line = ""
    warrant: Line = ""


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


class ReviewBody(ActBody):
    """A supervisor's answer to a recorded stop."""

    act: Literal["review"]
    event: EventId
    approved: bool
    note: Words


class CorrectBody(ActBody):
    """What was wrong with an earlier event: withdrawn, or what it should have said."""

    act: Literal["correct"]
    event: EventId
    why: Words
    withdrawn: bool = False
    time: Instant | None = None
    values: Annotated[dict[Line, Any], Field(max_length=20)] = Field(default_factory=dict)


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
    | ScoreBody
    | ReviewBody
    | CorrectBody,
    Field(discriminator="act"),
]

ACTS: dict[str, type[Act]] = {
    "ask": acts.AskConfirmation,
    "broadcast": acts.Broadcast,
    "call": acts.Call,
    "close": acts.Close,
    "compare": acts.Compare,
    "confirm": acts.Confirm,
    "correct": acts.Correct,
    "found": acts.Find,
    "open": acts.Open,
    "refuse": acts.Refuse,
    "review": acts.Review,
    "run_plate": acts.RunPlate,
    "score": acts.Score,
    "stop": acts.RecordStop,
}
"""What each name of an act stands for."""
