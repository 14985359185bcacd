"""Enters the agencies around the city, and what two of them have all the time."""

from __future__ import annotations

from datetime import timedelta

from workbench.demo.day.staff import Post, Staff
from workbench.demo.neighbours import (
    NEIGHBOURS,
    POLICE,
    PROSECUTOR,
    SYSTEM,
    write_vendor_list,
)
from workbench.demo.stage import Report, Stage
from workbench.demo.steps import year
from workbench.demo.steps.equipment import TOO_OLD
from workbench.sharing.agencies.agency import AgencyProfile
from workbench.sharing.shares.share import NewShare, Share

NAME = "neighbours"


def name_neighbours(stage: Stage, report: Report) -> str:
    """Let the administrator enter every agency, and the captain verify it and approve shares."""
    told = f"{len(NEIGHBOURS)} agencies, 2 of which have detections all the time"
    if NAME in stage.progress.done:
        return f"{told}, are there already"
    if year.NAME in stage.progress.done:
        return TOO_OLD
    stage.past_clock.move_to(stage.past_clock() + timedelta(minutes=5))
    staff, agencies = Staff(stage), stage.past.sharing.agencies
    known = {one.name: one for one in agencies.all(staff.actor(Post.CAPTAIN))}
    for number, profile in enumerate(NEIGHBOURS):
        report(number, len(NEIGHBOURS))
        if profile.name not in known:
            agencies.add(staff.actor(Post.ADMINISTRATOR), profile)
        if profile.name not in known or known[profile.name].verified_at is None:
            how = "Called back by the number on its public page"
            agencies.verify(staff.actor(Post.CAPTAIN), profile.name, how=how)
    for profile in (POLICE, PROSECUTOR):
        _share(stage, staff, profile)
    write_vendor_list(stage.home.folder / "shares" / f"{SYSTEM.lower()}.csv")
    stage.keep(stage.progress.with_done(NAME))
    return told


def share_with(stage: Stage, staff: Staff, agency: AgencyProfile) -> Share | None:
    """Return the share that stands with an agency."""
    found = stage.past.sharing.shares.all(staff.actor(Post.CAPTAIN))
    return next((share for share in found if share.agency.name == agency.name), None)


def _share(stage: Stage, staff: Staff, agency: AgencyProfile) -> None:
    shares = stage.past.sharing.shares
    share = share_with(stage, staff, agency)
    if share is None:
        new = NewShare(
            agency=agency.name,
            system=SYSTEM,
            what="detections",
            reason="Joint work on robberies and stolen vehicles in the county",
            legal_basis="Civil Code 1798.90.55 (b)",
        )
        share = shares.start(staff.actor(Post.ADMINISTRATOR), new)
    if not share.approved:
        finding = "A public agency of California; needed for joint cases"
        shares.approve(staff.actor(Post.CAPTAIN), share.id, finding=finding)
