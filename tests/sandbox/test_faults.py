"""Each switch does what it says, for as many calls as it was told."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from app.sandbox.faults import Faults
from app.sandbox.server import create_app
from tests.sandbox.conftest import Make, Sandbox

pytestmark = pytest.mark.anyio
SEND = "/cgi-bin/message/custom/send"
USERS = "/cgi-bin/user/get"


async def test_the_same_message_three_times_shows_one_answer(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="duplicate")
    attempts = await sandbox.say("电费")
    assert [a["outcome"] for a in attempts] == ["answered"] * 3
    assert sandbox.account.most == 1
    assert [text for _, text in sandbox.chat()] == ["电费", "好"]
    assert sandbox.platform.summary == {"text": "「电费」送了 3 次，3 次答得一样", "tone": "ok"}


async def test_answers_that_differ_are_noticed(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="duplicate")
    numbers = iter("123")
    sandbox.account.answer = lambda message: next(numbers)
    await sandbox.say("电费")
    assert sandbox.platform.summary == {"text": "「电费」送了 3 次，答了 3 种话", "tone": "bad"}


async def test_overlapping_tries_run_at_the_same_time(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="overlap")
    sandbox.account.delays = [0.12, 0.12, 0.12]
    attempts = await sandbox.say("电费")
    assert sandbox.account.most == 3
    assert [a["number"] for a in attempts] == [1, 2, 3]
    assert [text for _, text in sandbox.chat()] == ["电费", "好"]


async def test_a_slow_back_end_is_answered_by_the_retry(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="slow", seconds=0.3)
    attempts = await sandbox.say("电费")
    assert [a["outcome"] for a in attempts] == ["timeout", "answered"]


async def test_a_lost_push_comes_with_the_second_try(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="drop")
    attempts = await sandbox.say("电费")
    assert [a["outcome"] for a in attempts] == ["lost", "answered"]
    assert len(sandbox.account.requests) == 1


async def test_a_wrong_signature_does_not_check(make: Make) -> None:
    sandbox = await make(mode="plain")
    await sandbox.do("faults", name="bad_signature")
    await sandbox.say("电费")
    query = sandbox.account.requests[0].query_params
    with pytest.raises(InvalidSignatureException):
        check_signature(
            sandbox.platform.settings.token, query["signature"], query["timestamp"], query["nonce"]
        )


async def test_an_old_timestamp_is_signed_all_the_same(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="old_timestamp", seconds=1000)
    attempts = await sandbox.say("电费")
    stamp = int(sandbox.account.requests[0].query_params["timestamp"])
    assert stamp == int(sandbox.clock.at) - 1000
    assert attempts[0]["outcome"] == "answered"


@pytest.mark.parametrize(
    ("name", "code"),
    [("unfollowed", 43004), ("window_closed", 45015), ("daily_quota", 45009), ("busy", -1)],
)
async def test_an_api_error_lasts_as_many_calls_as_told(
    sandbox: Sandbox, name: str, code: int
) -> None:
    await sandbox.say("在吗")
    token = await sandbox.token()
    await sandbox.do("faults", name=name, times=2)
    body = {"touser": sandbox.alice, "msgtype": "text", "text": {"content": "好"}}
    codes = [
        (await sandbox.http.post(SEND, params={"access_token": token}, json=body)).json()["errcode"]
        for _ in range(3)
    ]
    assert codes == [code, code, 0]


@pytest.mark.parametrize(("name", "code"), [("token_invalid", 40001), ("token_expired", 42001)])
async def test_a_token_that_dies_is_dead_and_a_new_one_works(
    sandbox: Sandbox, name: str, code: int
) -> None:
    old = await sandbox.token()
    await sandbox.do("faults", name=name, times=1)
    for _ in range(2):
        answer = await sandbox.http.get(USERS, params={"access_token": old})
        assert answer.json()["errcode"] == code
    assert await sandbox.token() != old
    assert (await sandbox.api(USERS))["total"] == 7


async def test_a_fault_keeps_to_its_path(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="busy", path="/cgi-bin/menu/")
    assert (await sandbox.api(USERS))["total"] == 7
    assert (await sandbox.api("/cgi-bin/menu/get"))["errcode"] == -1
    await sandbox.do("faults", name="busy", on=False)
    assert (await sandbox.api("/cgi-bin/menu/get"))["errcode"] == 46003


async def test_a_slow_api_takes_its_time(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    await sandbox.do("faults", name="api_slow", seconds=0.2)
    started = time.perf_counter()
    await sandbox.http.get(USERS, params={"access_token": token})
    assert time.perf_counter() - started >= 0.2


def test_a_dropped_connection_gives_no_answer(serve: Callable[[Any], str]) -> None:
    url = serve(create_app())
    with httpx.Client(base_url=url) as http:
        http.post("/sandbox/faults", json={"name": "api_drop", "times": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            http.get(USERS)
        assert http.get(USERS).json()["errcode"] == 41001


def test_reset_switches_everything_off() -> None:
    faults = Faults()
    for fault in faults:
        faults.switch(fault.name, seconds=9)
    faults.reset()
    assert not any(fault.on for fault in faults)
    assert faults.take("slow") is None


async def test_an_unknown_switch_is_refused(sandbox: Sandbox) -> None:
    assert await sandbox.do("faults", name="flood") == {"error": "没有「flood」这个开关"}
