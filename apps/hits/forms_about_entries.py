"""The forms that are about what was recorded before: reviews of stops, and corrections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from apps.hits.form import Asks, Field, Form, Seen, plain
from apps.hits.wording import worded
from workbench.domain.hit import NOT_CORRECTED, HitEventKind
from workbench.domain.period import local_instants
from workbench.errors import HitError
from workbench.hotlists.hits import acts
from workbench.hotlists.hits.acts import Act
from workbench.hotlists.hits.hit import HitEvent
from workbench.hotlists.hits.next_steps import stops_in_review


def review_form() -> Form:
    """Return the form of a supervisor's answer to a recorded stop."""
    return Form(
        kind=HitEventKind.REVIEWED,
        label="Review the stop",
        hint="Does what it rests on hold beside the hit (Policy 426.5 (d))?",
        fields=(
            Field(
                name="event",
                label="Which stop",
                asks=Asks.PICK,
                choices_of=lambda file: _events(stops_in_review(file.events)),
            ),
            Field(
                name="approved",
                label="Its basis",
                asks=Asks.CHOICE,
                choices={"Approve": True, "Give back": False},
            ),
            Field(name="note", label="Why", asks=Asks.LINE),
        ),
        make=plain(acts.Review),
    )


def correction_form(zone: ZoneInfo) -> Form:
    """Return the form that puts an earlier event right.

    Parameters
    ----------
    zone
        In which times are typed.
    """

    def make(values: dict[str, Any], _seen: Seen) -> Act:
        time = values["time"].strip()
        return acts.Correct(
            event=values["event"],
            why=values["why"],
            withdrawn=values["withdrawn"],
            time=local_instants(time, zone)[0] if time else None,
            values=dict(_named_value(line) for line in values["values"].splitlines() if line),
        )

    return Form(
        kind=HitEventKind.CORRECTED,
        label="Correct an entry",
        hint="It stays in the history, and so does what it broke. By who recorded it, or a "
        "supervisor.",
        fields=(
            Field(
                name="event",
                label="Which entry",
                asks=Asks.PICK,
                choices_of=lambda file: _events(
                    event for event in file.events if event.kind not in NOT_CORRECTED
                ),
            ),
            Field(name="why", label="What was wrong", asks=Asks.LINE),
            Field(name="withdrawn", label="It never happened", asks=Asks.TICK),
            Field(name="time", label="When it truly happened, local", asks=Asks.LINE),
            Field(
                name="values",
                label="What it should have said, a line each: direction: northbound",
                asks=Asks.WORDS,
            ),
        ),
        make=make,
    )


def _events(events: Iterable[HitEvent]) -> dict[str, int]:
    return {f"{worded(event.kind)}, entry {event.id}": event.id for event in events}


def _named_value(line: str) -> tuple[str, Any]:
    name, sign, value = (part.strip() for part in line.partition(":"))
    if not sign:
        raise HitError("A line has no name", given=line, allowed="name: value")
    return name, {"yes": True, "no": False}.get(value, value)
