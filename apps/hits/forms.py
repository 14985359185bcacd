"""What has to be said about each act on a hit: fields by name, and the act made of them."""

from __future__ import annotations

from enum import StrEnum
from zoneinfo import ZoneInfo

from apps.hits.form import Asks, Field, Form, plain
from apps.hits.forms_about_entries import correction_form, review_form
from apps.hits.wording import worded
from workbench.domain.hit import (
    STOLEN_CALL,
    Agreement,
    Disposition,
    HitEventKind,
    HitOutcome,
    Occupancy,
    Priority,
)
from workbench.domain.hot_entry import Category
from workbench.hotlists.hits import acts
from workbench.hotlists.hits.acts import Act
from workbench.hotlists.hits.hit import Hit
from workbench.policy import Policy


def forms(policy: Policy) -> dict[HitEventKind, Form]:
    """Return the forms of all acts in the order of work."""
    made = (
        Form(kind=HitEventKind.OPENED, label="Open this hit", make=plain(acts.Open)),
        _compare(),
        Form(
            kind=HitEventKind.PLATE_RUN,
            label="Plate run in the car",
            hint="Record that the plate was run on the computer in the car.",
            make=plain(acts.RunPlate),
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
        review_form(),
        correction_form(ZoneInfo(policy.department.time_zone.value)),
    )
    return {form.kind: form for form in made}


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
        make=plain(acts.AskConfirmation),
    )


def _answer(kind: HitEventKind, label: str, act: type[Act]) -> Form:
    return Form(
        kind=kind,
        label=label,
        hint="What CLETS/NCIC answered, by the response itself.",
        fields=(
            Field(name="system", label="System", asks=Asks.LINE, default="CLETS/NCIC"),
            Field(name="response", label="Response", asks=Asks.WORDS),
            Field(name="operator", label="Operator, if not you", asks=Asks.LINE),
            Field(name="result", label="Result, in short", asks=Asks.LINE),
        ),
        make=plain(act),
    )


def _broadcast(policy: Policy) -> Form:
    channel = policy.hits.main_channel.value
    return Form(
        kind=HitEventKind.BROADCAST,
        label="Broadcast",
        hint="From a car or a desk, as the read's camera and the log of shifts have it.",
        fields=(
            Field(name="channel", label="Channel", asks=Asks.LINE, default=channel),
            Field(name="cancels", label="It takes an earlier one back", asks=Asks.TICK),
        ),
        make=plain(acts.Broadcast),
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
        make=plain(acts.Call),
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
        make=plain(acts.Find),
    )


def _stop(policy: Policy) -> Form:
    bases, facts = policy.hits.stop_bases, policy.forms.facts
    return Form(
        kind=HitEventKind.STOPPED,
        label="Record a stop",
        hint=f"A hit is not the basis of a stop, confirmed or not ({bases.section}). "
        "A supervisor reviews every recorded stop.",
        fields=(
            Field(
                name="basis",
                label="What it rests on",
                asks=Asks.PICK,
                choices={worded(basis): basis for basis in bases.value},
            ),
            Field(
                name="facts",
                label=f"What somebody saw or knew beside the hit: {facts.value}",
                asks=Asks.WORDS,
            ),
            Field(
                name="code_section",
                label=f"Section violated, {policy.forms.code_section.value}",
                asks=Asks.LINE,
            ),
            Field(
                name="warrant",
                label=f"Number of the warrant, {policy.forms.warrant.value}",
                asks=Asks.LINE,
            ),
        ),
        make=plain(acts.RecordStop),
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
        make=plain(acts.Close),
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
