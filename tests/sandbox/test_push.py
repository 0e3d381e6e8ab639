"""What arrives at the callback, in each mode and of each kind, as wechatpy reads it."""

import json
import time
from typing import Any

import pytest
from wechatpy.utils import check_signature

from tests.sandbox.conftest import Make, Sandbox

pytestmark = pytest.mark.anyio
MENU = {"button": [
    {"type": "click", "name": "班车", "key": "bus"},
    {"type": "view", "name": "网页", "url": "http://example.edu/h5"},
    {"name": "更多", "sub_button": [
        {"type": "scancode_push", "name": "扫", "key": "scan"},
        {"type": "scancode_waitmsg", "name": "等", "key": "wait"},
        {"type": "pic_sysphoto", "name": "拍", "key": "pic"},
        {"type": "location_select", "name": "在哪", "key": "where"},
    ]},
]}  # fmt: skip


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_each_mode_is_signed_and_understood_by_wechatpy(make: Make, mode: str) -> None:
    sandbox = await make(mode=mode)
    attempts = await sandbox.say("水电费 ]]> <b>")
    request = sandbox.account.requests[0]
    query = request.query_params
    check_signature(
        sandbox.platform.settings.token, query["signature"], query["timestamp"], query["nonce"]
    )
    assert query["openid"] == sandbox.alice
    assert ("encrypt_type" in query) == (mode != "plain")
    assert (b"<MsgType>" in await request.body()) == (mode != "safe")
    assert sandbox.account.messages[0].content == "水电费 ]]> <b>"
    assert attempts[0]["outcome"] == "answered"
    assert sandbox.chat()[-1] == ("text", "好")


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_bodies_can_be_json(make: Make, mode: str) -> None:
    sandbox = await make(mode=mode, body_format="json")
    sandbox.account.answer = lambda message: b"success"
    answer = await sandbox.do("say", text="班车")
    request = sandbox.account.requests[0]
    body = json.loads(await request.body())
    assert request.headers["content-type"] == "application/json"
    assert body["ToUserName"] == sandbox.platform.settings.gh_id
    if mode == "plain":
        assert body == answer["pushed"][0]["message"]
    else:
        query = request.query_params
        names = ("msg_signature", "timestamp", "nonce")
        clear = sandbox.account.crypto().decrypt_message(body, *(query[name] for name in names))
        assert json.loads(clear) == answer["pushed"][0]["message"]


KINDS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("say", {"text": "班车"}, ["text"]),
    ("photo", {}, ["image"]),
    ("voice", {"words": "电费"}, ["voice"]),
    ("video", {}, ["video"]),
    ("link", {"title": "通知", "url": "http://example.edu"}, ["link"]),
    ("location", {"lat": 35.19, "lng": 113.26, "label": "东门"}, ["location"]),
    ("location", {"lat": 35.19, "lng": 113.26, "auto": True}, ["location"]),
    ("scan", {"scene": "door"}, ["scan"]),
    ("unfollow", {}, ["unsubscribe"]),
    ("tap", {"path": [0]}, ["click"]),
    ("tap", {"path": [1]}, ["view"]),
    ("tap", {"path": [2, 0], "value": "x"}, ["scancode_push"]),
    ("tap", {"path": [2, 1], "value": "x"}, ["scancode_waitmsg"]),
    ("tap", {"path": [2, 2]}, ["pic_sysphoto", "image"]),
    ("tap", {"path": [2, 3], "lat": 35.19, "lng": 113.26}, ["location_select", "location"]),
]


@pytest.mark.parametrize(("act", "body", "kinds"), KINDS)
async def test_every_act_is_pushed_as_its_kind(
    sandbox: Sandbox, act: str, body: dict[str, Any], kinds: list[str]
) -> None:
    await sandbox.api("/cgi-bin/menu/create", MENU)
    await sandbox.do(act, **body)
    seen = [m.event if m.type == "event" else m.type for m in sandbox.account.messages]
    assert seen == kinds


async def test_latitude_and_longitude_are_not_swapped(sandbox: Sandbox) -> None:
    await sandbox.do("location", lat=35.19, lng=113.26, label="东门")
    message = sandbox.account.messages[0]
    assert [float(part) for part in message.location] == [35.19, 113.26]
    assert message.label == "东门"


async def test_following_by_a_door_sign_and_plainly(sandbox: Sandbox) -> None:
    await sandbox.do("scan", openid=sandbox.stranger, scene="room-3-501")
    await sandbox.do("unfollow", openid=sandbox.stranger)
    await sandbox.do("follow", openid=sandbox.stranger)
    kinds = [message.event for message in sandbox.account.messages]
    assert kinds == ["subscribe_scan", "unsubscribe", "subscribe"]
    texts = [text for _, text in sandbox.chat(sandbox.stranger)]
    assert texts == ["你已关注微后勤", "好", "你取消了关注", "你已关注微后勤", "好"]


async def test_an_answer_to_a_view_is_seen_by_nobody(sandbox: Sandbox) -> None:
    await sandbox.api("/cgi-bin/menu/create", MENU)
    await sandbox.do("tap", path=[1])
    assert sandbox.chat() == []


async def test_a_callback_that_sleeps_is_cut_off_and_asked_again(sandbox: Sandbox) -> None:
    sandbox.account.delays = [5, 5]
    started = time.perf_counter()
    attempts = await sandbox.say("电费")
    assert time.perf_counter() - started < 2
    assert [a["outcome"] for a in attempts] == ["timeout", "timeout", "answered"]
    assert sandbox.account.running == 0
    assert [text for _, text in sandbox.chat()] == ["电费", "好"]


async def test_every_try_is_the_same_message_with_a_nonce_of_its_own(make: Make) -> None:
    sandbox = await make(mode="plain")
    sandbox.account.delays = [5, 5, 5]
    await sandbox.say("电费")
    bodies = {await request.body() for request in sandbox.account.requests}
    nonces = {request.query_params["nonce"] for request in sandbox.account.requests}
    assert (len(bodies), len(nonces)) == (1, 3)
    assert sandbox.chat()[-1] == ("error", "该公众号提供的服务出现故障，请稍后再试")
