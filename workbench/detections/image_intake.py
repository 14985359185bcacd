"""Takes in picture files: decoded, dated, read, and handed to the ingest one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from workbench.detections.choosing import context_of
from workbench.detections.deliveries import Sender
from workbench.detections.formats.base import Taken
from workbench.detections.from_pictures import PICTURE, TakenWhen, items_of, sighting_of
from workbench.detections.ingest import Ingest
from workbench.detections.ingest_log import Caller
from workbench.detections.receipt import Receipt
from workbench.domain.clock import Clock
from workbench.errors import InputError, RecognitionError, RecordError
from workbench.policy import Policy
from workbench.recognition.base import Recogniser
from workbench.recognition.exif import Shot
from workbench.recognition.picture_jobs import (
    PictureJob,
    PictureReading,
    ReadPicture,
    changed_meanwhile,
    of_file,
)
from workbench.recognition.pictures import PictureLimits
from workbench.recognition.read_pictures import picture_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Photographer:
    """What is said about all pictures of one intake.

    Attributes
    ----------
    camera
        Its name, as the department knows it.
    when
        What is said about their times.

    Raises
    ------
    InputError
        If the camera has no name.
    """

    camera: str
    when: TakenWhen = field(default_factory=TakenWhen)

    def __post_init__(self) -> None:
        """Refuse pictures of no camera."""
        if not self.camera.strip():
            raise InputError(
                "Which camera took the pictures?", given=self.camera, allowed="a camera's name"
            )


class ImageIntake:
    """Reads pictures and takes in what was read.

    A picture that was taken in before is not read again. One that cannot be read, or does not say
    when it was taken, goes to quarantine and stops nothing else.

    Parameters
    ----------
    ingest
        Stores reads, pictures and what was refused.
    load_engine
        Called when the first picture has to be read; loading takes seconds.
    policy, clock
        Bounds, and when.
    """

    def __init__(
        self,
        ingest: Ingest,
        *,
        load_engine: Callable[[], Recogniser],
        policy: Policy,
        clock: Clock,
    ) -> None:
        self._ingest = ingest
        self._load_engine = load_engine
        self._policy = policy
        self._limits = PictureLimits.of(policy)
        self._clock = clock

    @cached_property
    def _engine(self) -> Recogniser:
        return self._load_engine()

    def take(self, path: Path, caller: Caller, photographer: Photographer) -> Receipt:
        """Take in one picture; the same one again changes nothing.

        Returns
        -------
        Receipt
            ``refused`` with the error if it could not be read.

        Raises
        ------
        RecognitionError
            If the file itself cannot be read, or is larger than a picture may be.
        DependencyError
            If the engine is not installed.
        DeniedError, DeliveryError, AuditWriteError, StorageError
            As for `Ingest.take`.
        """
        content = picture_content(path, self._limits)
        sha256 = hashlib.sha256(content).hexdigest()
        if self._ingest.is_taken(sha256, source=PICTURE):
            return self._store([], caller, path, sha256)
        read = self.reading(photographer, load_engine=lambda: self._engine).load()
        found = read(PictureJob(path, content=content))
        return self._take_found(found, content, sha256, caller, photographer)

    def reading(
        self, photographer: Photographer, *, load_engine: Callable[[], Recogniser] | None = None
    ) -> PictureReading:
        """Return the task of reading such pictures, for workers.

        Parameters
        ----------
        load_engine
            Loads it there; that of this intake by default.
        """
        when = photographer.when
        # A file's time stands in where there is no other, and only this machine may know it.
        check = None if when.file_time else partial(sighting_of, when=when)
        return PictureReading(
            load_engine=load_engine or self._load_engine,
            limits=self._limits,
            check=check,
            cut_out=True,
        )

    def known(self, sha256s: Sequence[str], caller: Caller) -> Mapping[str, Receipt]:
        """Return the receipts of those pictures that were taken in before, by their hashes.

        Nothing is taken in and nothing is shown by it, so nothing is logged.

        Raises
        ------
        DeniedError
            If the caller may not take in pictures.
        """
        return self._ingest.taken_before(sha256s, caller, source=PICTURE)

    def take_read(
        self, found: ReadPicture, sha256: str, caller: Caller, photographer: Photographer
    ) -> Receipt:
        """Take in a picture that a worker has read.

        Parameters
        ----------
        found
            Its path leads to the picture here.
        sha256
            Of the content that was read.

        Returns
        -------
        Receipt
            ``refused`` with the error if it could not be read.

        Raises
        ------
        RecognitionError
            If the file changed since, or cannot be read any more; then nothing is taken in.
        DeniedError, DeliveryError, AuditWriteError, StorageError
            As for `Ingest.take`.
        """
        content = picture_content(found.path, self._limits)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise changed_meanwhile(found.path)
        return self._take_found(found, content, sha256, caller, photographer)

    def _take_found(
        self,
        found: ReadPicture,
        content: bytes,
        sha256: str,
        caller: Caller,
        photographer: Photographer,
    ) -> Receipt:
        path = found.path
        context = context_of(Sender(camera=photographer.camera), self._clock(), self._policy)
        try:
            if found.error:
                raise found.error
            sighting = sighting_of(found.shot or Shot(), path, photographer.when)
            items = items_of(found, content, sighting, context)
        except (RecognitionError, RecordError) as error:
            return self._ingest.refuse(
                content, caller, name=path.name, source=PICTURE, error=of_file(error, path)
            )
        return self._store(items, caller, path, sha256)

    def _store(self, items: Sequence[Taken], caller: Caller, path: Path, sha256: str) -> Receipt:
        return self._ingest.take_items(items, caller, name=path.name, source=PICTURE, sha256=sha256)
