"""The picture store: content-addressed, whole or not at all, checked on reading."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import (
    PictureDamagedError,
    PictureMissingError,
    SettingsError,
    StorageError,
)
from workbench.storage.pictures import PictureStore

CONTENT = b"\xff\xd8 a made-up picture"
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, folder: Path) -> PictureStore:
    return PictureStore(str(folder) if request.param == "folder" else f"memory://{uuid4()}")


def test_a_picture_comes_back_under_its_hash(store: PictureStore) -> None:
    assert store.put(CONTENT) == NAME
    assert store.exists(NAME)
    assert store.get(NAME) == CONTENT


def test_the_same_content_twice_is_kept_once(store: PictureStore) -> None:
    assert store.put(CONTENT) == store.put(CONTENT)
    assert list(store.walk()) == [NAME]


def test_walk_names_every_picture_in_order(store: PictureStore) -> None:
    names = sorted(store.put(bytes([number])) for number in range(20))
    assert list(store.walk()) == names


def test_an_empty_store_is_walked_without_complaint(store: PictureStore) -> None:
    assert list(store.walk()) == []
    assert store.sweep(datetime.now(UTC)) == 0


def test_what_was_never_kept_is_missing(store: PictureStore) -> None:
    assert not store.exists(NAME)
    with pytest.raises(PictureMissingError, match=NAME):
        store.get(NAME)


def test_deleting_twice_is_fine(store: PictureStore) -> None:
    store.put(CONTENT)
    assert [store.delete(NAME), store.delete(NAME)] == [True, False]
    assert not store.exists(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME[:-1], NAME.upper(), NAME + "/x"])
def test_what_is_no_hash_names_no_file(store: PictureStore, name: str) -> None:
    with pytest.raises(StorageError, match="Not a SHA-256"):
        store.get(name)


def test_an_empty_picture_is_refused(store: PictureStore) -> None:
    with pytest.raises(StorageError, match="empty"):
        store.put(b"")


def test_a_flipped_bit_on_disk_is_found_on_reading(folder: Path) -> None:
    store = PictureStore(str(folder))
    store.put(CONTENT)
    path = Path(store.path(NAME))
    path.write_bytes(bytes([CONTENT[0] ^ 1]) + CONTENT[1:])
    with pytest.raises(PictureDamagedError) as caught:
        store.get(NAME)
    assert NAME in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_truncated_picture_is_found_on_reading(folder: Path) -> None:
    store = PictureStore(str(folder))
    store.put(CONTENT)
    Path(store.path(NAME)).write_bytes(CONTENT[:-1])
    with pytest.raises(PictureDamagedError):
        store.get(NAME)


def test_keeping_it_again_mends_a_damaged_copy(folder: Path) -> None:
    store = PictureStore(str(folder))
    store.put(CONTENT)
    Path(store.path(NAME)).write_bytes(b"damaged")
    store.put(CONTENT)
    assert store.get(NAME) == CONTENT


def test_paths_are_sharded_by_hash(folder: Path) -> None:
    path = PictureStore(str(folder)).path(NAME)
    assert path == f"{folder}/{NAME[:2]}/{NAME[2:4]}/{NAME}"


def test_no_other_account_may_look(folder: Path) -> None:
    store = PictureStore(str(folder))
    file = Path(store.path(store.put(CONTENT)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_crash_before_the_move_leaves_nothing_to_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PictureStore(str(folder))

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", no_space)
        with pytest.raises(StorageError, match="No space left"):
            store.put(CONTENT)
    assert not store.exists(NAME)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_sweep_deletes_what_a_kill_left_and_only_that(folder: Path) -> None:
    store = PictureStore(str(folder))
    store.put(CONTENT)
    old, fresh = folder / "incoming" / "a", folder / "incoming" / "b"
    for file in (old, fresh):
        file.write_bytes(b"half")
    now = datetime.now(UTC)
    hour_ago = (now - timedelta(hours=1)).timestamp()
    os.utime(old, (hour_ago, hour_ago))
    assert store.sweep(now - timedelta(minutes=30)) == 1
    assert (old.exists(), fresh.exists()) == (False, True)
    assert list(store.walk()) == [NAME]


def test_an_unknown_file_system_names_what_is_allowed() -> None:
    with pytest.raises(SettingsError, match="memory://") as caught:
        PictureStore("carrier-pigeon://secret:key@host/pictures")
    assert "secret:key" not in str(caught.value)


@given(st.lists(st.binary(min_size=1, max_size=64), max_size=8))
def test_every_content_comes_back_as_it_was(contents: list[bytes]) -> None:
    store = PictureStore(f"memory://{uuid4()}")
    names = [store.put(content) for content in contents]
    assert [store.get(name) for name in names] == contents
    assert list(store.walk()) == sorted(set(names))


def test_a_stream_is_kept_under_its_hash_like_bytes(tmp_path):
    store = PictureStore(str(tmp_path / "kept"))
    content = b"long" * 1_000_000
    name = store.put_stream(BytesIO(content))
    assert name == hashlib.sha256(content).hexdigest()
    assert store.get(name) == content
    assert list(store.walk()) == [name]


def test_an_empty_stream_is_refused_and_leaves_nothing(tmp_path):
    store = PictureStore(str(tmp_path / "kept"))
    with pytest.raises(StorageError):
        store.put_stream(BytesIO(b""))
    assert [path for path in (tmp_path / "kept").rglob("*") if path.is_file()] == []


def test_sweeping_while_files_become_whole_loses_nothing(tmp_path: Path) -> None:
    """A delivery's file is moved to its place between the look at the folder and at the file."""
    store = PictureStore(str(tmp_path))
    kept: list[str] = []
    stop = threading.Event()

    def put() -> None:
        while not stop.is_set():
            kept.append(store.put(f"picture {len(kept)}".encode()))

    putting = threading.Thread(target=put)
    putting.start()
    try:
        long_ago = datetime.now(UTC) - timedelta(days=1)
        swept = [store.sweep(long_ago) for _ in range(2_000)]
    finally:
        stop.set()
        putting.join()
    assert sum(swept) == 0
    assert sorted(store.walk()) == sorted(kept)
