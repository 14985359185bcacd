"""What a stop can rest on beside the hit (Policy 426.5 (d)), and which number each kind needs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

SHORTEST_FACTS = 10
"""Characters without blanks that the database asks for, whatever the policy asks for beyond."""


class StopBasis(StrEnum):
    """Kind of reasonable suspicion or probable cause of a stop; sorted. A hit is none of them."""

    CALL_OR_WITNESS = "call_or_witness"
    OBSERVED_VIOLATION = "observed_violation"
    OWN_OBSERVATION_OF_CRIME = "own_observation_of_crime"
    PERSON_RECOGNISED_WARRANT_CONFIRMED = "person_recognised_warrant_confirmed"
    WELFARE = "welfare"


NUMBER_OF: Mapping[StopBasis, str] = {
    StopBasis.OBSERVED_VIOLATION: "code_section",
    StopBasis.PERSON_RECOGNISED_WARRANT_CONFIRMED: "warrant",
}
"""What has to be named: the section that was violated, or the number under which the warrant was
confirmed."""
