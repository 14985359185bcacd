"""What an event should have said: an act made anew of its details and the corrected values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from workbench.domain.hit import NOT_CORRECTED, HitEventKind
from workbench.errors import HitError
from workbench.hotlists.hits import acts
from workbench.hotlists.hits.acts import Act, Correct
from workbench.hotlists.hits.hit import HitEvent
from workbench.hotlists.hits.standing import as_corrected

ACT_OF: Mapping[HitEventKind, type[Act]] = {
    HitEventKind.BROADCAST: acts.Broadcast,
    HitEventKind.CALLED: acts.Call,
    HitEventKind.CLOSED: acts.Close,
    HitEventKind.COMPARED: acts.Compare,
    HitEventKind.CONFIRMATION_ASKED: acts.AskConfirmation,
    HitEventKind.CONFIRMED: acts.Confirm,
    HitEventKind.FOUND: acts.Find,
    HitEventKind.OPENED: acts.Open,
    HitEventKind.PLATE_RUN: acts.RunPlate,
    HitEventKind.REFUSED: acts.Refuse,
    HitEventKind.SCORED: acts.Score,
    HitEventKind.STOPPED: acts.RecordStop,
}
"""The act that each kind of event that can be corrected was made of."""


def event_to_correct(events: Sequence[HitEvent], act: Correct) -> HitEvent:
    """Return the event that a correction is about, as it stands now.

    Raises
    ------
    HitError
        If the hit has no such event, or it cannot be corrected so.
    """
    found = next((event for event in events if event.id == act.event), None)
    if found is None:
        raise HitError("The hit has no such event", given=act.event, next_step=_NEXT)
    if found.kind in NOT_CORRECTED:
        raise HitError("Such an event stands as it is", given=found.kind.value, next_step=_NEXT)
    if act.withdrawn and found.kind is HitEventKind.OPENED:
        raise HitError("Somebody has seen the hit; that cannot be withdrawn", given=act.event)
    if act.withdrawn:
        return found
    stand = next((event for event in as_corrected(events) if event.id == act.event), None)
    return stand or _as_last_said(events, found)


_FOLLOWS = frozenset({"place"})
"""What the workbench finds out by itself, so that a correction finds it out anew."""

_NEXT = "`workbench hits show` numbers the events"


def corrected_act(event: HitEvent, values: Mapping[str, Any]) -> Act:
    """Return the act that an event should have been made of.

    Parameters
    ----------
    event
        As it stands.
    values
        What is other, by name; JSON-ready.

    Raises
    ------
    HitError
        If its act has no such part, or a part cannot be that.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 2, tzinfo=UTC)
    >>> asked = HitEvent(
    ...     id=1, hit_id=1, kind=HitEventKind.CONFIRMATION_ASKED, happened_at=at, recorded_at=at,
    ...     recorded_by="o.officer", details={"priority": "urgent", "second": False},
    ... )
    >>> corrected_act(asked, {"priority": "routine"}).priority.value
    'routine'
    """
    act = ACT_OF[event.kind]
    hints = get_type_hints(act)
    names = [field.name for field in fields(act)]
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise HitError(
            "The act has no such part", given=unknown[0], allowed=", ".join(names) or "no part"
        )
    said = {
        name: event.details[name] for name in names if name in event.details.keys() - _FOLLOWS
    } | dict(values)
    return act(**{name: _as_kind(name, value, hints[name]) for name, value in said.items()})


def _as_kind(name: str, value: Any, hint: Any) -> Any:
    (kind, *_) = [each for each in get_args(hint) if each is not type(None)] or [hint]
    if value is None and kind is not hint:
        return None
    allowed = kind.__name__
    if issubclass(kind, StrEnum):
        allowed = ", ".join(kind)
        if value in list(kind):
            return kind(value)
    elif type(value) is kind:
        return value
    raise HitError("A part of the correction cannot be that", given=value, allowed=allowed,
                   where={"part": name})  # fmt: skip


def _as_last_said(events: Sequence[HitEvent], found: HitEvent) -> HitEvent:
    """Return an event that was withdrawn, so that a correction can put it back as it was."""
    earlier = [
        event
        for event in events
        if not (
            event.kind is HitEventKind.CORRECTED
            and event.details["event"] == found.id
            and event.details["withdrawn"]
        )
    ]
    return next(event for event in as_corrected(earlier) if event.id == found.id)
