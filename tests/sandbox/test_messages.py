"""Customer-service messages, codes, media and users."""

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Make, Sandbox

pytestmark = pytest.mark.anyio
SEND = "/cgi-bin/message/custom/send"
UPLOAD = "/cgi-bin/media/upload"
HELLO = {"msgtype": "text", "text": {"content": "修好了"}}
CODE = {"action_name": "QR_STR_SCENE", "expire_seconds": 600,
        "action_info": {"scene": {"scene_str": "room-3-501"}}}  # fmt: skip


async def send(sandbox: Sandbox, **changed: Any) -> int:
    body = {"touser": sandbox.alice, **HELLO, **changed}
    return int((await sandbox.api(SEND, body))["errcode"])


async def test_a_message_opens_five_answers_for_two_days(sandbox: Sandbox) -> None:
    assert await send(sandbox) == 45015
    await sandbox.say("在吗")
    assert [await send(sandbox) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    await sandbox.say("在吗")
    sandbox.clock.at += 48 * 3600
    assert await send(sandbox) == 45015


async def test_a_scan_opens_three_answers_for_a_minute(sandbox: Sandbox) -> None:
    await sandbox.do("scan", scene="room-3-501")
    assert [await send(sandbox) for _ in range(4)] == [0, 0, 0, 45047]
    await sandbox.do("scan", scene="room-3-501")
    sandbox.clock.at += 61
    assert await send(sandbox) == 45015


async def test_a_tapped_msgmenu_line_counts_as_a_tap(sandbox: Sandbox) -> None:
    await sandbox.say("修好了", menu_id="1")
    assert [await send(sandbox) for _ in range(4)] == [0, 0, 0, 45047]


async def test_it_knows_who_cannot_be_written_to(sandbox: Sandbox) -> None:
    assert await send(sandbox, touser="o_nobody") == 40003
    assert await send(sandbox, touser=sandbox.stranger) == 40003
    await sandbox.do("unfollow")
    assert await send(sandbox) == 43004


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"msgtype": "fax"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "长" * 683}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
    ],
)
async def test_it_refuses_what_it_cannot_show(
    sandbox: Sandbox, changed: dict[str, Any], code: int
) -> None:
    await sandbox.say("在吗")
    assert await send(sandbox, **changed) == code


async def test_every_kind_arrives_in_the_chat(make: Make) -> None:
    sandbox = await make(message_quota=20)
    await sandbox.do("photo")
    photo = sandbox.account.messages[0].media_id
    article = {"title": "停水通知", "url": "http://example.edu/1"}
    rows = [{"id": "1", "content": "修好了"}]
    parts: dict[str, Any] = {
        "text": {"content": "好"}, "image": {"media_id": photo}, "voice": {"media_id": photo},
        "video": {"media_id": photo}, "music": {"musicurl": "http://example.edu/a.mp3"},
        "news": {"articles": [article]}, "msgmenu": {"head_content": "修好了吗", "list": rows},
    }  # fmt: skip
    for kind, part in parts.items():
        assert await send(sandbox, msgtype=kind, **{kind: part}) == 0
    assert [kind for kind, _ in sandbox.chat()][2:] == list(parts)


async def test_typing_is_shown_only_shortly_after_they_wrote(sandbox: Sandbox) -> None:
    body = {"touser": sandbox.alice, "command": "Typing"}
    await sandbox.say("在吗")
    assert (await sandbox.api("/cgi-bin/message/custom/typing", body))["errcode"] == 0
    sandbox.clock.at += 31
    assert (await sandbox.api("/cgi-bin/message/custom/typing", body))["errcode"] == 45080


async def test_a_code_brings_its_scene_and_runs_out(sandbox: Sandbox) -> None:
    code = await sandbox.api("/cgi-bin/qrcode/create", CODE)
    picture = await sandbox.http.get("/cgi-bin/showqrcode", params={"ticket": code["ticket"]})
    assert picture.headers["content-type"] == "image/svg+xml"
    await sandbox.do("scan", openid=sandbox.stranger, ticket=code["ticket"])
    message = sandbox.account.messages[-1]
    assert (message.event, message.scene_id) == ("subscribe_scan", "room-3-501")
    assert message.ticket == code["ticket"]
    sandbox.clock.at += 600
    assert (await sandbox.do("scan", ticket=code["ticket"]))["error"] == "这张码过期了"


@pytest.mark.parametrize(
    ("name", "scene", "code"),
    [
        ("QR_LIMIT_STR_SCENE", {"scene_str": "door"}, None),
        ("QR_SCENE", {"scene_id": 7}, None),
        ("QR_LIMIT_SCENE", {"scene_id": 100_001}, 40053),
        ("QR_STR_SCENE", {"scene_str": "x" * 65}, 40053),
        ("QR_WHAT", {"scene_id": 7}, 40052),
    ],
)
async def test_codes_are_checked(
    sandbox: Sandbox, name: str, scene: dict[str, Any], code: int | None
) -> None:
    body = {"action_name": name, "action_info": {"scene": scene}}
    assert (await sandbox.api("/cgi-bin/qrcode/create", body)).get("errcode") == code


async def upload(sandbox: Sandbox, name: str, kind: str = "image") -> dict[str, Any]:
    query = {"access_token": await sandbox.token(), "type": kind}
    files = {"media": (name, b"\x89PNG picture", "image/png")}
    return dict((await sandbox.http.post(UPLOAD, params=query, files=files)).json())


async def test_what_was_uploaded_comes_back_for_three_days(sandbox: Sandbox) -> None:
    item = await upload(sandbox, "leak.png")
    query = {"access_token": await sandbox.token(), "media_id": item["media_id"]}
    got = await sandbox.http.get("/cgi-bin/media/get", params=query)
    assert got.content == b"\x89PNG picture"
    assert got.headers["content-type"] == "image/png"
    sandbox.clock.at += 3 * 24 * 3600
    old = await sandbox.api("/cgi-bin/media/get", media_id=item["media_id"])
    assert old["errcode"] == 40007


async def test_a_wrong_upload_is_refused(sandbox: Sandbox) -> None:
    assert (await upload(sandbox, "漏水.png"))["errcode"] == 41005
    assert (await upload(sandbox, "a.png", kind="fax"))["errcode"] == 40004
    query = {"access_token": await sandbox.token(), "type": "image"}
    bare = await sandbox.http.post(UPLOAD, params=query, content=b"x")
    assert bare.json()["errcode"] == 41005


async def test_users_have_an_openid_and_no_name(sandbox: Sandbox) -> None:
    listed = await sandbox.api("/cgi-bin/user/get")
    assert listed["total"] == 7
    known = await sandbox.api("/cgi-bin/user/info", openid=sandbox.alice)
    assert known["subscribe"] == 1
    assert "nickname" not in known
    rows = {"user_list": [{"openid": sandbox.stranger}]}
    others = await sandbox.api("/cgi-bin/user/info/batchget", rows)
    assert others["user_info_list"][0]["subscribe"] == 0


async def test_the_callback_check_tells_whether_it_was_reached(sandbox: Sandbox) -> None:
    body = {"action": "all", "check_operator": "DEFAULT"}
    good = await sandbox.api("/cgi-bin/callback/check", body)
    assert good["ping"][0]["package_loss"] == "0%"
    sandbox.platform.client = httpx.AsyncClient(transport=httpx.MockTransport(_refuse))
    bad = await sandbox.api("/cgi-bin/callback/check", body)
    assert bad["ping"][0]["package_loss"] == "100%"


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)
