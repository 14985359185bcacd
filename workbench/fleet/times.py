"""What people say about equipment: when something happened, who did it, and in what words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from workbench.access.named_people import named_person
from workbench.domain.period import utc
from workbench.domain.person import Actor
from workbench.errors import EquipmentError
from workbench.policy import Policy
from workbench.policy.forms import check_words


def past(given: datetime | None, now: datetime, *, what: str) -> datetime:
    """Return a time that somebody gave, in UTC; the present one if none was given.

    Parameters
    ----------
    what
        What happened then, as the beginning of a sentence.

    Raises
    ------
    EquipmentError
        If it is ahead of the clock.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 2, 18, tzinfo=UTC)
    >>> past(None, now, what="The inspection") == now
    True
    """
    at = now if given is None else utc(given)
    if at > now:
        raise EquipmentError(
            f"{what} lies in the future", given=at.isoformat(), allowed=f"up to {now.isoformat()}"
        )
    return at


def said(given: str, *, what: str) -> str:
    """Return words without the space around them.

    Raises
    ------
    EquipmentError
        If there are none.

    Examples
    --------
    >>> said(" Bent mast ", what="What is wrong")
    'Bent mast'
    """
    words = given.strip()
    if not words:
        raise EquipmentError(f"{what} is not said", allowed="words")
    return words


def remark(policy: Policy, given: str, *, what: str) -> str:
    """Return what somebody says of equipment, without the space around it.

    Raises
    ------
    EquipmentError
        If there are no words at all.
    FormError
        If they say less than the policy asks for (``forms.remark``).
    """
    return check_words(policy.forms.remark, said(given, what=what), what=what)


def named_or_self(connection: Connection, named: str | None, by: Actor, *, what: str) -> str:
    """Return the user name of whom somebody names; of who records it where nobody is named.

    Raises
    ------
    PersonUnknownError
        If that is nobody of the department.
    """
    if named is None:
        return by.person.username
    return named_person(connection, named, what=what).username
