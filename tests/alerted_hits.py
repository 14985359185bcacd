"""Made-up hits for tests, stored as matching stores them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert

from tests.hits import enrol
from workbench.hotlists.lists.template import load_list_template
from workbench.storage.hit_tables import hit, hit_event
from workbench.storage.hot_list_tables import hot_list, hot_list_load, hot_plate

_detections = count(1)


def made_list(connection: Connection, at: datetime, *, kind: str = "general") -> tuple[str, int]:
    """Store a list with a load in force; return its code and the load's number."""
    code = f"T{uuid4().hex[:12].upper()}"
    category = "special_list" if kind == "special" else "stolen_vehicle"
    connection.execute(
        insert(hot_list).values(
            code=code, name="Made up", kind=kind, source="Local", category=category,
            address="/nowhere",
            template=load_list_template("plain").model_dump(mode="json"), enabled=True,
            switched_by="t.admin", switched_at=at, switch_reason="test",
        )
    )  # fmt: skip
    load = insert(hot_list_load).values(
        list_code=code, state="in_force", began_at=at, ended_at=at, in_force_at=at,
        good=1, duplicate=0, failed=0, reasons={},
    )  # fmt: skip
    return code, int(connection.execute(load.returning(hot_list_load.c.id)).scalar_one())


def made_hit(connection: Connection, at: datetime, **changed: Any) -> int:
    """Store a hit of a stolen vehicle, or another as told; return its number."""
    kind = changed.get("list_kind", "general")
    values: dict[str, Any] = {
        "made_at": at, "state": "new", "possible": False, "informational": kind == "special",
        "match": "exact", "posterior": 0.97, "rival": "7A8C123", "rival_posterior": 0.02,
        "detection_id": next(_detections), "seen_at": at - timedelta(seconds=1),
        "read_plate": "7ABC123", "read_region": "CA", "camera_id": "T1",
        "list_kind": kind, "listed_plate": uuid4().hex[:7].upper(), "listed_region": "CA",
        "category": "stolen_vehicle", "list_loaded_at": at,
        "entry": {"owner": "somebody who must not leave"},
    }  # fmt: skip
    if kind == "hot_plate":
        values |= {"list_code": "HOT_PLATES", "category": "hot_plate", "list_loaded_at": None}
    else:
        code, load = made_list(connection, at, kind=kind)
        values |= {"list_code": code, "load_id": load, "line": 1}
    if kind == "special":
        values |= {"category": "special_list"}
    made = insert(hit).values(values | changed).returning(hit.c.id)
    return int(connection.execute(made).scalar_one())


def made_hot_plate(
    connection: Connection, at: datetime, *, by: str = "o.officer", shared: bool = False
) -> int:
    """Store a hot plate; return its number."""
    whole = {"officer_name": "Made Up", "phone": "1", "case_number": "2", "synopsis": "test"}
    values = {
        "plate": "7ABC123", "pattern": "7ABC123", "wildcard": False, "reason": "test",
        "entered_at": at, "entered_by": by, "expires_at": at + timedelta(days=1),
        "listed_elsewhere": False, "shared": shared, **(whole if shared else {}),
    }  # fmt: skip
    made = insert(hot_plate).values(values).returning(hot_plate.c.id)
    return int(connection.execute(made).scalar_one())


def made_event(connection: Connection, hit_id: int, at: datetime, kind: str, **details: Any) -> int:
    """Store an event of a hit; return its number."""
    values = {"hit_id": hit_id, "kind": kind, "happened_at": at, "recorded_at": at}
    values |= {"recorded_by": "d.dispatcher", "details": details}
    made = insert(hit_event).values(values).returning(hit_event.c.id)
    return int(connection.execute(made).scalar_one())


def made_call(connection: Connection, hit_id: int, at: datetime, **changed: Any) -> list[int]:
    """Store a call for service with what comes before it; return the numbers, its own last."""
    operator = "d.dispatcher"
    enrol(connection, operator)
    said = {"system": "CLETS", "response": "LIC/7ABC123", "operator": operator, "result": "stolen"}
    call = {
        "call_type": "stolen_vehicle",
        "vehicle_description": "blue van",
        "direction": "north",
        "number": "",
    }
    opened = made_event(connection, hit_id, at, "opened")
    confirmed = made_event(connection, hit_id, at, "confirmed", **said)
    called = made_event(
        connection, hit_id, at, "called", confirmation=confirmed, **(call | changed)
    )
    return [opened, confirmed, called]
