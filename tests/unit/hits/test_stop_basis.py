"""What a stop rests on: one of the policy's kinds, facts in words, and the number it needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hits import CONFIRM, FACTS, OPEN, SEEN_AT, made_hit, told
from workbench.domain.stop_basis import NUMBER_OF, StopBasis
from workbench.errors import FormError, HitError
from workbench.hotlists.hits.acts import RecordStop
from workbench.hotlists.hits.checking import check
from workbench.hotlists.hits.repeating import own_words

NUMBERS = {"code_section": "VC 24601", "warrant": "WR-2611045"}
AT = SEEN_AT + timedelta(minutes=2)
CONFIRMED = told((0, OPEN), (1, CONFIRM))


def stop(basis=StopBasis.OBSERVED_VIOLATION, facts=FACTS, **numbers):
    return RecordStop(basis=basis, facts=facts, **NUMBERS | numbers)


def checked(policy, act):
    check(made_hit(), CONFIRMED, act, happened_at=AT, policy=policy)


def facts_of(words):
    return " ".join(["driving", "unlit", "weaving", "braking", "speeding", "skidding"][:words])


@pytest.mark.parametrize("basis", StopBasis)
def test_every_kind_of_the_policy_is_a_basis(policy, basis):
    assert basis in policy.hits.stop_bases.value
    checked(policy, stop(basis))


def test_a_kind_that_the_policy_does_not_name_is_none(policy):
    fewer = policy.hits.stop_bases.model_copy(update={"value": (StopBasis.WELFARE,)})
    changed = policy.hits.model_copy(update={"stop_bases": fewer})
    with pytest.raises(HitError, match="knows no such basis"):
        checked(policy.model_copy(update={"hits": changed}), stop())


@pytest.mark.parametrize("basis", NUMBER_OF)
@pytest.mark.parametrize(("given", "error"), [("", HitError), ("x", FormError), ("12", FormError)])
def test_a_kind_that_needs_a_number_has_it_in_its_form(policy, basis, given, error):
    with pytest.raises(error, match=NUMBER_OF[basis].replace("_", " ")):
        checked(policy, stop(basis, **{NUMBER_OF[basis]: given}))


@pytest.mark.parametrize(("more", "taken"), [(-1, False), (0, True), (1, True)])
def test_facts_have_as_many_words_as_the_policy_asks_for(policy, more, taken):
    act = stop(facts=facts_of(policy.forms.facts.value.words + more))
    if taken:
        checked(policy, act)
    else:
        with pytest.raises(FormError, match="says too little"):
            checked(policy, act)


@pytest.mark.parametrize(
    "facts", ["x", "zxq wvu plk", "hit hit hit hit hit hit hit hit", "12 34 5"]
)
def test_what_says_nothing_is_no_fact(policy, facts):
    with pytest.raises(FormError):
        checked(policy, stop(facts=facts))


@pytest.mark.parametrize(
    "facts",
    [
        "Vehicle had no license plate light",
        "Se pas\u00f3 el sem\u00e1foro en rojo en Vernon",
        "Stopped for speeding, radar showed a car above the limit",
    ],
)
def test_no_list_of_words_judges_what_somebody_saw(policy, facts):
    checked(policy, stop(facts=facts))


@pytest.mark.parametrize(
    ("facts", "repeats"),
    [
        ("ALPR hit on stolen vehicle 2ABC345, list SVS", True),
        ("ALPR hit, stolen vehicle, VEH/STOLEN LIC active, confirmed", True),
        ("Vehicle had no license plate light", False),
        (FACTS, False),
    ],
)
def test_facts_that_only_repeat_the_hit_are_pointed_out(policy, facts, repeats):
    own = own_words(made_hit(), CONFIRMED, facts)
    assert (len(own) < policy.hits.own_words.value) is repeats
