"""What is over at an instant: the lengths of the rules, turned into cut-offs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoff:
    """A rule at an instant: what is as old as `until` or older is over.

    Attributes
    ----------
    rule
        Name of the rule, such as ``reads`` or ``exceptions.Parking enforcement``.
    section
        Where it stands.
    keep
        Its length in words.
    until
        The last instant that is over, UTC; a microsecond later stays.
    sources, cameras
        Of an exception: which reads it is about; empty for any.
    """

    rule: str
    section: str
    keep: str
    until: datetime
    sources: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """All cut-offs of an instant.

    Attributes
    ----------
    at
        The instant.
    exceptions
        In the policy's order: the first that fits a read counts.
    reads
        For every other read.
    hits
        For hits that people were alerted to, counted from when they were made, and their reads.
    hot_lists, packages, reports, audit_log
        For what else is kept.
    """

    at: datetime
    exceptions: tuple[Cutoff, ...]
    reads: Cutoff
    hits: Cutoff
    hot_lists: Cutoff
    packages: Cutoff
    reports: Cutoff
    audit_log: Cutoff

    @property
    def of_reads(self) -> tuple[Cutoff, ...]:
        """The exceptions and, last, what counts for every other read."""
        return (*self.exceptions, self.reads)

    @property
    def latest(self) -> datetime:
        """The last instant at which any read can be over."""
        return max(each.until for each in self.of_reads)

    @property
    def earliest(self) -> datetime:
        """The last instant at which every read is over unless something else keeps it."""
        return min(each.until for each in self.of_reads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of a kind go and how many stay, and why.

    Attributes
    ----------
    kind
        Such as ``reads``, ``hits``, ``originals``.
    cutoff
        The rule that it is over by.
    month
        First day of the month of sighting; empty for what is not by month.
    gone
        How many go, or went.
    held, hit, younger
        How many stay: under hold; because of a hit; because their time is not over.
    """

    kind: str
    cutoff: Cutoff
    month: datetime | None = None
    gone: int = 0
    held: int = 0
    hit: int = 0
    younger: int = 0
