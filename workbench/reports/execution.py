"""Executes a notebook in a process of its own that knows no address and no password."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import ReportError

_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME")
_LONGEST_S = 1_800


def execute_notebook(
    notebook: Path, executed: Path, parameters: Mapping[str, Any], *, folder: Path
) -> None:
    """Execute a notebook with papermill.

    The process gets none of our settings: what it may show lies in the folder it is given.

    Parameters
    ----------
    notebook
        With one cell tagged ``parameters``.
    executed
        Where the executed copy is written, also when a cell fails.
    parameters
        Text and numbers; each must stand in that cell.
    folder
        Private; holds what the kernel writes for itself.

    Raises
    ------
    ReportError
        If the notebook does not know a parameter, or a cell fails or takes too long.
    """
    refuse_unknown(notebook, parameters)
    given = folder / "parameters.json"  # JSON is YAML, which is what papermill reads
    given.write_text(json.dumps(dict(parameters)), encoding="utf-8")
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--parameters_file"]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONSAFEPATH": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own notebook
            [*command, str(given), "--kernel", "python3", str(notebook), str(executed)],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReportError(
            "The notebook takes too long", allowed=f"{_LONGEST_S} seconds", given=notebook.name
        ) from error
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise ReportError("The notebook could not be executed", given=last[0])


def refuse_unknown(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Raise if the notebook has no parameter of a name; papermill would only warn.

    Raises
    ------
    ReportError
        Names what is unknown and what there is.
    """
    import papermill  # noqa: PLC0415 - loads half of Jupyter

    known = list(papermill.inspect_notebook(str(notebook)))
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise ReportError(
            "The notebook has no such parameter",
            given=", ".join(unknown),
            allowed=", ".join(known),
            where={"notebook": notebook.name},
        )
