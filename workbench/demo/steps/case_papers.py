"""Holds what a case needs, packs it as evidence, and answers who asks for data."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from workbench.demo.day.staff import Post, Staff
from workbench.demo.neighbours import POLICE
from workbench.demo.requests import (
    insurer_asks,
    police_asks,
    prosecutor_asks,
    sheriff_asks,
    write_mail,
)
from workbench.demo.stage import Report, Stage
from workbench.demo.steps import care, equipment
from workbench.demo.steps.neighbours import share_with
from workbench.domain.criteria import SearchCriteria
from workbench.domain.inquiry import Inquiry
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.place import Circle
from workbench.domain.read_set import ReadSet
from workbench.retention.evidence.order import Order
from workbench.retention.holds.placing import NewHold, PlacedHold
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.mail import read_mail
from workbench.sharing.releases.request import Release, WrittenRequest
from workbench.sharing.releases.steps import Approve, FileAway, Review
from workbench.sharing.releases.writing_down import written_from

BEGUN, NAME = "case papers begun", "case papers"
BOOKING = "2026-5571"
_PURPOSE = "active_investigation"


def keep_and_give(stage: Stage, report: Report) -> str:
    """Place the holds, pack the evidence, and lead requests as far as each may go, once."""
    if NAME in stage.progress.done:
        return "holds, evidence and requests are there already"
    if BEGUN in stage.progress.done:
        return "this was interrupted and is left as it is; `workbench demo run --fresh` begins anew"
    if care.NAME not in stage.progress.done:
        return equipment.TOO_OLD
    stage.keep(stage.progress.with_done(BEGUN))
    papers = CasePapers(stage)
    held = papers.hold()
    report(1, 3)
    folder = papers.pack(held[0])
    report(2, 3)
    papers.review_share()
    papers.answer(held[0])
    stage.keep(stage.progress.with_done(NAME))
    reads = " and ".join(str(one.reads) for one in held)
    return f"{reads} reads on hold; evidence in {folder}; 4 requests, one of them fulfilled"


class CasePapers:
    """The papers of the made-up robberies and of who asks for data.

    Parameters
    ----------
    stage
        In whose made-up past it happens.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._staff = Staff(stage)
        self._case = stage.city.robberies[-1].case_number
        self._releases = stage.past.sharing.releases

    def hold(self) -> tuple[PlacedHold, PlacedHold]:
        """Let the investigator hold the wanted car's reads, and what was near the last scene."""
        robbery, placing = self._stage.city.robberies[-1], self._stage.past.holds.placing
        around = Period(robbery.at - robbery.before, robbery.at + robbery.after)
        scene = Circle(robbery.scene, robbery.radius_m)
        car = SearchCriteria(plate=parse_pattern(self._stage.city.solution.getaway))
        place = SearchCriteria(area=scene, period=around)
        reasons = (
            (car, "Evidence: the car that was near all three robberies"),
            (place, "Discovery: who else was near the jeweller's"),
        )
        why = "Keep what is evidence of the robberies before its time is over"
        inquiry = self._inquiry(Post.INVESTIGATOR, why, self._case)
        by = self._staff.actor(Post.INVESTIGATOR)
        first, second = (
            placing.place(
                by,
                inquiry.id,
                NewHold(case_number=self._case, reason=reason, meant=ReadSet(search=search)),
            )
            for search, reason in reasons
        )
        self._stage.past.inquiries.close(by, inquiry.id)
        self._later(45)
        return first, second

    def pack(self, held: PlacedHold) -> Path:
        """Let an analyst pack a hold for the evidence room, with its number there; return where."""
        out = self._stage.home.folder / "evidence" / self._case
        out.parent.mkdir(exist_ok=True)
        reason = f"Hold {held.hold.id} packed for the evidence room, with what speaks against"
        inquiry = self._inquiry(Post.DESK, reason, self._case)
        order = Order(hold_id=held.hold.id, two_sided=True)
        by = self._staff.actor(Post.DESK)
        self._stage.past.evidence.make_package(by, inquiry.id, order, out=out, booking=BOOKING)
        self._stage.past.inquiries.close(by, inquiry.id)
        self._later(30)
        return out

    def review_share(self) -> None:
        """Let the captain look anew at one of the two shares; the other's time is over."""
        share = share_with(self._stage, self._staff, POLICE)
        if share is not None:
            finding = "Both departments still work on the robberies together"
            by = self._staff.actor(Post.CAPTAIN)
            self._stage.past.sharing.shares.review(by, share.id, finding=finding)
        self._later(15)

    def answer(self, held: PlacedHold) -> None:
        """Take in four requests: two are answered at once, one is fulfilled, one waits."""
        for asked in (sheriff_asks(), insurer_asks()):
            self._filed(self._record(asked), "Correspondence 2026-11")
        self._fulfil(self._by_mail(police_asks(self._stage.city.solution.getaway)), held)
        self._reviewed(self._by_mail(prosecutor_asks(self._case)))

    def _fulfil(self, release: Release, held: PlacedHold) -> None:
        self._reviewed(release)
        reason = "The series is theirs as well as ours"
        self._releases.take(
            self._staff.actor(Post.CAPTAIN),
            release.id,
            Approve(reason=reason, hold_id=held.hold.id),
        )
        self._later(20)
        out = self._stage.home.folder / "released" / f"request-{release.id}"
        out.parent.mkdir(exist_ok=True)
        why = f"Release {release.id} to {release.agency.name}: {release.asked.purpose}"
        inquiry = self._inquiry(Post.CUSTODIAN, why, self._case)
        by = self._staff.actor(Post.CUSTODIAN)
        packing = Packing(inquiry_id=inquiry.id, out=out)
        self._filed(self._releases.fulfil(by, release.id, packing), "RMS R26-0411")
        self._stage.past.inquiries.close(by, inquiry.id)

    def _by_mail(self, asked: WrittenRequest) -> Release:
        """Record a request from the e-mail file that it came by."""
        name = asked.agency.split()[0].lower()
        file = self._stage.home.folder / "requests" / f"{name}.eml"
        content = write_mail(asked, file, self._stage.past_clock() - timedelta(minutes=50))
        return self._record(written_from({}, read_mail(content)), content)

    def _record(self, asked: WrittenRequest, mail: bytes | None = None) -> Release:
        self._later(10)
        return self._releases.record(self._staff.actor(Post.CUSTODIAN), asked, mail=mail)

    def _reviewed(self, release: Release) -> None:
        self._later(25)
        finding = "Called back by the number in the register; the case number is theirs"
        review = Review(finding=finding, purpose_code=_PURPOSE)
        self._releases.take(self._staff.actor(Post.ADMINISTRATOR), release.id, review)

    def _filed(self, release: Release, file: str) -> None:
        self._later(5)
        self._releases.take(self._staff.actor(Post.CUSTODIAN), release.id, FileAway(file=file))

    def _inquiry(self, post: Post, reason: str, case_number: str | None) -> Inquiry:
        return self._stage.past.inquiries.open(
            self._staff.actor(post), purpose=_PURPOSE, reason=reason, case_number=case_number
        )

    def _later(self, minutes: int) -> None:
        clock = self._stage.past_clock
        clock.move_to(clock() + timedelta(minutes=minutes))
