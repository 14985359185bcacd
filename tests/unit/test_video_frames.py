"""Videos into frames: exact times, upright pictures, bounds, and plain words for what is broken."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.videos import FPS, SIZE, Mark, crossing, film, made_at, shown_at
from workbench.errors import VideoUnreadableError
from workbench.policy import Policy
from workbench.recognition.video.container import container_of, creation_time
from workbench.recognition.video.frames import VideoLimits, open_video

LIMITS = VideoLimits(megapixels=80, hours=24)
CREATED = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)


def every(_number: int, _at_s: float) -> bool:
    return True


def passed_through(path: Path, limits: VideoLimits = LIMITS) -> tuple[list[float], int]:
    with open_video(path, limits) as video:
        times = [frame.at_s for frame in video.frames(every)]
        return times, video.missing()


@pytest.mark.parametrize(
    ("name", "container"),
    [("a.avi", "AVI"), ("a.mp4", "MP4"), ("a.mov", "MP4"), ("a.mkv", "Matroska")],
)
def test_every_frame_comes_with_its_number_and_time(tmp_path, name, container):
    path = film(tmp_path / name, crossing("7ABC123", 12))
    with open_video(path, LIMITS) as video:
        frames = list(video.frames(every))
        facts = video.facts
    assert (facts.container, facts.width, facts.height, facts.frames) == (container, *SIZE, 12)
    assert [frame.number for frame in frames] == list(range(12))
    assert [frame.at_s for frame in frames] == pytest.approx([n / FPS for n in range(12)])
    first = frames[0].pixels
    assert (first.shape, first.dtype, first.flags.writeable) == ((360, 640, 3), np.uint8, False)
    red, _, blue = first[180, 57:103].mean(axis=0)
    assert red > 2 * blue, "RGB, not BGR"


def test_only_wanted_frames_are_decoded_and_all_are_counted(tmp_path):
    path = film(tmp_path / "a.mp4", crossing("7ABC123", 12))
    with open_video(path, LIMITS) as video:
        numbers = [frame.number for frame in video.frames(lambda number, _: number in {3, 7})]
        assert (numbers, video.passed) == ([3, 7], 12)


def test_times_are_those_of_the_container_where_the_rate_varies(tmp_path):
    times_ms = [0, 100, 200, 900, 1_000, 3_000, 3_050, 3_100]
    path = shown_at(film(tmp_path / "a.mkv", crossing("7ABC123", 8)), times_ms)
    assert passed_through(path)[0] == pytest.approx([ms / 1_000 for ms in times_ms])


def test_a_turned_video_stands_upright(tmp_path):
    path = film(tmp_path / "a.mp4", [[Mark("7ABC123", 60, 40)]] * 5)
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    content[matrix : matrix + 36] = struct.pack(
        ">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, SIZE[1] << 16, 0, 1 << 30
    )
    path.write_bytes(bytes(content))
    with open_video(path, LIMITS) as video:
        assert (video.facts.width, video.facts.height) == SIZE[::-1]
        frame = next(video.frames(every))
    assert frame.pixels.shape == (640, 360, 3)
    red, green, _ = frame.pixels[50:70, 310:330].mean(axis=(0, 1))
    assert red > 2 * green, "what was at the top left is at the top right"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "The file is empty"),
        (b"no video at all", "This is no video that can be read"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "This is no video that can be read"),
        (b"ffconcat version 1.0\nfile a.mp4\n", "This is no video that can be read"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(200), "The video cannot be opened"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "The video cannot be opened"),
    ],
)
def test_what_is_no_video_is_told_with_its_name(tmp_path, content, what):
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoUnreadableError, match=what) as refused:
        passed_through(path)
    assert str(path) in str(refused.value)


def test_a_pattern_of_many_files_is_never_followed(tmp_path):
    film(tmp_path / "a1.avi", [[]])
    with pytest.raises(VideoUnreadableError, match="The file cannot be read"):
        passed_through(tmp_path / "a%d.avi")


@pytest.mark.parametrize("name", ["a.avi", "a.mkv"])
def test_a_video_that_breaks_off_gives_what_stands_before(tmp_path, name):
    path = film(tmp_path / name, crossing("7ABC123", 40), codec="MJPG")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    times, missing = passed_through(path)
    assert 10 < len(times) < 30
    assert missing == 40 - len(times)


def test_a_whole_video_misses_nothing(tmp_path):
    for name in ("a.avi", "a.mp4", "a.mkv"):
        assert passed_through(film(tmp_path / name, crossing("7ABC123", 25)))[1] == 0


def test_an_index_that_is_cut_off_is_explained(tmp_path):
    path = film(tmp_path / "a.mp4", crossing("7ABC123", 20))
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(VideoUnreadableError, match="MP4 keeps its index at the end"):
        passed_through(path)


@pytest.mark.parametrize(("frames", "fits"), [(9, True), (36_001, False)])
def test_a_video_is_bounded_in_length(tmp_path, frames, fits):
    path = film(tmp_path / "a.mp4", [[]] * 9)
    content = path.read_bytes()
    at = content.index(b"stts") + 8
    entry = struct.pack(">II", 9, struct.unpack(">I", content[at + 8 : at + 12])[0])
    assert content[at + 4 : at + 12] == entry
    limits = VideoLimits(megapixels=80, hours=1)
    if fits:
        assert len(passed_through(path, limits)[0]) == 9
        return
    # The same frames, each shown for longer than an hour.
    slow = struct.pack(">II", 9, struct.unpack(">I", entry[4:])[0] * frames)
    path.write_bytes(content.replace(entry, slow))
    with pytest.raises(VideoUnreadableError, match="too long"):
        passed_through(path, limits)


@pytest.mark.parametrize(("megapixels", "fits"), [(1, True), (0, False)])
def test_a_frame_is_bounded_in_size(tmp_path, megapixels, fits):
    path = film(tmp_path / "a.avi", [[]] * 3)
    limits = VideoLimits(megapixels=megapixels, hours=1)
    if fits:
        assert len(passed_through(path, limits)[0]) == 3
    else:
        with pytest.raises(VideoUnreadableError, match="640 x 360"):
            passed_through(path, limits)


def test_the_policy_sets_the_bounds(policy: Policy):
    assert VideoLimits.of(policy) == VideoLimits(megapixels=80, hours=24)


def test_creation_times_are_read(tmp_path):
    mp4 = made_at(film(tmp_path / "a.mp4", [[]] * 3), CREATED)
    assert creation_time(mp4, "MP4") == CREATED
    assert creation_time(film(tmp_path / "b.mp4", [[]] * 3), "MP4") is None
    assert creation_time(film(tmp_path / "c.avi", [[]] * 3), "AVI") is None
    mkv = film(tmp_path / "d.mkv", [[]] * 3)
    assert creation_time(mkv, "Matroska") is None
    nanoseconds = int((CREATED - datetime(2001, 1, 1, tzinfo=UTC)).total_seconds()) * 10**9
    date = b"\x44\x61\x88" + struct.pack(">q", nanoseconds)
    info = b"\x15\x49\xa9\x66" + bytes([0x80 + len(date)]) + date
    segment = b"\x18\x53\x80\x67" + b"\x01" + b"\xff" * 7 + info
    mkv.write_bytes(b"\x1a\x45\xdf\xa3\x80" + segment)
    assert creation_time(mkv, "Matroska") == CREATED


@given(st.binary(max_size=200), st.sampled_from(["MP4", "Matroska"]))
def test_broken_headers_say_nothing_and_never_fail(tmp_path_factory, content, container):
    begin = {"MP4": b"\x00\x00\x00\x60moov", "Matroska": b"\x18\x53\x80\x67\xff\x15\x49\xa9\x66"}
    path = tmp_path_factory.getbasetemp() / f"header-{container}"
    path.write_bytes(begin[container] + content)
    found = creation_time(path, container)
    assert found is None or found.tzinfo is UTC


@given(st.binary(max_size=1_024))
def test_any_bytes_have_a_container_or_none(head):
    assert container_of(head) in {None, "MP4", "Matroska", "AVI", "MPEG-PS", "MPEG-TS"}


def test_transport_streams_are_known_by_their_packets():
    packet = b"\x47" + bytes(187)
    assert container_of(packet * 5) == "MPEG-TS"
    assert container_of((bytes(4) + packet) * 5) == "MPEG-TS"
    assert container_of(b"G" + b"x" * 1_000) is None
