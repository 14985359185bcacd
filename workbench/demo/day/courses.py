"""What people do about the hits of the day, step by step, with times of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from workbench.demo.day.staff import Post
from workbench.demo.day.wanted import Part
from workbench.domain.hit import (
    Agreement,
    Disposition,
    HitEventKind,
    HitOutcome,
    Occupancy,
    Priority,
)
from workbench.domain.stop_basis import StopBasis
from workbench.hotlists.hits.acts import (
    Act,
    AskConfirmation,
    Broadcast,
    Call,
    Close,
    Compare,
    Confirm,
    Correct,
    Find,
    Open,
    RecordStop,
    Refuse,
    Review,
)
from workbench.hotlists.hits.hit import HitEvent
from workbench.hotlists.hits.standing import of_kind
from workbench.hotlists.hits.violations import ViolationKind


@dataclass(frozen=True, slots=True)
class Step:
    """An act and when it is done.

    Attributes
    ----------
    after
        The hit was heard of.
    act
        Or what makes it of what was done before, where it is about that.
    knowing
        Violations that the person knows of and records all the same.
    impossible
        Somebody tries what the rules do not let happen, and is refused.
    """

    after: timedelta
    post: Post
    act: Act | Callable[[Sequence[HitEvent]], Act]
    impossible: bool = False
    knowing: tuple[ViolationKind, ...] = ()


def _step(
    clock: str,
    post: Post,
    act: Act | Callable[[Sequence[HitEvent]], Act],
    *,
    impossible: bool = False,
) -> Step:
    minutes, seconds = clock.split(":")
    after = timedelta(minutes=int(minutes), seconds=int(seconds))
    return Step(after, post, act, impossible)


_MAIN = "Patrol main"
_OPEN = Open()
_SEEN = Compare(
    plate_picture=True,
    vehicle_picture=True,
    region=Agreement.AGREES,
    make=Agreement.CANNOT_TELL,
    colour=Agreement.AGREES,
)
_MISREAD_SEEN = Compare(
    plate_picture=True,
    vehicle_picture=True,
    region=Agreement.AGREES,
    make=Agreement.DIFFERS,
    colour=Agreement.DIFFERS,
    note="The last digit on the plate is another one than the camera read",
)
_URGENT = AskConfirmation(priority=Priority.URGENT)
_AGAIN = AskConfirmation(priority=Priority.URGENT, second=True)
_ROUTINE = AskConfirmation(priority=Priority.ROUTINE)
_TELL = Broadcast(channel=_MAIN)
"""From a car or a desk, as the camera and the shift have it."""
_RED_LIGHT = RecordStop(
    basis=StopBasis.OBSERVED_VIOLATION,
    facts="Driver ran the red light and nearly hit a cyclist",
    code_section="VC 21453(a)",
)


def _confirm(result: str) -> Confirm:
    return Confirm(
        response="MADE UP FOR THE DEMO. RECORD ON FILE, ENTERING AGENCY CONFIRMS",
        result=result,
    )


def _call(call_type: str, direction: str, number: int) -> Call:
    return Call(
        call_type=call_type,
        vehicle_description="As on the picture of the hit",
        direction=direction,
        number=f"QH-{number:05}",
    )


def _close(disposition: Disposition, outcome: HitOutcome, note: str = "") -> Close:
    return Close(disposition=disposition, outcome=outcome, note=note)


def _approve(events: Sequence[HitEvent]) -> Act:
    (stop,) = of_kind(events, HitEventKind.STOPPED)
    return Review(event=stop.id, approved=True, note="Seen by two witnesses, section is right")


def _right_direction(events: Sequence[HitEvent]) -> Act:
    (call,) = of_kind(events, HitEventKind.CALLED)
    return Correct(event=call.id, why="Misheard on the radio", values={"direction": "northbound"})


_GONE = _close(Disposition.CORRECT, HitOutcome.GONE)

COURSES: Mapping[Part, tuple[Step, ...]] = {
    Part.RECOVERED: (
        _step("0:20", Post.OFFICER, _OPEN),
        _step("0:45", Post.OFFICER, _SEEN),
        _step("1:00", Post.OFFICER, _TELL),
        _step("1:30", Post.DISPATCH, _URGENT),
        _step("6:40", Post.DISPATCH, _confirm("stolen vehicle, active")),
        _step("8:10", Post.DISPATCH, _call("stolen_vehicle", "parked, facing north", 101)),
        _step("14:00", Post.OFFICER, Find(occupancy=Occupancy.UNOCCUPIED, recovered=False)),
        _step("19:00", Post.DISPATCH, _call("stolen_vehicle_recovery", "stands at the kerb", 102)),
        _step("58:00", Post.OFFICER, Find(occupancy=Occupancy.UNOCCUPIED, recovered=True)),
        _step(
            "61:00", Post.OFFICER, _close(Disposition.CORRECT, HitOutcome.RECOVERED, "Owner told")
        ),
    ),
    Part.SECOND_REQUEST: (
        _step("1:00", Post.DESK, _OPEN),
        _step("2:30", Post.DESK, _SEEN),
        _step("3:30", Post.DESK, _URGENT),
        _step("13:40", Post.DESK, _AGAIN),
        _step("19:10", Post.DISPATCH, _confirm("stolen vehicle, active")),
        _step("20:00", Post.DESK, _TELL),
        _step("22:00", Post.DISPATCH, _call("stolen_vehicle", "eastbound", 103)),
        _step("70:00", Post.DESK, _GONE),
    ),
    Part.STALE_ENTRY: (
        _step("1:00", Post.DESK, _OPEN),
        _step("2:10", Post.DESK, _SEEN),
        _step("3:00", Post.DESK, _URGENT),
        _step(
            "9:20",
            Post.DISPATCH,
            Refuse(
                response="MADE UP FOR THE DEMO. VEHICLE RECOVERED BY OWNER, ENTRY CANCELLED",
                result="no active record",
            ),
        ),
        _step(
            "12:00", Post.DESK, _close(Disposition.STALE_ENTRY, HitOutcome.NO_ACTION, "Cancelled")
        ),
    ),
    Part.WRONG_ORDER: (
        _step("1:30", Post.SECOND_DESK, _OPEN),
        _step("3:00", Post.SECOND_DESK, _SEEN),
        Step(
            after=timedelta(minutes=3, seconds=40),
            post=Post.SECOND_DESK,
            act=_TELL,
            knowing=(ViolationKind.BROADCAST_BEFORE_CONFIRMATION,),
        ),
        _step("4:30", Post.SECOND_DESK, _URGENT),
        _step(
            "7:00",
            Post.SECOND_OFFICER,
            _RED_LIGHT,
            impossible=True,  # nothing is confirmed yet
        ),
        _step("10:50", Post.DISPATCH, _confirm("stolen vehicle, active")),
        _step("12:30", Post.DISPATCH, _call("stolen_vehicle", "southbound", 104)),
        _step(
            "20:00",
            Post.SECOND_OFFICER,
            RecordStop(
                basis=StopBasis.OBSERVED_VIOLATION,
                facts="ALPR hit, confirmed stolen",
                code_section="VC 10851",
            ),
            impossible=True,  # the hit again, and no fact beside it
        ),
        _step(
            "21:00",
            Post.SECOND_OFFICER,
            _RED_LIGHT,
        ),
        _step("24:00", Post.SECOND_OFFICER, Find(occupancy=Occupancy.OCCUPIED, recovered=True)),
        _step("80:00", Post.SUPERVISOR, _approve),
        _step("95:00", Post.SECOND_OFFICER, _close(Disposition.CORRECT, HitOutcome.ARREST)),
    ),
    Part.STOLEN_PLATE: (
        _step("1:00", Post.DESK, _OPEN),
        _step("2:00", Post.DESK, _SEEN),
        _step("3:00", Post.DESK, _ROUTINE),
        _step("35:00", Post.DISPATCH, _confirm("stolen plate, active")),
        _step("36:00", Post.DESK, _TELL),
        _step("38:00", Post.DISPATCH, _call("stolen_plate", "westbound", 105)),
        _step("41:00", Post.DISPATCH, _right_direction),
        _step("90:00", Post.DESK, _GONE),
    ),
    Part.MISSING_PERSON: (
        _step("0:50", Post.DESK, _OPEN),
        _step("1:50", Post.DESK, _SEEN),
        _step("2:30", Post.DESK, _URGENT),
        _step("8:00", Post.DISPATCH, _confirm("missing adult, at risk")),
        _step("9:00", Post.DESK, _TELL),
        _step("11:00", Post.DISPATCH, _call("missing_person", "northbound", 106)),
        _step("25:00", Post.OFFICER, Find(occupancy=Occupancy.OCCUPIED, recovered=True)),
        _step(
            "45:00", Post.OFFICER, _close(Disposition.CORRECT, HitOutcome.OTHER, "Found unharmed")
        ),
    ),
    Part.WANTED_PERSON: (
        _step("0:20", Post.SECOND_OFFICER, _OPEN),
        _step("0:40", Post.SECOND_OFFICER, _SEEN),
        _step("1:00", Post.SECOND_OFFICER, _TELL),
        _step("1:40", Post.DISPATCH, _URGENT),
        _step("7:30", Post.DISPATCH, _confirm("felony warrant, active")),
        _step("9:00", Post.DISPATCH, _call("wanted_person", "lost sight of, northbound", 107)),
        _step("50:00", Post.SECOND_OFFICER, _GONE),
    ),
    Part.NEWLY_STOLEN: (
        _step("1:00", Post.DESK, _OPEN),
        _step("2:00", Post.DESK, _SEEN),
        _step("3:00", Post.DESK, _URGENT),
        _step("8:30", Post.DISPATCH, _confirm("stolen vehicle, active")),
        _step("9:30", Post.DESK, _TELL),  # and nobody enters the call: it stays in the queue
    ),
    Part.INFORMATIONAL: (
        _step("5:00", Post.DESK, _OPEN),
        _step("7:00", Post.DESK, _SEEN),
        _step(
            "9:00",
            Post.DESK,
            _call("other_hit", "southbound", 108),
            impossible=True,  # a special list is informational only
        ),
        _step("10:00", Post.DESK, _close(Disposition.CORRECT, HitOutcome.NO_ACTION, "Noted")),
    ),
    Part.PROTECTIVE_ORDER: (
        _step("0:50", Post.DESK, _OPEN),
        _step("2:00", Post.DESK, _SEEN),
        _step("2:40", Post.DESK, _URGENT),
        _step("9:00", Post.DISPATCH, _confirm("restraining order, active")),
        _step("10:00", Post.DESK, _TELL),
        _step("12:00", Post.DISPATCH, _call("protective_order", "eastbound", 109)),
        _step("60:00", Post.DESK, _GONE),
    ),
    Part.GETAWAY: (
        _step("1:00", Post.INVESTIGATOR, _OPEN),
        _step("3:00", Post.INVESTIGATOR, _SEEN),
        _step(
            "8:00",
            Post.INVESTIGATOR,
            _close(Disposition.CORRECT, HitOutcome.NO_ACTION, "For the case; route noted"),
        ),
    ),
    Part.WATCHED: (
        _step("1:00", Post.INVESTIGATOR, _OPEN),
        _step("2:00", Post.INVESTIGATOR, _SEEN),
        _step(
            "9:00",
            Post.INVESTIGATOR,
            _close(Disposition.NOT_SCORED, HitOutcome.NO_ACTION, "For the case"),
        ),
    ),
    Part.LEFT_OPENED: (_step("4:00", Post.DESK, _OPEN),),
    Part.UNOPENED: (),
}
"""What becomes of the first hit of each car on the day; what is not done stays in the queue."""

MISREAD = (
    _step("1:00", Post.DESK, _OPEN),
    _step("2:00", Post.DESK, _MISREAD_SEEN),
    _step("3:00", Post.DESK, _close(Disposition.MISREAD, HitOutcome.NO_ACTION)),
)
"""Of a hit whose picture shows another plate."""

_NO_MORE = _close(Disposition.NOT_SCORED, HitOutcome.NO_ACTION, "Known already")
UNSEEN = (_step("2:00", Post.DESK, _OPEN), _step("3:00", Post.DESK, _NO_MORE))
"""Of a hit whose read came without a picture."""

KNOWN = (
    _step("2:00", Post.DESK, _OPEN),
    _step("2:40", Post.DESK, _SEEN),
    _step("3:00", Post.DESK, _NO_MORE),
)
"""Of a car that people work on already, or that was read before it was listed."""
