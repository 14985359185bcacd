"""What each database role may do with each table; granted anew after every migration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, text

from workbench.storage.database import AllRoles

_READ_AND_ADD = "SELECT, INSERT"
_CHANGE = "SELECT, INSERT, UPDATE"

SERVICE_RIGHTS: Mapping[str, str] = {
    "account": _CHANGE,
    "account_role": _CHANGE,
    "agency": _CHANGE,
    "alembic_version": "SELECT",
    "alert_delivery": _CHANGE,
    "alert_notice": _READ_AND_ADD,
    "alert_target": _CHANGE,
    "audit_record": _READ_AND_ADD,
    "camera": _CHANGE,
    "camera_place": _READ_AND_ADD,
    "delivery": _CHANGE,
    "designation": _CHANGE,
    "detection": _READ_AND_ADD,
    "detection_month": "SELECT",
    "evidence_booking": _READ_AND_ADD,
    "evidence_package": _READ_AND_ADD,
    "fault": _READ_AND_ADD,
    "held_detection": _READ_AND_ADD,
    "hit": _READ_AND_ADD,
    "hit_event": _READ_AND_ADD,
    "hold": _READ_AND_ADD,
    "hot_list": _CHANGE,
    "hot_list_entry": _READ_AND_ADD,
    "hot_list_load": _CHANGE,
    "hot_plate": _READ_AND_ADD,
    "inquiry": _CHANGE,
    "inspection": _READ_AND_ADD,
    "lawful_demand": _READ_AND_ADD,
    "ledger_entry": "SELECT",
    "misread_model": _READ_AND_ADD,
    "picture": _READ_AND_ADD,
    "purge": "SELECT",
    "purge_count": "SELECT",
    "purge_file": "SELECT",
    "purge_request": _READ_AND_ADD,
    "pursuit_exit": _READ_AND_ADD,
    "quarantine": _CHANGE,
    "read_allowance": _READ_AND_ADD,
    "release_event": _READ_AND_ADD,
    "release_request": _READ_AND_ADD,
    "restoration": "SELECT",
    "retention_authority": _READ_AND_ADD,
    "session": _CHANGE,
    "share_comparison": _READ_AND_ADD,
    "share_review": _READ_AND_ADD,
    "shift": _READ_AND_ADD,
    "sign_in_attempt": _READ_AND_ADD,
    "site": _READ_AND_ADD,
    "special_list_approval": _CHANGE,
    "standing_share": _READ_AND_ADD,
    "training": _READ_AND_ADD,
    "vehicle": _READ_AND_ADD,
    "vehicle_assignment": _READ_AND_ADD,
}
"""Rights of the role that serves people; nothing can be deleted by it."""

SERVICE_COLUMNS: Mapping[str, str] = {
    # Where a camera was, and who had which car when, stays; each is only ended.
    "camera_place": "until_at, removed_at, removed_by, removed_because",
    # What a fault was stays as it was found; it is only told, and repaired.
    "fault": (
        "state, paper_number, supervisor, supervisor_told_at, administrator,"
        " administrator_told_at, returned_by, reported_at, reported_by,"
        " repaired_at, repaired_by, repair, repair_recorded_at"
    ),
    # What was asked for stays; what became of it is written when it is known.
    "evidence_package": "state, made_at, problem, reads, pictures, size_bytes, seal, key_id",
    # What is held, and why, stays as it was placed; a hold is only approved and released.
    "hold": (
        "approved_at, approved_by, approved_because, released_at, released_by, released_because"
    ),
    # What a hot plate is stays as it was entered; only its end moves.
    "hot_plate": "expires_at, cut_from, cut_because, ended_at, ended_by",
    # How many reads were asked for, and why, stays; it is only decided.
    "read_allowance": "state, decided_by, decided_at, decision_note",
    # A share is never turned into another one; it is only ended.
    "standing_share": "ended_at, ended_by, ended_because",
    "shift": "ended_at, end_recorded_at, end_recorded_by",
    # A training stays as it was recorded; a mistaken one is only ended.
    "training": "ended_at, ended_by, end_reason",
    "vehicle": "description, marked, active",
    "vehicle_assignment": "ended_at, ended_by",
}
"""Columns that the service may change in tables that it otherwise only reads and adds to."""

PURGER_RIGHTS: Mapping[str, str] = {
    "alert_delivery": "SELECT, DELETE",
    "audit_record": _READ_AND_ADD,
    "camera": "SELECT",
    "delivery": "SELECT, DELETE",
    "detection": "SELECT, DELETE",
    "detection_month": "SELECT",
    "held_detection": "SELECT, INSERT, DELETE",
    "hit": "SELECT, DELETE",
    "hit_event": "SELECT, DELETE",
    "hold": "SELECT",
    "hot_list_entry": "SELECT, DELETE",
    "hot_list_load": "SELECT, DELETE",
    "hot_plate": "SELECT, DELETE",
    "ledger_entry": "SELECT",
    "picture": "SELECT, DELETE",
    "purge": _CHANGE,
    "purge_count": _READ_AND_ADD,
    "purge_file": "SELECT, INSERT, UPDATE, DELETE",
    "purge_request": "SELECT",
    "quarantine": "SELECT, DELETE",
    "restoration": "SELECT",
    "retention_authority": "SELECT",
}
"""Rights of the role that purges; it cannot change what it does not delete."""

PURGER_COLUMNS: Mapping[str, str] = {
    # That a delivery came stays known, so that the same one does not bring back what is over.
    "delivery": "kept, overdue_at, progress",
    # What was asked for stays as it was asked; what became of it is written.
    "purge_request": "taken_at, ended_at, purge_id, problem",
}
"""Columns that the purger changes in tables whose rows stay."""

SERVICE_FUNCTIONS = (
    "broadcast_place(text, timestamptz, text, timestamptz)",
    "comparison_lacks(bigint, text, timestamptz, jsonb)",
    "ensure_detection_months(timestamptz, timestamptz)",
    "hit_wants_comparison(bigint, text, timestamptz)",
)
"""What the service may have done in the owner's name; each checks what it is asked."""

