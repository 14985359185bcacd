"""Whether a step can be taken now, by this person, for this agency; no database."""

from __future__ import annotations

from workbench.domain.person import Person
from workbench.domain.release import COMES_AFTER, ReleaseState, ReleaseStep
from workbench.errors import ReleaseError, SharingError
from workbench.policy import Policy
from workbench.sharing.agencies.guard import may_receive
from workbench.sharing.names import person_key
from workbench.sharing.releases.request import Release
from workbench.sharing.releases.steps import Review, Step

_GIVES = frozenset({ReleaseStep.APPROVED, ReleaseStep.FULFILLED})
_BY_ANOTHER = frozenset({ReleaseStep.APPROVED, ReleaseStep.REVIEWED})
_NEXT = {
    ReleaseState.REQUESTED: "it is reviewed next",
    ReleaseState.REVIEWED: "the captain or designee approves or refuses it next",
    ReleaseState.APPROVED: "it is fulfilled next",
    ReleaseState.FULFILLED: "it is filed next",
    ReleaseState.REFUSED: "it is filed next",
    ReleaseState.ROUTED: "Records goes on with it; it is filed here",
    ReleaseState.FILED: "another request begins anew",
}


def check(release: Release, step: Step | ReleaseStep, person: Person, policy: Policy) -> None:
    """Refuse a step that is out of its order, by the wrong person, or for the wrong agency.

    Raises
    ------
    ReleaseError
        If it is out of turn, the person asked for the data or recorded the request, or the
        purpose is none of the policy's.
    SharingError
        If the agency may not have data.
    """
    kind = step.step if isinstance(step, Step) else step
    check_turn(release, kind)
    if kind in _BY_ANOTHER:
        check_other_person(release, kind, person)
    if kind in _GIVES:
        decision = may_receive(release.agency, policy.sharing)
        if not decision.allowed:
            raise SharingError(
                decision.reason.removesuffix("."),
                given=release.agency.name,
                allowed=f"what the law and the policy let be shared ({decision.source})",
                next_step="the captain or designee refuses the request",
            )
    codes = [purpose.code for purpose in policy.purposes]
    if isinstance(step, Review) and step.purpose_code not in codes:
        raise ReleaseError(
            "The policy has no such purpose", given=step.purpose_code, allowed=", ".join(codes)
        )


def check_turn(release: Release, step: ReleaseStep) -> None:
    """Refuse a step whose turn it is not.

    Raises
    ------
    ReleaseError
        If it cannot follow on where the request stands.
    """
    if release.state not in COMES_AFTER[step]:
        raise ReleaseError(
            f"A request that is {release.state} cannot be {step}",
            given=release.id,
            allowed="requested, reviewed, approved or refused, fulfilled, filed, in this order",
            next_step=_NEXT[release.state],
        )


def check_other_person(release: Release, step: ReleaseStep, person: Person) -> None:
    """Refuse a step by the person who asked, and an approval by the one who recorded.

    The policy names one office for review and approval (426.9 (b)), so the captain may do both.

    Raises
    ------
    ReleaseError
        If it is the same person, by account or by name.
    """
    asked = release.asked
    same_name = person_key(person.display_name) == person_key(asked.requester_name)
    if same_name or person.username == asked.requester_account:
        raise ReleaseError(
            f"Nobody has their own request {step}",
            given=person.username,
            allowed="another person than the requester (426.9 (b))",
        )
    if step is ReleaseStep.APPROVED and person.username == release.recorded_by:
        raise ReleaseError(
            "Who recorded a request does not approve it",
            given=person.username,
            allowed="the captain or a designee who did not record it",
        )
