"""What the yearly report says: disclosures, recipients and purposes, and no person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.sharing import ADMIN, AUDITOR, CAPTAIN, CUSTODIAN, OFFICER, approve, written
from workbench.domain.period import Period
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.errors import DeniedError
from workbench.sharing.releases.steps import Review
from workbench.sharing.shares.share import NewShare

REVIEW = Review(finding="Called back", purpose_code="stolen_plate")


def test_a_year_is_counted_and_names_no_person(desk, clock):
    start = datetime(2041, 1, 1, tzinfo=UTC)
    year = Period(start, start + timedelta(days=365))
    clock.at = start
    agency = desk.agency()
    for _ in range(2):
        number = desk.parts.releases.record(CUSTODIAN, written(agency.name)).id
        desk.parts.releases.take(ADMIN, number, REVIEW)
        desk.parts.releases.take(CAPTAIN, number, approve())
        desk.parts.releases.fulfil(CUSTODIAN, number, desk.packing())
    far = desk.agency(kind=RecipientKind.OUT_OF_STATE, state="NV")
    desk.parts.releases.record(CUSTODIAN, written(far.name))
    press = desk.agency(duty=AgencyDuty.OTHER)
    desk.parts.releases.record(CUSTODIAN, written(press.name))
    new = NewShare(agency=agency.name, system="L", what="reads", reason="r", legal_basis="b")
    share = desk.parts.shares.start(ADMIN, new)
    before = desk.parts.figures.of(AUDITOR, year)
    desk.parts.shares.approve(CAPTAIN, share.id, finding="Needed")
    told = desk.parts.figures.of(AUDITOR, year)
    assert before.standing_shares == told.standing_shares - 1, "what nobody approved is no share"
    assert (told.disclosures, told.requested, told.refused, told.routed_to_records) == (2, 4, 1, 1)
    mine = [one for one in told.recipients if one.agency == agency.name]
    assert [(one.disclosures, one.standing, one.kind) for one in mine] == [
        (2, 1, "ca_public_agency")
    ]
    assert not {far.name, press.name} & {one.agency for one in told.recipients}
    assert [(one["code"], one["disclosures"]) for one in told.purposes] == [("stolen_plate", 2)]
    text = json.dumps(told.as_json())
    assert "Dana" not in text
    assert "burglaries" not in text


@pytest.mark.parametrize(("moment", "counted"), [(-1, 0), (0, 1), (1, 1)])
def test_a_year_begins_at_its_first_instant_and_ends_before_the_next(desk, clock, moment, counted):
    start = datetime(2050 + moment, 1, 1, tzinfo=UTC)
    clock.at = start + timedelta(microseconds=moment)
    desk.parts.releases.record(CUSTODIAN, written(desk.agency().name))
    inside = desk.parts.figures.of(AUDITOR, Period(start, start + timedelta(days=1)))
    before = desk.parts.figures.of(AUDITOR, Period(start - timedelta(days=1), start))
    assert (inside.requested, before.requested) == (counted, 1 - counted)


def test_who_may_not_see_requests_sees_no_figures(desk):
    start = datetime(2041, 1, 1, tzinfo=UTC)
    with pytest.raises(DeniedError):
        desk.parts.figures.of(OFFICER, Period(start, start + timedelta(days=1)))
