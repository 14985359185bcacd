"""The department, its program and its people: who they are, what they may do, how they sign in."""

from __future__ import annotations

from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from workbench.domain.action import Action
from workbench.policy.rule import Code, Count, CountOrZero, PolicyPart, Rule, Text


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("Input should be an IANA zone such as America/Los_Angeles") from None
    return name


def _in_order(area: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    min_lon, min_lat, max_lon, max_lat = area
    if not (-180 <= min_lon < max_lon <= 180 and -90 <= min_lat < max_lat <= 90):
        raise ValueError("Input should be min_lon, min_lat, max_lon, max_lat in degrees")
    return area


TimeZone = Annotated[str, AfterValidator(_known_zone)]
BoundingBox = Annotated[tuple[float, float, float, float], AfterValidator(_in_order)]
MetricCrs = Annotated[str, StringConstraints(pattern=r"^EPSG:\d{4,6}$")]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+(/\S*)?$", max_length=500)]


class DepartmentRules(PolicyPart):
    """Who the department is and where it works.

    Attributes
    ----------
    domains
        The department's own, of mail and of web addresses; what lies below one is its own too.
    """

    name: Rule[Text]
    domains: Rule[Annotated[tuple[Text, ...], Field(min_length=1)]]
    time_zone: Rule[TimeZone]
    area: Rule[BoundingBox]
    metric_crs: Rule[MetricCrs]


class ProgramRules(PolicyPart):
    """Who answers for the program and who may take part in it."""

    head_title: Rule[Text]
    custodian_title: Rule[Text]
    authorised_titles: Rule[Annotated[tuple[Text, ...], Field(min_length=1)]]
    policy_url: Rule[WebAddress]


class PurposeRule(PolicyPart):
    """One purpose for which data may be looked at.

    Attributes
    ----------
    needs_approval
        Rows show only after somebody else who may decide has approved the inquiry.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
    title: Text
    section: Text
    needs_approval: bool


class TrainingNeed(PolicyPart):
    """The actions that ask for current training in one system."""

    system: Code
    actions: frozenset[Action]
    section: Text


class TrainingRules(PolicyPart):
    """Which training counts, how long, and for what it is a condition."""

    systems: Rule[Annotated[tuple[Code, ...], Field(min_length=1)]]
    validity_days: Rule[Count]
    needs: tuple[TrainingNeed, ...]

    @model_validator(mode="after")
    def _needs_name_known_systems(self) -> Self:
        for need in self.needs:
            if need.system not in self.systems.value:
                known = ", ".join(self.systems.value)
                raise ValueError(f"needs: the system {need.system!r} should be one of {known}")
        return self

    def needed_for(self, action: Action) -> tuple[TrainingNeed, ...]:
        """Return what training an action asks for."""
        return tuple(need for need in self.needs if action in need.actions)


class SignInRules(PolicyPart):
    """Passwords, codes, lockout and sessions."""

    failures: Rule[Count]
    window_minutes: Rule[Count]
    idle_minutes: Rule[Count]
    session_hours: Rule[Count]
    password_min_characters: Rule[Annotated[int, Field(ge=8, le=64)]]
    code_drift_steps: Rule[Annotated[int, Field(ge=0, le=5)]]
    banner: Rule[Annotated[tuple[Text, ...], Field(min_length=1)]]
    inactive_days: Rule[Count]
    invitation_hours: Rule[Count]
    username_reuse_years: Rule[CountOrZero]
