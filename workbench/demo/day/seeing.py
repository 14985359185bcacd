"""Opening the read of a hit and its pictures at the hits' door, each look logged."""

from __future__ import annotations

from workbench.domain.person import Actor
from workbench.hotlists.hits.hit import Hit
from workbench.runtime import Runtime


def see_read(runtime: Runtime, actor: Actor, hit: Hit) -> bool:
    """Let somebody open the read and its pictures; return whether there is one of the plate."""
    (row,) = runtime.hit_door.read(actor, hit.id).table.to_pylist()
    for name in ("plate_picture", "vehicle_picture"):
        if row[name]:
            runtime.hit_door.picture(actor, hit.id, row[name])
    return bool(row["plate_picture"])
