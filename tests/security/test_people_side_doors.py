"""People: what is no number, no text and no name is refused, whoever hands it in."""

from __future__ import annotations

import pytest

from tests.access import Staff, new_name, open_staff
from workbench.access.named_people import named_person
from workbench.errors import FormError, PersonUnknownError
from workbench.policy import load_policy
from workbench.policy.form_rules import WordsForm
from workbench.policy.forms import check_case_number, check_number, check_words, says_enough

POLICY = load_policy()
FORMS = POLICY.forms
WORDS = ("reason", "note", "synopsis", "consent", "facts")
NUMBERS = (
    "case_number",
    "phone",
    "crime_report",
    "department_memo",
    "resolution",
    "code_section",
)
NO_TEXT = (
    *("", " ", "x", "aaaaaaaaaa", ".......... ", "1234567890", "x x x x", "xx xx xx xx xx"),
    *("\u200b" * 20, "\u3164\u3164 \u115f\u1160 \u3164\u1160", "\u2800" * 20),
    *("a\u0301a\u0300 a\u0302a\u0303 a\u0304a\u0306", "AB ab Ab aB \u200bab a\u00adb ab"),
    *("- - - - -", "1a 2b 3c 4d 5e 6f", "aa bb aa bb aa bb"),
)


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("text", NO_TEXT)
def test_what_says_nothing_is_no_text(name, text):
    with pytest.raises(FormError, match="says too little"):
        check_words(getattr(FORMS, name), text, what="The text")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "text", ["", " ", "x", "-", "0", "?" * 9, "9" * 65, "none", "n/a", "\u200b"]
)
def test_what_is_not_written_so_is_no_number(name, text):
    with pytest.raises(FormError, match="not written") as refused:
        check_number(getattr(FORMS, name), text, what="The number")
    assert getattr(FORMS, name).section in (refused.value.allowed or "")


@pytest.mark.parametrize("name", NUMBERS)
def test_the_example_of_a_form_is_taken(name):
    form = getattr(FORMS, name)
    assert check_number(form, f"  {form.value.example}\n", what="It") == form.value.example


def test_signs_that_nobody_sees_make_no_other_number():
    assert check_case_number(POLICY, "\u202e26\u200b-\uff10\uff1145\u00ad32 ") == "26-014532"


@pytest.mark.parametrize("words", [1, 2, 3, 7])
def test_words_are_counted_at_the_boundary(words):
    form = WordsForm(words=words, letters=2)
    text = [f"a{chr(ord('b') + n)}" for n in range(words + 1)]
    assert not says_enough(form, " ".join(text[: words - 1]))
    assert says_enough(form, " ".join(text[:words]))
    assert says_enough(form, " ".join(text))


@pytest.mark.parametrize(("letters", "enough"), [(5, True), (6, True), (7, False)])
def test_different_letters_are_counted_at_the_boundary(letters, enough):
    assert says_enough(WordsForm(words=3, letters=letters), "ab cd ef ab") is enough


@pytest.mark.parametrize(
    "text",
    [
        "Robo a mano armada en la calle",
        "Vol à main armée près de l'école",
        "Überfall am späten Abend nahe dem Bahnhof",
        "ограбление днём возле банка вчера",
    ],
)
def test_letters_of_every_script_say_something(text):
    assert check_words(FORMS.facts, f" {text} ", what="The facts") == text


@pytest.fixture
def staff(database, policy, clock) -> Staff:
    return open_staff(database, policy, clock)


def named(staff: Staff, name: str) -> str:
    with staff.database.service.connect() as connection:
        return named_person(connection, name, what="The supervisor").username


def made(staff: Staff, display_name: str) -> str:
    name = new_name()
    staff.access.accounts.create(
        staff.admin, name, display_name=display_name, title="Crime Analyst"
    )
    return name


def test_a_person_is_named_by_user_name_or_by_what_the_account_shows(staff):
    shown = f"Robin {new_name()}"
    name = made(staff, shown)
    assert named(staff, f" {name.upper()} ") == name
    assert named(staff, shown.upper().replace(" ", "  ")) == name


@pytest.mark.parametrize("nobody", ["", "x", "Sgt. Nobody", "%", "system:init"])
def test_who_has_no_account_is_nobody(staff, nobody):
    with pytest.raises(PersonUnknownError, match="nobody of the department"):
        named(staff, nobody)


def test_who_is_disabled_is_nobody(staff):
    name = made(staff, "Made Up")
    staff.access.accounts.disable(staff.admin, name, reason="Left the department")
    with pytest.raises(PersonUnknownError, match="nobody of the department"):
        named(staff, name)


def test_a_name_that_two_people_have_is_not_one_persons(staff):
    shown = f"Robin {new_name()}"
    first, second = made(staff, shown), made(staff, shown)
    with pytest.raises(PersonUnknownError, match="not one person's"):
        named(staff, shown)
    assert (named(staff, first), named(staff, second)) == (first, second)
