"""Made-up lists for tests: files, their set-up, and people who may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.people import made_actor
from workbench.domain.hot_entry import Category, ListKind
from workbench.domain.person import Actor, Role
from workbench.hotlists.lists.hot_list import HotList
from workbench.hotlists.lists.load import Load
from workbench.hotlists.lists.template import ListTemplate, load_list_template
from workbench.hotlists.open import HotListParts

_numbers = count(1)


def new_code(stem: str = "T") -> str:
    """Return the code of a list that no other test has."""
    return f"{stem}_{uuid4().hex[:8].upper()}{next(_numbers)}"


def plates(count_: int, *, first: int = 0, stem: str = "7A") -> list[str]:
    """Return made-up plates."""
    return [f"{stem}{number:05}" for number in range(first, first + count_)]


def csv_text(listed: list[str], header: str = "plate") -> str:
    """Return a plain list's text."""
    return "\n".join([header, *listed]) + "\n"


@dataclass
class Desk:
    """The services, a folder where lists lie, and people."""

    parts: HotListParts
    folder: Path
    clock: Any

    @property
    def admin(self) -> Actor:
        return made_actor(Role.ALPR_ADMINISTRATOR, username="t.admin")

    @property
    def captain(self) -> Actor:
        return made_actor(Role.SERVICES_CAPTAIN, username="t.captain")

    @property
    def officer(self) -> Actor:
        return made_actor(Role.OFFICER, username="t.officer")

    def list_at(
        self,
        code: str | None = None,
        *,
        kind: ListKind = ListKind.GENERAL,
        template: ListTemplate | None = None,
        **values: Any,
    ) -> str:
        """Set a list up whose file lies in the folder; return its code."""
        special = kind is ListKind.SPECIAL
        chosen = code or new_code()
        said = {"address": str(self.folder / f"{chosen}.csv"), **values}
        new = HotList(
            code=chosen,
            name="Made up",
            kind=kind,
            source="WebKPF" if special else "DOJ",
            category=Category.SPECIAL_LIST if special else Category.STOLEN_VEHICLE,
            template=template or load_list_template("plain"),
            **said,
        )
        self.parts.lists.add(self.admin, new, reason="for a test")
        return new.code

    def write(self, code: str, content: str | bytes) -> Path:
        """Put a list's file where it is fetched."""
        file = self.folder / f"{code}.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def load(self, code: str, content: str | bytes | None = None) -> Load:
        """Load a list, with a new file if one is given."""
        if content is not None:
            self.write(code, content)
        self.clock.at += timedelta(seconds=1)
        return self.parts.loading.load(code)
