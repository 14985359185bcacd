"""What the law or Policy 426 itself asks for at least; a file goes further only by another law."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.domain.recipient import RecipientKind
from workbench.domain.span import Span, SpanUnit
from workbench.policy.life_rules import Paper
from workbench.policy.model import Policy
from workbench.policy.rule import Rule

_OWN_CHOICE = re.compile(r"department setting|(policy )?426\b", re.IGNORECASE)
_FEWEST_LETTERS = 2
_YEAR = Span(365, SpanUnit.DAY)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a rule has to hold, unless its section names another authority.

    Attributes
    ----------
    rule
        Where it stands in the file, such as ``hot_plates.max_days``.
    section
        The law or the part of the policy that asks for it.
    words
        What is allowed, in words.
    """

    rule: str
    section: str
    words: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Beyond:
    """A rule beyond its bound, where no other authority is named."""

    bound: Bound
    value: object

    @property
    def next_step(self) -> str:
        """How a file can hold it all the same."""
        return (
            f"keep it, or name in `section` the other law that lets you, not {self.bound.section}"
        )


def least(rule: str, number: int, section: str) -> Bound:
    """Return the bound of a number that may not be smaller."""
    return Bound(rule, section, f"at least {number}", lambda value: value >= number)


def most(rule: str, number: int, section: str) -> Bound:
    """Return the bound of a number that may not be larger."""
    return Bound(rule, section, f"at most {number}", lambda value: value <= number)


def no_shorter(rule: str, span: Span, section: str) -> Bound:
    """Return the bound of a length of time that may not be shorter."""
    return Bound(rule, section, f"at least {span}", lambda value: not span.longer_than(value))


def has_all(rule: str, values: tuple[str, ...], section: str) -> Bound:
    """Return the bound of a list that has at least these."""
    words = f"with {', '.join(values)}"
    return Bound(rule, section, words, lambda value: set(values) <= set(value))


def has_only(rule: str, values: tuple[str, ...], section: str) -> Bound:
    """Return the bound of a value, or of a list, that has nothing but these."""

    def holds(value: Any) -> bool:
        return set(value if isinstance(value, tuple) else (value,)) <= set(values)

    return Bound(rule, section, f"of {', '.join(values)}", holds)


def on(rule: str, section: str) -> Bound:
    """Return the bound of a switch that is not turned off."""
    return Bound(rule, section, "true", bool)


