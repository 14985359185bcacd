"""The material of the quarterly audit: who queried, for what, why, and whether the log holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from workbench.audit import EventKind
from workbench.audit.chain import Verification
from workbench.audit.frames import by_hour, by_person, by_purpose, without_case_number
from workbench.audit.reading import Selection
from workbench.audit.verify import verify_log
from workbench.domain.criteria_text import criteria_text
from workbench.domain.period import Period
from workbench.domain.quarter import Quarter
from workbench.reports.gathering import Gathering
from workbench.reports.material import Material
from workbench.reports.sample import seeded_sample
from workbench.sharing.leaving import packages_left

QUERIES = (EventKind.DETECTION_CANVASS.value, EventKind.DETECTION_SEARCH.value)
"""What counts as a query; opening a read or a picture follows from one."""

MOST_EVENTS = 1_000_000
"""Of one kind in a report; that more are left out would stand on top of it."""

_DECISIONS = frozenset(
    {EventKind.INQUIRY_OPEN, EventKind.INQUIRY_APPROVE, EventKind.INQUIRY_REFUSE}
)
_SAMPLE_COLUMNS = [
    "access_id",
    "at",
    "display_name",
    "purpose",
    "case_number",
    "reason",
    "asked_for",
    "rows",
    "outcome",
]


def gather_quarterly_audit(gathering: Gathering, values: Mapping[str, Any]) -> Material:
    """Return the frames of the report.

    Parameters
    ----------
    gathering
        The report that is being made.
    values
        ``quarter``, and ``seed`` or ``None`` for the head of the log, which nobody knows before.

    Returns
    -------
    Material
        ``population``, ``sample``, ``by_person``, ``by_purpose``, ``by_hour``,
        ``without_case_number``, ``chain``, ``refused``, ``approvals`` and ``packages``.

    Raises
    ------
    AuditError
        If the log cannot be read, or the reading not be recorded.
    """
    quarter: Quarter = values["quarter"]
    zone, period = gathering.zone, quarter.period(gathering.zone)
    signed = gathering.runtime.log_heads.evidence().signed
    chain = verify_log(gathering.runtime.database.service, checkpoints=signed)
    seed = int(chain.last_hash[:12], 16) if values["seed"] is None else int(values["seed"])
    looks = gathering.reader.accesses(period)
    queries = looks[looks["kind"].isin(QUERIES)].reset_index(drop=True)
    size = gathering.runtime.policy.audits.sample_size.value
    sample = seeded_sample(queries, size, seed=seed)
    refused = _refused(gathering, period)
    frames = {
        "population": _population(looks),
        "sample": _readable(sample, zone)[_SAMPLE_COLUMNS],
        "by_person": _local(by_person(queries), zone),
        "by_purpose": _local(by_purpose(queries), zone),
        "by_hour": by_hour(queries, zone),
        "without_case_number": _readable(without_case_number(queries), zone)[_SAMPLE_COLUMNS],
        "chain": _chain(chain),
        "refused": refused,
        "approvals": _approvals(gathering, period),
        "packages": _packages(gathering, period),
    }
    facts = _facts(gathering, quarter, seed, len(sample), len(queries))
    if len(refused) == MOST_EVENTS:
        facts["Left out"] = f"refused accesses before the latest {MOST_EVENTS}"
    return Material(facts, frames)


def _facts(
    gathering: Gathering, quarter: Quarter, seed: int, sampled: int, queries: int
) -> dict[str, str]:
    runtime, zone = gathering.runtime, gathering.zone
    start, end = (at.astimezone(zone) for at in _ends(quarter.period(zone)))
    now = runtime.clock()
    made_by = gathering.actor.person.display_name if gathering.actor else "a scheduled job"
    return {
        "Department": runtime.policy.department.name.value,
        "Audit record of this report": str(gathering.record.seq),
        "Data window": f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {zone.key}"
        + ("" if now >= quarter.period(zone).end else " (not whole: the quarter is not over)"),
        "Sample": f"{sampled} of {queries} queries: those with the smallest SHA-256 of "
        f"'{seed}:access id' (size: {runtime.policy.audits.sample_size.section})",
        "Seed": str(seed),
        "Made": f"{now.astimezone(zone):%Y-%m-%d %H:%M:%S %Z} by {made_by}",
        "To be reviewed by": runtime.policy.audits.reviewed_by.value.replace("_", " "),
        "To be approved by": runtime.policy.audits.approved_by.value.replace("_", " "),
        "Policy": runtime.policy.version,
        "Package": f"alpr-workbench {version('alpr-workbench')}",
    }


def _packages(gathering: Gathering, period: Period) -> pd.DataFrame:
    """Return every package that was made, for the own evidence room and for others."""
    with gathering.runtime.database.service.connect() as connection:
        rows = packages_left(connection, period)
    columns = ["package", "made_at", "made_by", "case_number", "way", "to", "booked"]
    made = pd.DataFrame(rows, columns=columns)
    made["made_at"] = [f"{at.astimezone(gathering.zone):%Y-%m-%d %H:%M}" for at in made["made_at"]]
    return made


def _ends(period: Period) -> tuple[Any, Any]:
    return period.start, period.end


def _population(looks: pd.DataFrame) -> pd.DataFrame:
    grouped = looks.groupby("kind", sort=True)
    counted = grouped.agg(
        accesses=("access_id", "size"),
        people=("username", "nunique"),
        inquiries=("inquiry_id", "nunique"),
        rows=("rows", "sum"),
    )
    return counted.astype("int64").reset_index()


def _chain(found: Verification) -> pd.DataFrame:
    said = {
        "State": "whole" if found.broken is None else f"BROKEN: {found.broken.explanation}",
        "Records that hold": str(found.records),
        "Head": found.last_hash,
    }
    return pd.DataFrame(said.items(), columns=["what", "value"])


def _refused(gathering: Gathering, period: Period) -> pd.DataFrame:
    selection = Selection(period.start, period.end, frozenset({EventKind.ACCESS_DENY}))
    events = gathering.reader.events(selection, limit=MOST_EVENTS)
    details = [json.loads(text) for text in events["details"]]
    return (
        pd.DataFrame(
            {
                "record": events["seq"],
                "at": _local_times(events["recorded_at"], gathering.zone),
                "username": events["username"],
                "wanted": pd.Series([_first(d, "action", "wanted") for d in details], dtype="str"),
                "why": pd.Series([_first(d, "reason", "why") for d in details], dtype="str"),
            }
        )
        .iloc[::-1]
        .reset_index(drop=True)
    )


def _approvals(gathering: Gathering, period: Period) -> pd.DataFrame:
    events = gathering.reader.events(
        Selection(period.start, None, _DECISIONS), limit=MOST_EVENTS
    ).iloc[::-1]
    opened = events["kind"] == EventKind.INQUIRY_OPEN.value
    in_quarter = events["recorded_at"] < pd.Timestamp(period.end)
    waited = events[opened & in_quarter & (events["outcome"] == "waiting")]
    decided = events[~opened].drop_duplicates("inquiry_id", keep="last")
    merged = waited.merge(
        decided[["inquiry_id", "kind", "username", "recorded_at"]],
        on="inquiry_id",
        how="left",
        suffixes=("", "_decided"),
    )
    words = {
        EventKind.INQUIRY_APPROVE.value: "approved",
        EventKind.INQUIRY_REFUSE.value: "refused",
    }
    return pd.DataFrame(
        {
            "opened_at": _local_times(merged["recorded_at"], gathering.zone),
            "username": merged["username"],
            "purpose": merged["purpose"],
            "reason": merged["reason"],
            "decision": merged["kind_decided"].map(words).astype("str").fillna("still waits"),
            "decided_by": merged["username_decided"],
            "decided_at": _local_times(merged["recorded_at_decided"], gathering.zone),
        }
    )


def _first(details: dict[str, Any], *names: str) -> str:
    return next((str(details[name]) for name in names if name in details), "")


def _readable(accesses: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    asked = [criteria_text(json.loads(text), zone) for text in accesses["criteria"]]
    return accesses.assign(
        at=_local_times(accesses["recorded_at"], zone),
        asked_for=pd.Series(asked, index=accesses.index, dtype="str"),
    )


def _local(frame: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    names = frame.select_dtypes("datetimetz").columns
    return frame.assign(**{name: _local_times(frame[name], zone) for name in names})


def _local_times(times: pd.Series[Any], zone: ZoneInfo) -> pd.Series[Any]:
    local: pd.Series[Any] = times.dt.tz_convert(zone)
    return local
