"""How long a fresh process takes to import what an analyst, a command and a notebook import."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from statistics import median

from workbench.bench.timing import Figures

BUDGET_MS = 500
STATEMENTS = {
    "import": "import workbench",
    "import_connect": "from workbench import connect",
    "import_cli": "import workbench.cli",
}
_TIMED = """
from time import perf_counter
start = perf_counter()
{statement}
print((perf_counter() - start) * 1000)
"""


def run(*, rounds: int = 9, report: Callable[[str], None] = lambda _: None) -> Figures:
    """Return medians over fresh processes; bytecode is compiled and files are cached.

    Parameters
    ----------
    rounds
        Processes for each statement.
    report
        Gets a line on how far it is.
    """
    figures: Figures = {"rounds": rounds}
    for name, statement in STATEMENTS.items():
        report(statement)
        _import_ms(statement)
        figures[f"{name}_ms_p50"] = round(median(_import_ms(statement) for _ in range(rounds)), 1)
    return figures | {"import_budget_ms": BUDGET_MS}


def _import_ms(statement: str) -> float:
    command = [sys.executable, "-c", _TIMED.format(statement=statement)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own interpreter and statement
    return float(done.stdout)
