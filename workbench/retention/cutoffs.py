"""The policy's lengths as cut-offs of one instant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from workbench.domain.keeping import Cutoff, Cutoffs
from workbench.domain.period import utc
from workbench.domain.span import Span
from workbench.policy import Policy
from workbench.policy.life_rules import RetentionRules
from workbench.policy.rule import Rule


def cutoffs_of(rules: RetentionRules, at: datetime) -> Cutoffs:
    """Return what is over at an instant.

    Examples
    --------
    >>> from datetime import UTC
    >>> from workbench.policy.load import load_policy
    >>> at = datetime(2026, 11, 2, 18, tzinfo=UTC)
    >>> cutoffs_of(load_policy().retention, at).reads.until.isoformat()
    '2025-11-02T18:00:00+00:00'
    """
    moment = utc(at)
    return Cutoffs(
        at=moment,
        exceptions=tuple(
            Cutoff(
                rule=f"exceptions.{each.purpose}",
                section=each.section,
                keep=str(each.keep),
                until=each.keep.last_over(moment),
                sources=each.sources,
                cameras=each.cameras,
            )
            for each in rules.exceptions
        ),
        reads=_cutoff("reads", rules.reads, moment),
        hits=_cutoff("hits", rules.hits, moment),
        hot_lists=_cutoff("hot_lists", rules.hot_lists, moment),
        packages=_cutoff("packages", rules.packages, moment),
        reports=_cutoff("reports", rules.reports, moment),
        audit_log=_cutoff("audit_log", rules.audit_log, moment),
    )


def rules_sha256(policy: Policy) -> str:
    """Return the hash of the lengths: an authority is about these and no others."""
    return hashlib.sha256(policy.retention.model_dump_json().encode()).hexdigest()


def not_before(cutoffs: Cutoffs, least: Mapping[str, datetime]) -> Cutoffs:
    """Return cut-offs that are nowhere earlier than those of some rules by name."""

    def moved(cutoff: Cutoff) -> Cutoff:
        return replace(cutoff, until=max(cutoff.until, least.get(cutoff.rule, cutoff.until)))

    return replace(
        cutoffs,
        exceptions=tuple(map(moved, cutoffs.exceptions)),
        reads=moved(cutoffs.reads),
        hits=moved(cutoffs.hits),
        hot_lists=moved(cutoffs.hot_lists),
        packages=moved(cutoffs.packages),
        reports=moved(cutoffs.reports),
        audit_log=moved(cutoffs.audit_log),
    )


def _cutoff(name: str, rule: Rule[Span], at: datetime) -> Cutoff:
    return Cutoff(
        rule=name, section=rule.section, keep=str(rule.value), until=rule.value.last_over(at)
    )
