"""The model files of fast-alpr: where they lie, and the one way to fetch them.

fast-alpr's packages bring no models and fetch them by themselves when they are first used. Here
they are fetched only by a person who says so, into a folder that the installation names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

from workbench.errors import DependencyError
from workbench.recognition.torch_parts import load_package

INSTALL = 'pip install "alpr-workbench[fast-alpr]"'
FETCH = "workbench recognise fetch fast-alpr"

FINDER_MODEL = "yolo-v9-t-416-license-plate-end2end"
FINDER_FILE = "yolo-v9-t-416-license-plates-end2end.onnx"
READER_MODEL = "cct-xs-v2-global-model"
READER_FILE = "cct_xs_v2_global.onnx"
CONFIG_FILE = "cct_xs_v2_global_plate_config.yaml"
FILES = (FINDER_FILE, READER_FILE, CONFIG_FILE)

_FOLDER = "fast-alpr"
_SHOWN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class FastAlprFiles:
    """The three files that fast-alpr reads with.

    Attributes
    ----------
    folder
        ``None`` where the installation names none.
    """

    folder: Path | None

    @classmethod
    def under(cls, models: Path | None) -> FastAlprFiles:
        """Return those of an installation's folder of models."""
        return cls(None if models is None else models / _FOLDER)

    def missing(self) -> tuple[str, ...]:
        """Return the names of the files that are not there."""
        if self.folder is None:
            return FILES
        return tuple(name for name in FILES if not (self.folder / name).is_file())

    def checked(self) -> Path:
        """Return the folder with all three.

        Raises
        ------
        DependencyError
            If one is missing; says where it has to lie and how it gets there.
        """
        missing = self.missing()
        if missing or self.folder is None:
            raise DependencyError(
                "fast-alpr comes without its models, and nothing is fetched by itself",
                given=f"missing: {', '.join(missing)}",
                next_step=f"where this machine may use the network: {FETCH};"
                f" else copy the files there",
                where={"folder": self.folder or "none: set WORKBENCH_RECOGNITION_MODELS"},
            )
        return self.folder

    def digest(self) -> str:
        """Return the beginning of the SHA-256 over all three, in order of `FILES`."""
        folder, over_all = self.checked(), hashlib.sha256()
        for name in FILES:
            over_all.update(hashlib.sha256((folder / name).read_bytes()).digest())
        return over_all.hexdigest()[:_SHOWN_DIGITS]


def fetch_fast_alpr(models: Path) -> dict[Path, str]:
    """Fetch the model files from where fast-alpr's packages keep them; files that are there stay.

    Nobody pins their hashes: compare what comes back with another machine before it is used.

    Parameters
    ----------
    models
        The installation's folder of models.

    Returns
    -------
    dict
        Each file with its SHA-256.

    Raises
    ------
    DependencyError
        If the packages are not installed, or the files cannot be fetched.
    """
    finders = load_package("open_image_models.detection.core.hub", install=INSTALL)
    readers = load_package("fast_plate_ocr.inference.hub", install=INSTALL)
    folder = models / _FOLDER
    try:
        finders.download_model(FINDER_MODEL, save_directory=folder)
        readers.download_model(READER_MODEL, save_directory=folder)
    except (OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise DependencyError(
            "The models of fast-alpr could not be fetched",
            given=str(error),
            next_step="copy the files from a machine that may use the network",
            where={"folder": folder},
        ) from error
    return {folder / name: _sha256(folder / name) for name in FILES}


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