BOUNDS = (
    no_shorter("retention.reads", _YEAR, "426.7"),
    no_shorter("retention.hits", _YEAR, "426.7"),
    no_shorter("retention.audit_log", _YEAR, "CJIS 5.9.5 AU-11"),
    on("retention.needs_authority", "Government Code 34090.6"),
    has_all("hot_lists.lists", ("SVS", "SRV", "SLR"), "426.6.4 (a)"),
    least("hot_lists.loads_per_day", 2, "426.6.4 (a)"),
    least("hot_lists.special_loads_per_day", 1, "426.6.4 (b)"),
    most("hot_lists.stale_hours", 12, "426.6.4 (a)"),
    has_all("hot_lists.off_unless_captain", ("NCIC_IVF",), "Government Code 7284.6"),
    most("hot_plates.max_days", 30, "426.6.5"),
    most("hot_plates.listed_elsewhere_max_hours", 24, "426.6.5"),
    has_all("hot_plates.listed_elsewhere", ("SVS", "SLR", "SFR", "MUPS"), "426.6.5"),
    has_all(
        "hot_plates.shared_needs",
        ("officer_name", "phone", "case_number", "synopsis"),
        "426.6.5",
    ),
    most("hits.urgent_minutes", 10, "NCIC hit confirmation, priority urgent"),
    most("hits.routine_minutes", 60, "NCIC hit confirmation, priority routine"),
    has_only("audits.every", ("month", "quarter"), "426.4.1 administrators (c)"),
    has_only("inspections.every", ("month", "quarter"), "426.4.1 administrators (a)"),
    has_all(
        "inspections.items",
        ("No visible damage", "Functions properly", "Upgrades installed"),
        "426.4.1 administrators (a)",
    ),
    has_all("equipment.lights", ("Cameras", "LEARN", "GPS", "System"), "426.6.1"),
    least("equipment.own_searches_per_shift", 1, "426.6.1"),
    has_only("equipment.paper_fixed", (Paper.CRIME_REPORT,), "426.6.2"),
    has_only("equipment.paper_trailer", (Paper.CRIME_REPORT,), "426.6.2"),
    has_only("equipment.paper_vehicle", (Paper.DEPARTMENT_MEMO,), "426.6.2"),
    has_only("sharing.recipients", (RecipientKind.CA_PUBLIC_AGENCY,), "Civil Code 1798.90.55"),
    on("sharing.law_enforcement_only", "426.9"),
    most("sharing.review_days", 365, "State Auditor 2019-118"),
    most("sharing.told_within_hours", 24, "AG bulletin 2023-DLE-06"),
    most("training.validity_days", 365, "CJIS 5.9.5 AT-2"),
    most("sign_in.failures", 5, "CJIS 5.9.5 AC-7"),
    least("sign_in.window_minutes", 15, "CJIS 5.9.5 AC-7"),
    most("sign_in.idle_minutes", 30, "CJIS 5.9.5 AC-11"),
    most("sign_in.session_hours", 12, "CJIS 5.9.5 IA-2"),
    least("sign_in.password_min_characters", 8, "CJIS 5.9.5 IA-5 (1)"),
    most("sign_in.inactive_days", 90, "CJIS 5.9.5 AC-2 (3)"),
    most("sign_in.invitation_hours", 72, "CJIS 5.9.5 AC-2"),
    least("sign_in.username_reuse_years", 1, "CJIS 5.9.5 IA-4"),
    least("aggregates.min_cell", 2, "Civil Code 1798.90.52"),
)
"""Every number, list and switch that the law or the policy itself bounds; all in this one place."""

_READS = BOUNDS[0]
_OTHER_USE = Bound("purposes.other.needs_approval", "426.5 (c)", "true", bool)


def beyond_bounds(policy: Policy) -> Iterator[Beyond]:
    """Yield the rules of a policy that are beyond what they may be, in the order of `BOUNDS`.

    Another authority is the name of a law or order in the rule's `section`: not a department
    setting, not Policy 426, and not the authority of the bound itself.
    """
    for bound in BOUNDS:
        rule = _rule(policy, bound.rule)
        if not bound.holds(rule.value) and not names_another(rule.section, bound):
            yield Beyond(bound, _shown(rule.value))
    for exception in policy.retention.exceptions:
        if not _READS.holds(exception.keep) and not names_another(exception.section, _READS):
            where = f"retention.exceptions.{exception.purpose}"
            yield Beyond(Bound(where, _READS.section, _READS.words, _READS.holds), exception.keep)
    for purpose in policy.purposes:
        if purpose.code == "other" and not purpose.needs_approval:
            yield Beyond(_OTHER_USE, value=False)


def names_another(section: str, bound: Bound) -> bool:
    """Return whether a section names another authority than the one of a bound.

    Examples
    --------
    >>> bound = most("hot_plates.max_days", 30, "426.6.5")
    >>> [names_another(one, bound) for one in ("426.6.5", "Department setting", "x")]
    [False, False, False]
    >>> names_another("Minnesota Statutes 13.824", bound)
    True
    """
    named = section.strip()
    letters = {sign for sign in named.casefold() if sign.isalpha()}
    if _OWN_CHOICE.match(named) or len(letters) < _FEWEST_LETTERS:
        return False
    if not any(sign.isdigit() for sign in named):
        return False
    return named.split()[0].casefold() != bound.section.split()[0].casefold()


def _rule(policy: Policy, name: str) -> Rule[Any]:
    part, _, field = name.partition(".")
    found: Rule[Any] = getattr(getattr(policy, part), field)
    return found


def _shown(value: Any) -> object:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, Span) else value
