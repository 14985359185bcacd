"""Secrets of people as they lie in the database: sealed, or as a keyed digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbench.errors import ConfigurationError

_NONCE_BYTES = 12


class Vault:
    """Seals second-factor secrets and digests names under one key.

    Parameters
    ----------
    key
        32 bytes, from `load_or_make_key`.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derived(key, b"second factor"))
        self._name_key = _derived(key, b"names at sign-in")

    def seal(self, secret: str, *, username: str) -> bytes:
        """Return a secret encrypted with AES-256-GCM and bound to its account.

        Examples
        --------
        >>> vault = Vault(bytes(32))
        >>> vault.unseal(vault.seal("JBSWY3DP", username="a.example"), username="a.example")
        'JBSWY3DP'
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), username.encode())

    def unseal(self, sealed: bytes, *, username: str) -> str:
        """Return the secret.

        Raises
        ------
        ConfigurationError
            If it was sealed under another key or for another account, or was changed.
        """
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, content, username.encode()).decode()
        except (InvalidTag, ValueError):
            raise ConfigurationError(
                "A second-factor secret cannot be opened",
                given=username,
                allowed="a secret sealed under this installation's people.key for this account",
                next_step="restore the key from the backup, or invite the person anew",
            ) from None

    def name_digest(self, typed: str) -> str:
        """Return a keyed SHA-256 of a typed name; people type passwords there by mistake."""
        content = typed.encode(errors="surrogatepass")
        return hmac.new(self._name_key, content, hashlib.sha256).hexdigest()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def token_hash(token: str) -> str:
    """Return the SHA-256 under which a token is known; the token is stored nowhere.

    Examples
    --------
    >>> token_hash("a")[:8]
    'ca978112'
    """
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
