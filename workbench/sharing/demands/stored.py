"""Lawful demands as they stand in their table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from workbench.domain.release import DemandKind
from workbench.errors import DemandError
from workbench.retention.evidence.stored import packages_of_demand
from workbench.sharing.demands.demand import FiledDemand, LawfulDemand
from workbench.storage.sharing_tables import lawful_demand

_c = lawful_demand.c
_LARGEST_ID = 2**63
MOST_LISTED = 1_000


def add_demand(connection: Connection, demand: LawfulDemand, values: dict[str, Any]) -> FiledDemand:
    """Put a demand into its table and return it."""
    new = insert(lawful_demand).values(asdict(demand) | values).returning(lawful_demand)
    return _demand(connection, connection.execute(new).one())


def read_demand(connection: Connection, number: int) -> FiledDemand:
    """Return a demand.

    Raises
    ------
    DemandError
        If there is none of that number.
    """
    wanted = select(lawful_demand).where(_c.id == number)
    row = connection.execute(wanted).one_or_none() if 0 < number < _LARGEST_ID else None
    if row is None:
        raise DemandError(
            "There is no such demand", given=number, next_step="see `workbench demands list`"
        )
    return _demand(connection, row)


def read_demands(connection: Connection) -> list[FiledDemand]:
    """Return demands, the newest first."""
    newest = select(lawful_demand).order_by(_c.id.desc()).limit(MOST_LISTED)
    return [_demand(connection, row) for row in connection.execute(newest).all()]


def _demand(connection: Connection, row: Row[Any]) -> FiledDemand:
    said = {name: getattr(row, name) for name in LawfulDemand.__dataclass_fields__}
    filed = set(FiledDemand.__dataclass_fields__) - {"demand", "packages"}
    return FiledDemand(
        demand=LawfulDemand(**said | {"kind": DemandKind(row.kind)}),
        packages=packages_of_demand(connection, row.id),
        **{name: getattr(row, name) for name in filed},
    )
