"""What fulfils a request: a package made for its recipient, and the proof that it names them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from workbench.domain.person import Actor
from workbench.domain.read_set import ReadSet
from workbench.errors import ReleaseError
from workbench.sharing.html_text import html_text

MANIFEST = "tagmanifest-sha512.txt"
"""Of BagIt (RFC 8493): covers every file but itself, the manifest of the data among them."""

LONGEST_PURPOSE = 280
"""Of a purpose as pages say it: one line; the request on file has all of it."""

_PAGES = {".htm", ".html", ".xhtml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOrder:
    """What is to be packed for whom.

    Attributes
    ----------
    inquiry_id
        The open inquiry of who packs, under which the reads are looked at.
    reads, hold_id
        Which reads: found by criteria or named, or held; one of the two.
    agency, person, purpose
        Of the request, as every page is to say them; a long purpose is cut.

    Raises
    ------
    ReleaseError
        Unless it names reads or a hold, and not both.
    """

    request_id: int
    agency: str
    person: str
    purpose: str
    inquiry_id: UUID
    reads: ReadSet | None = None
    hold_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse what names nothing, or two things."""
        if (self.reads is None) == (self.hold_id is None):
            raise ReleaseError("What is to be packed?", allowed="either reads or a hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePackage:
    """A package that was made.

    Attributes
    ----------
    number
        Under which its maker knows it.
    recipient
        The words that stand on every page.
    folder
        Where it lies.
    seal
        SHA-256 of its `MANIFEST`.
    """

    number: str
    recipient: str
    folder: Path
    seal: str


class MakesPackages(Protocol):
    """Whoever makes packages for recipients."""

    def make(self, by: Actor, order: PackageOrder, *, out: Path) -> MadePackage:
        """Make a package in a new folder, logged as a look before anything is read.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not.
        EvidenceError
            If there is nothing to pack, or the medium cannot take it.
        """
        ...

    def made_for(self, order: PackageOrder) -> MadePackage | None:
        """Return the package that was made for a request already, if one was.

        It was cut off between the package and the step; there is never a second package.
        """
        ...


def check_package(package: MadePackage, order: PackageOrder) -> None:
    """Refuse a package that does not name its recipient on every page, or has another seal.

    The pages themselves are read: what their maker says about them is not enough.

    Raises
    ------
    ReleaseError
        If agency or person are not in the words, a page lacks the words, there is no page, or the
        manifest is not the one that was sealed.
    """
    for said in (order.agency, order.person):
        if _spaced(said) not in _spaced(package.recipient):
            raise ReleaseError(
                "The package is for somebody else", given=package.recipient, allowed=said
            )
    pages = sorted(p for p in package.folder.rglob("*") if p.suffix.lower() in _PAGES)
    silent = [page.name for page in pages if not shows(page, package.recipient)]
    if silent or not pages:
        raise ReleaseError(
            "A page of the package does not name its recipient",
            given=", ".join(silent) or "no page",
            allowed=package.recipient,
        )
    manifest = package.folder / MANIFEST
    sealed = hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else "none"
    if sealed != package.seal:
        raise ReleaseError("The package is not the one that was sealed", given=sealed)


def shows(page: Path, words: str) -> bool:
    """Return whether a page shows some words to who reads it."""
    shown = html_text(page.read_text(encoding="utf-8", errors="replace"))
    return _spaced(words) in _spaced(shown)


def _spaced(text: str) -> str:
    return " ".join(text.split())
