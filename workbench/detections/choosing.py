"""How a delivery is to be read: its format, its template, and what was said beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workbench.detections.deliveries import Sender
from workbench.detections.formats.base import Context, Delivery, Format, Limits
from workbench.detections.formats.delimited import Delimited
from workbench.detections.formats.registry import format_named, format_of_template, recognised
from workbench.errors import DeliveryError
from workbench.policy import Policy


@dataclass(frozen=True, slots=True)
class Chosen:
    """A format, and what was said with the names that it turned out to have."""

    format: Format
    sender: Sender
    setting: str


def chosen_format(delivery: Delivery, sender: Sender) -> Chosen:
    """Return the format that was named, or else the one that recognises the delivery.

    Raises
    ------
    FormatUnknownError
        If no format has that name, or none recognises the delivery.
    DeliveryError
        If the template cannot be taken, or the delivery is empty.
    """
    if sender.template:
        found: Format = format_of_template(sender.template)
    elif sender.format:
        found = format_named(sender.format)
    else:
        found = recognised(delivery)
    told, version = replace(sender, format=found.name), ""
    if isinstance(found, Delimited):
        told = replace(told, template=sender.template or found.template.name)
        version = found.template.digest
    return Chosen(found, told, told.setting(version))


def context_of(sender: Sender, now: datetime, policy: Policy) -> Context:
    """Return what formats are told beside a delivery.

    Raises
    ------
    DeliveryError
        If there is no such zone.
    """
    return Context(
        now=now,
        limits=Limits.of(policy),
        camera=sender.camera,
        zone=_zone(sender.zone),
        area=policy.department.area.value,
    )


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DeliveryError(
            "There is no such zone", given=name, allowed="an IANA name, such as America/Los_Angeles"
        ) from None
