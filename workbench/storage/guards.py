"""Functions and triggers of all tables; `migrate` puts them in place anew after every upgrade."""

from __future__ import annotations

from sqlalchemy import Connection

from workbench.storage.audit_tables import PROTECT_AUDIT_RECORD
from workbench.storage.detection_tables import PARTITION_DDL
from workbench.storage.evidence_guards import GUARD_EVIDENCE
from workbench.storage.fleet_guards import GUARD_FLEET
from workbench.storage.hit_guards import GUARD_HITS
from workbench.storage.hold_tables import GUARD_HELD
from workbench.storage.retention_functions import RETENTION_FUNCTIONS
from workbench.storage.sharing_guards import GUARD_SHARING

GUARDS = (
    *PROTECT_AUDIT_RECORD,
    *PARTITION_DDL,
    *GUARD_HITS,
    *GUARD_HELD,
    *RETENTION_FUNCTIONS,
    *GUARD_SHARING,
    *GUARD_EVIDENCE,
    *GUARD_FLEET,
)
"""Every statement, each before those that need it."""


def put_guards_in_place(connection: Connection) -> None:
    """Make every function and trigger as it stands in this version, whatever was there before.

    Parameters
    ----------
    connection
        Of the owner, in a transaction.
    """
    for statement in GUARDS:
        # Without parameters, because bodies of functions are full of per cent signs.
        connection.exec_driver_sql(_replacing(statement), execution_options={"no_parameters": True})


def _replacing(statement: str) -> str:
    for thing in ("FUNCTION", "TRIGGER"):
        statement = statement.replace(f"CREATE {thing} ", f"CREATE OR REPLACE {thing} ", 1)
    return statement
