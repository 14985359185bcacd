"""What is a basis of a stop, and what is only a hit in other words; no database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hits import CONFIRM, OPEN, SEEN_AT, STOP, made_hit, told
from workbench.domain.stop_basis import OWN_WORDS
from workbench.errors import HitError
from workbench.hotlists.hits.acts import RecordStop
from workbench.hotlists.hits.checking import check


def at(minutes):
    return SEEN_AT + timedelta(minutes=minutes)


def basis_of(length):
    return ("ran red light" + "x" * 99)[:length]


@pytest.mark.parametrize(("more", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_basis_has_its_length(policy, more, taken):
    act = RecordStop(basis=basis_of(policy.hits.basis_min_characters.value + more))
    events = told((0, OPEN), (1, CONFIRM))
    if taken:
        check(made_hit(), events, act, happened_at=at(2), policy=policy)
    else:
        with pytest.raises(HitError, match="too little"):
            check(made_hit(), events, act, happened_at=at(2), policy=policy)


@pytest.mark.parametrize(
    "basis",
    [
        "ALPR hit ALPR hit ALPR hit",
        "A.L.P.R. alert on the vehicle, confirmed",
        "License plate reader hit on 2ABC-345",
        "Stopped because the plate was on the hot list",
        "Flock camera notification, stolen vehicle confirmed by dispatch via CLETS/NCIC",
        "TAS alert for a wanted person, verified",
        "The system flagged the car as stolen; reasonable suspicion",
        "Stolen stolen stolen stolen red red car",
        "THE ALPR HIT ON THE VEHICLE WAS CONFIRMED STOLEN",
        "ALPR\u2011hit \u2013 \u201cstolen\u201d\u2026 the officer\u2019s alert wasn\u2019t wrong",
        "\uff21\uff2c\uff30\uff32 \uff28\uff29\uff34 on a vehicle, confirmed",
        "AL\u200bPR h\u200bit, sto\u00adlen ve\u00adhi\u00adcle con\u00adfirmed",
        "\u0410L\u0420R hit: st\u043elen vehicl\u0435, c\u043enfirmed",
        "Co\u0301nfi\u0301rmed ALPR hi\u0301t o\u0301n a sto\u0301len ve\u0301hicle",
        "The laptop beeped and the screen showed a positive match for this one",
        "Machine identified the automobile as taken; teletype verified",
        "Received a ping, vehicle came up hot, dispatch told me code 4 good to go",
        "Coincidencia de ALPR, veh\u00edculo robado confirmado por la central",
        "El lector de placas dio un aviso y el veh\u00edculo estaba en la lista de robados",
        "EL SISTEMA AVIS\u00d3 QUE EL CARRO ERA ROBADO, CONFIRMADO POR DESPACHO",
        "Alerta de c\u00e1mara: la matr\u00edcula coincide con la lista caliente",
    ],
)
def test_a_hit_in_other_words_is_no_basis(policy, basis):
    with pytest.raises(HitError, match="not the basis"):
        check(
            made_hit(),
            told((0, OPEN), (1, CONFIRM)),
            RecordStop(basis=basis),
            happened_at=at(2),
            policy=policy,
        )


@pytest.mark.parametrize(("more", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_basis_has_words_of_its_own(policy, more, taken):
    words = ["speeding", "weaving", "unlit", "braking"][: OWN_WORDS + more]
    act = RecordStop(basis=f"The ALPR hit was confirmed: {' '.join(words)}")
    events = told((0, OPEN), (1, CONFIRM))
    if taken:
        check(made_hit(), events, act, happened_at=at(2), policy=policy)
    else:
        with pytest.raises(HitError, match="not the basis"):
            check(made_hit(), events, act, happened_at=at(2), policy=policy)


@pytest.mark.parametrize(
    "basis",
    [
        STOP.basis,
        "Speeding, 61 mph in a 40 zone",
        "Expired registration tab, broken tail lamp",
        "Matched the suspect of an armed robbery: red beard, green jacket",
        "Vehicle ran the stop sign at Main",
        "No front license plate, CVC 5200(a)",
        "DIDN\u2019T SIGNAL A LANE CHANGE",
        "Se pas\u00f3 el sem\u00e1foro en rojo en Vernon",
        "Conduc\u00eda a 61 millas por hora en zona de 40",
    ],
)
def test_what_somebody_saw_is_a_basis(policy, basis):
    act = RecordStop(basis=basis)
    events = told((0, OPEN), (1, CONFIRM))
    check(made_hit(), events, act, happened_at=at(2), policy=policy)
