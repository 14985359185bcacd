"""A written request made of what a person types and what a mail says."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.sharing.releases.mail import RequestMail
from workbench.sharing.releases.request import WrittenRequest


def written_from(given: Mapping[str, str | None], mail: RequestMail | None) -> WrittenRequest:
    """Return the request that is meant.

    What a person says goes before what the mail's labelled lines say, and those before its
    sender. So whoever records it reads the mail, and the record says what was understood.

    Parameters
    ----------
    given
        Fields of `WrittenRequest`; ``None`` where nothing was said.

    Raises
    ------
    ReleaseError
        If something is missing; names all that is.

    Examples
    --------
    >>> given = {"agency": "A PD", "requester_title": "Detective", "purpose": "Robbery"}
    >>> given |= {"requester_name": "J. Example", "requester_contact": "555-0100"}
    >>> written_from(given | {"asked_for": "7ABC123"}, None).purpose
    'Robbery'
    """
    said: dict[str, str | None] = dict.fromkeys(WrittenRequest.__dataclass_fields__)
    if mail is not None:
        said |= {"requester_name": mail.sender_name, "requester_contact": mail.sender_address}
        said |= mail.said
    said |= {name: value for name, value in given.items() if value is not None}
    needed = {name: value or "" for name, value in said.items()}
    return WrittenRequest(**needed)
