"""A delivery with everything that its row, its audit record and its receipt say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.detections.deliveries import Begun, Sender
from workbench.detections.ingest_log import Caller
from workbench.detections.originals import Fingerprint
from workbench.detections.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A delivery as it was given.

    Attributes
    ----------
    known_as
        Its content's hash and size.
    setting
        How it is to be read; see `Sender.setting`.
    kept
        The hash under which its content is kept, if it is.
    """

    name: str
    known_as: Fingerprint
    sender: Sender
    setting: str
    caller: Caller
    received_at: datetime
    kept: str | None = None

    def row(self) -> dict[str, Any]:
        """Return the values of its row."""
        return {
            "sha256": self.known_as.sha256,
            "setting": self.setting,
            "name": self.name,
            "format": self.sender.format,
            "template": self.sender.template,
            "camera": self.sender.camera,
            "zone": self.sender.zone,
            "channel": self.caller.channel.value,
            "received_at": self.received_at,
            "received_by": self.caller.username,
            "kept": self.kept,
        }


def details_of(given: Given) -> dict[str, Any]:
    """Return what its audit record says about it."""
    told = given.sender
    said = {
        "format": told.format,
        "template": told.template,
        "camera": told.camera,
        "zone": told.zone,
    }
    return {"name": given.name, "sha256": given.known_as.sha256} | {
        name: value for name, value in said.items() if value
    }


def receipt_of(given: Given, begun: Begun) -> Receipt:
    """Return what has become of it so far."""
    return Receipt(
        delivery_id=begun.id,
        name=given.name,
        format=given.sender.format,
        state=begun.state,
        counts=begun.counts,
    )
