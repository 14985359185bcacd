"""A picture and its row: bytes first, one row however often it comes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import delete, func, select

from workbench.storage.database import AllRoles
from workbench.storage.picture_rows import UNKNOWN_MEDIA_TYPE, keep_picture, picture_facts
from workbench.storage.picture_tables import picture
from workbench.storage.pictures import PictureStore

STORED_AT = datetime(2026, 11, 2, 18, tzinfo=UTC)


def encoded(kind: str, *, extent: tuple[int, int] = (12, 7)) -> bytes:
    """Return a picture in one colour that no other test uses."""
    shade = int.from_bytes(uuid4().bytes[:3], "big")
    buffer = BytesIO()
    Image.new("RGB", extent, shade).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def store() -> PictureStore:
    return PictureStore(f"memory://{uuid4()}")


def test_the_row_says_what_the_header_says(database: AllRoles, store: PictureStore) -> None:
    content = encoded("PNG")
    with database.service.begin() as connection:
        sha256 = keep_picture(store, connection, content, STORED_AT)
        row = connection.execute(select(picture).where(picture.c.sha256 == sha256)).one()
    assert (row.media_type, row.width, row.height) == ("image/png", 12, 7)
    assert (row.size_bytes, row.stored_at) == (len(content), STORED_AT)
    assert store.get(sha256) == content


def test_the_same_picture_twice_has_one_row(database: AllRoles, store: PictureStore) -> None:
    content = encoded("PNG")
    with database.service.begin() as connection:
        first = keep_picture(store, connection, content, STORED_AT)
        assert keep_picture(store, connection, content, STORED_AT) == first
        rows = connection.execute(
            select(func.count()).select_from(picture).where(picture.c.sha256 == first)
        ).scalar_one()
    assert rows == 1


def test_what_is_no_picture_is_kept_as_it_came(database: AllRoles, store: PictureStore) -> None:
    content = b"vendor's own bytes " + uuid4().bytes
    with database.service.begin() as connection:
        sha256 = keep_picture(store, connection, content, STORED_AT)
        row = connection.execute(select(picture).where(picture.c.sha256 == sha256)).one()
    assert (row.media_type, row.width, row.height) == (UNKNOWN_MEDIA_TYPE, None, None)


def test_a_rollback_leaves_bytes_without_a_row(database: AllRoles, store: PictureStore) -> None:
    content = encoded("JPEG")
    with database.service.connect() as connection:
        sha256 = keep_picture(store, connection, content, STORED_AT)
        connection.rollback()
        found = connection.execute(select(picture).where(picture.c.sha256 == sha256)).all()
    assert found == []
    assert store.exists(sha256)


def test_the_service_may_not_delete_a_row(database: AllRoles, store: PictureStore) -> None:
    with database.service.begin() as connection:
        keep_picture(store, connection, encoded("PNG"), STORED_AT)
    with (
        pytest.raises(Exception, match="permission denied"),
        database.service.begin() as connection,
    ):
        connection.execute(delete(picture))


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("TIFF", "image/tiff")],
)
def test_the_content_says_its_media_type(kind: str, media_type: str) -> None:
    assert picture_facts(encoded(kind)).media_type == media_type


@pytest.mark.parametrize("kept_bytes", [0, 1, 8, 20])
def test_a_truncated_header_fails_nothing(kept_bytes: int) -> None:
    assert picture_facts(encoded("PNG")[:kept_bytes]).media_type == UNKNOWN_MEDIA_TYPE
