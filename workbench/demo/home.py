"""The demo's own corner of the workbench's home: what is done, and who can sign in."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from workbench.demo.names import MADE_UP, TOWN
from workbench.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Progress:
    """What stands in the database already, so that a second run goes on from there.

    Attributes
    ----------
    seed, reads, ending
        Which city it is.
    done
        Names of the steps that need not be taken again.
    pieces, inquiries
        How many pieces of the year and inquiries of its casework are in.
    trained_at
        When the people were last trained.
    """

    seed: int
    reads: int
    ending: date
    done: tuple[str, ...] = ()
    pieces: int = 0
    inquiries: int = 0
    trained_at: datetime | None = None

    def with_done(self, step: str) -> Self:
        """Return it with a step more."""
        return replace(self, done=(*self.done, step))

    def same_city(self, other: Progress) -> bool:
        """Return whether both are of one city."""
        return (self.seed, self.reads, self.ending) == (other.seed, other.reads, other.ending)


@dataclass(frozen=True, slots=True)
class DemoHome:
    """Paths under the workbench's home, and the few files that the demo keeps there."""

    home: Path

    @property
    def folder(self) -> Path:
        """Everything that only the demo needs."""
        return self.home / "demo"

    @property
    def roads(self) -> Path:
        """Where the pages look for roads to draw."""
        return self.home / "roads.geojson"

    @property
    def people_file(self) -> Path:
        """How the made-up people sign in; only the owner may read it."""
        return self.folder / "people.json"

    @property
    def _progress_file(self) -> Path:
        return self.folder / "progress.json"

    def begin(self, progress: Progress) -> Progress:
        """Return what is done already, or make the folder and return what was given.

        Raises
        ------
        ConfigurationError
            If another city lives here.
        """
        found = self.progress()
        if found is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            note = f"# The city of {TOWN}\n\nEverything in this folder is {MADE_UP}.\n"
            (self.folder / "README.md").write_text(note, encoding="utf-8")
            self.save(progress)
            return progress
        if not found.same_city(progress):
            raise ConfigurationError(
                "Another made-up city lives in this home",
                given=f"seed {progress.seed}, {progress.reads} reads, {progress.ending}",
                allowed=f"seed {found.seed}, {found.reads} reads, {found.ending}",
                next_step="run `workbench demo run --fresh` to begin anew",
            )
        return found

    def progress(self) -> Progress | None:
        """Return what is done, or ``None`` where no demo has run."""
        if not self._progress_file.exists():
            return None
        said: dict[str, Any] = json.loads(self._progress_file.read_text(encoding="utf-8"))
        said |= {"ending": date.fromisoformat(said["ending"]), "done": tuple(said["done"])}
        if said["trained_at"]:
            said["trained_at"] = datetime.fromisoformat(said["trained_at"])
        return Progress(**said)

    def save(self, progress: Progress) -> None:
        """Keep what is done."""
        self._write(self._progress_file, asdict(progress))

    def save_people(self, people: Mapping[str, Mapping[str, str]]) -> None:
        """Keep how the made-up people sign in."""
        self._write(self.people_file, {"note": MADE_UP, "people": people})

    def people(self) -> dict[str, dict[str, str]]:
        """Return display name, title, password and ``otpauth`` address by user name.

        Raises
        ------
        ConfigurationError
            If no demo has made people here.
        """
        if not self.people_file.exists():
            raise ConfigurationError(
                "No made-up people live here",
                given=str(self.people_file),
                next_step="run `workbench demo run`",
            )
        said: dict[str, Any] = json.loads(self.people_file.read_text(encoding="utf-8"))
        people: dict[str, dict[str, str]] = said["people"]
        return people

    def _write(self, path: Path, content: Mapping[str, Any]) -> None:
        # Written aside and moved, so that a crash leaves the old file or the new one.
        handle, aside = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, default=str)
        Path(aside).replace(path)
