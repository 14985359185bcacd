"""Removes a demo from its home, and nothing that a demo did not make."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from workbench.demo.home import DemoHome
from workbench.errors import ConfigurationError
from workbench.settings import Settings

_MADE = (
    "certificates",
    "checkpoints",
    "database",
    "demo",
    "evidence",
    "keys",
    "ledger",
    "pictures",
    "reports",
    "roads.geojson",
    "tiles",
)


def made_by_demo(settings: Settings) -> list[Path]:
    """Return what a fresh start would remove; nothing where no demo has run.

    Raises
    ------
    ConfigurationError
        If the demo lives in a server of the department, or is in use.
    """
    home = settings.home
    if DemoHome(home).progress() is None:
        return []
    if settings.database_url is not None:
        raise ConfigurationError(
            "This demo lives in a PostgreSQL server of your own, which is not emptied from here",
            next_step="drop its database and remove the home folder yourself",
        )
    if _runs(home / "database" / "postmaster.pid"):
        raise ConfigurationError(
            "The demo's database is in use",
            given=str(home),
            next_step="stop `workbench up` and notebooks that use it, then try again",
        )
    return [home / name for name in _MADE if (home / name).exists()]


def remove(paths: list[Path]) -> None:
    """Remove files and folders that `made_by_demo` named."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _runs(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text().split()[0]), 0)
    except PermissionError:  # it runs, as somebody else
        return True
    except (OSError, ValueError, IndexError):
        return False
    return True
