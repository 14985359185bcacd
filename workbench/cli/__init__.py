"""The `workbench` command: one small file per subject, loaded when it is called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import version

from workbench.domain.harmless_text import harmless_line
from workbench.errors import DependencyError, WorkbenchError

SUBJECTS: dict[str, tuple[str, str]] = {
    # command: (module with a typer `app`, one line of help); sorted
    "agencies": ("workbench.cli.agencies", "The register of agencies, and who verified them"),
    "alerts": ("workbench.cli.alerts", "Send alerts of hits, and say where they go"),
    "audit": ("workbench.cli.audit", "Verify, sign, export and show the audit log"),
    "bench": ("workbench.cli.bench", "Measure this machine, beside hand-written work"),
    "cameras": ("workbench.cli.cameras", "The cameras that the department knows"),
    "demands": ("workbench.cli.demands", "Subpoenas and orders of courts, and disclosure on them"),
    "demo": ("workbench.cli.demo", "The main job on a made-up city, from reads to an audited map"),
    "doctor": ("workbench.cli.doctor", "See whether this installation can work"),
    "equipment": ("workbench.cli.equipment", "Cameras and cars: places, inspections, health"),
    "evidence": ("workbench.cli.evidence", "Evidence packages: made, booked, verified anywhere"),
    "faults": ("workbench.cli.faults", "Damaged equipment: found, told, repaired by the garage"),
    "hits": ("workbench.cli.hits", "Hits: what is done about each, what is missing, error rates"),
    "holds": ("workbench.cli.holds", "What must stay although its time is over"),
    "hotlists": ("workbench.cli.hotlists", "Lists of wanted plates: set up, loaded, watched"),
    "hotplates": ("workbench.cli.hotplates", "Single plates that a person enters"),
    "ingest": ("workbench.cli.ingest", "Take in reads from files; see what was not understood"),
    "init": ("workbench.cli.init", "Make or update the database of this installation"),
    "inquiries": ("workbench.cli.inquiries", "Purposes: stated, decided, and more reads under one"),
    "policy": ("workbench.cli.policy", "Show the rules in force, check another policy file"),
    "recognise": ("workbench.cli.recognise", "Read plates of pictures and print them"),
    "releases": ("workbench.cli.releases", "Requests of other agencies, from letter to file"),
    "report": ("workbench.cli.report", "Make reports, such as the quarterly audit"),
    "retention": ("workbench.cli.retention", "How long data stay: preview, purge, simulate"),
    "shares": ("workbench.cli.shares", "Standing shares, and the vendor's own list of them"),
    "shifts": ("workbench.cli.shifts", "Cars with readers: who has them, shifts, exceptions"),
    "up": ("workbench.cli.up", "Start database, service and pages on this machine"),
    "users": ("workbench.cli.users", "Accounts, sign-in, roles, designations, training"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    An error of ours is one line on standard error and exit code 2.

    Parameters
    ----------
    arguments
        What follows ``workbench``; the process's own by default.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    subject = given[0] if given else "--help"
    if subject in {"--help", "-h"}:
        _say(_help())
        sys.exit(0)
    if subject == "--version":
        _say(version("alpr-workbench"))
        sys.exit(0)
    if subject not in SUBJECTS:
        close = get_close_matches(subject, SUBJECTS, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        _say(f"There is no command {subject!r}{hint} See workbench --help", error=True)
        sys.exit(2)
    try:
        app = _load(subject)
        app(args=given[1:], prog_name=f"workbench {subject}")
    except WorkbenchError as error:
        _say(f"{type(error).__name__}: {error}", error=True)
        sys.exit(2)


def _load(subject: str) -> Callable[..., object]:
    try:
        loaded: Callable[..., object] = import_module(SUBJECTS[subject][0]).app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"workbench", "apps"}:
            raise
        raise DependencyError(
            f"The command {subject!r} needs a package that is not installed",
            given=error.name,
            next_step="install alpr-workbench[all]; the light client serves notebooks alone",
        ) from error
    return loaded


def _help() -> str:
    width = max(map(len, SUBJECTS))
    lines = (f"  {name:<{width}}  {SUBJECTS[name][1]}" for name in sorted(SUBJECTS))
    return "\n".join(("Usage: workbench COMMAND [ARGS]...", "", "Commands:", *lines))


def _say(text: str, *, error: bool = False) -> None:
    shown = harmless_line(text) if error else text
    print(shown, file=sys.stderr if error else sys.stdout)
