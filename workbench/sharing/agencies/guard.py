"""The one answer to whether somebody may have data; nobody can switch it off.

What it allows stands in the policy file (``[sharing]``), which lies outside what any account can
change. An administrator can say what an agency is, but not verify what they said themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, exists, select

from workbench.domain.recipient import AgencyDuty, RecipientKind, SharingDecision
from workbench.policy.life_rules import SharingRules
from workbench.sharing.agencies.agency import Agency
from workbench.sharing.agencies.stored import find_agency
from workbench.sharing.names import agency_key
from workbench.storage.sharing_tables import share_review, standing_share

WHY_NOT: Mapping[RecipientKind, str] = {
    RecipientKind.CA_PUBLIC_AGENCY: "a California public agency",
    RecipientKind.FEDERAL: "a federal agency, and no public agency of California",
    RecipientKind.OUT_OF_STATE: "an agency of another state, and no public agency of California",
    RecipientKind.PRIVATE: "a private party, and no public agency",
    RecipientKind.TRIBAL: "a tribal agency, and no public agency of the state or of a local body",
    RecipientKind.VENDOR_POOL: "a database that agencies share, where others than public agencies "
    "of California can look",
}
"""What each kind of recipient is, as a refusal says it."""

BULLETIN = "AG bulletin 2023-DLE-06"


def may_receive(agency: Agency | None, rules: SharingRules) -> SharingDecision:
    """Return whether an agency may have data at all.

    Parameters
    ----------
    agency
        Of the register; ``None`` for one that is not in it.
    rules
        The policy's.

    Returns
    -------
    SharingDecision
        Refused unless its kind may have data, it is for law enforcement or prosecution (where the
        policy asks for that), and somebody has verified what the register says.
    """
    duty, kinds = rules.law_enforcement_only, rules.recipients
    if agency is None:
        return _no("The register has no such agency.", kinds.section)
    if not agency.enabled:
        return _no(f"{agency.name} is switched off in the register.", kinds.section)
    barred = barred_by_kind(agency, rules)
    if barred is not None:
        return barred
    if duty.value and agency.profile.duty is AgencyDuty.OTHER:
        return _no(
            f"{agency.name} neither enforces law nor prosecutes; its request goes to Records.",
            duty.section,
        )
    if agency.verified_at is None:
        return _no(f"Nobody has verified what {agency.name} is.", kinds.section)
    return SharingDecision(
        allowed=True,
        reason=f"{agency.name} is {agency.profile.kind.value}, verified by {agency.verified_by}.",
        source=kinds.section,
    )


def barred_by_kind(agency: Agency, rules: SharingRules) -> SharingDecision | None:
    """Return the refusal of an agency whose kind may have nothing, or ``None``.

    Examples
    --------
    >>> sorted(WHY_NOT) == sorted(RecipientKind)
    True
    """
    kinds = rules.recipients
    if agency.profile.kind in kinds.value:
        return None
    allowed = " or ".join(kind.value for kind in kinds.value) or "nobody"
    reason = f"{agency.name} is {WHY_NOT[agency.profile.kind]}; data may go to {allowed}."
    return _no(reason, "; ".join(dict.fromkeys((kinds.section, BULLETIN))))


def belongs_to_records(agency: Agency, rules: SharingRules) -> bool:
    """Return whether its requests are routed to Records (Policy 426.9), whatever else it is."""
    return rules.law_enforcement_only.value and agency.profile.duty is AgencyDuty.OTHER


@dataclass(frozen=True, slots=True)
class SharingGuard:
    """Answers for names, as other parts of the workbench know agencies.

    Attributes
    ----------
    rules
        The policy's.
    department
        Our own name; what goes to ourselves is not shared.
    """

    rules: SharingRules
    department: str

    def may_receive(self, connection: Connection, agency: str) -> SharingDecision:
        """Return whether the agency of a name may have data."""
        return may_receive(find_agency(connection, agency), self.rules)

    def is_ours(self, agency: str) -> bool:
        """Return whether a name is the department's own."""
        return agency_key(agency) == agency_key(self.department)

    def may_stand(self, connection: Connection, agency: str) -> SharingDecision:
        """Return whether data may go to the agency of a name all the time, unasked.

        That takes an approved standing share beside what `may_receive` asks for.
        """
        if self.is_ours(agency):
            return SharingDecision(allowed=True, reason="It is ours.", source="426.2")
        found = find_agency(connection, agency)
        decision = may_receive(found, self.rules)
        if found is None or not decision.allowed:
            return decision
        s, r = standing_share.c, share_review.c
        approved = exists().where(r.share_id == s.id, r.approves)
        stands = select(s.id).where(s.agency_id == found.id, s.ended_at.is_(None), approved)
        if connection.execute(stands.limit(1)).one_or_none() is None:
            reason = f"No approved share with {found.name} stands."
            return _no(reason, self.rules.review_days.section)
        return decision


def _no(reason: str, source: str) -> SharingDecision:
    return SharingDecision(allowed=False, reason=reason, source=source)
