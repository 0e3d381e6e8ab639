"""The control API: what the page shows, what tests may ask, what survives a restart."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.sandbox import store
from tests.sandbox.conftest import Make, Sandbox

pytestmark = pytest.mark.anyio


async def state(sandbox: Sandbox, since: int = 0) -> dict[str, Any]:
    return dict((await sandbox.http.get("/sandbox/state", params={"since": since})).json())


async def test_the_state_tells_only_what_is_new(sandbox: Sandbox) -> None:
    await sandbox.say("电费")
    first = await state(sandbox)
    assert [line["kind"] for line in first["chat"]] == ["text", "text"]
    assert first["log"][0]["title"] == "推消息"
    again = await state(sandbox, first["cursor"])
    assert (again["chat"], again["log"]) == ([], [])


async def test_the_log_shows_the_clear_text_and_no_secret(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    await sandbox.say("电费")
    shown = str((await state(sandbox))["log"])
    assert "<Content>电费</Content>" in shown
    assert sandbox.platform.settings.app_secret not in shown
    assert token not in shown


async def test_a_message_can_be_pushed_as_often_as_wanted(sandbox: Sandbox) -> None:
    sandbox.account.delays = [0.1, 0.1]
    message = {"MsgType": "text", "Content": "电费", "MsgId": 77}
    done = await sandbox.do("push", message=message, times=2, mode="overlap")
    assert sandbox.account.most == 2
    assert [m.id for m in sandbox.account.messages] == [77, 77]
    assert [a["data"] for a in done["attempts"]] == [{"text": "好"}] * 2
    assert done["attempts"][0]["status"] == 200
    assert "<Content>好</Content>" in done["attempts"][0]["reply"]


async def test_whoever_waits_is_woken_by_a_change(sandbox: Sandbox) -> None:
    version = sandbox.platform.version
    waiting = asyncio.create_task(sandbox.platform.wait(version, 5))
    await asyncio.sleep(0)
    await sandbox.do("people", name="陈小满", note="研究生")
    assert await asyncio.wait_for(waiting, 1) > version


async def test_a_new_person_does_not_follow_yet(sandbox: Sandbox) -> None:
    made = await sandbox.do("people", name="陈小满")
    refused = await sandbox.do("say", openid=made["openid"], text="在吗")
    assert refused == {"error": "陈小满还没有关注"}
    assert (await sandbox.do("people", name=" "))["error"] == "写上名字"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("say", {"text": ""}, "缺「text」"),
    ("say", {"openid": "o_nobody", "text": "x"}, "没有这个人"),
    ("tap", {"path": [0]}, "菜单上没有这个按钮"),
    ("photo", {"data": "!"}, "照片读不出来"),
    ("photo", {"data": "eHh4"}, "照片只收 JPG、PNG 和 GIF"),
    ("location", {"lat": "north"}, "「lat」要是一个数"),
    ("follow", {}, "林晓雨已经关注了"),
    ("push", {"message": {}}, "message 要有 MsgType"),
    ("push", {"message": {"MsgType": "text"}, "times": 0}, "mode 或 times 不对"),
]


@pytest.mark.parametrize(("act", "body", "sentence"), REFUSED)
async def test_a_wrong_request_gets_a_sentence(
    sandbox: Sandbox, act: str, body: dict[str, Any], sentence: str
) -> None:
    assert (await sandbox.do(act, **body))["error"] == sentence


async def test_another_site_may_not_touch_it(sandbox: Sandbox) -> None:
    for origin, status in (("http://evil.example", 403), ("http://sandbox", 200)):
        answer = await sandbox.http.post("/sandbox/reset", headers={"Origin": origin})
        assert answer.status_code == status


async def test_reset_forgets_everything(sandbox: Sandbox) -> None:
    before = await state(sandbox)
    await sandbox.say("电费")
    await sandbox.do("unfollow")
    await sandbox.do("reset")
    after = await state(sandbox)
    assert after["epoch"] != before["epoch"]
    assert after["chat"] == []
    assert after["people"] == before["people"]


async def test_followers_menu_and_codes_survive_a_restart(make: Make, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    first, second, other = await make(), await make(), await make(app_id="wx_other")
    await first.do("scan", openid=first.stranger, scene="door")
    first.platform.menu = {"button": []}
    store.save(first.platform, file)
    store.load(second.platform, file)
    store.load(other.platform, file)
    assert second.platform.person(first.stranger).scene == "door"
    assert second.platform.menu == {"button": []}
    assert other.platform.menu is None


async def test_the_page_asks_nobody_else_for_anything(sandbox: Sandbox) -> None:
    page = await sandbox.http.get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "style=" not in page.text
    weui = await sandbox.http.get("/static/weui.css")
    assert "--weui-BRAND" in weui.text
