"""Recorded stops: a basis of its own, and nobody reviews their own stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hit_tries import OFFICER, OTHER, SERGEANT, TriedHit
from tests.hits import (
    CALL,
    CLOSE,
    COMPARE,
    CONFIRM,
    FROM_DESK,
    STOP,
)
from tests.people import made_actor
from workbench.domain.person import Role
from workbench.domain.stop_basis import StopBasis
from workbench.errors import (
    HitError,
)
from workbench.hotlists.hits.acts import Correct, RecordStop, Review
from workbench.hotlists.hits.next_steps import DueKind

NOTE = "Facts and section are right"


@pytest.fixture
def hit(runtime, clock):
    return TriedHit(runtime, clock)


def stopped(hit, stop=STOP, by=OFFICER):
    hit.see(by)
    hit.do(COMPARE, CONFIRM, FROM_DESK, CALL, by=by)
    return hit.do(stop, by=by).event


def test_plain_facts_are_taken_and_every_stop_waits_for_a_supervisor(hit):
    light = replace(STOP, facts="Vehicle had no license plate light", code_section="VC 24601")
    stop = stopped(hit, light)
    assert stop.details["repeats_hit"] is False
    assert DueKind.REVIEW in hit.due()
    hit.do(Review(event=stop.id, approved=True, note=NOTE), by=SERGEANT)
    assert hit.due() == set()


def test_a_text_that_repeats_the_hit_is_pointed_out_and_not_refused(hit):
    facts = "ALPR hit on stolen vehicle, plate read on camera list"
    assert stopped(hit, replace(STOP, facts=facts)).details["repeats_hit"] is True
    assert DueKind.REVIEW in hit.due()


def test_nobody_reviews_their_own_stop(hit):
    both = made_actor(Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR, username="s.sergeant")
    stop = stopped(hit, by=both)
    review = Review(event=stop.id, approved=True, note=NOTE)
    hit.refused(review, "their own", by=both, straight="another person")
    hit.refused(review, "supervisor", by=OTHER, error=Exception, straight="a supervisor")


def test_a_stop_that_was_given_back_waits_until_it_is_corrected_and_approved(hit):
    stop = stopped(hit)
    hit.do(Review(event=stop.id, approved=False, note="Which light was it"), by=SERGEANT)
    assert DueKind.REWORK in hit.due()
    facts = "The left tail lamp was broken and showed white light"
    hit.do(Correct(event=stop.id, why="Facts were too short", values={"facts": facts}))
    assert DueKind.REVIEW in hit.due()
    hit.do(Review(event=stop.id, approved=True, note=NOTE), by=SERGEANT)
    hit.do(CLOSE)
    hit.do(Correct(event=stop.id, why="Another section", values={"code_section": "VC 24600"}))
    queue = hit.runtime.hits.queue(OFFICER).frame
    assert list(queue[queue["hit_id"] == hit.id]["due"]) == [DueKind.REVIEW]


def test_an_approval_does_not_outlive_a_correction_of_the_stop(hit):
    stop = stopped(hit)
    hit.do(Review(event=stop.id, approved=True, note=NOTE), by=SERGEANT)
    hit.do(Correct(event=stop.id, why="Wrong section", values={"code_section": "VC 24600"}))
    hit.refused(CLOSE, "waits for review", straight="review")


def test_a_basis_that_needs_a_number_cannot_go_without():
    with pytest.raises(HitError, match="needs its warrant"):
        RecordStop(basis=StopBasis.PERSON_RECOGNISED_WARRANT_CONFIRMED, facts="x" * 30)
