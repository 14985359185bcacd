"""Any number of pictures: known ones passed over, the others read by workers and stored here.

Workers read and give back what they read. Only this process knows the database, so a worker that
is killed leaves nothing half done, and what was stored before this process ended is known by its
hash when the same folder is given again. A few pictures are stored at once, each in transactions
of its own: storing waits for the disk far longer than it computes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from workbench.detections.at_once import AtOnce
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.detections.receipt import Receipt
from workbench.errors import DeliveryError, PictureUnreadableError, RecognitionError, WorkbenchError
from workbench.policy import Policy
from workbench.recognition.base import Recogniser
from workbench.recognition.picture_jobs import PictureJob, ReadPicture, found_of
from workbench.recognition.pictures import PictureLimits, check_size
from workbench.recognition.read_pictures import picture_content
from workbench.recognition.workers import Done, Workers

_LOOKED_UP = 256
"""Pictures whose hashes are asked for in one statement."""

_HASHING_THREADS = 4

STORED_AT_ONCE = 4
"""With more, pictures wait for one another: the log takes one record after the other."""

Taken = tuple[Path, Receipt | WorkbenchError]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreading:
    """Who reads the pictures, and how.

    Attributes
    ----------
    workers
        From `workbench.recognition.workers`.
    load_engine
        Loads the engine in a worker; can be pickled.
    send_content
        Whether pictures are sent to the workers; otherwise they read the files by their paths.
    stored_at_once
        How many pictures are stored at the same time here.
    """

    workers: Workers
    load_engine: Callable[[], Recogniser]
    send_content: bool = False
    stored_at_once: int = STORED_AT_ONCE


class ImageBatches:
    """Takes in the pictures of a folder, however many.

    Parameters
    ----------
    intake
        Stores what was read.
    spreading
        Who reads.
    policy
        Says how large a picture may be.
    """

    def __init__(self, intake: ImageIntake, spreading: Spreading, *, policy: Policy) -> None:
        self._intake = intake
        self._spreading = spreading
        self._limits = PictureLimits.of(policy)

    def take(
        self, files: Iterable[Path], caller: Caller, photographer: Photographer
    ) -> Iterator[Taken]:
        """Take in pictures and give what became of each as soon as it is known.

        Not in the order of the files where several workers read. What is under way is bounded:
        two pictures a worker, a few that are being stored, and the hashes of a few hundred.

        Yields
        ------
        tuple
            The file, and its receipt or why it could not be taken in.

        Raises
        ------
        DependencyError
            If the engine, or what spreads the work, is not installed.
        DeniedError, AuditWriteError, StorageError
            As for `Ingest.take`; what was given before is stored, and perhaps a few more.
        """
        task = self._intake.reading(photographer, load_engine=self._spreading.load_engine)
        threads = self._spreading.stored_at_once
        with self._spreading.workers.crew(task) as crew, AtOnce[Taken](threads) as storing:

            def one_more() -> Iterator[Taken]:
                done = crew.take()
                work = partial(self._stored, done, caller, photographer)
                return storing.give(done.job.sha256 or "", work)

            for step in self._steps(files, caller):
                if not isinstance(step, PictureJob):
                    yield step
                    continue
                while not crew.room:
                    yield from one_more()
                crew.give(step)
            while crew.pending:
                yield from one_more()
            yield from storing.rest()

    def _steps(self, files: Iterable[Path], caller: Caller) -> Iterator[PictureJob | Taken]:
        """Yield a job for each picture that has to be read, and what became of the others."""
        waiting = iter(files)
        with ThreadPoolExecutor(_HASHING_THREADS, "hash") as threads:
            while block := list(islice(waiting, _LOOKED_UP)):
                hashed = list(threads.map(self._hashed, block))
                known = self._intake.known([h for h in hashed if isinstance(h, str)], caller)
                for path, found in zip(block, hashed, strict=True):
                    if isinstance(found, WorkbenchError):
                        yield path, found
                    elif found in known:
                        yield path, known[found]
                    else:
                        yield self._job(path, found)

    def _hashed(self, path: Path) -> str | RecognitionError:
        """Return the hash of a file without keeping its content."""
        try:
            if not path.is_file():
                picture_content(path, self._limits)  # says what it is instead
            check_size(path.stat().st_size, name=str(path), limits=self._limits)
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except RecognitionError as error:
            return error
        except OSError as error:
            return _unreadable(path, error)

    def _job(self, path: Path, sha256: str) -> PictureJob | Taken:
        if not self._spreading.send_content:
            return PictureJob(path, sha256)
        try:
            return PictureJob(path, sha256, picture_content(path, self._limits))
        except RecognitionError as error:
            return path, error

    def _stored(
        self, done: Done[PictureJob, ReadPicture], caller: Caller, photographer: Photographer
    ) -> Taken:
        path, sha256 = done.job.path, done.job.sha256 or ""
        try:
            return path, self._intake.take_read(found_of(done), sha256, caller, photographer)
        except (RecognitionError, DeliveryError) as error:
            return path, error  # the other pictures are taken in


def _unreadable(path: Path, error: OSError) -> PictureUnreadableError:
    return PictureUnreadableError(
        "The file cannot be read",
        given=error.strerror,
        allowed="a picture file that this account may read",
        where={"file": path},
    )
