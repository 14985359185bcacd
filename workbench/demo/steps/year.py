"""Lets the city's year pass: reads come in month by month, and people work with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pyarrow.compute as pc

from workbench.demo.casework import PlannedInquiry, plan_casework
from workbench.demo.stage import Report, Stage
from workbench.demo.steps.casework import Casework
from workbench.demo.traffic import ReadPiece
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin

NAME = "year"
_JOB = Origin(channel=Channel.JOB, address="127.0.0.1", agent="workbench demo")


def let_a_year_pass(stage: Stage, report: Report) -> str:
    """Take the year's reads in, and play the casework of its last whole quarter in its time.

    What is logged of the past carries its made-up time, so that the quarter's audit has
    something to look at.
    """
    whole = f"{stage.city.reads:,} reads of a year"
    if NAME in stage.progress.done:
        return f"{whole} are there already"
    casework, waiting = Casework(stage), plan_casework(stage.city)[stage.progress.inquiries :]
    rows = 0
    for piece in stage.city.traffic(first=stage.progress.pieces):
        ends_at = pc.max(piece.table["seen_at"]).as_py()
        waiting = _play_until(casework, waiting, ends_at)
        rows += _take_in(stage, piece, ends_at)
        report(rows, stage.city.reads)
    _play_until(casework, waiting, stage.clock())
    stage.keep(stage.progress.with_done(NAME))
    return f"{whole}; {stage.progress.inquiries} inquiries in between, for the audit to look at"


def _play_until(
    casework: Casework, waiting: list[PlannedInquiry], until: datetime
) -> list[PlannedInquiry]:
    """Play what was opened before an instant, and return the rest."""
    rest = list(waiting)
    while rest and rest[0].at < until:
        casework.play(rest.pop(0))
    return rest


def _take_in(stage: Stage, piece: ReadPiece, ends_at: datetime) -> int:
    stage.past_clock.move_to(ends_at + timedelta(hours=1))
    receipt = stage.past.ingest.take_table(
        piece.table, Caller(origin=_JOB), name=f"demo reads {piece.name}"
    )
    stage.keep(replace(stage.progress, pieces=stage.progress.pieces + 1))
    return receipt.counts.reads
