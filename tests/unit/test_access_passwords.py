"""Passwords that may not be chosen, and how the others are kept."""

from __future__ import annotations

import random
import string

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.access import CHEAP
from workbench.access import Passwords
from workbench.access.common_passwords import CommonPasswords, listed_words
from workbench.errors import AccountError
from workbench.policy import load_policy

RULES = load_policy().sign_in
PASSWORDS = Passwords(RULES, hasher=CHEAP)
COMMON = CommonPasswords()


@pytest.mark.parametrize(("characters", "taken"), [(11, False), (12, True), (13, True)])
def test_a_password_has_at_least_as_many_characters_as_the_policy_says(characters, taken):
    password = "kV9#xTq2mWz7Lb"[:characters]
    if taken:
        PASSWORDS.check_new(password, username="a.example")
    else:
        with pytest.raises(AccountError, match="12 to 256"):
            PASSWORDS.check_new(password, username="a.example")


@pytest.mark.parametrize(("characters", "taken"), [(255, True), (256, True), (257, False)])
def test_a_password_has_an_upper_bound(characters, taken):
    password = ("kV9#xTq2mWz7Lb" * 20)[:characters]
    if taken:
        PASSWORDS.check_new(password, username="a.example")
    else:
        with pytest.raises(AccountError, match="257 characters"):
            PASSWORDS.check_new(password, username="a.example")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "Password!Password!",
        "qwertyuiop123",
        "1qaz2wsx3edc",
        "123456789012",
        "098765432109",
        "aaaaaaaaaaaa",
        "!!!!!!!!!!!!",
        "abcdefghijkl",
        "Summer2026!!",
        "Dr@g0n$2026",
        "RosevillePolice1",
        "W3lc0me2Roseville",
        "ThisIsMyPassword1",
        "letmeinplease",
        "trustno1trustno1",
        "iloveyou-2026",
        "abc123abc123abc123",
        "OfficerJohnson1".replace("Johnson", "John"),
        "asdfghjkl;'qwerty",
        "Alpr-Workbench-2026",
        "pässwörd-2026",
    ],
)
def test_common_passwords_are_refused_in_every_dress(password):
    assert COMMON.is_common(password)
    with pytest.raises(AccountError) as caught:
        PASSWORDS.check_new(password.ljust(12, "!"), username="z.example")
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password",
    [
        "plum-violin-granite-otter",
        "correct horse battery staple",
        "kx9$Lq2vTz7&",
        "Zwölf Löwen ölen Räder",
        "七つの海を渡る小さな舟の話",
        "mulberry spoons resent Tuesdays",
    ],
)
def test_unrelated_words_and_random_signs_may_be_chosen(password):
    PASSWORDS.check_new(password, username="a.example")


def test_the_list_covers_thousands_of_passwords():
    """Every listed word with a year and a sign is refused, which is what people do with them."""
    words = [word for word in listed_words() if len(word) >= 5]
    assert len(words) > 500
    dressed = [
        f"{word.capitalize()}{year}{sign}"
        for word in words
        for year in (1999, 2026)
        for sign in ("!", "#", "")
    ]
    assert len(dressed) > 3_000
    assert all(COMMON.is_common(password) for password in dressed)


@given(
    word=st.sampled_from(sorted(word for word in listed_words() if len(word) >= 5)),
    number=st.integers(0, 99_999),
    sign=st.sampled_from("!@#$%&*?-_. "),
    capitals=st.booleans(),
    first=st.booleans(),
)
def test_a_listed_word_with_number_and_sign_is_common_in_any_order(
    word, number, sign, capitals, first
):
    spelled = word.upper() if capitals else word
    dressed = f"{number}{sign}{spelled}" if first else f"{spelled}{sign}{number}"
    assert COMMON.is_common(dressed)


def test_random_passwords_are_not_taken_for_common():
    chance = random.Random(426)  # noqa: S311 - the same ones each time
    signs = string.ascii_letters + string.digits + "!#$%&*+-"
    made = ["".join(chance.choices(signs, k=14)) for _ in range(2_000)]
    assert not [password for password in made if COMMON.is_common(password)]


@pytest.mark.parametrize(
    ("password", "username", "refused"),
    [
        ("my-jsmithson-violin", "j.smithson", True),
        ("my-JSmithSon-violin", "jsmithson", True),
        ("my-j5mith50n-violin", "jsmithson", True),
        ("plum-smithson-violin", "j.smithson", True),
        ("plum-violin-granite", "j.smithson", False),
        ("plum-abe-granite-x", "abe", True),
        ("plum-violin-granite", "ann.li", False),
    ],
)
def test_the_user_name_may_not_stand_in_it(password, username, refused):
    if refused:
        with pytest.raises(AccountError, match="user name"):
            PASSWORDS.check_new(password, username=username)
    else:
        PASSWORDS.check_new(password, username=username)


def test_the_shortest_length_is_the_policys():
    longer = RULES.model_copy(
        update={
            "password_min_characters": RULES.password_min_characters.model_copy(
                update={"value": 20}
            )
        }
    )
    with pytest.raises(AccountError, match="20 to 256"):
        Passwords(longer, hasher=CHEAP).check_new("kV9#xTq2mWz7Lb", username="a.example")


@given(st.text(max_size=60))
@hypothesis_settings(max_examples=60)
def test_a_password_matches_its_hash_and_no_other(password):
    stored = PASSWORDS.hashed(password)
    assert stored.startswith("$argon2id$")
    assert PASSWORDS.matches(password, stored)
    assert not PASSWORDS.matches(password + "x", stored)
    assert not PASSWORDS.matches(password, None)


def test_the_same_password_is_stored_differently_each_time():
    assert PASSWORDS.hashed("kV9#xTq2mWz7Lb") != PASSWORDS.hashed("kV9#xTq2mWz7Lb")


def test_composed_and_decomposed_letters_are_the_same_password():
    assert PASSWORDS.matches("Lo\u0308wen", PASSWORDS.hashed("L\u00f6wen"))


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$", "$2b$12$" + "a" * 53, "plaintext"])
def test_what_is_no_argon2_hash_matches_nothing(stored):
    assert PASSWORDS.matches(stored, stored) is False


def test_a_password_longer_than_allowed_never_matches_its_beginning():
    beginning = "k" * 256
    stored = PASSWORDS.hashed(beginning)
    assert PASSWORDS.matches(beginning, stored)
    assert not PASSWORDS.matches(beginning + "x", stored)


def test_the_usual_parameters_are_argon2id_of_rfc_9106():
    usual = PasswordHasher()
    assert (usual.type.name, usual.memory_cost, usual.time_cost) == ("ID", 65536, 3)
    assert usual.salt_len * 8 >= 32  # CJIS IA-5 (1)
    assert Passwords(RULES).outdated(CHEAP.hash("x"))
    assert not Passwords(RULES).outdated(usual.hash("x"))
