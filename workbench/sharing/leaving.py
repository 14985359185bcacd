"""Every package that was made: one row each, whoever it is for, and how many there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, select

from workbench.domain.period import Period
from workbench.storage.evidence_tables import evidence_booking, evidence_package
from workbench.storage.sharing_tables import agency, lawful_demand, release_request

_p = evidence_package.c
_b = evidence_booking.c
_BOOKED = exists().where(_b.package_id == _p.id)
_WAY = case(
    (_p.release_request_id.is_not(None), "released"),
    (_p.lawful_demand_id.is_not(None), "disclosed"),
    else_="own",
)


def packages_made(connection: Connection, period: Period) -> dict[str, int]:
    """Return how many packages were made for whom, and how many nobody has booked."""
    counted = select(_WAY, func.count()).where(_made(period)).group_by(_WAY)
    found: dict[str, int] = dict.fromkeys(("own", "released", "disclosed"), 0)
    found |= dict(connection.execute(counted).all())
    unbooked = select(func.count()).where(_made(period), ~_BOOKED)
    return found | {"unbooked": connection.execute(unbooked).scalar_one()}


def packages_by_demand(connection: Connection, period: Period) -> dict[str, int]:
    """Return how many packages were disclosed, by the kind of demand."""
    joined = evidence_package.join(lawful_demand, _p.lawful_demand_id == lawful_demand.c.id)
    kind = lawful_demand.c.kind
    counted = select(kind, func.count()).select_from(joined).where(_made(period)).group_by(kind)
    return dict(connection.execute(counted.order_by(kind)).all())


def packages_left(connection: Connection, period: Period) -> list[dict[str, Any]]:
    """Return every package that was made in a span, in order: number, by whom, for whom, booked.

    No plate, no reason and no person outside is in it.
    """
    joined = (
        evidence_package.outerjoin(release_request, _p.release_request_id == release_request.c.id)
        .outerjoin(agency, release_request.c.agency_id == agency.c.id)
        .outerjoin(lawful_demand, _p.lawful_demand_id == lawful_demand.c.id)
    )
    numbers = select(_b.booking_number).where(_b.package_id == _p.id).order_by(_b.id.desc())
    wanted = select(
        _p.id.label("package"),
        _p.made_at,
        _p.begun_by.label("made_by"),
        _p.case_number,
        _WAY.label("way"),
        func.coalesce(agency.c.name, lawful_demand.c.court).label("to"),
        func.coalesce(_p.release_request_id, _p.lawful_demand_id).label("request_or_demand"),
        numbers.limit(1).scalar_subquery().label("booked"),
    )
    rows = connection.execute(wanted.select_from(joined).where(_made(period)).order_by(_p.id))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _made(period: Period) -> Any:
    return and_(_p.made_at >= period.start, _p.made_at < period.end)
