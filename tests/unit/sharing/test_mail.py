"""A request by e-mail is taken apart, whatever a stranger sends."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email import policy as mail_policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ReleaseError
from workbench.sharing.releases.mail import LARGEST_MAIL_BYTES, MOST_PARTS, read_mail
from workbench.sharing.releases.request import LONGEST_TEXT

BODY = """Dear colleagues,

Agency: Next Town Police Department
Title: Detective
Purpose: Series of burglaries
in the north of the town

Request: reads of 7ABC123 in October
Case number: 26-014532

Purpose: another one, which does not count
"""


def message(body: str = BODY, **headers: str) -> EmailMessage:
    made = EmailMessage()
    said = {
        "From": "Dana Detective <d.detective@nexttown.example.gov>",
        "To": "alpr@example.gov",
        "Subject": "Request for ALPR data",
        "Date": "Mon, 02 Nov 2026 10:00:00 -0800",
    } | headers
    for name, value in said.items():
        made[name] = value
    made.set_content(body)
    return made


def read(made: EmailMessage):
    return read_mail(made.as_bytes(policy=mail_policy.SMTP))


def test_labelled_lines_say_what_the_policy_asks_for():
    mail = read(message())
    assert mail.sender_name == "Dana Detective"
    assert mail.sender_address == "d.detective@nexttown.example.gov"
    assert mail.sent_at == datetime(2026, 11, 2, 18, tzinfo=UTC)
    assert mail.said == {
        "agency": "Next Town Police Department",
        "requester_title": "Detective",
        "purpose": "Series of burglaries\nin the north of the town",
        "asked_for": "reads of 7ABC123 in October",
        "case_number": "26-014532",
    }


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_every_usual_encoding_is_read(charset, encoding):
    made = message()
    made.set_content("Purpose: \u00c9tudes \u20ac", charset=charset, cte=encoding)
    assert read(made).said["purpose"] == "\u00c9tudes \u20ac"


@pytest.mark.parametrize("charset", ["x-nobody-knows", "utf-8", "us-ascii"])
def test_a_wrong_character_set_loses_no_message(charset):
    raw = (
        b"From: a@example.gov\r\nContent-Type: text/plain; charset="
        + charset.encode()
        + b"\r\n\r\nPurpose: caf\xe9\xff\r\n"
    )
    assert read_mail(raw).said["purpose"].startswith("caf")


def test_a_body_of_html_alone_is_read_as_it_shows():
    made = message()
    made.set_content(
        "<html><head><title>t</title><style>p{}</style></head><body>"
        "<p>Purpose: <b>robbery</b> &amp; theft</p><script>Purpose: nothing</script>"
        "<!-- Agency: hidden --><div>Request: <i>reads</i></div></body></html>",
        subtype="html",
    )
    mail = read(made)
    assert mail.said == {"purpose": "robbery & theft", "asked_for": "reads"}
    assert "nothing" not in mail.text
    assert "hidden" not in mail.text


def test_plain_text_goes_before_html():
    made = message()
    made.add_alternative("<p>Purpose: html</p>", subtype="html")
    assert read(made).said["purpose"].startswith("Series")


def test_attachments_are_described_and_never_opened():
    made = message()
    content = b"%PDF-1.7 Purpose: not read"
    made.add_attachment(content, maintype="application", subtype="pdf", filename="../../a\tb.pdf")
    made.add_attachment("Agency: of an attachment", filename="note.txt")
    first, second = read(made).attachments
    assert first.sha256 == hashlib.sha256(content).hexdigest()
    assert first.size_bytes == len(content)
    assert first.content_type == "application/pdf"
    assert "\t" not in first.name
    assert second.name == "note.txt"
    assert "of an attachment" not in read(made).text


def nested(depth: int) -> EmailMessage:
    made = message()
    for _ in range(depth):
        outer = message()
        outer.clear_content()
        outer["Content-Type"] = "multipart/mixed"
        outer.attach(made)
        made = outer
    return made


def test_nested_parts_are_read():
    assert read(nested(5)).said["requester_title"] == "Detective"


def test_nesting_without_end_is_refused():
    deep = b"From: a@example.gov\r\n"
    for number in range(5_000):
        deep += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number)
    with pytest.raises(ReleaseError, match="too many parts"):
        read_mail(deep + b"\r\nPurpose: x\r\n")


def test_messages_in_messages_without_end_are_refused():
    deep = b"From: a@example.gov\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3_000
    with pytest.raises(ReleaseError):
        read_mail(deep + b"\r\nPurpose: x\r\n")


@pytest.mark.parametrize(("more", "taken"), [(-1, True), (0, True), (1, False)])
def test_a_message_has_so_many_parts_and_no_more(more, taken):
    head = b"From: a@example.gov\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    raw = head + part * (MOST_PARTS - 1 + more) + b"--b--\r\n"
    if taken:
        assert read_mail(raw).text.startswith("x")
    else:
        with pytest.raises(ReleaseError, match="too many parts"):
            read_mail(raw)


@pytest.mark.parametrize(("more", "taken"), [(-1, True), (0, True), (1, False)])
def test_a_huge_file_is_refused_before_it_is_read(more, taken):
    head = b"From: a@example.gov\r\n\r\nPurpose: x\r\n\r\n"
    raw = head + b"y" * (LARGEST_MAIL_BYTES - len(head) + more)
    if taken:
        assert len(read_mail(raw).text) <= LONGEST_TEXT
    else:
        with pytest.raises(ReleaseError, match="too large"):
            read_mail(raw)


INJECTIONS = ["=?utf-8?q?Dana=0D=0ABcc:_x=40example.org?=", "=?utf-8?b?RGFuYQ0KQmNjOiB4?="]


@pytest.mark.parametrize("name", INJECTIONS)
def test_a_sender_with_an_encoded_line_break_is_refused(name):
    raw = f"From: {name} <a@example.gov>\r\n\r\nPurpose: x\r\n".encode()
    with pytest.raises(ReleaseError, match="no mail that can be read"):
        read_mail(raw)


@pytest.mark.parametrize("name", ["Dana\t\x07 X", "=?utf-8?q?Dana=E2=80=AEgro?=", "Dana =?x?"])
@pytest.mark.parametrize("subject", [*INJECTIONS, "=?utf-8?q?=00=1B=5B2J?=", "a\r\n b"])
def test_what_headers_hold_is_one_line_that_shows(name, subject):
    raw = f"From: {name} <a@example.gov>\r\nSubject: {subject}\r\n\r\nPurpose: x\r\n".encode()
    mail = read_mail(raw)
    for shown in (mail.sender_name, mail.sender_address, mail.subject):
        assert shown.isprintable()
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no one sender"),
        (b"\x00\xff" * 50, "no one sender"),
        (b"Subject: x\r\n\r\nPurpose: x\r\n", "no one sender"),
        (b"From: a@example.gov\r\nFrom: b@example.gov\r\n\r\nPurpose: x", "no one sender"),
        (b"From: a@example.gov\r\n\r\n \r\n", "no text"),
    ],
)
def test_what_is_no_request_is_refused(raw, said):
    with pytest.raises(ReleaseError, match=said):
        read_mail(raw)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 10:00:00 -0800", "2 Nov 2026"])
def test_a_time_that_cannot_be_read_is_none(date):
    raw = f"From: a@example.gov\r\nDate: {date}\r\n\r\nPurpose: x\r\n".encode()
    assert read_mail(raw).sent_at is None


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused_in_our_words(content):
    try:
        mail = read_mail(b"From: a@example.gov\r\n" + content)
    except ReleaseError:
        return
    assert mail.text.strip()
    assert "\x00" not in mail.text
