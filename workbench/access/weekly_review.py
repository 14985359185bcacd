"""The weekly review of who looked at how much (CJIS AU-6): shown, signed by another, or overdue.

All of it is read from the audit log, the signatures too. It shows numbers and reasons, no plates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from workbench.access.office import Office
from workbench.access.require import require_another
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.event import LOOKS
from workbench.domain.person import Actor
from workbench.domain.week import Week
from workbench.errors import ReviewError
from workbench.policy import Policy
from workbench.policy.forms import check_words

_WEEKS_SHOWN = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsWeek:
    """What one person did in a week.

    Attributes
    ----------
    looks, at_night, without_case
        How many looks; of these in the night, and without a case number.
    reads, most_in_a_day
        How many reads they let out, without those under an approved number; and on the day with
        the most.
    pictures
        How many pictures were opened.
    approved_reads
        How many reads came out under approved numbers.
    refused
        How often something was refused.
    near
        Whether the day with the most comes near to what a person may bring out.
    """

    username: str
    looks: int
    at_night: int
    without_case: int
    reads: int
    most_in_a_day: int
    pictures: int
    approved_reads: int
    refused: int
    near: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WideLook:
    """A look that let many reads out.

    Attributes
    ----------
    seq
        Its record.
    allowed_by
        Who approved the number of reads, where it came out under one.
    """

    seq: int
    recorded_at: datetime
    username: str
    purpose: str
    case_number: str | None
    reason: str | None
    reads: int
    allowed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekState:
    """Whether a week with looks was reviewed.

    Attributes
    ----------
    overdue
        Whether it should have been signed by now.
    """

    week: Week
    signed_by: str | None
    signed_at: datetime | None
    note: str | None
    overdue: bool

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        at = self.signed_at.isoformat() if self.signed_at else None
        return {**asdict(self), "week": str(self.week), "signed_at": at}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What there is to review of a week, the people with the most reads first."""

    week: Week
    people: tuple[PersonsWeek, ...]
    wide: tuple[WideLook, ...]
    access_id: int

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        wide = [{**asdict(one), "recorded_at": one.recorded_at.isoformat()} for one in self.wide]
        people = [asdict(one) for one in self.people]
        told = {"week": str(self.week), "access_id": self.access_id}
        return {**told, "people": people, "wide": wide}


class WeeklyReview:
    """Shows a week of looks and takes the signature of somebody who made none of them.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._zone = ZoneInfo(office.policy.department.time_zone.value)

    def show(self, actor: Actor, week: Week | None = None) -> Review:
        """Return what there is to review of a week; recorded.

        Parameters
        ----------
        week
            The last one that is over, unless told otherwise.

        Raises
        ------
        DeniedError
            If the person does not review.
        AuditWriteError
            If the log cannot be written; then nothing is shown.
        """
        at = self._office.require(actor, Action.AUDIT_REVIEW)
        wanted = week or Week.of(at, self._zone).before
        entry = _entry(actor, Outcome.STARTED, {"week": str(wanted)})
        record = self._office.audit.append(entry)
        values = _values(self._office.policy, wanted, self._zone)
        with self._office.engine.connect() as connection:
            near = values["near"]
            people = tuple(
                PersonsWeek(**row, near=row["most_in_a_day"] >= near)
                for row in connection.execute(_PEOPLE, values).mappings()
            )
            wide = tuple(WideLook(**row) for row in connection.execute(_WIDE, values).mappings())
        return Review(week=wanted, people=people, wide=wide, access_id=record.seq)

    def sign(self, actor: Actor, week: Week, *, note: str) -> WeekState:
        """Sign that a week was reviewed, by somebody who saw it and made no look in it.

        Raises
        ------
        DeniedError
            If the person does not review, or is among those who are reviewed.
        ReviewError
            If the week is not over, was signed before, or was not shown to the person.
        FormError
            If the note says too little.
        """
        at = self._office.require(actor, Action.AUDIT_REVIEW)
        said = check_words(self._office.policy.forms.note, note, what="The note")
        if at < week.period(self._zone).end:
            raise ReviewError("The week is not over", given=str(week), allowed="one that has ended")
        values = _values(self._office.policy, week, self._zone)
        me = actor.person.username
        with self._office.engine.begin() as connection:
            connection.execute(_LOCK, {"week": str(week)})
            if any(row.week == str(week) for row in connection.execute(_SIGNED)):
                raise ReviewError("The week was signed before", given=str(week))
            looked = connection.scalars(_LOOKED, values).all()
            section = self._office.policy.audits.review_within_days.section
            for username in looked:
                require_another(
                    actor, username, Action.AUDIT_REVIEW, audit=self._office.audit, section=section
                )
            seen = connection.execute(_SEEN, {"username": me, "week": str(week)}).scalar_one()
            if not seen:
                raise ReviewError(
                    "The week was not shown to you", given=str(week), next_step="look at it first"
                )
            details = {"week": str(week), "note": said, "people": len(looked)}
            self._office.audit.append_in(connection, _entry(actor, Outcome.DONE, details))
        return WeekState(week=week, signed_by=me, signed_at=at, note=said, overdue=False)

    def states(self, actor: Actor | None) -> list[WeekState]:
        """Return how the last thirteen weeks with looks stand, newest first.

        Parameters
        ----------
        actor
            Who asks; ``None`` for a job. It says nothing about anybody but who signed.

        Raises
        ------
        DeniedError
            If the person does not review.
        """
        at = self._office.clock()
        if actor is not None:
            self._office.require(actor, Action.AUDIT_REVIEW)
        with self._office.engine.connect() as connection:
            return self._states(connection, at)

    def _states(self, connection: Connection, at: datetime) -> list[WeekState]:
        days = timedelta(days=self._office.policy.audits.review_within_days.value)
        signed = {row.week: row for row in connection.execute(_SIGNED)}
        weeks, week = [], Week.of(at, self._zone).before
        for _ in range(_WEEKS_SHOWN):
            period = week.period(self._zone)
            one = signed.get(str(week))
            bounds = {"start": period.start, "end": period.end, "looks": sorted(LOOKS)}
            if one is not None or connection.execute(_ANY, bounds).scalar_one():
                weeks.append(
                    WeekState(
                        week=week,
                        signed_by=one.username if one else None,
                        signed_at=one.recorded_at.astimezone(UTC) if one else None,
                        note=one.note if one else None,
                        overdue=one is None and at >= period.end + days,
                    )
                )
            week = week.before
        return weeks


def _entry(actor: Actor, outcome: Outcome, details: Mapping[str, Any]) -> Entry:
    return Entry(EventKind.AUDIT_REVIEW, actor, outcome=outcome, details=details)


def _values(policy: Policy, week: Week, zone: ZoneInfo) -> dict[str, Any]:
    period, rules = week.period(zone), policy.audits
    share = rules.review_near_share.value
    return {
        "start": period.start,
        "end": period.end,
        "zone": zone.key,
        "looks": sorted(LOOKS),
        "night_from": rules.night_from_hour.value,
        "night_until": rules.night_until_hour.value,
        "near": policy.search.reads_per_day.value * share,
        "wide": policy.search.reads_per_look.value * share,
    }


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('week reviewed ' || :week, 0))")

_OUT = """
  SELECT username, details, (details ->> 'reads')::bigint AS reads, access_id,
    (recorded_at AT TIME ZONE :zone)::date AS day, details ->> 'allowance' AS allowance
  FROM audit_record
  WHERE kind = 'look:outcome' AND (details ->> 'reads') IS NOT NULL
    AND recorded_at >= :start AND recorded_at < :end
