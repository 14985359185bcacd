"""A request that came by e-mail: taken apart, and never believed about who sent it.

Nothing of a message is run, opened or fetched, and what stands in its headers is text. The file
itself is kept as it came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from workbench.errors import ReleaseError
from workbench.sharing.html_text import html_text
from workbench.sharing.releases.request import LONGEST_LINE, LONGEST_TEXT
from workbench.sharing.shown import one_line, shown

LARGEST_MAIL_BYTES = 25 * 1024 * 1024
"""As mail servers usually take."""

MOST_PARTS = 200
_LONGEST_HEADER = 2_000

LABELS: Mapping[str, str] = {
    "agency": "agency",
    "case": "case_number",
    "case number": "case_number",
    "contact": "requester_contact",
    "email": "requester_contact",
    "intended purpose": "purpose",
    "name": "requester_name",
    "phone": "requester_contact",
    "purpose": "purpose",
    "request": "asked_for",
    "requested": "asked_for",
    "requested data": "asked_for",
    "requester": "requester_name",
    "requesting agency": "agency",
    "title": "requester_title",
}
"""How a line of a mail may begin that says what the policy asks for, such as ``Purpose:``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part of a message that is no text of it; only described."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMail:
    """What a message says.

    Attributes
    ----------
    sender_name, sender_address
        As the message claims; anybody can write that.
    sent_at
        As it claims, in UTC; ``None`` where it does not say so in a way that can be read.
    text
        The plain text, or what a HTML body shows.
    said
        What labelled lines say, under the names of `WrittenRequest`'s fields.
    """

    sender_name: str
    sender_address: str
    subject: str
    sent_at: datetime | None
    text: str
    attachments: tuple[Attachment, ...]
    said: Mapping[str, str]


def read_mail(content: bytes) -> RequestMail:
    """Return what an e-mail file says.

    Parameters
    ----------
    content
        Of an ``.eml`` file: a message of RFC 5322.

    Raises
    ------
    ReleaseError
        If it is too large, has too many parts, no sender or no text, or is no message.
    """
    if len(content) > LARGEST_MAIL_BYTES:
        raise ReleaseError(
            "The mail is too large",
            given=f"{len(content)} bytes",
            allowed=f"up to {LARGEST_MAIL_BYTES}",
        )
    if content.count(b"boundary") > MOST_PARTS:
        raise ReleaseError("The mail has too many parts", allowed=f"up to {MOST_PARTS}")
    try:
        return _read(BytesParser(policy=policy.default).parsebytes(content))
    except ReleaseError:
        raise
    except Exception as error:  # the library raises what it likes about what strangers send
        raise ReleaseError("The file is no mail that can be read", given=str(error)) from error


def _read(message: EmailMessage) -> RequestMail:
    senders = message.get_all("From", [])
    if len(senders) != 1:
        raise ReleaseError("The mail has no one sender", given=len(senders), allowed="one From")
    name, address = parseaddr(_line(senders[0]))
    parts = list(_leaves(message))
    text = _text_of(parts)
    if not text.strip():
        raise ReleaseError("The mail has no text", next_step="ask the agency to write again")
    return RequestMail(
        sender_name=_line(name)[:LONGEST_LINE],
        sender_address=_line(address)[:LONGEST_LINE],
        subject=_line(message.get("Subject", ""))[:LONGEST_LINE],
        sent_at=_sent_at(str(message.get("Date", ""))),
        text=text,
        attachments=tuple(_attachment(part) for part in parts if part.is_attachment()),
        said=_said(text),
    )


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            raise ReleaseError("The mail has too many parts", allowed=f"up to {MOST_PARTS}")
        if not part.is_multipart() and isinstance(part, EmailMessage):
            yield part


def _text_of(parts: list[EmailMessage]) -> str:
    for kind in ("text/plain", "text/html"):
        texts = [
            _decoded(part)
            for part in parts
            if part.get_content_type() == kind and not part.is_attachment()
        ]
        shown = "\n".join(map(html_text, texts) if kind == "text/html" else texts)
        if shown.strip():
            return _lines(shown[: 4 * LONGEST_TEXT])[:LONGEST_TEXT]
    return ""


def _decoded(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a character set that nobody knows
        return content.decode("utf-8", errors="replace")


def _attachment(part: EmailMessage) -> Attachment:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    return Attachment(
        name=_line(part.get_filename("") or "")[:LONGEST_LINE],
        content_type=part.get_content_type(),
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _said(text: str) -> dict[str, str]:
    """Return what labelled lines say; the first of a label counts, blank lines end it."""
    said: dict[str, str] = {}
    current: str | None = None
    for line in text.splitlines():
        label, colon, rest = line.partition(":")
        field = LABELS.get(" ".join(label.lower().split())) if colon else None
        if field is not None:
            current = field if field not in said and rest.strip() else None
            if current:
                said[current] = rest.strip()
        elif current and line.strip():
            said[current] += f"\n{line.strip()}"
        else:
            current = None
    return said


def _sent_at(written: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(written)
    except (TypeError, ValueError):
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)


def _line(written: object) -> str:
    """Return a header as one line: an encoded line break in it begins no other header."""
    return one_line(str(written)[:_LONGEST_HEADER])


def _lines(text: str) -> str:
    return "\n".join(shown(line).rstrip() for line in text.expandtabs(4).splitlines())
