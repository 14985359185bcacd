"""Takes in picture files: decoded, dated, read, and handed to the ingest one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
from workbench.recognition.pictures import PictureLimits, decode_picture
from workbench.recognition.read_pictures import picture_content, plate_reads


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
        context = context_of(Sender(camera=photographer.camera), self._clock(), self._policy)
        try:
            # The time comes before reading, which takes seconds.
            picture = decode_picture(content, name=str(path), limits=self._limits)
            sighting = sighting_of(picture, path, photographer.when)
            reads = plate_reads(self._engine, picture, path)
            items = items_of(reads, content, picture, sighting, context)
        except (RecognitionError, RecordError) as error:
            return self._ingest.refuse(
                content, caller, name=path.name, source=PICTURE, error=of_file(error, path)
            )
        return self._store(items, caller, path, sha256)

    def _store(self, items: Sequence[Taken], caller: Caller, path: Path, sha256: str) -> Receipt:
        return self._ingest.take_items(items, caller, name=path.name, source=PICTURE, sha256=sha256)


def of_file(error: RecognitionError | RecordError, path: Path) -> RecognitionError | RecordError:
    """Return the error with the file's name in it, however deep it was raised."""
    if "file" in error.where:
        return error
    return type(error)(
        error.what,
        given=error.given,
        allowed=error.allowed,
        next_step=error.next_step,
        where={"file": path, **error.where},
    )
