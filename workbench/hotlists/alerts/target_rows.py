"""Targets as they stand in their table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.domain.alert import Level, TargetKind
from workbench.domain.hot_entry import Category
from workbench.hotlists.alerts.quiet_hours import QuietHours
from workbench.hotlists.alerts.target import Target
from workbench.storage.alert_tables import alert_target


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTarget:
    """A target with its number, its switch, and who set it up and switched it last."""

    id: int
    target: Target
    enabled: bool
    set_up_at: datetime
    set_up_by: str
    switched_at: datetime
    switched_by: str


def target_values(target: Target) -> dict[str, Any]:
    """Return the columns of a target."""
    return {
        "name": target.name,
        "kind": target.kind.value,
        "address": target.address,
        "secret_name": target.secret_name,
        "internal": target.internal,
        "levels": sorted(target.levels),
        "categories": sorted(target.categories),
        "notices": target.notices,
        "person": target.person,
        "agency": target.agency,
        "quiet_from": target.quiet.start if target.quiet else None,
        "quiet_until": target.quiet.end if target.quiet else None,
    }


def stored_target(row: Row[Any], prefix: str = "") -> StoredTarget:
    """Return what a row of the table says.

    Parameters
    ----------
    prefix
        In front of the names of its columns, where the row holds another table's too.
    """
    v = {c.name: getattr(row, f"{prefix}{c.name}") for c in alert_target.columns}
    start, end = v.pop("quiet_from"), v.pop("quiet_until")
    kept = ("id", "enabled", "set_up_at", "set_up_by", "switched_at", "switched_by")
    about = {name: v.pop(name) for name in kept}
    v |= {"kind": TargetKind(v["kind"])}
    v |= {"levels": frozenset(map(Level, v["levels"]))}
    v |= {"categories": frozenset(map(Category, v["categories"]))}
    target = Target(**v, quiet=None if start is None else QuietHours(start, end))
    return StoredTarget(**about, target=target)


def enabled_targets(connection: Connection) -> tuple[StoredTarget, ...]:
    """Return the targets that are switched on."""
    rows = connection.execute(select(alert_target).where(alert_target.c.enabled))
    return tuple(map(stored_target, rows))
