"""Passwords: which may be chosen, how they are kept and how they are checked."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workbench.access.common_passwords import CommonPasswords
from workbench.errors import AccountError, SignInError
from workbench.policy.people_rules import SignInRules

MAX_CHARACTERS = 256
"""Longest password; a bound on work, far above what people type."""


class Passwords:
    """Chooses, keeps and checks passwords with argon2id.

    Parameters
    ----------
    rules
        The policy's rules on signing in.
    hasher
        The argon2 parameters; those of RFC 9106 for small memory unless told otherwise.
    slots
        How many checks run at one time in this process: each takes 64 MiB and a fifth of a
        second of a core, so a flood of sign-ins would otherwise stop everything else.
    wait_s
        How long a check waits for its turn.
    """

    def __init__(
        self,
        rules: SignInRules,
        *,
        hasher: PasswordHasher | None = None,
        slots: int = 2,
        wait_s: float = 10.0,
    ) -> None:
        self._min_characters = rules.password_min_characters
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(slots)
        self._wait_s = wait_s
        self._common = CommonPasswords()
        self._nobodys: str | None = None

    def check_new(self, password: str, *, username: str) -> None:
        """Refuse a password that may not be chosen.

        Raises
        ------
        AccountError
            If it is too short or long, common, or holds the user name; never repeats it.
        """
        text = _normal(password)
        least = self._min_characters
        if not least.value <= len(text) <= MAX_CHARACTERS:
            raise AccountError(
                "The password has the wrong length",
                given=f"{len(text)} characters",
                allowed=f"{least.value} to {MAX_CHARACTERS} characters ({least.section})",
            )
        if self._common.contains_name(text, username):
            raise AccountError("The password holds the user name", allowed="one without it")
        if self._common.is_common(text):
            raise AccountError(
                "The password is a common one or a simple variation of one",
                allowed=f"one that is not on the list of common passwords ({least.section})",
                next_step="take four or more unrelated words, or let a password manager choose",
            )

    def hashed(self, password: str) -> str:
        """Return the argon2id hash with its own salt."""
        with self._turn():
            return self._hasher.hash(_bytes(password))

    def matches(self, password: str, stored: str | None) -> bool:
        """Return whether it is the password; takes as long when there is none stored.

        Raises
        ------
        SignInError
            If too many checks are waiting already.
        """
        with self._turn():
            if self._nobodys is None:  # whoever comes first waits for it, known or not
                self._nobodys = self._hasher.hash("nobody has this password")
            try:
                self._hasher.verify(stored or self._nobodys, _bytes(password[:MAX_CHARACTERS]))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None and len(password) <= MAX_CHARACTERS

    def outdated(self, stored: str) -> bool:
        """Return whether it was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._wait_s):
            raise SignInError(
                "Too many people are signing in at this moment", next_step="try again in a minute"
            )
        try:
            yield
        finally:
            self._turns.release()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode(errors="surrogatepass")
