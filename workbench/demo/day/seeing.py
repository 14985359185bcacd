"""Opening the picture of a hit's plate through the door, under a stated purpose."""

from __future__ import annotations

from workbench.domain.person import Actor
from workbench.hotlists.hits.hit import Hit
from workbench.hotlists.hits.purposes import purpose_of
from workbench.runtime import Runtime


def see_plate(runtime: Runtime, actor: Actor, hit: Hit) -> bool:
    """Let somebody open the picture of the plate, each look logged; return whether there is one."""
    inquiry = runtime.inquiries.open(
        actor,
        purpose=purpose_of([hit.category], runtime.policy),
        reason=f"Hit {hit.id} on {hit.list_code}: does the picture show the listed plate",
    )
    (row,) = runtime.door.detection(actor, inquiry.id, hit.detection_id).table.to_pylist()
    if row["plate_picture"]:
        runtime.door.picture(actor, inquiry.id, row["plate_picture"])
    runtime.inquiries.close(actor, inquiry.id)
    return bool(row["plate_picture"])