PURGER_FUNCTIONS = (
    "append_ledger_entry(text, text)",
    "purge_detection_month(timestamptz, timestamptz, bigint[])",
)
"""What the purger may have done in the owner's name; each checks what it is asked."""


def grant_rights(database: AllRoles) -> None:
    """Take every right away from the service and purger roles and grant those listed here.

    Parameters
    ----------
    database
        Run with its owner; the names of the other two come from their addresses.
    """
    service, purger = _role(database.service), _role(database.purger)
    with database.owner.begin() as connection:
        _close_to_everybody(connection)
        _grant(connection, service, SERVICE_RIGHTS, SERVICE_COLUMNS, SERVICE_FUNCTIONS)
        _grant(connection, purger, PURGER_RIGHTS, PURGER_COLUMNS, PURGER_FUNCTIONS)
        # Reads are copied into a temporary table first, to tell the known ones apart.
        connection.execute(text(f"GRANT TEMPORARY ON DATABASE {_this(connection)} TO {service}"))


def _close_to_everybody(connection: Connection) -> None:
    """Take away what PostgreSQL gives to everybody, now and for functions to come."""
    connection.execute(text(f"REVOKE ALL ON DATABASE {_this(connection)} FROM PUBLIC"))
    connection.execute(text("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    connection.execute(text("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC"))
    connection.execute(text("ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC"))


def _grant(
    connection: Connection,
    role: str,
    rights: Mapping[str, str],
    all_columns: Mapping[str, str],
    functions: Sequence[str],
) -> None:
    this = _this(connection)
    connection.execute(text(f"REVOKE ALL ON DATABASE {this} FROM {role}"))
    connection.execute(text(f"GRANT CONNECT ON DATABASE {this} TO {role}"))
    connection.execute(text(f"REVOKE ALL ON SCHEMA public FROM {role}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    for things in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        connection.execute(text(f"REVOKE ALL ON ALL {things} IN SCHEMA public FROM {role}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"))
    for table, allowed in rights.items():
        connection.execute(text(f"GRANT {allowed} ON {table} TO {role}"))
    for table, columns in all_columns.items():
        connection.execute(text(f"GRANT UPDATE ({columns}) ON {table} TO {role}"))
    for function in functions:
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION {function} TO {role}"))


def _this(connection: Connection) -> str:
    return str(connection.execute(text("SELECT quote_ident(current_database())")).scalar_one())


def _role(engine: Engine) -> str:
    return engine.dialect.identifier_preparer.quote(engine.url.username or "")
