"""Tesseract, the text reader of most Linux distributions, run as a program of its own."""

from __future__ import annotations

import os
import shutil
import string
import subprocess
from dataclasses import dataclass

from workbench.errors import DependencyError, RecognitionError
from workbench.recognition.base import Pixels, PlateRead
from workbench.recognition.engine import Engine
from workbench.recognition.installation import Installation
from workbench.recognition.options import EngineOptions
from workbench.recognition.tesseract_lines import lines_of, plate_read

NAME = "tesseract"
SUMMARY = "Tesseract, made for printed pages; reads few plates, here to compare with"
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-eng"

_SPARSE_TEXT = "11"
"""Tesseract's page segmentation mode for as much text as there is, in no order."""

_ALLOWED = string.ascii_uppercase + string.digits
_TIMEOUT_S = 60
_VERSION_TIMEOUT_S = 10
_MIN_SIDE_PX, _MAX_SIDE_PX = 8, 32_767
_REVISION = 1
"""Raise it when the code here reads differently."""


@dataclass(frozen=True, slots=True)
class TesseractEngine:
    """Reads the lines of text of a picture; one process for each picture.

    Attributes
    ----------
    program
        Its path.
    program_version
        As it says itself.
    threads
        Most threads it computes with.
    """

    program: str
    program_version: str
    threads: int | None = None
    name: str = NAME

    @property
    def version(self) -> str:
        """Names the program, its mode and the revision of the code here."""
        return f"tesseract{self.program_version}-eng-psm{_SPARSE_TEXT}.{_REVISION}"

    def read(self, picture: Pixels) -> list[PlateRead]:
        """Return a read for each line of text, the most confident first.

        Raises
        ------
        RecognitionError
            If Tesseract fails, or takes more than a minute.
        """
        height, width = picture.shape[:2]
        if min(height, width) < _MIN_SIDE_PX or max(height, width) > _MAX_SIDE_PX:
            return []
        found = [
            plate_read(line, (width, height), engine=self.name, version=self.version)
            for line in lines_of(self._table(picture))
        ]
        return sorted((read for read in found if read), key=lambda read: -read.confidence)

    def _table(self, picture: Pixels) -> str:
        height, width = picture.shape[:2]
        portable = b"P6 %d %d 255\n" % (width, height) + picture.tobytes()
        how = ("--psm", _SPARSE_TEXT, "-l", "eng", "-c", f"tessedit_char_whitelist={_ALLOWED}")
        command = [self.program, "stdin", "stdout", *how, "tsv"]
        environment = dict(os.environ)
        if self.threads is not None:
            environment["OMP_THREAD_LIMIT"] = str(self.threads)
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command, the picture on its input
                command,
                input=portable,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
                env=environment,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RecognitionError("Tesseract did not answer", given=str(error)) from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise RecognitionError(
                "Tesseract failed",
                given=said[-1] if said else f"exit code {done.returncode}",
                next_step=f"is its English there? {INSTALL}",
            )
        return done.stdout.decode(errors="replace")


def make_tesseract(options: EngineOptions) -> TesseractEngine:
    """Find Tesseract; it loads its networks anew for each picture.

    Raises
    ------
    DependencyError
        If the program is not on the path.
    """
    program = shutil.which(NAME)
    if program is None:
        raise DependencyError(
            "Tesseract is a program of its own, and is not on the path",
            given=NAME,
            next_step=INSTALL,
        )
    return TesseractEngine(program, _said_version(program) or "?", options.threads)


def look_for_tesseract(_: EngineOptions) -> Installation:
    """Return whether the program is on the path, and the version that it says."""
    program = shutil.which(NAME)
    if program is None:
        return Installation(version=None, missing=(f"the program {NAME}",), next_step=INSTALL)
    return Installation(version=_said_version(program))


def _said_version(program: str) -> str | None:
    try:
        said = subprocess.run(  # noqa: S603 - a fixed command
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=_VERSION_TIMEOUT_S,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return said.split()[1] if len(said.split()) > 1 else None


ENGINE = Engine(NAME, SUMMARY, make_tesseract, look_for_tesseract)
