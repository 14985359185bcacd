"""Column types that refuse what must not be stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from workbench.errors import NaiveTimeError, StorageError

_SHA256_BYTES = 32


class UtcDateTime(TypeDecorator[datetime]):
    """A ``timestamptz`` that takes aware times only and gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive time, store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise NaiveTimeError(
                "A time without zone cannot be stored",
                given=value.isoformat(),
                allowed="an aware datetime",
            )
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the instant back in UTC whatever the session's zone is."""
        return None if value is None else value.astimezone(UTC)


class Sha256(TypeDecorator[str]):
    """A SHA-256 as 64 hexadecimal characters in Python and 32 bytes in the table."""

    impl = LargeBinary(_SHA256_BYTES)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Refuse what is no SHA-256."""
        if value is None:
            return None
        try:
            raw = bytes.fromhex(value)
        except ValueError:
            raw = b""
        if len(raw) != _SHA256_BYTES:
            raise StorageError("Not a SHA-256", given=value, allowed="64 hexadecimal characters")
        return raw

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give the hexadecimal form back."""
        return None if value is None else bytes(value).hex()
