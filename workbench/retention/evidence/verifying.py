"""Verifying a package without a database: hashes, signature, excerpt of the log, pages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workbench.audit.keys import key_id, public_key
from workbench.errors import CheckpointError, EvidenceError
from workbench.retention.evidence.checking_bag import bag_problems, wrong_tag_files
from workbench.retention.evidence.checking_contents import content_problems
from workbench.retention.evidence.checking_log import log_problems
from workbench.retention.evidence.contents import read_contents
from workbench.retention.evidence.papers import PUBLIC_KEY, SIGNATURE
from workbench.retention.evidence.sealing import check_signature, read_signature


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something about a package that is not as it was made.

    Attributes
    ----------
    file
        Where, relative to the package; ``.`` for all of it.
    """

    file: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying found.

    Attributes
    ----------
    problems
        Everything that is wrong, by file.
    trusted
        Whether the key was named by who verifies, and not only lay beside the signature.
    fingerprint
        SHA-256 of the public key that the signature was checked with.
    contents
        What the package says it holds; empty where that cannot be read.
    """

    folder: Path
    problems: tuple[Problem, ...]
    trusted: bool
    fingerprint: str | None
    contents: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        names = ("package", "department", "case_number", "reads", "pictures", "released_to")
        return {
            "folder": str(self.folder),
            "whole": self.whole,
            "problems": [{"file": one.file, "what": one.what} for one in self.problems],
            "trusted_key": self.trusted,
            "fingerprint": self.fingerprint,
            **{name: self.contents.get(name) for name in names},
        }


def verify_package(folder: Path, *keys: Ed25519PublicKey) -> Verdict:
    """Return whether a package is whole, and what is wrong where it is not.

    Nothing of this installation is needed: no database, no settings, no key of its own.

    Parameters
    ----------
    folder
        As `Packages.make_package` left it, wherever it was moved since.
    keys
        The department's public keys, from a place that is trusted. Without any, the key beside the
        signature is taken, which shows changes and not who signed.

    Raises
    ------
    EvidenceError
        If there is no folder.
    """
    if not folder.is_dir():
        raise EvidenceError(
            "There is no such folder", given=str(folder), next_step="put the medium in"
        )
    if not (folder / "bagit.txt").is_file() or not (folder / SIGNATURE).is_file():
        half = Problem(".", "is no whole package: it has no bagit.txt or no signature")
        found = [half, *_problems(wrong_tag_files(folder))]
        return _verdict(folder, found, key=None, trusted=bool(keys), contents={})
    key, found = _key(folder, keys)
    if key is not None:
        found += _problems(check_signature(folder, key))
    found += _problems(bag_problems(folder))
    contents: dict[str, Any] = {}
    try:
        contents = read_contents(folder / "data")
    except EvidenceError as error:
        found.append(Problem("data/contents.json", error.what))
    if not found and key is not None:
        found += _problems(content_problems(folder, contents))
        found += _problems(log_problems(folder / "data", contents, key))
    return _verdict(folder, found, key=key, trusted=bool(keys), contents=contents)


def _key(
    folder: Path, trusted: Sequence[Ed25519PublicKey]
) -> tuple[Ed25519PublicKey | None, list[Problem]]:
    if trusted:
        try:
            wanted = read_signature(folder)["key_id"]
        except EvidenceError as error:
            return None, [Problem(SIGNATURE, error.what)]
        for key in trusted:
            if key_id(key) == wanted:
                return key, []
        return trusted[0], []
    try:
        return public_key(folder / PUBLIC_KEY), []
    except CheckpointError as error:
        return None, [Problem(PUBLIC_KEY, error.what)]


def _problems(found: Sequence[tuple[str, str]]) -> list[Problem]:
    return [Problem(file, what) for file, what in found]


def _verdict(
    folder: Path,
    found: Sequence[Problem],
    *,
    key: Ed25519PublicKey | None,
    trusted: bool,
    contents: dict[str, Any],
) -> Verdict:
    fingerprint = hashlib.sha256(key.public_bytes_raw()).hexdigest() if key else None
    return Verdict(
        folder=folder,
        problems=tuple(sorted(set(found))),
        trusted=trusted,
        fingerprint=fingerprint,
        contents=contents,
    )
