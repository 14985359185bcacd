"""The data: how it is searched, taken in, matched against lists and audited."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from workbench.domain.hit import RECOVERY_CALL, STOLEN_CALL
from workbench.domain.hot_entry import Category
from workbench.domain.person import Role
from workbench.domain.stop_basis import StopBasis
from workbench.policy.rule import Code, Count, CountOrZero, PolicyPart, Rule, Seconds, Share, Text

Codes = Annotated[tuple[Code, ...], Field(min_length=1)]
Every = Literal["month", "quarter", "year"]


Hour = Annotated[int, Field(ge=0, le=23)]


SourceScheme = Literal["file", "http", "https", "s3", "sftp", "ssh"]


class SearchRules(PolicyPart):
    """What is asked of a person who looks, and how much one look may bring."""

    case_number_required: Rule[bool]
    statement_timeout_s: Rule[Seconds]
    default_limit: Rule[Count]
    reads_per_look: Rule[Count]
    reads_per_day: Rule[Count]
    max_limit: Rule[Count]
    canvass_default_minutes: Rule[Count]
    canvass_max_minutes: Rule[Count]
    canvass_max_radius_m: Rule[Count]

    @model_validator(mode="after")
    def _defaults_fit(self) -> Self:
        _at_most(self, "default_limit", "reads_per_look")
        _at_most(self, "reads_per_look", "reads_per_day")
        _at_most(self, "reads_per_look", "max_limit")
        _at_most(self, "canvass_default_minutes", "canvass_max_minutes")
        return self


class AggregateRules(PolicyPart):
    """What may be told of reads that is no look: counts of whole hours and whole cameras."""

    min_cell: Rule[Count]


class HotListRules(PolicyPart):
    """Lists of wanted plates: which, from where, and how fresh."""

    lists: Rule[Codes]
    sources: Rule[Annotated[tuple[Text, ...], Field(min_length=1)]]
    special_sources: Rule[Annotated[tuple[Text, ...], Field(min_length=1)]]
    source_schemes: Rule[tuple[SourceScheme, ...]]
    categories: Rule[Codes]
    loads_per_day: Rule[Count]
    special_loads_per_day: Rule[Count]
    stale_hours: Rule[Count]
    off_unless_captain: Rule[tuple[Code, ...]]
    off_unless_captain_words: Rule[tuple[Text, ...]]
    max_change_share: Rule[Share]
    max_failed_share: Rule[Share]
    max_entries: Rule[Count]
    same_file_minutes: Rule[Count]
    told_within_minutes: Rule[Count]
    max_wildcards: Rule[CountOrZero]


class HotPlateRules(PolicyPart):
    """Single plates that a person enters."""

    max_days: Rule[Count]
    listed_elsewhere_max_hours: Rule[Count]
    listed_elsewhere: Rule[Codes]
    shared_needs: Rule[Codes]


class HitRules(PolicyPart):
    """From a match to people: how sure it must be, and what is to be done by when."""

    base_rate: Rule[Share]
    home_region: Rule[Text]
    alert_from: Rule[Share]
    possible_from: Rule[Share]
    back_days: Rule[CountOrZero]
    urgent_minutes: Rule[Count]
    routine_minutes: Rule[Count]
    call_types: Rule[Codes]
    main_channel: Rule[Text]
    call_within_minutes: Rule[Count]
    stop_bases: Rule[Annotated[tuple[StopBasis, ...], Field(min_length=1)]]
    own_words: Rule[Count]
    review_within_hours: Rule[Count]
    high: Rule[tuple[Category, ...]]
    low: Rule[tuple[Category, ...]]
    sample_per_week: Rule[Count]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _at_most(self, "possible_from", "alert_from")
        _at_most(self, "urgent_minutes", "routine_minutes")
        both = set(self.high.value) & set(self.low.value)
        if both:
            raise ValueError(f"high and low should not both have {', '.join(sorted(both))}")
        missing = {STOLEN_CALL, RECOVERY_CALL} - set(self.call_types.value)
        if missing:
            raise ValueError(f"call_types should have {', '.join(sorted(missing))}")
        return self


class AuditRules(PolicyPart):
    """The regular audit of who searched for what."""

    every: Rule[Every]
    sample_size: Rule[Count]
    reviewed_by: Rule[Role]
    approved_by: Rule[Role]
    review_within_days: Rule[Count]
    review_near_share: Rule[Share]
    night_from_hour: Rule[Hour]
    night_until_hour: Rule[Hour]
    head_every_minutes: Rule[Count]
    head_every_records: Rule[Count]
    checkpoint_within_hours: Rule[Count]

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if self.reviewed_by.value == self.approved_by.value:
            raise ValueError("approved_by should be another role than reviewed_by")
        return self


class RecognitionRules(PolicyPart):
    """When a reading is doubtful, and what pictures and videos are taken."""

    uncertain_below: Rule[Share]
    max_megapixels: Rule[Count]
    max_picture_bytes: Rule[Count]
    max_video_hours: Rule[Count]


class IngestRules(PolicyPart):
    """Bounds on what is taken in."""

    max_file_bytes: Rule[Count]
    max_record_bytes: Rule[Count]
    max_nesting: Rule[Count]
    max_quarantined: Rule[Count]
    max_age_days: Rule[Count]
    future_tolerance_minutes: Rule[CountOrZero]

    @model_validator(mode="after")
    def _record_fits_file(self) -> Self:
        _at_most(self, "max_record_bytes", "max_file_bytes")
        return self


def _at_most(rules: PolicyPart, smaller: str, larger: str) -> None:
    if getattr(rules, smaller).value > getattr(rules, larger).value:
        raise ValueError(f"{smaller} should be at most {larger}")
