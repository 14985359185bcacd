"""Making a bag of a folder with the Library of Congress's `bagit`, in a process of its own.

Its functions change the process's working folder while they work, which threads of a service
would notice. The process ends with the one that began it, so that nothing is written into a
folder that was given up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from workbench.errors import EvidenceError

CHECKSUMS = ("sha256", "sha512")
TAG_MANIFESTS = tuple(f"tagmanifest-{name}.txt" for name in CHECKSUMS)
MANIFESTS = tuple(f"manifest-{name}.txt" for name in CHECKSUMS)

_BEGIN = """
import ctypes, json, logging, sys
ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
logging.getLogger("bagit").addHandler(logging.NullHandler())
import bagit
asked = json.load(sys.stdin)
"""
_MAKE = f"{_BEGIN}bagit.make_bag(asked['folder'], asked['info'], checksums=asked['checksums'])"
_SAVE = f"{_BEGIN}bagit.Bag(asked['folder']).save()"


def make_bag(folder: Path, info: Mapping[str, str]) -> None:
    """Move what lies in a folder into ``data/`` and write manifests over it.

    Parameters
    ----------
    info
        What stands in ``bag-info.txt``, by BagIt's own names.

    Raises
    ------
    EvidenceError
        If bagit could not; with what it said.
    """
    lines = {name: " ".join(value.split()) for name, value in info.items()}
    _run(_MAKE, {"folder": str(folder), "info": lines, "checksums": CHECKSUMS})


def cover_tag_files(folder: Path) -> None:
    """Write the manifests over everything around ``data/`` anew, when that is complete.

    Raises
    ------
    EvidenceError
        If bagit could not; with what it said.
    """
    _run(_SAVE, {"folder": str(folder)})


def _run(script: str, asked: Mapping[str, object]) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script],
        input=json.dumps(asked),
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise EvidenceError(
            "The package could not be hashed, so there is none",
            given=said[-1] if said else f"exit code {done.returncode}",
            next_step="see that the medium has space and can be written, then make it anew",
        )
