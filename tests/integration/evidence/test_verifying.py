"""One byte changed anywhere, a file more or less: found, and named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.conftest import FixedClock
from tests.held_reads import new_plate
from tests.packed_reads import SEEN, packed, store_pictured
from workbench.audit.keys import public_key, signing_key
from workbench.errors import EvidenceError
from workbench.retention.evidence.bagging import cover_tag_files
from workbench.retention.evidence.sealing import sign_package
from workbench.retention.evidence.verifying import Verdict, verify_package
from workbench.runtime import build_runtime


@pytest.fixture(scope="module")
def made(settings, policy, database, tmp_path_factory) -> Path:
    """A two-sided package, as large as most; never changed itself."""
    runtime = build_runtime(settings, policy, database, clock=FixedClock(SEEN.replace(month=11)))
    plate = new_plate("6V")
    store_pictured(runtime, plate, *range(3))
    out = tmp_path_factory.mktemp("stick") / "case"
    packed(runtime, plate, out, two_sided=True, booking="2026-1")
    assert verify_package(out).problems == ()
    return out


@pytest.fixture
def copy(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def named(verdict: Verdict) -> set[str]:
    return {problem.file for problem in verdict.problems}


def files_of(folder: Path) -> list[str]:
    return sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())


def kinds(folder: Path) -> dict[str, str]:
    """Return one file of each kind, so that tag files are changed as often as payload."""
    found: dict[str, str] = {}
    for name in files_of(folder):
        found.setdefault(name if "/" not in name else Path(name).suffix, name)
    return found


@examples(max_examples=150)
@given(data=st.data())
def test_a_byte_that_is_changed_anywhere_is_found_and_its_file_named(made, data):
    names = files_of(made)
    name = data.draw(st.sampled_from([*names, *sorted(kinds(made).values()) * 5]))
    file = made / name
    before = file.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1))
    other = data.draw(st.integers(1, 255))
    changed = bytearray(before)
    changed[place] ^= other
    file.write_bytes(changed)
    try:
        verdict = verify_package(made)
    finally:
        file.write_bytes(before)
    assert not verdict.whole
    assert name in named(verdict)


@examples(max_examples=40)
@given(data=st.data())
def test_a_byte_more_or_less_is_found_and_its_file_named(made, data):
    name = data.draw(st.sampled_from(files_of(made)))
    file = made / name
    before = file.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1))
    more = data.draw(st.booleans())
    file.write_bytes(before[:place] + (b"\n" if more else b"") + before[place + (not more) :])
    try:
        verdict = verify_package(made)
    finally:
        file.write_bytes(before)
    assert name in named(verdict)


def test_every_file_that_is_missing_is_named(made, tmp_path):
    for name in files_of(made):
        aside = (made / name).rename(tmp_path / "aside")
        try:
            verdict = verify_package(made)
        finally:
            aside.rename(made / name)
        assert named(verdict) & {name, "."}, name
        assert not verdict.whole


@pytest.mark.parametrize("name", ["extra.txt", "data/extra.txt", "data/pictures/x.png", "a/b.txt"])
def test_a_file_that_does_not_belong_there_is_named(copy, name):
    (copy / name).parent.mkdir(exist_ok=True)
    (copy / name).write_text("put there later")
    assert named(verify_package(copy)) == {name}


def test_a_link_in_place_of_a_file_is_named(copy, tmp_path):
    moved = (copy / "data" / "reads.csv").rename(tmp_path / "reads.csv")
    (copy / "data" / "reads.csv").symlink_to(moved)
    assert "data/reads.csv" in named(verify_package(copy))


def test_a_letter_in_upper_case_in_a_manifest_is_found_where_bagit_lets_it_pass(copy):
    file = copy / "tagmanifest-sha256.txt"
    content = file.read_text()
    letter = next(each for each in content if each in "abcdef")
    file.write_text(content.replace(letter, letter.upper(), 1))
    assert file.name in named(verify_package(copy))


def test_half_a_package_is_no_package(copy):
    (copy / "signature.json").unlink()
    assert "." in named(verify_package(copy))
    (copy / "bagit.txt").unlink()
    verdict = verify_package(copy)
    assert {".", "bagit.txt"} <= named(verdict)
    with pytest.raises(EvidenceError, match="no such folder"):
        verify_package(copy / "nothing")


def forged(folder: Path) -> None:
    """Change a read's plate and make everything fit again, signed with a key of one's own."""
    reads = folder / "data" / "reads.csv"
    reads.write_text(reads.read_text().replace("North 1", "South 1"))
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "signing-key.pub.pem").write_bytes(pem)
    (folder / "signature.json").unlink()
    save = "import bagit, sys; bagit.Bag(sys.argv[1]).save(manifests=True)"
    subprocess.run([sys.executable, "-c", save, str(folder)], check=True, capture_output=True)
    cover_tag_files(folder)
    sign_package(folder, key, organisation="Other", number=1, released_to=None, at=SEEN)


def test_a_package_that_somebody_else_signed_is_found_with_the_departments_key(
    made, copy, settings
):
    trusted = public_key(settings.home / "keys" / "audit-signing.pub.pem")
    forged(copy)
    verdict = verify_package(copy, trusted)
    assert named(verdict) == {"signature.json"}
    assert "another key" in verdict.problems[0].what
    alone = verify_package(copy)
    assert not alone.trusted
    assert alone.fingerprint != verify_package(made, trusted).fingerprint
    assert named(alone) == {"data/checkpoint.json"}, "the log's head was signed by the department"


def resealed(folder: Path, key: Ed25519PrivateKey) -> None:
    """Make hashes and signature fit what a maker wrote wrongly."""
    (folder / "signature.json").unlink()
    save = "import bagit, sys; bagit.Bag(sys.argv[1]).save(manifests=True)"
    subprocess.run([sys.executable, "-c", save, str(folder)], check=True, capture_output=True)
    sign_package(folder, key, organisation="Ours", number=1, released_to=None, at=SEEN)


def test_what_does_not_fit_is_found_even_when_it_was_signed(copy, settings):
    """Hashes hold whatever was hashed; the excerpt, the tables and the pages are read as well."""
    key = signing_key(settings.home / "keys")
    lines = copy / "data" / "accesses.jsonl"
    text = lines.read_text()
    seq = json.loads(text.splitlines()[0])["seq"]
    lines.write_text(text.replace("Made Up", "Made Xp", 1))
    page = next((copy / "data" / "pages").glob("reads-*"))
    page.write_text(page.read_text().replace("../pictures/", "https://example.org/", 1))
    table = copy / "data" / "cameras.csv"
    table.write_text(table.read_text() + "one more\r\n")
    resealed(copy, key)
    told = {problem.file: problem.what for problem in verify_package(copy).problems}
    assert f"record {seq} was edited" in told["data/accesses.jsonl"]
    assert "leads out of the package" in told[f"data/pages/{page.name}"]
    assert "rows" in told["data/cameras.csv"]
