"""Keys in files, sealed secrets, and codes of an authenticator."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.access.keys import PEOPLE_KEY, load_or_make_key
from workbench.access.second_factor import STEP_S, SecondFactor
from workbench.access.usernames import as_username
from workbench.access.vault import Vault, token_hash
from workbench.errors import ConfigurationError

NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)
VAULT = Vault(bytes(range(32)))
FACTOR = SecondFactor(VAULT, issuer="Roseville Police Department", drift_steps=1)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    folder = tmp_path / "home" / "keys"
    key = load_or_make_key(folder)
    assert len(key) == 32
    assert load_or_make_key(folder) == key
    assert (folder / PEOPLE_KEY).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in folder.iterdir()] == [PEOPLE_KEY]


def test_two_first_starts_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_or_make_key(tmp_path / "keys"), range(8)))
    assert len(keys) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_open_to_others_is_refused(tmp_path, mode):
    load_or_make_key(tmp_path)
    (tmp_path / PEOPLE_KEY).chmod(mode)
    with pytest.raises(ConfigurationError, match="open to others"):
        load_or_make_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_file_that_holds_no_key_is_refused_and_kept(tmp_path, content):
    file = tmp_path / PEOPLE_KEY
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ConfigurationError, match="does not hold a key"):
        load_or_make_key(tmp_path)
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "keys").write_text("a file, not a folder")
    with pytest.raises(ConfigurationError, match="keys"):
        load_or_make_key(tmp_path / "keys")
    assert os.listdir(tmp_path) == ["keys"]  # noqa: PTH208 - names only


@given(st.text(min_size=1, max_size=80), st.text(max_size=30))
def test_a_sealed_secret_opens_for_its_account_only(secret, username):
    sealed = VAULT.seal(secret, username=username)
    assert VAULT.unseal(sealed, username=username) == secret
    assert secret.encode() not in sealed or len(secret.encode()) < 3
    with pytest.raises(ConfigurationError):
        VAULT.unseal(sealed, username=username + "x")
    with pytest.raises(ConfigurationError):
        Vault(bytes(32)).unseal(sealed, username=username)


@given(st.binary(max_size=60))
def test_what_was_not_sealed_does_not_open(content):
    with pytest.raises(ConfigurationError):
        VAULT.unseal(content, username="a.example")


@given(st.integers(0, 10_000))
def test_a_changed_sealed_secret_does_not_open(position):
    sealed = bytearray(VAULT.seal("JBSWY3DPEHPK3PXP", username="a.example"))
    sealed[position % len(sealed)] ^= 1
    with pytest.raises(ConfigurationError):
        VAULT.unseal(bytes(sealed), username="a.example")


def test_the_same_secret_is_sealed_differently_each_time():
    assert VAULT.seal("x", username="a") != VAULT.seal("x", username="a")


def test_a_name_digest_needs_the_key():
    digest = VAULT.name_digest("a.example")
    assert digest == VAULT.name_digest("a.example")
    assert digest != Vault(bytes(32)).name_digest("a.example")
    assert digest != hashlib.sha256(b"a.example").hexdigest()


def test_a_token_is_known_by_its_sha256():
    assert token_hash("abc") == hashlib.sha256(b"abc").hexdigest()


def enrolled() -> tuple[bytes, pyotp.TOTP]:
    sealed, address = FACTOR.enrol("a.example")
    return sealed, pyotp.parse_uri(address)


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP_S


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_this_step_or_its_neighbours_is_accepted(steps):
    sealed, totp = enrolled()
    code = totp.generate_otp(step_at(NOW) + steps)
    accepted = FACTOR.accepted_step("a.example", sealed, code, last_step=None, at=NOW)
    assert accepted == step_at(NOW) + steps


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_two_steps_away_is_not(steps):
    sealed, totp = enrolled()
    code = totp.generate_otp(step_at(NOW) + steps)
    assert FACTOR.accepted_step("a.example", sealed, code, last_step=None, at=NOW) is None


@pytest.mark.parametrize(("last", "accepted"), [(-1, True), (0, False), (1, False)])
def test_a_step_that_was_used_or_passed_is_used_up(last, accepted):
    sealed, totp = enrolled()
    here = step_at(NOW)
    code = totp.generate_otp(here)
    step = FACTOR.accepted_step("a.example", sealed, code, last_step=here + last, at=NOW)
    assert step == (here if accepted else None)


@pytest.mark.parametrize("shape", ["{0} ", " {0}", "{1} {2}"])
def test_blanks_in_a_code_do_not_matter(shape):
    sealed, totp = enrolled()
    code = totp.generate_otp(step_at(NOW))
    typed = shape.format(code, code[:3], code[3:])
    assert FACTOR.accepted_step("a.example", sealed, typed, last_step=None, at=NOW)


@given(st.text(max_size=12))
def test_what_is_no_code_is_not_accepted(typed):
    sealed, totp = enrolled()
    codes = {totp.generate_otp(step_at(NOW) + steps) for steps in (-1, 0, 1)}
    if "".join(typed.split()) not in codes:
        step = FACTOR.accepted_step("a.example", sealed, typed, last_step=None, at=NOW)
        assert step is None


def test_digits_of_other_scripts_are_no_code():
    sealed, totp = enrolled()
    arabic = totp.generate_otp(step_at(NOW)).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert FACTOR.accepted_step("a.example", sealed, arabic, last_step=None, at=NOW) is None


def test_without_a_secret_nothing_is_accepted():
    for code in ("000000", "123456", ""):
        assert FACTOR.accepted_step("", None, code, last_step=None, at=NOW) is None


def test_the_secret_has_at_least_as_many_bits_as_the_hash():
    _, totp = enrolled()
    assert len(totp.byte_secret()) * 8 >= 160
    assert totp.interval == STEP_S
    assert NOW + timedelta(seconds=STEP_S) > NOW


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("a.example", "a.example"),
        (" A.EXAMPLE\n", "a.example"),
        ("ab", "ab"),
        ("a", None),
        ("a" * 32, "a" * 32),
        ("a" * 33, None),
        ("1a", None),
        ("a b", None),
        ("ä.b", None),
        ("a\u0430", None),  # a Cyrillic letter that looks Latin
        ("", None),
        ("a\x00b", None),
    ],
)
def test_a_user_name_has_one_spelling(typed, name):
    assert as_username(typed) == name
