"""People: what is no number, no text and no name is refused, whoever hands it in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.access import HERE, PASSWORD, Staff, new_name, open_staff
from tests.people import made_actor
from workbench.access.named_people import named_person
from workbench.access.people import person_at
from workbench.audit import EventKind
from workbench.domain.person import Channel, Origin, Role
from workbench.errors import (
    AccountError,
    AccountSuspendedError,
    DeniedError,
    FormError,
    PersonUnknownError,
    SessionEndedError,
    SignInError,
)
from workbench.hotlists.plates.hot_plate import NewHotPlate
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


JOB = Origin(Channel.JOB, "127.0.0.1", agent="pytest")


def suspended(staff: Staff, name: str) -> bool:
    return any(one.username == name for one in staff.access.idle.suspend(origin=JOB))


@pytest.mark.parametrize(("days", "idle"), [(-1, False), (0, True), (1, True)])
def test_an_account_is_suspended_when_nobody_has_used_it_for_90_days(staff, days, idle):
    name, totp = staff.hired(Role.ANALYST)
    token = staff.enter(name, totp).token
    staff.clock.move(days=90 + days)
    staff.hired(Role.ALPR_ADMINISTRATOR)
    assert suspended(staff, name) is idle
    code = staff.code(totp)
    if not idle:
        assert staff.try_in(name, PASSWORD, code).token
        return
    with pytest.raises(
        AccountSuspendedError, match=r"not used for 90 days \(CJIS 5.9.5 AC-2"
    ) as told:
        staff.try_in(name, PASSWORD, code)
    assert "alpr administrator" in (told.value.next_step or "")
    with pytest.raises(SessionEndedError):
        staff.access.sessions.actor_of(token, HERE)
    (record,) = staff.logged(EventKind.ACCOUNT_SUSPEND, name)
    assert (record["username"], record["origin"]["channel"]) == (None, "job")
    assert record["details"]["unused_since"]


@pytest.mark.parametrize("wrong", ["password", "code"])
def test_who_does_not_know_password_and_code_hears_nothing_of_a_suspension(staff, wrong):
    name, totp = staff.hired()
    staff.clock.move(days=90)
    staff.hired(Role.ALPR_ADMINISTRATOR)
    assert suspended(staff, name)
    password = "another-violin-granite" if wrong == "password" else PASSWORD
    code = "000000" if wrong == "code" else staff.code(totp)
    with pytest.raises(SignInError) as told:
        staff.try_in(name, password, code)
    assert not isinstance(told.value, AccountSuspendedError)
    assert "suspended" not in str(told.value)


def test_who_was_enabled_again_has_90_days_anew(staff):
    name, _ = staff.hired()
    staff.clock.move(days=90)
    admin, _ = staff.hired(Role.ALPR_ADMINISTRATOR)
    assert suspended(staff, name)
    staff.access.accounts.enable(made_actor(Role.ALPR_ADMINISTRATOR, username=admin), name)
    assert not suspended(staff, name)
    staff.clock.move(days=89)
    assert not suspended(staff, name)
    staff.clock.move(days=1)
    staff.hired(Role.ALPR_ADMINISTRATOR)
    assert suspended(staff, name)


def test_a_rehearsal_suspends_nobody(staff):
    name, totp = staff.hired()
    staff.clock.move(days=90)
    staff.hired(Role.ALPR_ADMINISTRATOR)
    assert name in {one.username for one in staff.access.idle.found()}
    assert staff.enter(name, totp).token
    assert staff.logged(EventKind.ACCOUNT_SUSPEND, name) == []


def test_the_last_who_could_enable_anybody_stays_and_it_is_on_record(staff):
    staff.clock.at = datetime(2040, 1, 1, tzinfo=UTC)  # when every other test's are idle
    others = [staff.hired(Role.ALPR_ADMINISTRATOR)[0]]
    staff.clock.move(days=1)
    last, _ = staff.hired(Role.SERVICES_CAPTAIN)
    staff.clock.move(days=90)
    found = {one.username: one.needed for one in staff.access.idle.suspend(origin=JOB)}
    assert (found[others[0]], found[last]) == (False, True)
    (record,) = staff.logged(EventKind.ACCOUNT_SUSPEND, last)
    assert record["outcome"] == "refused"
    with staff.database.service.connect() as connection:
        sql = text("SELECT suspended_at FROM account WHERE username = :name")
        assert connection.scalar(sql, {"name": last}) is None
        assert connection.scalar(sql, {"name": others[0]}) is not None


def trained(staff: Staff, *systems: str) -> tuple[str, list[int]]:
    name = made(staff, "Made Up")
    for system in systems:
        staff.access.grants.record_training(staff.admin, name, system, completed_at=staff.clock())
    with staff.database.owner.connect() as connection:
        sql = text("SELECT id FROM training WHERE username = :name ORDER BY id")
        return name, list(connection.scalars(sql, {"name": name}))


def systems_of(staff: Staff, name: str) -> list[str]:
    with staff.database.service.connect() as connection:
        return [one.system for one in person_at(connection, name, staff.clock()).training]


def test_a_mistaken_training_is_ended_at_once_and_stays_on_record(staff):
    name, (mistaken, _) = trained(staff, "LEARN", "CDMS")
    staff.access.grants.end_training(staff.admin, mistaken, reason="Recorded for the wrong person")
    assert systems_of(staff, name) == ["CDMS"]
    (record,) = staff.logged(EventKind.TRAINING_END, name)
    assert record["details"]["reason"] == "Recorded for the wrong person"
    with staff.database.owner.connect() as connection:
        sql = text("SELECT ended_by, end_reason FROM training WHERE id = :id")
        assert tuple(connection.execute(sql, {"id": mistaken}).one()) == (
            "t.admin",
            "Recorded for the wrong person",
        )
    with pytest.raises(AccountError, match="No such training stands"):
        staff.access.grants.end_training(staff.admin, mistaken, reason="Recorded by mistake")


def test_nobody_ends_their_own_training_and_only_an_administrator_ends_any(staff):
    name, (number,) = trained(staff, "LEARN")
    end = staff.access.grants.end_training
    for role in Role:
        if role is not Role.ALPR_ADMINISTRATOR:
            with pytest.raises(DeniedError):
                end(made_actor(role, username="t.other"), number, reason="Recorded by mistake")
    with pytest.raises(DeniedError):
        end(made_actor(Role.ALPR_ADMINISTRATOR, username=name), number, reason="By mistake")
    with pytest.raises(FormError):
        end(staff.admin, number, reason="x")
    assert systems_of(staff, name) == ["LEARN"]


@pytest.mark.parametrize(
    "change",
    [
        "ended_at = NULL, ended_by = NULL, end_reason = NULL",
        "end_reason = 'Another reason'",
        "expires_at = expires_at + interval '1 year'",
    ],
)
@pytest.mark.parametrize("role", ["service", "owner"])
def test_the_database_lets_nobody_take_an_end_of_training_back(staff, role, change):
    _, (number,) = trained(staff, "LEARN")
    staff.access.grants.end_training(staff.admin, number, reason="Recorded by mistake")
    with (
        pytest.raises(DBAPIError, match=r"only ended, and once|permission denied"),
        getattr(staff.database, role).begin() as connection,
    ):
        connection.execute(text(f"UPDATE training SET {change} WHERE id = :id"), {"id": number})  # noqa: S608 - ours


NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)
WHOLE = {
    "plate": "9MADEUP",
    "reason": "Seen at the scene",
    "expires_at": NOW + timedelta(days=2),
    "shared": True,
    "officer_name": "o.made-up",
    "phone": "916-555-0142",
    "case_number": "26-014532",
    "synopsis": "Blue van that was seen at the scene",
}


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("reason", "x"),
        ("reason", "aaaaaaaaaa"),
        ("phone", "x"),
        ("phone", "1"),
        ("case_number", "x"),
        ("case_number", "2"),
        ("synopsis", "x"),
        ("synopsis", "test"),
    ],
)
def test_a_hot_plate_has_its_numbers_and_texts_in_their_form(name, wrong, shared):
    assert NewHotPlate(**WHOLE).checked(NOW, POLICY)
    with pytest.raises(FormError):
        NewHotPlate(**WHOLE | {"shared": shared, name: wrong}).checked(NOW, POLICY)


def test_the_officer_of_a_hot_plate_is_of_the_department(runtime, staff):
    officer = made_actor(Role.OFFICER, username="t.officer")
    ends = {"expires_at": staff.clock() + timedelta(days=2)}
    plates, nobody = runtime.hot_lists.plates, WHOLE | ends | {"plate": "9NOBODYS"}
    with pytest.raises(PersonUnknownError, match="officer of the hot plate"):
        plates.enter(officer, NewHotPlate(**nobody))
    name = made(staff, f"Robin {new_name()}")
    entered = plates.enter(officer, NewHotPlate(**nobody | {"officer_name": name}))
    assert entered.officer_name == name


@pytest.mark.parametrize(
    "wrong", [{"resolution": "x"}, {"resolution": "none"}, {"attorney": "x"}, {"attorney": "A A"}]
)
def test_a_purge_rests_on_a_resolution_and_a_consent_with_a_name(runtime, wrong):
    custodian = made_actor(Role.RECORDS_CUSTODIAN, username="t.custodian")
    said = {"resolution": "2026-118", "attorney": "Alex Attorney"} | wrong
    with pytest.raises(FormError):
        runtime.retention.authorities.record(
            custodian, resolution_date=NOW.date(), consented_on=NOW.date(), **said
        )
