"""Whether an act can be recorded; what cannot have happened is refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workbench.domain.hit import (
    AFTER_CLOSING,
    ENFORCEMENT,
    ON_CONFIRMATION,
    WITHOUT_OPENING,
    Disposition,
    HitEventKind,
    HitState,
)
from workbench.domain.stop_basis import NUMBER_OF
from workbench.errors import HitError
from workbench.hotlists.hits.acts import (
    Act,
    Answer,
    AskConfirmation,
    Broadcast,
    Call,
    Close,
    Correct,
    RecordStop,
    Review,
)
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.standing import as_corrected, confirmation_at, of_kind, state_after
from workbench.policy import Policy
from workbench.policy.forms import check_number, check_words


def obstacle(hit: Hit, events: Sequence[HitEvent], kind: HitEventKind, at: datetime) -> str | None:
    """Return why something cannot happen to a hit at an instant, or ``None`` if it can.

    Parameters
    ----------
    events
        All of the hit's so far.
    at
        When it happens; aware.
    """
    events = as_corrected(events)
    state = state_after(events)
    unconfirmed = kind in ON_CONFIRMATION and confirmation_at(events, at) is None
    reasons = (
        (at < hit.seen_at, "That was before the plate was read"),
        (state is HitState.CLOSED and kind not in AFTER_CLOSING, "The hit is closed"),
        (state is HitState.NEW and kind not in WITHOUT_OPENING, "Nobody has opened the hit"),
        (
            hit.informational and kind in ENFORCEMENT,
            "A hit of a special list is informational only (Policy 426.6.4 (c))",
        ),
        (unconfirmed, "No confirmation by CLETS or NCIC stood then (Policy 426.6 (d))"),
        (
            kind is HitEventKind.DRAWN and bool(of_kind(events, kind)),
            "The hit was drawn before",
        ),
    )
    return next((reason for holds, reason in reasons if holds), None)


def check(
    hit: Hit, events: Sequence[HitEvent], act: Act, *, happened_at: datetime, policy: Policy
) -> None:
    """Refuse an act that cannot have happened, or that lacks what the policy asks for.

    Raises
    ------
    HitError
        With what is missing and the section that asks for it.
    """
    why = obstacle(hit, events, act.kind, happened_at)
    if why is not None:
        state = state_after(events).value
        raise HitError(
            why, given=act.kind.value, where={"hit": hit.id, "state": state}, next_step=_NEXT
        )
    check_words_of(act, policy)
    stand = as_corrected(events)
    if isinstance(act, Close):
        _check_close(stand, act)
    elif isinstance(act, AskConfirmation) and act.second:
        _check_second(stand, happened_at)


_NEXT = "`workbench hits show` says what can be done now"


def check_words_of(act: Act, policy: Policy) -> None:
    """Refuse an act whose numbers and texts have not the form that the policy asks for.

    Raises
    ------
    HitError
        If the policy knows no such basis or call type.
    FormError
        If a number or text has not its form.
    """
    forms = policy.forms
    if isinstance(act, RecordStop):
        _check_basis(act, policy)
    elif isinstance(act, Call):
        _check_call(act, policy)
    elif isinstance(act, Answer):
        check_words(forms.clets_response, act.response, what="The response")
        check_words(forms.in_short, act.result, what="The result")
    elif isinstance(act, Broadcast):
        check_words(forms.in_short, act.channel, what="The channel")
    elif isinstance(act, Review):
        check_words(forms.note, act.note, what="The note of the review")
    elif isinstance(act, Correct):
        check_words(forms.note, act.why, what="Why it was wrong")


def _check_basis(act: RecordStop, policy: Policy) -> None:
    bases = policy.hits.stop_bases
    if act.basis not in bases.value:
        raise HitError(
            "The policy knows no such basis of a stop; a hit is none",
            given=act.basis,
            allowed=f"{', '.join(bases.value)} ({bases.section})",
        )
    check_words(policy.forms.facts, act.facts, what="What was seen or known beside the hit")
    number = NUMBER_OF.get(act.basis)
    if number is not None:
        form = getattr(policy.forms, number)
        check_number(form, getattr(act, number), what=f"The {number.replace('_', ' ')}")


def _check_call(act: Call, policy: Policy) -> None:
    types = policy.hits.call_types
    if act.call_type not in types.value:
        allowed = f"{', '.join(types.value)} ({types.section})"
        raise HitError("The policy knows no such call type", given=act.call_type, allowed=allowed)
    check_words(
        policy.forms.vehicle_description,
        act.vehicle_description,
        what="The description of the vehicle",
    )
    check_words(policy.forms.in_short, act.direction, what="The direction of travel")


def _check_close(events: Sequence[HitEvent], act: Close) -> None:
    compared = bool(of_kind(events, HitEventKind.COMPARED))
    if act.disposition is not Disposition.NOT_SCORED and not compared:
        raise HitError(
            "Nobody has compared the hit with its picture",
            given=act.disposition.value,
            allowed=Disposition.NOT_SCORED.value,
            next_step="compare it first",
        )


def _check_second(events: Sequence[HitEvent], happened_at: datetime) -> None:
    asked = of_kind(events, HitEventKind.CONFIRMATION_ASKED)
    if not any(event.happened_at <= happened_at for event in asked):
        raise HitError("A second request needs a first one", next_step="record the first request")
