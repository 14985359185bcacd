"""The route that lets a picture out; opening one is a look of its own."""

from __future__ import annotations

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from workbench.detections.result import Picture
from workbench.service.detections import LOOK_HEADERS
from workbench.service.edge import GivenActor, GivenRuntime, problems

router = APIRouter(prefix="/v1/inquiries/{inquiry_id}", tags=["pictures"])

Sha256Path = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class PictureResponse(Response):
    """An encoded picture."""

    media_type = "image/*"

    @classmethod
    def of(cls, shown: Picture) -> Self:
        """Return the answer that lets a picture out."""
        return cls(
            shown.content,
            media_type=shown.media_type,
            headers={
                "Workbench-Access-Id": str(shown.access_id),
                "Content-Disposition": "attachment",
            },
        )


PICTURE_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture as it came",
        "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"Workbench-Access-Id": LOOK_HEADERS["Workbench-Access-Id"]},
    }
}


@router.get(
    "/pictures/{sha256}",
    response_class=PictureResponse,
    responses=PICTURE_CONTENT | problems(401, 403, 404, 409),
)
def picture(
    inquiry_id: UUID, sha256: Sha256Path, actor: GivenActor, runtime: GivenRuntime
) -> PictureResponse:
    """Return a picture by its SHA-256."""
    return PictureResponse.of(runtime.door.picture(actor, inquiry_id, sha256))
