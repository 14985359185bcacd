"""Pictures stored a second: one after the other, and a few at once, of what was read before."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

from workbench.bench.pictures import render_pictures
from workbench.bench.timing import Figures
from workbench.detections.from_pictures import TakenWhen
from workbench.detections.image_batches import ImageBatches, Spreading
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin
from workbench.domain.read import Box
from workbench.errors import RecognitionError
from workbench.recognition.base import Pixels, PlateRead, Reading
from workbench.recognition.picture_jobs import PictureJob, PictureReading, ReadPicture
from workbench.recognition.pictures import PictureLimits
from workbench.recognition.workers import Crew, Done, Task
from workbench.runtime import Runtime

SLICES = 4
_RENDERED = 12
_DEPTH = 4
_BENCH = Caller(origin=Origin(channel=Channel.COMMAND, address="bench"))


def run(
    runtime: Runtime, folder: Path, ways: Sequence[int], count: int, report: Callable[[str], None]
) -> Figures:
    """Return pictures stored a second, for each number of pictures stored at once.

    All were read before the clock starts, each with one plate. The ways take turns, so that what
    else the machine does meets all of them.

    Parameters
    ----------
    runtime
        Of `bench_runtime`; what is stored stays in it.
    folder
        Where pictures may be written.
    ways
        Numbers of pictures stored at once; the first is what the others are compared with.
    count
        Pictures for each way.
    """
    report("rendering and reading")
    files = _pictures(folder, count * len(ways) + 1)
    limits = PictureLimits.of(runtime.policy)
    task = PictureReading(load_engine=_SameRead, limits=limits, cut_out=True)
    read = task.load()
    known = _KnownReads({file: read(PictureJob(file)) for file in files})
    _store(runtime, known, files[:1], 1)  # the month's partition, the first connections
    spent = dict.fromkeys(ways, 0.0)
    waiting = iter(files[1:])
    for turn in range(SLICES):
        for at_once in ways:
            size = count * (turn + 1) // SLICES - count * turn // SLICES
            report(f"storing {size} pictures, {at_once} at once")
            began = perf_counter()
            _store(runtime, known, list(islice(waiting, size)), at_once)
            spent[at_once] += perf_counter() - began
    figures: Figures = {"pictures": count}
    for at_once in ways:
        figures[f"stored_{at_once}_at_once_pictures_per_s"] = round(count / spent[at_once], 2)
        figures[f"stored_{at_once}_at_once_ratio"] = round(spent[ways[0]] / spent[at_once], 3)
    return figures


class _SameRead:
    """Reads the same plate in the middle of every picture, at once."""

    name = "bench"
    version = "1"

    def read(self, picture: Pixels) -> list[PlateRead]:
        """Return the read."""
        height, width = picture.shape[:2]
        box = Box(width // 2 - 80, height // 2 - 40, 160, 80)
        left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        candidates = (Reading("4BCD567", 0.9), Reading("4BCO567", 0.05))
        return [
            PlateRead(
                text="4BCD567",
                confidence=0.9,
                candidates=candidates,
                box=box,
                corners=corners,
                engine=self.name,
                version=self.version,
            )
        ]


class _KnownReads:
    """Workers that have read everything."""

    def __init__(self, reads: Mapping[Path, ReadPicture]) -> None:
        self._reads = reads

    @contextmanager
    def crew(self, task: Task[Any, Any]) -> Iterator[Crew[Any, Any]]:  # noqa: ARG002 - is done
        """Open a crew that only gives answers."""
        yield _KnownCrew(self._reads)


class _KnownCrew:
    def __init__(self, reads: Mapping[Path, ReadPicture]) -> None:
        self._reads = reads
        self._jobs: deque[PictureJob] = deque()

    @property
    def pending(self) -> int:
        return len(self._jobs)

    @property
    def room(self) -> bool:
        return len(self._jobs) < _DEPTH

    def give(self, job: PictureJob) -> None:
        self._jobs.append(job)

    def take(self) -> Done[PictureJob, ReadPicture]:
        job = self._jobs.popleft()
        return Done(job, self._reads[job.path])


def _pictures(folder: Path, count: int) -> list[Path]:
    """Write pictures of which no two, here or in an earlier run, have the same content."""
    rendered = [file.read_bytes() for file in render_pictures(folder, _RENDERED, (1_280, 720))]
    files = [folder / f"stored-{number:06}.jpg" for number in range(count)]
    for file, content in zip(files, cycle(rendered), strict=False):
        file.write_bytes(content + secrets.token_bytes(16))  # behind the end of the picture
    return files


def _store(runtime: Runtime, known: _KnownReads, files: Sequence[Path], at_once: int) -> None:
    intake = ImageIntake(
        runtime.ingest, load_engine=_SameRead, policy=runtime.policy, clock=runtime.clock
    )
    how = Spreading(workers=known, load_engine=_SameRead, stored_at_once=at_once)
    at = (runtime.clock() - timedelta(hours=1)).isoformat()
    photographer = Photographer(camera="bench", when=TakenWhen(at=at))
    batches = ImageBatches(intake, how, policy=runtime.policy)
    for path, outcome in batches.take(files, _BENCH, photographer):
        if isinstance(outcome, Exception) or outcome.counts.stored != 1:
            raise RecognitionError("A picture was not stored", given=outcome, where={"file": path})
