"""Formats written as XML; entities and document types are refused, depth and size are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from workbench.detections.formats.base import Delivery, Item, Limits
from workbench.detections.formats.content import byte_chunks, plain
from workbench.detections.formats.events import EventFormat, Place, refused_delivery
from workbench.errors import DeliveryError, RecordError

_MAX_ELEMENTS = 500_000
_DECLARATION = re.compile(rb"(?=<\?xml\s)")


class XmlFormat(EventFormat):
    """A format of XML events.

    Attributes
    ----------
    element
        Local name of the element that is one record; the root, or a child of a list around it.
    """

    element: ClassVar[str]

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - as for JSON
        """Return whether a delivery that begins so is of this format."""
        text = plain(head).lstrip()
        tag = rb"<(\w+:)?" + self.element.encode() + rb"[\s>/]"
        return text.startswith(b"<") and bool(re.search(tag, text))

    def records(self, delivery: Delivery) -> Iterator[Item]:
        """Give the reads and the refused records of a delivery.

        Raises
        ------
        DeliveryError
            If nothing of it can be understood.
        """
        number = 0
        documents = _documents(delivery)
        for document in documents:
            try:
                elements = _elements(document, self.element, delivery.context.limits)
            except RecordError as error:
                broken = Place(delivery.name, number, document).rejected(error)
                if len(documents) == 1:
                    raise refused_delivery(broken) from None
                yield broken
                number += 1
                continue
            for element in elements:
                raw = document if len(elements) == 1 else tostring(element)
                place = Place(delivery.name, number, raw)
                yield from self.items(_tree(element), place, delivery.context)
                number += 1


def _documents(delivery: Delivery) -> list[bytes]:
    limit, content = delivery.context.limits.record_bytes, bytearray()
    for chunk in byte_chunks(delivery):
        content += chunk
        if len(content) > limit:
            raise DeliveryError(
                "The XML file is too large",
                given=f"more than {limit} bytes",
                allowed=f"at most {limit} bytes (ingest.max_record_bytes of the policy)",
                where={"file": delivery.name},
            )
    parts = _DECLARATION.split(bytes(content))
    return [part for part in parts if part.strip(b"\xef\xbb\xbf \t\r\n")]


def _elements(document: bytes, name: str, limits: Limits) -> list[Element]:
    depth, inside, seen, found = 0, 0, 0, []
    try:
        for event, element in iterparse(
            BytesIO(document.lstrip()), events=("start", "end"), forbid_dtd=True
        ):
            matches = _local(element.tag) == name
            if event == "start":
                depth, inside, seen = depth + 1, inside + matches, seen + 1
                if depth > limits.nesting or seen > _MAX_ELEMENTS:
                    raise _broken(document, "it is nested too deeply or has too many elements")
                continue
            depth -= 1
            inside -= matches
            if matches and not inside:
                found.append(element)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _broken(document, str(error) or type(error).__name__) from None
    if not found:
        raise _broken(document, f"it has no element {name}")
    return found


def _broken(document: bytes, problem: str) -> RecordError:
    allowed = "whole XML without document type or entities"
    return RecordError(
        f"The record is not the XML it should be: {problem}", given=document[-80:], allowed=allowed
    )


def _tree(element: Element) -> Any:
    """Return an element as text, or as a mapping of its children; repeated ones as a list."""
    if not len(element):
        return (element.text or "").strip()
    tree: dict[str, Any] = {}
    for child in element:
        name, value = _local(child.tag), _tree(child)
        if name not in tree:
            tree[name] = value
        elif isinstance(tree[name], list):
            tree[name].append(value)
        else:
            tree[name] = [tree[name], value]
    return tree


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]