"""

_PEOPLE = text(f"""
WITH look AS (
  SELECT username, kind, case_number,
    extract(hour FROM recorded_at AT TIME ZONE :zone) AS hour
  FROM audit_record
  WHERE kind = ANY (CAST(:looks AS text[])) AND recorded_at >= :start AND recorded_at < :end
), said AS (
  SELECT username, count(*) AS looks,
    count(*) FILTER (WHERE hour >= :night_from OR hour < :night_until) AS at_night,
    count(*) FILTER (WHERE case_number IS NULL) AS without_case,
    count(*) FILTER (WHERE kind = 'picture:view') AS pictures
  FROM look GROUP BY username
), out AS (
  SELECT username, allowance, day, sum(reads)::bigint AS reads FROM ({_OUT}) AS each
  GROUP BY username, allowance, day
), summed AS (
  SELECT username,
    coalesce(sum(reads) FILTER (WHERE allowance IS NULL), 0)::bigint AS reads,
    coalesce(max(reads) FILTER (WHERE allowance IS NULL), 0)::bigint AS most_in_a_day,
    coalesce(sum(reads) FILTER (WHERE allowance IS NOT NULL), 0)::bigint AS approved_reads
  FROM out GROUP BY username
), refused AS (
  SELECT username, count(*) AS refused FROM audit_record
  WHERE username IS NOT NULL AND recorded_at >= :start AND recorded_at < :end
    AND (kind = 'access:deny' OR kind = 'look:outcome' AND outcome = 'refused')
  GROUP BY username
)
SELECT username, coalesce(looks, 0) AS looks, coalesce(at_night, 0) AS at_night,
  coalesce(without_case, 0) AS without_case, coalesce(reads, 0) AS reads,
  coalesce(most_in_a_day, 0) AS most_in_a_day, coalesce(pictures, 0) AS pictures,
  coalesce(approved_reads, 0) AS approved_reads, coalesce(refused, 0) AS refused
FROM said FULL JOIN summed USING (username) FULL JOIN refused USING (username)
ORDER BY 5 DESC, username
""")  # noqa: S608 - constants of ours

_WIDE = text(f"""
SELECT look.seq, look.recorded_at, look.username, look.purpose, look.case_number, look.reason,
  each.reads, (
    SELECT allowed.username FROM audit_record AS allowed
    WHERE allowed.kind = 'inquiry:allow' AND allowed.outcome = 'allowed'
      AND allowed.inquiry_id = look.inquiry_id
      AND allowed.details ->> 'id' = each.allowance LIMIT 1
  ) AS allowed_by
FROM ({_OUT}) AS each JOIN audit_record AS look ON look.seq = each.access_id
WHERE each.allowance IS NOT NULL OR each.reads >= :wide
ORDER BY look.seq
""")  # noqa: S608 - constants of ours

_LOOKED = text("""
SELECT DISTINCT username FROM audit_record
WHERE kind = ANY (CAST(:looks AS text[])) AND recorded_at >= :start AND recorded_at < :end
""")

_ANY = text("""
SELECT EXISTS (SELECT FROM audit_record
WHERE kind = ANY (CAST(:looks AS text[])) AND recorded_at >= :start AND recorded_at < :end)
""")

_SEEN = text("""
SELECT EXISTS (SELECT FROM audit_record WHERE kind = 'audit:review' AND outcome = 'started'
AND username = :username AND details ->> 'week' = :week)
""")

_SIGNED = text("""
SELECT DISTINCT ON (1) details ->> 'week' AS week, username, recorded_at, details ->> 'note' AS note
FROM audit_record WHERE kind = 'audit:review' AND outcome = 'done' ORDER BY 1, seq
""")
