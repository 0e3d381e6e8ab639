"""Template messages: taken once, refused for a reason, told by receipts, counted for tests."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.sandbox.server import create_app
from app.sandbox.settings import Settings
from app.sandbox.templates import private, subscribed
from tests.sandbox.conftest import Make, Sandbox

pytestmark = pytest.mark.anyio
SEND = "/cgi-bin/message/template/send"
APP_ID = Settings().app_id
CUT = {one.title: one for one in private(APP_ID).values()}["停电通知"]
REPAIR = {one.title: one for one in subscribed(APP_ID).values()}["报修进度通知"]
DATA = {"thing1": "3号楼", "time2": "2026年11月21日 15:01~17:00", "thing3": "检修",
        "phone_number4": "8880 0110"}  # fmt: skip
STEPS = {"character_string1": "20261121-0017", "name2": "刘建国", "phrase3": "已派单",
         "time4": "15:01", "thing5": "今天修好"}  # fmt: skip


@pytest.fixture
async def sandbox(make: Make) -> Sandbox:
    return await make(receipt_delay=0.0)


def letter(openid: str, key: str = "", **changed: str) -> dict[str, Any]:
    data = {name: {"value": value} for name, value in {**DATA, **changed}.items()}
    keyed = {"client_msg_id": key} if key else {}
    return {"touser": openid, "template_id": CUT.id, "url": "http://a/", "data": data, **keyed}


async def send(sandbox: Sandbox, openid: str | None = None, key: str = "", **data: str) -> Any:
    return await sandbox.api(SEND, letter(openid or sandbox.alice, key, **data))


async def receipts(sandbox: Sandbox) -> list[tuple[str, str]]:
    """(number, status) of the receipts that came, once all have."""
    await asyncio.gather(*sandbox.platform._tasks)
    bodies = [request for request in sandbox.account.messages if request.type == "event"]
    return [(str(event._data["MsgID"]), event._data["Status"]) for event in bodies]


async def test_a_template_message_is_a_card_on_the_phone(sandbox: Sandbox) -> None:
    number = (await send(sandbox))["msgid"]
    line = sandbox.platform.person(sandbox.alice).chat[-1]
    assert (line.kind, line.data["title"], line.data["url"]) == (
        "template",
        "停电通知",
        "http://a/",
    )
    assert line.data["rows"][0] == ["停电区域", "3号楼"]
    assert await receipts(sandbox) == [(str(number), "success")]


async def test_the_same_key_is_sent_once_within_ten_minutes(sandbox: Sandbox) -> None:
    numbers = [(await send(sandbox, key="d1"))["msgid"] for _ in range(3)]
    assert len(set(numbers)) == 1
    assert (await send(sandbox, key="d2"))["msgid"] != numbers[0]
    sandbox.clock.at += 601
    assert (await send(sandbox, key="d1"))["msgid"] != numbers[0]
    [told] = sandbox.platform.letters.told.of(sandbox.alice)
    assert told["copies"] == 3


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"thing1": "长" * 21}, "data.thing1.value"),
        ({"thing1": ""}, "data.thing1.value"),
        ({"thing3": "两\n行"}, "data.thing3.value"),
        ({"time2": "下午三点"}, "data.time2.value"),
        ({"phone_number4": "找老王"}, "data.phone_number4.value"),
    ],
)
async def test_a_value_that_is_not_allowed_is_named(
    sandbox: Sandbox, data: dict[str, str], named: str
) -> None:
    answer = await send(sandbox, **data)
    assert answer["errcode"] == 47003
    assert named in answer["errmsg"]


async def test_it_refuses_whom_it_cannot_reach(sandbox: Sandbox) -> None:
    assert (await send(sandbox, "o_nobody"))["errcode"] == 40003
    assert (await send(sandbox, sandbox.stranger))["errcode"] == 40003
    await sandbox.do("unfollow")
    assert (await send(sandbox))["errcode"] == 43004


async def test_a_body_that_is_not_right_is_refused(sandbox: Sandbox) -> None:
    params = {"access_token": await sandbox.token()}
    bodies = (b"", b"[", b'{"touser":"\\u5f20"}', b"[]", b'{"touser":"x"}')
    answers = [await sandbox.http.post(SEND, params=params, content=body) for body in bodies]
    assert [a.json()["errcode"] for a in answers] == [44002, 47001, 40033, 47001, 40003]
    assert (await sandbox.http.post(SEND, content=b"{}")).json()["errcode"] == 41001
    assert (await sandbox.http.get(SEND, params=params)).json()["errcode"] == 43002
    bad = {**letter(sandbox.alice), "template_id": "x"}
    assert (await sandbox.api(SEND, bad))["errcode"] == 40037


async def test_the_faults_strike_here_too(sandbox: Sandbox) -> None:
    for name, code in (("daily_quota", 45009), ("minute_quota", 45011), ("busy", -1)):
        await sandbox.do("faults", name=name, times=1, path=SEND)
        assert (await send(sandbox))["errcode"] == code
    await sandbox.do("faults", name="busy", path=SEND, lasts=30)
    assert (await send(sandbox))["errcode"] == -1
    sandbox.clock.at += 31
    assert (await send(sandbox))["errcode"] == 0
    await sandbox.do("faults", name="busy", path=SEND, every=3)
    assert [(await send(sandbox))["errcode"] for _ in range(6)] == [0, 0, -1, 0, 0, -1]


async def test_a_minute_has_so_many_calls(make: Make) -> None:
    sandbox = await make(minute_quota=2, receipts=False)
    assert [(await send(sandbox))["errcode"] for _ in range(3)] == [0, 0, 45011]
    sandbox.clock.at += 60
    assert (await send(sandbox))["errcode"] == 0


async def test_some_can_be_refused_and_some_block(sandbox: Sandbox) -> None:
    await sandbox.do("refuse", openids=[sandbox.alice], why=43004)
    assert (await send(sandbox))["errcode"] == 43004
    await sandbox.do("block")
    number = (await send(sandbox))["msgid"]
    await sandbox.do("refuse", openids=[sandbox.alice], why="system")
    other = (await send(sandbox))["msgid"]
    assert await receipts(sandbox) == [
        (str(number), "failed:user block"), (str(other), "failed: system failed"),
    ]  # fmt: skip
    assert sandbox.platform.letters.told.of(sandbox.alice) == []


@pytest.mark.parametrize(("name", "count"), [("receipt_twice", 2), ("receipt_never", 0)])
async def test_receipts_come_twice_or_never(sandbox: Sandbox, name: str, count: int) -> None:
    await sandbox.do("faults", name=name, times=1)
    await send(sandbox)
    assert len(await receipts(sandbox)) == count


async def test_a_receipt_can_come_before_the_answer(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="receipt_early", times=1)
    number = (await send(sandbox))["msgid"]
    assert [event._data["MsgID"] for event in sandbox.account.messages] == [str(number)]


async def test_a_crowd_gets_messages_without_a_phone(sandbox: Sandbox) -> None:
    crowd = (await sandbox.do("crowd", count=30))["openids"]
    for openid in [*crowd, crowd[3]]:
        assert (await send(sandbox, openid))["errcode"] == 0
    told = (await sandbox.http.get("/sandbox/told")).json()
    assert (told["letters"][0]["people"], told["total"]) == (30, 31)
    assert [row["openid"] for row in told["twice"]] == [crowd[3]]
    people = (await sandbox.http.get("/sandbox/told", params={"people": 1})).json()["people"]
    assert people[crowd[3]] == 2
    assert (await sandbox.api("/cgi-bin/user/get"))["total"] == 37
    await sandbox.do("forget")
    assert (await sandbox.http.get("/sandbox/told")).json()["total"] == 0


def test_what_was_taken_is_not_taken_again_though_the_answer_was_cut(
    serve: Callable[[Any], str],
) -> None:
    app = create_app(Settings(receipts=False))
    with httpx.Client(base_url=serve(app)) as http:
        settings, platform = Settings(), app.state.platform
        alice = next(iter(platform.people))
        body = {"grant_type": "client_credential", "appid": settings.app_id,
                "secret": settings.app_secret}  # fmt: skip
        token = http.post("/cgi-bin/stable_token", json=body).json()["access_token"]
        http.post("/sandbox/faults", json={"name": "api_cut", "times": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            http.post(SEND, params={"access_token": token}, json=letter(alice, "d1"))
        answer = http.post(SEND, params={"access_token": token}, json=letter(alice, "d1"))
        assert answer.json()["errcode"] == 0
        http.post("/sandbox/faults", json={"name": "api_late", "times": 1, "seconds": 0.3})
        with pytest.raises(httpx.ReadTimeout):
            http.post(SEND, params={"access_token": token}, json=letter(alice, "d2"), timeout=0.1)
        assert platform.letters.told.people() == {alice: 2}


async def test_one_accept_is_one_notice(sandbox: Sandbox) -> None:
    data = {name: {"value": value} for name, value in STEPS.items()}
    notice = {"touser": sandbox.alice, "template_id": REPAIR.id, "data": data}
    path = "/cgi-bin/message/subscribe/bizsend"
    assert (await sandbox.api(path, notice))["errcode"] == 43101
    [pushed] = (await sandbox.do("answer_popup", templates={REPAIR.id: "accept"}))["pushed"]
    assert pushed["message"]["SubscribeMsgPopupEvent"]["List"][0]["PopupScene"] == "1"
    codes = [(await sandbox.api(path, notice))["errcode"] for _ in range(2)]
    assert codes == [0, 43101]
    assert sandbox.chat()[-1][0] == "template"
    await sandbox.do("answer_popup", templates={REPAIR.id: "accept"})
    await sandbox.do("refuse_notice", template=REPAIR.id)
    assert (await sandbox.api(path, notice))["errcode"] == 43101


async def test_templates_are_taken_from_the_library_and_given_back(sandbox: Sandbox) -> None:
    paths = "/cgi-bin/template/"
    listed = (await sandbox.api(f"{paths}get_all_private_template"))["template_list"]
    assert CUT.content in {row["content"] for row in listed}
    wish = {"template_id_short": "40101", "keyword_name_list": ["停电时间", "停电原因"]}
    made = (await sandbox.api(f"{paths}api_add_template", wish))["template_id"]
    assert "time1" in str(sandbox.platform.letters.templates[made].keywords)
    codes = [
        (await sandbox.api(f"{paths}del_private_template", {"template_id": made}))["errcode"]
        for _ in range(2)
    ]
    assert codes == [0, 40037]
    wish["template_id_short"] = "1"
    assert (await sandbox.api(f"{paths}api_add_template", wish))["errcode"] == 40037
