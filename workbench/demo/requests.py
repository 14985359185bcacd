"""Requests for data as made-up agencies write them; some of them as e-mail files."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from workbench.demo.names import MADE_UP, TOWN
from workbench.demo.neighbours import INSURER, POLICE, PROSECUTOR, SHERIFF
from workbench.sharing.releases.request import WrittenRequest

_CASE = "MPD 26-2207"


def police_asks(plate: str) -> WrittenRequest:
    """Return what the police of the next town ask for; they will get it."""
    return WrittenRequest(
        agency=POLICE.name,
        requester_name="Ottilie Brackwater",
        requester_title="Detective",
        requester_contact="o.brackwater@marlstead.example",
        purpose=f"Series of armed robberies in Marlstead and {TOWN}",
        asked_for=f"Reads of plate {plate} in October and November",
        case_number=_CASE,
    )


def prosecutor_asks(case_number: str) -> WrittenRequest:
    """Return what the district attorney asks for; it waits for the captain."""
    return WrittenRequest(
        agency=PROSECUTOR.name,
        requester_name="Barnaby Fenwright",
        requester_title="Deputy District Attorney",
        requester_contact="b.fenwright@da.quillhaven.example",
        purpose="Filing of charges in a series of armed robberies",
        asked_for="Everything held for the case, both sides",
        case_number=case_number,
    )


def sheriff_asks() -> WrittenRequest:
    """Return what a sheriff of another state asks for; the guard refuses it."""
    return WrittenRequest(
        agency=SHERIFF.name,
        requester_name="Cassius Holmgrave",
        requester_title="Sergeant",
        requester_contact="775-555-0142",
        purpose="Stolen trailer, seen driving west",
        asked_for="Reads of a truck at the freeway on 30 October",
    )


def insurer_asks() -> WrittenRequest:
    """Return what a private insurer asks for; it goes to Records."""
    return WrittenRequest(
        agency=INSURER.name,
        requester_name="Delphine Marrow",
        requester_title="Claims adjuster",
        requester_contact="claims@oskwick.example",
        purpose="Whether a car was where its owner says",
        asked_for="All reads of one plate in one week",
    )


def write_mail(asked: WrittenRequest, file: Path, sent_at: datetime) -> bytes:
    """Write a request as an e-mail file, with the labelled lines that are understood.

    Returns
    -------
    bytes
        What was written.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{asked.requester_name} <{asked.requester_contact}>"
    mail["To"] = "records@quillhaven.example"
    mail["Subject"] = f"Request for ALPR data, {asked.case_number}"
    mail["Date"] = format_datetime(sent_at)
    mail.set_content(_text(asked))
    content = mail.as_bytes()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return content


def _text(asked: WrittenRequest) -> str:
    lines = {
        "Agency": asked.agency,
        "Name": asked.requester_name,
        "Title": asked.requester_title,
        "Contact": asked.requester_contact,
        "Case number": asked.case_number,
        "Purpose": asked.purpose,
        "Request": asked.asked_for,
    }
    said = "\n".join(f"{label}: {words}" for label, words in lines.items())
    return f"To whom it may concern,\n\n{said}\n\nThis mail is {MADE_UP}.\n"
