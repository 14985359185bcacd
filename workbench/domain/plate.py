"""The text of a plate and its normal form; patterns live in ``pattern.py``."""

from __future__ import annotations

import unicodedata

from workbench.errors import PlateError

MAX_PLATE_CHARACTERS = 12
"""Longest plate taken, in characters of the normal form (US plates have at most 8, EU 10)."""

MAX_PSEUDONYM_CHARACTERS = 64
"""Longest pseudonym taken: a SHA-256 in hexadecimal."""


def normal_plate(text: str) -> str:
    """Return the normal form of a plate: letters and digits in upper case, nothing else.

    The read itself stays as it was said; the normal form only serves to find it. Look-alikes
    (O and 0, I and 1) are *not* folded here.

    Parameters
    ----------
    text
        The plate as a person or a camera wrote it.

    Returns
    -------
    str
        Possibly empty. Applying the function again changes nothing.

    Examples
    --------
    >>> normal_plate("sgx 7923g")
    'SGX7923G'
    >>> normal_plate("B-ÜX 12")
    'BUX12'
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    previous = None
    while text != previous:
        previous = text
        folded = unicodedata.normalize("NFKD", text.upper())
        text = "".join(character for character in folded if character.isalnum())
    return text


def checked_plate(text: str) -> str:
    """Return the normal form of a plate, or refuse text that cannot be one.

    Parameters
    ----------
    text
        The plate as a person or a camera wrote it.

    Returns
    -------
    str
        1 to `MAX_PLATE_CHARACTERS` letters and digits.

    Raises
    ------
    PlateError
        If nothing is left of it, or more than a plate can hold.

    Examples
    --------
    >>> checked_plate("7abc 123")
    '7ABC123'
    """
    return _checked(text, MAX_PLATE_CHARACTERS)


def checked_pseudonym(text: str) -> str:
    """Return the normal form of a plate's pseudonym, such as the hash in a published log.

    Parameters
    ----------
    text
        The pseudonym as the source wrote it.

    Returns
    -------
    str
        1 to `MAX_PSEUDONYM_CHARACTERS` letters and digits.

    Raises
    ------
    PlateError
        If nothing is left of it, or more than that.
    """
    return _checked(text, MAX_PSEUDONYM_CHARACTERS)


def _checked(text: str, limit: int) -> str:
    if len(text) > 4 * limit:
        raise _refusal(text, limit)
    normal = normal_plate(text)
    if not 1 <= len(normal) <= limit:
        raise _refusal(text, limit)
    return normal


def _refusal(text: str, limit: int) -> PlateError:
    return PlateError(
        "This cannot be a plate",
        given=text,
        allowed=f"1 to {limit} letters and digits, with spaces and signs between them",
    )
