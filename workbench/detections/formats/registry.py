"""Every format that the workbench knows; a new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workbench.detections.formats.axis_lpv import AxisLpv
from workbench.detections.formats.base import Delivery, Format
from workbench.detections.formats.blueiris import BlueIris
from workbench.detections.formats.content import head_of
from workbench.detections.formats.delimited import Delimited
from workbench.detections.formats.genetec import Genetec
from workbench.detections.formats.hikvision import Hikvision
from workbench.detections.formats.openalpr import OpenAlpr
from workbench.detections.formats.platerecognizer import PlateRecognizer
from workbench.detections.formats.platerecognizer_csv import PlateRecognizerCsv
from workbench.detections.formats.rekor import Rekor
from workbench.detections.formats.template import load_template, template_names
from workbench.errors import FormatUnknownError


def known_formats() -> Mapping[str, Format]:
    """Return every format by its name, in the order in which they are asked.

    Examples
    --------
    >>> list(known_formats())[:3]
    ['openalpr', 'rekor', 'axis_lpv']
    """
    formats: list[Format] = [
        OpenAlpr(),
        Rekor(),
        AxisLpv(),
        PlateRecognizer(),
        BlueIris(),
        Hikvision(),
        Genetec(),
        PlateRecognizerCsv(),
    ]
    formats += [Delimited(load_template(name)) for name in template_names()]
    return {known.name: known for known in formats}


def format_named(name: str) -> Format:
    """Return a format by its name.

    Raises
    ------
    FormatUnknownError
        If there is none; names those that are known.
    """
    known = known_formats()
    if name not in known:
        raise FormatUnknownError("No such format", given=name, allowed=", ".join(known))
    return known[name]


def format_of_template(template: str | Path) -> Format:
    """Return the format that a template describes, shipped or the user's own.

    Raises
    ------
    DeliveryError
        If the template cannot be taken.
    """
    return Delimited(load_template(template))


def recognised(delivery: Delivery) -> Format:
    """Return the first format that recognises a delivery by its beginning.

    Raises
    ------
    DeliveryError
        If the delivery is empty or its compression is damaged.
    FormatUnknownError
        If none does; names those that are known.
    """
    head = head_of(delivery)
    known = known_formats()
    for candidate in known.values():
        if candidate.recognises(head, delivery.name):
            return candidate
    raise FormatUnknownError(
        "No known format recognises the file",
        given=head[:60],
        allowed=", ".join(known),
        next_step="name the format with --format, or describe its columns with --template",
        where={"file": delivery.name},
    )
