"""The whole policy as one frozen value; its parts are in the files beside this one."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from workbench.domain.action import Action
from workbench.domain.person import Role
from workbench.domain.stop_basis import SHORTEST_FACTS
from workbench.errors import PurposeError
from workbench.policy.availability_rules import AvailabilityRules
from workbench.policy.data_rules import (
    AggregateRules,
    AuditRules,
    HitRules,
    HotListRules,
    HotPlateRules,
    IngestRules,
    RecognitionRules,
    SearchRules,
)
from workbench.policy.form_rules import FormRules
from workbench.policy.life_rules import (
    EquipmentRules,
    EvidenceRules,
    HoldRules,
    InspectionRules,
    RetentionRules,
    SharingRules,
)
from workbench.policy.people_rules import (
    DepartmentRules,
    ProgramRules,
    PurposeRule,
    SignInRules,
    TrainingRules,
)
from workbench.policy.rule import PolicyPart, Rule, Text


class Policy(PolicyPart):
    """The department's rules, each with its section.

    Attributes
    ----------
    version
        The name and a short hash of the file's content; written into every audit record.
    roles
        What each role may do; what is not named is not allowed.

    Examples
    --------
    >>> from workbench.policy.load import load_policy
    >>> load_policy().hot_plates.max_days.value
    30
    """

    version: Text
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")]
    title: Text
    department: DepartmentRules
    program: ProgramRules
    purposes: Annotated[tuple[PurposeRule, ...], Field(min_length=1)]
    roles: dict[Role, Rule[frozenset[Action]]]
    training: TrainingRules
    sign_in: SignInRules
    availability: AvailabilityRules
    forms: FormRules
    search: SearchRules
    aggregates: AggregateRules
    retention: RetentionRules
    holds: HoldRules
    hot_lists: HotListRules
    hot_plates: HotPlateRules
    hits: HitRules
    audits: AuditRules
    inspections: InspectionRules
    equipment: EquipmentRules
    evidence: EvidenceRules
    sharing: SharingRules
    recognition: RecognitionRules
    ingest: IngestRules

    @model_validator(mode="after")
    def _complete(self) -> Self:
        codes = [purpose.code for purpose in self.purposes]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"purposes: each code should stand once, not {', '.join(twice)}")
        missing = [role.value for role in Role if role not in self.roles]
        if missing:
            raise ValueError(f"roles: {', '.join(missing)} should be there, if with no action")
        if self.forms.facts.value.letters < SHORTEST_FACTS:
            # Fewer different letters could be fewer characters than the database takes.
            raise ValueError(f"forms: facts should have at least {SHORTEST_FACTS} letters")
        return self

    def purpose(self, code: str) -> PurposeRule:
        """Return a purpose by its code.

        Raises
        ------
        PurposeError
            If the policy has no such purpose.
        """
        for purpose in self.purposes:
            if purpose.code == code:
                return purpose
        raise PurposeError(
            "The policy knows no such purpose",
            given=code,
            allowed=", ".join(purpose.code for purpose in self.purposes),
        )
