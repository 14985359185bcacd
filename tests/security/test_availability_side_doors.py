"""Strangers and one busy person take up their own share, and the others are still served."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.access import PASSWORD, new_name
from tests.conftest import FixedClock
from tests.service import REASON, Clockwork, Service, open_service, with_rules
from workbench.access.sign_in_queue import SignInQueue
from workbench.access.turned_away import TurnedAway
from workbench.access.turns import Tries, Turns
from workbench.domain.event import EventKind
from workbench.domain.person import Channel, Origin
from workbench.errors import BusyError, SignInError, TooOftenError
from workbench.policy import Policy

HERE = Origin(Channel.CLIENT, "192.0.2.7")


@pytest.fixture(scope="module")
def service(settings, policy, database) -> Iterator[Service]:
    short = with_rules(
        policy,
        tries_per_minute_by_address=10_000,
        waiting_by_person=3,
    )
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, short, database, clock) as opened:
        yield opened


def records(service: Service, kind: str) -> list[dict[str, Any]]:
    service.runtime.turned_away.flush()
    sql = text("SELECT details FROM audit_record WHERE kind = :kind ORDER BY seq")
    with service.staff.database.owner.connect() as connection:
        return list(connection.execute(sql, {"kind": kind}).scalars())


def count_records(service: Service) -> int:
    with service.staff.database.owner.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM audit_record")).scalar_one()


def try_in(client: httpx.Client, name: str, *, banner: bool = True) -> httpx.Response:
    typed = {"username": name, "password": "wrong horse entirely", "code": "000000"}
    typed |= {"banner_acknowledged": banner}
    return client.post("/v1/sign-in", json=typed, timeout=60)


# What strangers write into the log


def test_refusals_of_nobody_are_one_record_with_their_counts(service):
    records(service, "session:turn_away")
    before = count_records(service)
    with service.http() as client:
        for _ in range(12):
            assert try_in(client, new_name("nobody"), banner=False).status_code == 401
        for _ in range(4):
            assert try_in(client, new_name("nobody")).status_code == 401
        for _ in range(5):
            assert client.get("/v1/session").status_code == 401
            wrong = {"Authorization": "Bearer nobody-has-this-token-at-all"}
            assert client.get("/v1/session", headers=wrong).status_code == 401
            assert client.post("/v1/sign-in", content=b"{").status_code == 422
    assert count_records(service) == before
    said = records(service, "session:turn_away")[-1]
    assert count_records(service) == before + 1
    why = {"banner": 12, "unknown": 4, "no token": 5, "token": 5, "malformed": 5}
    assert said["why"] == why
    assert said["refused"] == sum(why.values())
    assert said["addresses"] == {"127.0.0.1": sum(why.values())}


def test_a_locked_name_that_is_tried_on_and_on_is_counted_with_its_account(service):
    name, _ = service.staff.hired()
    with service.http() as client:
        for _ in range(5):
            try_in(client, name)
        before = count_records(service)
        assert {try_in(client, name).status_code for _ in range(5)} == {423}
        assert count_records(service) == before
    assert records(service, "session:turn_away")[-1]["accounts"] == {name: 5}


def test_a_known_account_is_recorded_at_once(service):
    name, _ = service.staff.hired()
    with service.http() as client:
        assert try_in(client, name).status_code == 401
    assert len(service.staff.logged(EventKind.SESSION_REFUSE, name)) == 1


def test_counts_become_a_record_by_themselves(database, policy, clock):
    written = threading.Event()

    class Log:
        def append(self, entry: Any) -> None:
            assert entry.details["refused"] == 2
            written.set()

    turned_away = TurnedAway(Log(), clock, every_s=0.05)
    turned_away.count("banner", HERE)
    turned_away.count("banner", HERE)
    assert written.wait(10)


def test_addresses_and_names_of_one_record_are_bounded(service):
    records(service, "session:turn_away")
    for number in range(1_200):
        origin = Origin(Channel.CLIENT, f"10.0.{number // 250}.{number % 250}")
        service.runtime.turned_away.count("banner", origin)
    said = records(service, "session:turn_away")[-1]
    assert len(said["addresses"]) <= 21
    assert sum(said["addresses"].values()) == 1_200


def test_stopping_the_service_writes_what_was_counted(settings, policy, database):
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, policy, database, clock) as opened:
        with opened.http() as client:
            assert try_in(client, "x", banner=False).status_code == 401
        before = count_records(opened)
    assert count_records(opened) == before + 1


# Sign-ins


@pytest.mark.parametrize(("tries", "taken"), [(29, True), (30, True), (31, False)])
def test_an_address_fails_so_often_within_a_minute(policy, tries, taken):
    elapsed = Clockwork()
    limit = Tries(policy.availability.tries_per_minute_by_address.value, elapsed=elapsed)
    for _ in range(tries - 1):
        limit.take("192.0.2.7")
    if taken:
        limit.take("192.0.2.7")
    else:
        with pytest.raises(TooOftenError) as caught:
            limit.take("192.0.2.7")
        assert caught.value.retry_after_s == 60
        limit.take("192.0.2.8")
        elapsed.now = 60.0
        limit.take("192.0.2.7")


def sign_in_queue(policy: Policy, runtime: Any, **values: float) -> SignInQueue:
    rules = with_rules(policy, **values).availability
    return SignInQueue(rules, runtime.turned_away)


def test_an_address_of_ipv6_is_its_network(policy, runtime):
    def refuse() -> None:
        raise SignInError("wrong")

    async def tried() -> list[type[Exception]]:
        came: list[type[Exception]] = []
        with closing(sign_in_queue(policy, runtime, tries_per_minute_by_address=2)) as queue:
            for host in ("1", "2", "3"):
                origin = Origin(Channel.CLIENT, f"2001:db8::{host}")
                try:
                    await queue.run(f"name{host}", origin, refuse)
                except (SignInError, TooOftenError) as error:
                    came.append(type(error))
        return came

    assert asyncio.run(tried()) == [SignInError, SignInError, TooOftenError]


@pytest.mark.parametrize("name", ["known.name", "no name at all!"])
def test_a_name_is_tried_so_often_whether_it_exists_or_not(policy, runtime, name):
    def refuse() -> None:
        raise SignInError("wrong")

    async def tried() -> list[type[Exception]]:
        came: list[type[Exception]] = []
        with closing(sign_in_queue(policy, runtime, tries_per_minute_by_name=2)) as queue:
            for number in range(3):
                try:
                    await queue.run(name, Origin(Channel.CLIENT, f"192.0.2.{number}"), refuse)
                except (SignInError, TooOftenError) as error:
                    came.append(type(error))
        return came

    assert asyncio.run(tried()) == [SignInError, SignInError, TooOftenError]


def test_good_sign_ins_do_not_count_and_a_full_queue_says_so(policy, runtime):
    go_on = threading.Event()

    async def tried() -> None:
        bounds = {"sign_ins_waiting": 1, "tries_per_minute_by_address": 3}
        with closing(sign_in_queue(policy, runtime, **bounds)) as queue:
            for number in range(8):
                assert await queue.run(f"name{number}", HERE, lambda: True)
            waiting = [
                asyncio.create_task(queue.run(f"slow{n}", HERE, lambda: go_on.wait(30)))
                for n in range(2)
            ]
            await asyncio.sleep(0)
            with pytest.raises(BusyError):
                await queue.run("third", HERE, lambda: True)
            go_on.set()
            assert await asyncio.gather(*waiting) == [True, True]

    asyncio.run(tried())


def test_the_answer_to_a_refusal_comes_at_whole_steps(policy, runtime):
    def refuse() -> None:
        raise SignInError("wrong")

    async def took() -> float:
        with closing(sign_in_queue(policy, runtime)) as queue:
            began = time.monotonic()
            with pytest.raises(SignInError):
                await queue.run("name", HERE, refuse)
            return time.monotonic() - began

    assert asyncio.run(took()) >= 0.249


def test_forty_sign_ins_at_once_leave_the_workers_to_those_inside(service):
    token = service.token()
    stop = threading.Event()

    def flood() -> None:
        with service.http() as client:
            while not stop.is_set():
                assert try_in(client, new_name("nobody")).status_code in {401, 429, 503}

    with ThreadPoolExecutor(40) as strangers, service.http(token) as client:
        flooding = [strangers.submit(flood) for _ in range(40)]
        try:
            for _ in range(20):
                assert client.get("/v1/session", timeout=20).status_code == 200
        finally:
            stop.set()
        for one in flooding:
            one.result()


def test_only_a_proxy_of_the_department_says_for_whom_it_speaks(settings, policy, database):
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    few = with_rules(policy, tries_per_minute_by_address=1)
    answers = {}
    for trusted in ((), (ip_network("127.0.0.1/32"),)):
        behind = settings.model_copy(update={"trusted_proxies": trusted})
        with open_service(behind, few, database, clock) as opened, opened.http() as client:
            answers[trusted] = [
                client.post(
                    "/v1/sign-in",
                    headers={"X-Forwarded-For": f"192.0.2.{number}"},
                    json={
                        "username": new_name("nobody"),
                        "password": PASSWORD,
                        "code": "000000",
                        "banner_acknowledged": True,
                    },
                )
                for number in range(2)
            ]
    believed, not_believed = reversed(answers.values())
    assert [one.status_code for one in believed] == [401, 401]
    assert [one.status_code for one in not_believed] == [401, 429]
    assert int(not_believed[1].headers["retry-after"]) > 0


# One person's work


def test_one_persons_work_waits_for_its_own_and_another_goes_on():
    async def seen() -> list[str]:
        turns, order, go_on = Turns(at_once=1, waiting=2), [], asyncio.Event()

        async def work(person: str, name: str) -> None:
            async with turns.turn(person):
                if name == "first":
                    await go_on.wait()
                order.append(name)

        mine = [asyncio.create_task(work("a", name)) for name in ("first", "second", "third")]
        await asyncio.sleep(0)
        with pytest.raises(TooOftenError):
            await work("a", "fourth")
        await work("b", "another's")
        go_on.set()
        await asyncio.gather(*mine)
        return order

    assert asyncio.run(seen()) == ["another's", "first", "second", "third"]


def test_forty_searches_of_one_person_leave_room_for_another(service):
    with service.http(service.token()) as hog, service.http(service.token()) as other:
        stated = {"purpose": "active_investigation", "reason": REASON}
        looks = [
            f"/v1/inquiries/{client.post('/v1/inquiries', json=stated).json()['id']}/search"
            for client in (hog, other)
        ]
        with ThreadPoolExecutor(40) as threads:
            searching = [
                threads.submit(hog.post, looks[0], json={"plate": "*?*"}, timeout=60)
                for _ in range(40)
            ]
            mine = [other.post(looks[1], json={"plate": "7*"}, timeout=60) for _ in range(3)]
            answers = [one.result() for one in searching]
    assert {one.status_code for one in mine} == {200}
    assert {one.status_code for one in answers} <= {200, 429}
    assert all(int(a.headers["retry-after"]) > 0 for a in answers if a.status_code == 429)


def test_two_sessions_of_one_person_share_the_turns(service):
    name, totp = service.staff.hired()
    tokens = []
    for _ in range(2):
        tokens.append(service.staff.enter(name, totp).token)
        service.clock.move(seconds=30)
    people = {service.runtime.sessions.username_of(token, HERE) for token in tokens}
    assert people == {name}
