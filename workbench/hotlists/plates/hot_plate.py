"""A hot plate: what somebody enters, what stands in the table, and the limits of 426.6.5."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from workbench.domain.hot_pattern import HotPattern, hot_pattern
from workbench.domain.period import utc
from workbench.errors import HotPlateError
from workbench.policy import Policy
from workbench.policy.forms import check_case_number, check_number, check_words


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHotPlate:
    """A plate that somebody enters.

    Attributes
    ----------
    plate
        With up to two ``*`` where it is not known.
    reason
        Why it is looked for, in words.
    expires_at
        Before when it counts; always given.
    listed_elsewhere
        Whether it is also entered in SVS, SLR, SFR, MUPS or the like.
    shared
        Whether it goes to more than one officer; then the policy asks for name, phone, case
        and synopsis.
    officer_name
        A person of the department, by user name or by the name that the account shows.
    """

    plate: str
    reason: str
    expires_at: datetime
    region: str | None = None
    listed_elsewhere: bool = False
    shared: bool = False
    officer_name: str | None = None
    phone: str | None = None
    case_number: str | None = None
    synopsis: str | None = None

    def checked(self, at: datetime, policy: Policy, *, listed_on: str | None = None) -> HotPattern:
        """Return the plate as it is looked for, if the rules let it be entered.

        Parameters
        ----------
        at
            When it is entered.
        policy
            The limits.
        listed_on
            A list in force that the plate stands on already, one of those that the policy names.

        Raises
        ------
        HotPlateError
            If it expires too late or too early, or something that the policy asks for is missing.
        FormError
            If a number or text is not written as the policy says.
        PatternError
            If that is no plate.
        """
        check_words(policy.forms.reason, self.reason, what="The reason of a hot plate")
        if self.region is not None and not (
            len(self.region) == 2 and self.region.isascii() and self.region.isalpha()
        ):
            raise HotPlateError("That is no state", given=self.region, allowed="two letters")
        self._check_end(at, policy, listed_on)
        if self.shared:
            self._check_shared(policy)
        self._check_forms(policy)
        return hot_pattern(self.plate)

    def _check_end(self, at: datetime, policy: Policy, listed_on: str | None) -> None:
        rules = policy.hot_plates
        expires_at = utc(self.expires_at)
        if expires_at <= at:
            raise HotPlateError(
                "The hot plate would have ended already", given=expires_at.isoformat()
            )
        days = rules.max_days
        if expires_at - at > timedelta(days=days.value):
            raise HotPlateError(
                "The hot plate would expire too late",
                given=expires_at.isoformat(),
                allowed=f"at most {days.value} days after entry ({days.section})",
            )
        hours = rules.listed_elsewhere_max_hours
        elsewhere = self.listed_elsewhere or listed_on is not None
        if elsewhere and expires_at - at > timedelta(hours=hours.value):
            where = listed_on or ", ".join(rules.listed_elsewhere.value)
            raise HotPlateError(
                f"A plate that also stands on {where} has a shorter time",
                given=expires_at.isoformat(),
                allowed=f"at most {hours.value} hours after entry ({hours.section})",
            )

    def _check_shared(self, policy: Policy) -> None:
        needs = policy.hot_plates.shared_needs
        missing = [name for name in needs.value if not (getattr(self, name, None) or "").strip()]
        if missing:
            raise HotPlateError(
                "A hot plate for more than one officer lacks something",
                given=", ".join(missing),
                allowed=f"{', '.join(needs.value)} ({needs.section})",
            )

    def _check_forms(self, policy: Policy) -> None:
        """Refuse what is given in another form than the policy's, asked for or not."""
        phone, case_number, synopsis = (
            (given or "").strip() for given in (self.phone, self.case_number, self.synopsis)
        )
        if phone:
            check_number(policy.forms.phone, phone, what="The officer's telephone number")
        if case_number:
            check_case_number(policy, case_number)
        if synopsis:
            check_words(policy.forms.synopsis, synopsis, what="The synopsis")


@dataclass(frozen=True, slots=True, kw_only=True)
class HotPlate:
    """A hot plate as it stands in the table.

    Attributes
    ----------
    renews
        The entry that it goes on from.
    cut_from, cut_because
        The end that it had before it turned up on a list, and which.
    ended_at, ended_by
        When somebody ended it before its time.
    """

    id: int
    plate: str
    pattern: str
    wildcard: bool
    region: str | None
    reason: str
    entered_at: datetime
    entered_by: str
    expires_at: datetime
    listed_elsewhere: bool
    shared: bool
    officer_name: str | None
    phone: str | None
    case_number: str | None
    synopsis: str | None
    renews: int | None
    cut_from: datetime | None
    cut_because: str | None
    ended_at: datetime | None
    ended_by: str | None

    def standing_at(self, at: datetime) -> bool:
        """Return whether it is looked for at an instant; its end is not part of it."""
        return self.ended_at is None and at < self.expires_at

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        values = {name: getattr(self, name) for name in HotPlate.__dataclass_fields__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
        }


def hot_plate_of(row: Row[Any]) -> HotPlate:
    """Return the hot plate of a row of its table."""
    return HotPlate(**{name: getattr(row, name) for name in HotPlate.__dataclass_fields__})
