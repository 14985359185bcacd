"""The life of data and equipment: how long, to whom, and how what makes them is looked after."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from workbench.domain.recipient import RecipientKind
from workbench.domain.span import Span, parse_span
from workbench.errors import SpanError
from workbench.policy.rule import Count, PolicyPart, Rule, Share, Text


def _span(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return parse_span(given)
    except SpanError as error:
        raise ValueError(f"Input should be {error.allowed}") from None


KeptFor = Annotated[Span, BeforeValidator(_span), PlainSerializer(str)]
"""A `Span`, written such as ``365 days``."""


class RetentionException(PolicyPart):
    """Some reads that are kept for another time.

    Attributes
    ----------
    purpose
        What these reads are made for, in words.
    sources
        Names of formats or systems; empty for any.
    cameras
        Names, with ``*`` for any run of characters; empty for any.
    """

    purpose: Text
    sources: tuple[Text, ...] = ()
    cameras: tuple[Text, ...] = ()
    keep: KeptFor
    section: Text

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if not (self.sources or self.cameras):
            raise ValueError("exceptions: one should name sources or cameras")
        return self


class RetentionRules(PolicyPart):
    """How long things are kept; the log outlives what it speaks about."""

    reads: Rule[KeptFor]
    hits: Rule[KeptFor]
    hot_lists: Rule[KeptFor]
    packages: Rule[KeptFor]
    reports: Rule[KeptFor]
    audit_log: Rule[KeptFor]
    needs_authority: Rule[bool]
    exceptions: tuple[RetentionException, ...] = ()

    @model_validator(mode="after")
    def _log_outlives_the_rest(self) -> Self:
        for name in ("reads", "hits", "hot_lists", "packages"):
            if not self.audit_log.value.longer_than(getattr(self, name).value):
                raise ValueError(f"audit_log should be more than {name}")
        for exception in self.exceptions:
            if not self.audit_log.value.longer_than(exception.keep):
                raise ValueError(f"audit_log should be more than that of {exception.purpose}")
        return self


class HoldRules(PolicyPart):
    """What one person may hold without a second one (Policy 426.7).

    Attributes
    ----------
    alone_reads
        Most reads of one hold.
    alone_reads_together
        Most reads of all holds of one person that nobody else approved.
    plate_characters
        How many characters a pattern names at least that is as good as a plate.
    window_hours, place_radius_m
        Largest window and place that narrow a hold enough by themselves.
    """

    alone_reads: Rule[Count]
    alone_reads_together: Rule[Count]
    plate_characters: Rule[Count]
    window_hours: Rule[Count]
    place_radius_m: Rule[Count]

    @model_validator(mode="after")
    def _one_within_all(self) -> Self:
        if self.alone_reads.value > self.alone_reads_together.value:
            raise ValueError("alone_reads should be at most alone_reads_together")
        return self


class Paper(StrEnum):
    """What is written when equipment is damaged (Policy 426.6.2)."""

    CRIME_REPORT = "crime_report"
    DEPARTMENT_MEMO = "department_memo"


class InspectionRules(PolicyPart):
    """The regular inspection of cameras and installations."""

    every: Rule[Literal["month", "quarter", "year"]]
    items: Rule[Annotated[tuple[Text, ...], Field(min_length=1)]]


class EquipmentRules(PolicyPart):
    """What a shift begins with, when a camera counts as silent, and which paper a fault needs."""

    lights: Rule[Annotated[tuple[Text, ...], Field(min_length=1)]]
    own_searches_per_shift: Rule[Count]
    gap_minutes: Rule[Count]
    silent_hours: Rule[Count]
    drop_share: Rule[Share]
    drop_weeks: Rule[Count]
    paper_fixed: Rule[Paper]
    paper_trailer: Rule[Paper]
    paper_vehicle: Rule[Paper]


class EvidenceRules(PolicyPart):
    """Where packages lie that leave for nobody.

    Attributes
    ----------
    room
        The department's own evidence room, as every page names it.
    """

    room: Rule[Text]


class SharingRules(PolicyPart):
    """Who may have data at all, and how often that is looked at."""

    recipients: Rule[tuple[RecipientKind, ...]]
    law_enforcement_only: Rule[bool]
    review_days: Rule[Count]
    told_within_hours: Rule[Count]
