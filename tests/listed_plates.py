"""Made-up lists and hot plates in the database, for tests of matching."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, update

from tests.hot_entries import made_entry
from workbench.hotlists.lists.template import load_list_template
from workbench.storage.hot_list_tables import (
    hot_list,
    hot_list_entry,
    hot_list_load,
    hot_plate,
    special_list_approval,
)


class Lists:
    """Puts lists in force, and takes out of force what it put there."""

    def __init__(self, engine: Engine, at: datetime) -> None:
        self._engine = engine
        self._at = at
        self._codes: list[str] = []
        self._plates: list[int] = []

    def load(self, code: str, plates: Iterable[str], **changes: Any) -> int:
        """Load a list over its last load, making it if it is new; return the load's number."""
        kind = changes.pop("kind", "general")
        category = "special_list" if kind == "special" else "stolen_vehicle"
        with self._engine.begin() as connection:
            if code not in self._codes:
                values = {
                    "code": code, "name": "Made up", "kind": kind, "source": "Local",
                    "category": category, "address": "memory://made-up",
                    "template": load_list_template("plain").model_dump(mode="json"),
                    "enabled": True, "switched_by": "test", "switched_at": self._at,
                    "switch_reason": "Made up for a test",
                }  # fmt: skip
                connection.execute(insert(hot_list), values)
                if kind == "special":
                    approval = {
                        "list_code": code, "approved_at": self._at, "approved_by": "t.captain",
                        "reason": "Made up for a test",
                    }  # fmt: skip
                    connection.execute(insert(special_list_approval), approval)
                self._codes.append(code)
            old = (hot_list_load.c.list_code == code) & (hot_list_load.c.state == "in_force")
            ended = {"state": "superseded", "superseded_at": self._at}
            connection.execute(update(hot_list_load).where(old).values(ended))
            values = {
                "list_code": code, "state": "in_force", "began_at": self._at, "ended_at": self._at,
                "good": 0, "duplicate": 0, "failed": 0, "reasons": [], "in_force_at": self._at,
            }  # fmt: skip
            load = insert(hot_list_load).returning(hot_list_load.c.id)
            number = int(connection.execute(load, values).scalar_one())
            rows = [
                {
                    "load_id": number, "line": line, "plate": plate,
                    "pattern": made_entry(plate).pattern, "wildcard": "*" in plate,
                    "region": None, "category": category, "effective_at": None,
                    "expires_at": None, "details": {"make": "Made"}, **changes,
                }
                for line, plate in enumerate(plates, start=1)
            ]  # fmt: skip
            if rows:
                connection.execute(insert(hot_list_entry), rows)
        return number

    def switch_off(self, code: str) -> None:
        """Switch a list off."""
        with self._engine.begin() as connection:
            off = update(hot_list).where(hot_list.c.code == code).values(enabled=False)
            connection.execute(off)

    def hot_plate(self, plate: str, *, days: float = 10, **changes: Any) -> int:
        """Enter a hot plate and return its number."""
        values = {
            "plate": plate, "pattern": made_entry(plate).pattern, "wildcard": "*" in plate,
            "region": None, "reason": "Made up for a test", "entered_at": self._at,
            "entered_by": "test", "expires_at": self._at + timedelta(days=days),
            "listed_elsewhere": False, "shared": False, **changes,
        }  # fmt: skip
        with self._engine.begin() as connection:
            enter = insert(hot_plate).returning(hot_plate.c.id)
            self._plates.append(int(connection.execute(enter, values).scalar_one()))
        return self._plates[-1]

    def end(self, hot_plate_id: int, at: datetime) -> None:
        """End a hot plate."""
        with self._engine.begin() as connection:
            ended = {"ended_at": at, "ended_by": "test"}
            connection.execute(
                update(hot_plate).where(hot_plate.c.id == hot_plate_id).values(ended)
            )

    def clear(self) -> None:
        """Leave nothing in force that another test could meet."""
        for code in self._codes:
            self.switch_off(code)
        for number in self._plates:
            self.end(number, self._at - timedelta(days=4_000))
