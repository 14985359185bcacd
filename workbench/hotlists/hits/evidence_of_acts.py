"""What an act says is held against what the workbench knows: looks, shifts, people, the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from workbench.access.named_people import named_person
from workbench.domain.hit import ON_CONFIRMATION, Place
from workbench.errors import HitError
from workbench.hotlists.hits.acts import Act, Answer, Broadcast, Close, Compare, RecordStop, Score
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.next_steps import DueKind, next_steps
from workbench.hotlists.hits.repeating import own_words
from workbench.hotlists.hits.standing import as_corrected, confirmation_at
from workbench.policy import Policy
from workbench.storage.types import UtcDateTime

_LEFT_OPEN = frozenset({DueKind.COMPARE, DueKind.OPEN, DueKind.SCORE})


def held_details(
    connection: Connection,
    hit: Hit,
    events: list[HitEvent],
    act: Act,
    *,
    who: str,
    happened_at: datetime,
    policy: Policy,
) -> dict[str, Any]:
    """Return what an act says, as it is kept, with what the workbench adds to it.

    Parameters
    ----------
    events
        The hit's, without the one that the act is about to replace.
    who
        Who did it, by user name.

    Raises
    ------
    HitError
        If a comparison names what its person has not looked at or the read does not have, a
        broadcast comes from elsewhere than it says, or a closing leaves something due.
    PersonUnknownError
        If the operator is nobody of the department.
    """
    details = act.details()
    if isinstance(act, Compare):
        age = hit.list_age_at(happened_at)
        details["list_age_minutes"] = None if age is None else age.total_seconds() // 60
        _check_comparison(connection, hit, details, who=who, at=happened_at)
    elif isinstance(act, Score) and act.plate_picture:
        _check_comparison(connection, hit, details, who=who, at=happened_at)
    elif isinstance(act, Answer):
        named = named_person(connection, act.operator or who, what="The operator")
        details = replace(act, operator=named.username).details()
    elif isinstance(act, Broadcast):
        details["place"] = _place(connection, hit, act, who=who, at=happened_at).value
        details["main"] = act.channel == policy.hits.main_channel.value
    elif isinstance(act, Close):
        _check_closing(connection, hit, events, who=who, at=happened_at, policy=policy)
    elif isinstance(act, RecordStop):
        own = own_words(hit, as_corrected(events), act.facts)
        details["repeats_hit"] = len(own) < policy.hits.own_words.value
    if act.kind in ON_CONFIRMATION:
        standing = confirmation_at(as_corrected(events), happened_at)
        details["confirmation"] = standing.id if standing else None
    return details


def _check_comparison(
    connection: Connection, hit: Hit, details: dict[str, Any], *, who: str, at: datetime
) -> None:
    said = cast(literal(details, JSONB), JSONB)
    asked = func.comparison_lacks(_number(hit), literal(who, Text), literal(at, UtcDateTime), said)
    lacks = connection.execute(select(asked)).scalar_one()
    if lacks:
        raise HitError(
            f"What was looked at lacks {', '.join(lacks)}",
            allowed="pictures that you have opened yourself before, and values that the read has",
            next_step="open the read and its pictures; what cannot be told is `cannot_tell`",
            where={"hit": hit.id},
        )


def _place(connection: Connection, hit: Hit, act: Broadcast, *, who: str, at: datetime) -> Place:
    follows = func.broadcast_place(
        literal(hit.camera_id, Text),
        literal(hit.seen_at, UtcDateTime),
        literal(who, Text),
        literal(at, UtcDateTime),
    )
    place = Place(connection.execute(select(follows)).scalar_one())
    if act.place not in {None, place}:
        raise HitError(
            "Where a broadcast comes from follows from the read's camera and the log of shifts",
            given=act.place,
            allowed=f"{place.value}: a car is whose camera read the plate, with its own shift on",
            next_step="leave the place out; record the shift if it is missing",
            where={"hit": hit.id, "camera": hit.camera_id},
        )
    return place


def _check_closing(
    connection: Connection,
    hit: Hit,
    events: list[HitEvent],
    *,
    who: str,
    at: datetime,
    policy: Policy,
) -> None:
    due = next_steps(hit, events, policy, at).due
    waits = [f"{one.kind.value} ({one.section})" for one in due if one.kind not in _LEFT_OPEN]
    asked = func.hit_wants_comparison(_number(hit), literal(who, Text), literal(at, UtcDateTime))
    if connection.execute(select(asked)).scalar_one():
        waits.insert(0, "compare (426.5 (d))")
    if waits:
        raise HitError(
            f"The hit is not done with; it waits for {', '.join(waits)}",
            allowed="a hit for which nothing is due",
            next_step="do what is due; a read without a picture is opened before it is closed",
            where={"hit": hit.id},
        )


def _number(hit: Hit) -> Any:
    return literal(hit.id, BigInteger)
