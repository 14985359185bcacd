"""Takes in video files: dated, followed, and stored passage by passage as the video goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.detections.batches import Portion
from workbench.detections.choosing import context_of
from workbench.detections.deliveries import Begun, Sender
from workbench.detections.formats.base import Delivery, Rejected
from workbench.detections.formats.checks import check_time
from workbench.detections.from_videos import VIDEO, Filming, Origin, Shown, item_of, start_of
from workbench.detections.ingest import Ingest
from workbench.detections.ingest_log import Caller
from workbench.detections.originals import Fingerprint, fingerprint
from workbench.detections.receipt import Receipt
from workbench.detections.video_reading import Look, VideoReading
from workbench.detections.video_refusals import broken_off, failed_frame, place_of
from workbench.domain.clock import Clock
from workbench.errors import (
    DeliveryError,
    InputError,
    RecognitionError,
    RecordError,
    VideoUnreadableError,
)
from workbench.policy import Policy
from workbench.recognition.base import Recogniser
from workbench.recognition.picture_jobs import of_file
from workbench.recognition.video.frames import Video, VideoLimits, open_video
from workbench.recognition.video.saving import restored, saved

LOOKS_IN_A_PORTION = 20
"""Frames that are looked at between two commits; a crash repeats as many at most."""

VideoReport = Callable[[int, int, int], None]
"""Gets how many frames are done, how many there are (0: unknown), how many passages were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A video that is taken in."""

    path: Path
    known_as: Fingerprint
    changed_ns: int
    filming: Filming
    origin: Origin
    report: VideoReport | None

    def settings(self) -> dict[str, Any]:
        """Return what has to be the same when it goes on after a stop."""
        return {
            "camera": self.filming.camera,
            "start": self.origin.start.at.isoformat(),
            "fps": self.filming.looks_per_second,
        }


class VideoIntake:
    """Follows the plates of videos and takes in their passages.

    The video itself is not kept: its hash and name are, and the pictures of each passage.

    Parameters
    ----------
    ingest
        Stores reads, pictures and what was refused.
    load_engine
        Called when the first frame has to be read; loading takes seconds.
    policy, clock
        Bounds, and when.
    looks_in_a_portion
        Frames that are looked at between two commits.
    """

    def __init__(
        self,
        ingest: Ingest,
        *,
        load_engine: Callable[[], Recogniser],
        policy: Policy,
        clock: Clock,
        looks_in_a_portion: int = LOOKS_IN_A_PORTION,
    ) -> None:
        self._ingest = ingest
        self._load_engine = load_engine
        self._policy = policy
        self._limits = VideoLimits.of(policy)
        self._clock = clock
        self._looks_in_a_portion = looks_in_a_portion

    @cached_property
    def _engine(self) -> Recogniser:
        return self._load_engine()

    def take(
        self, path: Path, caller: Caller, filming: Filming, report: VideoReport | None = None
    ) -> Receipt:
        """Take in one video; the same one again changes nothing, or goes on where it stopped.

        Returns
        -------
        Receipt
            ``refused`` with the error if it could not be read, or does not say when it was taken.
            One that breaks off is complete with what stands before, and the break in quarantine.

        Raises
        ------
        InputError
            If it was begun before with another camera, start or number of looks.
        DependencyError
            If the engine or OpenCV is not installed.
        DeniedError, DeliveryError, AuditWriteError, StorageError
            As for `Ingest.take`.
        """
        context = context_of(Sender(camera=filming.camera), self._clock(), self._policy)
        changed_ns = _changed_ns(path)
        known_as = fingerprint(Delivery(path.name, path, context.now, context))
        if self._ingest.is_taken(known_as.sha256, source=VIDEO):
            return self._store(path, known_as, caller, lambda _: iter(()))
        try:
            with open_video(path, self._limits) as video:
                start = start_of(path, video.facts.container, filming)
                check_time(start.at, context)
                check_time(start.at + timedelta(seconds=video.facts.duration_s), context)
                given = _Given(
                    path=path,
                    known_as=known_as,
                    changed_ns=changed_ns,
                    filming=filming,
                    origin=Origin(sha256=known_as.sha256, start=start, context=context),
                    report=report,
                )
                return self._store(
                    path, known_as, caller, lambda begun: self._portions(given, video, begun)
                )
        except (VideoUnreadableError, RecordError) as error:
            return self._ingest.refuse(
                known_as, caller, name=path.name, source=VIDEO, error=of_file(error, path)
            )

    def _store(
        self,
        path: Path,
        known_as: Fingerprint,
        caller: Caller,
        parts: Callable[[Begun], Iterator[Portion]],
    ) -> Receipt:
        return self._ingest.take_growing(
            parts, caller, name=path.name, source=VIDEO, sha256=known_as.sha256
        )

    def _portions(self, given: _Given, video: Video, begun: Begun) -> Iterator[Portion]:
        """Give what to store, from where an earlier try stopped."""
        before = begun.progress or {"open": [], "ended": False}
        _check_same(given, before)
        if before["ended"]:
            return
        reading = VideoReading(
            video,
            given.path,
            self._engine,
            looks_per_second=given.filming.looks_per_second,
            after=begun.records,
            passages=tuple(restored(value) for value in before["open"]),
        )
        portion, looks, passages = Portion(), 0, begun.counts.reads
        broken: RecognitionError | None = None
        for look in _until_broken(reading):
            if isinstance(look, RecognitionError):
                broken = look
                continue
            looks, passages = looks + 1, passages + len(look.over)
            self._add(portion, look, given)
            if given.report:
                given.report(look.frames, video.facts.frames, passages + len(look.open))
            if looks == self._looks_in_a_portion or portion.is_full(self._looks_in_a_portion):
                yield portion
                portion, looks = Portion(), 0
        yield self._last(portion, given, video, broken)

    def _add(self, portion: Portion, look: Look, given: _Given) -> None:
        for shown in look.over:
            _add_passage(portion, shown, given.origin)
        if look.failure:
            portion.add(failed_frame(look.frames - 1, look.failure, given.path))
        portion.records = look.frames
        portion.progress = {
            **given.settings(),
            "open": [saved(passage) for passage in look.open],
            "ended": False,
        }

    def _last(
        self, portion: Portion, given: _Given, video: Video, broken: RecognitionError | None
    ) -> Portion:
        """Return the last portion, with what is wrong about the end of the video."""
        if not video.passed:
            raise VideoUnreadableError("The video has no frames", where={"file": given.path})
        if _changed_ns(given.path) != given.changed_ns:
            raise DeliveryError(
                "The file changed while it was read",
                next_step="give it again when it is whole",
                where={"file": given.path},
            )
        if broken or video.missing():
            portion.add(broken_off(video, broken, given.path))
        portion.records = video.passed
        portion.progress = {**given.settings(), "open": [], "ended": True}
        return portion


def _changed_ns(path: Path) -> int:
    """Return when a file was changed; 0 where there is none, which `fingerprint` tells."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _until_broken(reading: VideoReading) -> Iterator[Look | RecognitionError]:
    """Give every look; where the video cannot go on, why, and what was in view then."""
    try:
        yield from reading.looks()
    except VideoUnreadableError as error:
        yield error
        yield reading.end()


def _add_passage(portion: Portion, shown: Shown, origin: Origin) -> None:
    number = shown.passage.name.frame
    try:
        portion.add(item_of(shown, origin))
    except RecordError as error:
        portion.add(Rejected(number, place_of(number), error))


def _check_same(given: _Given, before: dict[str, Any] | Any) -> None:
    now = given.settings()
    other = {name: before[name] for name in now if before.get(name, now[name]) != now[name]}
    if other:
        raise InputError(
            "This video was begun with other settings",
            given={name: now[name] for name in other},
            allowed=", ".join(f"{name} {value}" for name, value in other.items()),
            next_step="what was stored stays as it is; give the same again to go on",
            where={"file": given.path},
        )
