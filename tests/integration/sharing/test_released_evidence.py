"""A request is fulfilled by a real evidence package, whose pages a prosecutor can open."""

from __future__ import annotations

import hashlib

import pytest

from tests.held_reads import new_plate
from tests.packed_reads import store_pictured
from tests.sharing import ADMIN, CAPTAIN, CUSTODIAN, approve, new_agency_name, profile, written
from workbench.domain.release import ReleaseState
from workbench.errors import EvidenceError
from workbench.retention.evidence.verifying import verify_package
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.packages import MANIFEST
from workbench.sharing.releases.steps import Review


@pytest.fixture
def plate():
    return new_plate()


@pytest.fixture
def approved(runtime, plate):
    """An approved request whose requester has a name that HTML has to escape."""
    name = new_agency_name("Next <Town> & County")
    runtime.sharing.agencies.add(ADMIN, profile(name))
    runtime.sharing.agencies.verify(CAPTAIN, name, how="Called back")
    asked = written(name, requester_name="D. Example <deputy>", purpose="Robbery. " * 200)
    number = runtime.sharing.releases.record(CUSTODIAN, asked).id
    review = Review(finding="Called back", purpose_code="active_investigation")
    runtime.sharing.releases.take(ADMIN, number, review)
    return runtime.sharing.releases.take(CAPTAIN, number, approve(plate=plate))


def packing(runtime, out):
    inquiry = runtime.inquiries.open(
        CUSTODIAN, purpose="active_investigation", reason="Release to another agency"
    )
    return Packing(inquiry_id=inquiry.id, out=out)


def test_an_approved_request_is_fulfilled_by_an_evidence_package(
    runtime, approved, plate, tmp_path
):
    store_pictured(runtime, plate, 0, 5)
    out = tmp_path / "stick"
    done = runtime.sharing.releases.fulfil(CUSTODIAN, approved.id, packing(runtime, out))
    assert done.state is ReleaseState.FULFILLED
    said = done.events[-1].details
    assert approved.agency.name in said["recipient"]
    assert "D. Example <deputy>" in said["recipient"]
    assert f"request {approved.id}" in said["recipient"]
    assert verify_package(out).whole
    sealed = hashlib.sha256((out / MANIFEST).read_bytes()).hexdigest()
    assert said["manifest_sha256"] == sealed


def test_nothing_to_pack_leaves_the_request_approved(runtime, approved, tmp_path):
    packed = packing(runtime, tmp_path / "stick")
    with pytest.raises(EvidenceError):
        runtime.sharing.releases.fulfil(CUSTODIAN, approved.id, packed)
    assert runtime.sharing.releases.show(ADMIN, approved.id).state is ReleaseState.APPROVED
