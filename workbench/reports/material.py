"""What a report's notebook is given: frames and facts in a private folder, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from workbench.errors import ReportError
from workbench.views.tables import WholeTable, whole_table

_FACTS = "facts.json"


@dataclass(frozen=True, slots=True)
class Material:
    """Frames by name, and facts to put beside them.

    Attributes
    ----------
    facts
        Text by label, in the order in which it is shown: audit record, data window, versions.
    frames
        What the report shows; times are local to the department.
    """

    facts: Mapping[str, str]
    frames: Mapping[str, pd.DataFrame] = field(repr=False)

    @property
    def about(self) -> WholeTable:
        """The facts, for display."""
        return whole_table(pd.DataFrame(self.facts.items(), columns=["fact", "value"]))

    def table(self, name: str) -> WholeTable:
        """Return a frame for display, with nothing cut; raises as ``material[name]`` does."""
        return whole_table(self[name])

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a frame by its name.

        Raises
        ------
        ReportError
            If there is none.
        """
        if name not in self.frames:
            raise ReportError(
                "The report's material has no such frame",
                given=name,
                allowed=", ".join(sorted(self.frames)),
            )
        return self.frames[name]


def write_material(material: Material, folder: Path) -> None:
    """Write material into a folder that only its owner may read.

    Parameters
    ----------
    folder
        Exists and is empty.
    """
    for name, frame in material.frames.items():
        frame.to_parquet(folder / f"{name}.parquet")
    (folder / _FACTS).write_text(json.dumps(dict(material.facts)), encoding="utf-8")
    for file in folder.iterdir():
        file.chmod(0o600)


def open_material(folder: str | Path) -> Material:
    """Return what `write_material` wrote; a report's notebook begins with this.

    Parameters
    ----------
    folder
        The notebook's parameter ``material``; the report's runner fills it in.

    Raises
    ------
    ReportError
        If there is no material there, such as when the notebook was opened by hand.
    """
    path = Path(folder)
    if not folder or not (path / _FACTS).is_file():
        raise ReportError(
            "The report has no material to show",
            given=str(folder),
            next_step="run it with `workbench report`, which gathers the material and logs it",
        )
    facts = json.loads((path / _FACTS).read_text(encoding="utf-8"))
    frames = {file.stem: pd.read_parquet(file) for file in sorted(path.glob("*.parquet"))}
    return Material(facts, frames)
