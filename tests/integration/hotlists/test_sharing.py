"""A special list goes to another agency under the captain's authorisation, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.hot_lists import csv_text
from tests.sharing import ADMIN, CAPTAIN, new_agency_name, profile
from workbench.domain.hot_entry import ListKind
from workbench.domain.recipient import RecipientKind
from workbench.errors import DeniedError, HotListError

AGENCY = new_agency_name()


@pytest.fixture
def register(runtime):
    """Enter an agency, and have it verified."""

    def entered(name: str, **said) -> None:
        runtime.sharing.agencies.add(ADMIN, profile(name, **said))
        runtime.sharing.agencies.verify(CAPTAIN, name, how="Called back")

    return entered


@pytest.fixture
def agency(runtime, register) -> str:
    """The agency of these tests, which may have data."""
    if AGENCY not in {one.name for one in runtime.sharing.agencies.all(ADMIN)}:
        register(AGENCY)
    return AGENCY


@pytest.fixture
def special(desk, agency) -> str:
    code = desk.list_at(kind=ListKind.SPECIAL)
    desk.parts.approvals.approve(desk.captain, code, reason="Series of burglaries")
    desk.load(code, csv_text(["7ABC123,CA", "8XYZ789,"], "plate,state"))
    return code


def logged(database, code: str) -> list[tuple[str, str]]:
    sql = (
        "SELECT details ->> 'change', outcome FROM audit_record WHERE kind = 'hot_list:change'"
        " AND details ->> 'list' = :code AND details ->> 'change' = 'share' ORDER BY seq"
    )
    with database.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql), {"code": code})]


def test_sharing_without_authorisation_for_that_agency_is_refused_and_logged(
    desk, special, database
):
    share = desk.parts.sharing.share
    desk.parts.approvals.approve(desk.captain, special, reason="Joint case", agency="Another PD")
    with pytest.raises(HotListError, match="may not be shared"):
        share(desk.admin, special, AGENCY)
    approval = desk.parts.approvals.approve(
        desk.captain, special, reason="Joint case", agency=AGENCY
    )
    shared = share(desk.admin, special, AGENCY)
    assert shared.approval_id == approval.id
    assert shared.rows == (("7ABC123", "CA", None, None), ("8XYZ789", None, None, None))
    desk.parts.approvals.end(desk.captain, approval.id)
    with pytest.raises(HotListError, match="may not be shared"):
        share(desk.admin, special, AGENCY)
    assert logged(database, special) == [
        ("share", "refused"),
        ("share", "done"),
        ("share", "refused"),
    ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (None, "no such agency"),
        ({"kind": RecipientKind.OUT_OF_STATE, "state": "NV"}, "another state"),
        ({"kind": RecipientKind.FEDERAL, "state": None}, "federal"),
        ({"kind": RecipientKind.VENDOR_POOL, "state": None}, "agencies share"),
    ],
)
def test_the_captains_authorisation_does_not_open_what_the_law_closes(
    desk, special, database, register, said, why
):
    name = new_agency_name()
    if said is not None:
        register(name, **said)
    desk.parts.approvals.approve(desk.captain, special, reason="Joint case", agency=name)
    with pytest.raises(HotListError, match=why):
        desk.parts.sharing.share(desk.admin, special, name)
    assert logged(database, special) == [("share", "refused")]


def test_lists_of_others_are_not_ours_to_share(desk, agency):
    code = desk.list_at()
    desk.load(code, csv_text(["7ABC123"]))
    desk.parts.approvals.approve(desk.captain, code, reason="Joint case", agency=AGENCY)
    with pytest.raises(HotListError, match="own special lists"):
        desk.parts.sharing.share(desk.admin, code, AGENCY)


def test_who_may_not_manage_lists_shares_none(desk, special):
    desk.parts.approvals.approve(desk.captain, special, reason="Joint case", agency=AGENCY)
    with pytest.raises(DeniedError):
        desk.parts.sharing.share(desk.officer, special, AGENCY)


def test_only_the_captain_ends_an_approval_and_only_once(desk, special):
    approval = desk.parts.approvals.approve(
        desk.captain, special, reason="Joint case", agency=AGENCY
    )
    with pytest.raises(DeniedError):
        desk.parts.approvals.end(desk.admin, approval.id)
    desk.parts.approvals.end(desk.captain, approval.id)
    with pytest.raises(HotListError, match="No such approval"):
        desk.parts.approvals.end(desk.captain, approval.id)
    with pytest.raises(HotListError, match="names the list"):
        desk.parts.approvals.approve(desk.captain, special, reason=" ")
