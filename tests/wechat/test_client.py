"""The API methods: what they send, and what comes of each kind of answer."""

import json
import logging
from typing import Any

import httpx
import pytest
import structlog

from app.wechat import replies
from app.wechat.client import Media, Qr, VideoLink, open_client
from app.wechat.custom import Menu, Sendable
from app.wechat.errors import (
    Busy,
    ConfigError,
    DataInvalid,
    NotPermitted,
    TransportFailed,
    WindowClosed,
)
from tests.wechat.wire import Wire

pytestmark = pytest.mark.anyio
OK = {"errcode": 0, "errmsg": "ok"}
BUSY = {"errcode": -1, "errmsg": "system error"}
RID = "62345678-1234abcd-0aef12"
MENU = {"button": [{"type": "click", "name": "班车", "key": "bus"}]}


@pytest.fixture
def wire() -> Wire:
    return Wire()


async def test_a_menu_is_pushed_as_raw_utf8(wire: Wire) -> None:
    wire.script("/menu/create", OK)
    await wire.client().menu_create(MENU)
    [request] = wire.asked("/menu/create")
    assert "班车".encode() in request.content
    assert json.loads(request.content) == MENU


async def test_a_menu_is_read_and_an_absent_one_is_none(wire: Wire) -> None:
    wire.script("/menu/get", {"menu": MENU}, {"errcode": 46003, "errmsg": "menu no exist"})
    client = wire.client()
    assert await client.menu_get() == {"menu": MENU}
    assert await client.menu_get() is None


async def test_a_menu_is_deleted(wire: Wire) -> None:
    wire.script("/menu/delete", OK)
    await wire.client().menu_delete()
    assert wire.asked("/menu/delete")[0].method == "GET"


async def test_busy_is_tried_again_where_it_does_no_harm(wire: Wire) -> None:
    wire.script("/menu/create", BUSY, BUSY, OK)
    await wire.client().menu_create(MENU)
    assert len(wire.asked("/menu/create")) == 3


async def test_three_times_busy_is_enough(wire: Wire) -> None:
    wire.script("/menu/get", BUSY)
    with pytest.raises(Busy) as caught:
        await wire.client().menu_get()
    assert not caught.value.permanent
    assert len(wire.asked("/menu/get")) == 3


async def test_a_message_to_a_person_is_never_sent_twice(wire: Wire) -> None:
    wire.script("/message/custom/send", BUSY, OK)
    with pytest.raises(Busy):
        await wire.client().send_custom("alice", replies.Text("你好"))
    assert len(wire.asked("/message/custom/send")) == 1


TITLES = {"title": "t", "description": "d"}
NEWS = replies.News((replies.Article("t", "d", "u", "p"), replies.Article("2", "2", "2")))


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (replies.Text("你好"), {"msgtype": "text", "text": {"content": "你好"}}),
        (replies.Image("m1"), {"msgtype": "image", "image": {"media_id": "m1"}}),
        (replies.Voice("m1"), {"msgtype": "voice", "voice": {"media_id": "m1"}}),
        (
            replies.Video("m1", "t", "d", "m2"),
            {"msgtype": "video", "video": {"media_id": "m1", "thumb_media_id": "m2", **TITLES}},
        ),
        (
            replies.Music("m2", "t", "d", "u"),
            {
                "msgtype": "music",
                "music": {"musicurl": "u", "hqmusicurl": "u", "thumb_media_id": "m2", **TITLES},
            },
        ),
        (
            NEWS,
            {"msgtype": "news", "news": {"articles": [{**TITLES, "url": "u", "picurl": "p"}]}},
        ),
        (
            Menu("满意吗", (("1", "满意"), ("2", "不满意")), "谢谢"),
            {
                "msgtype": "msgmenu",
                "msgmenu": {
                    "head_content": "满意吗",
                    "list": [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}],
                    "tail_content": "谢谢",
                },
            },
        ),
    ],
)
async def test_each_customer_service_message_has_its_body(
    wire: Wire, message: Sendable, body: dict[str, Any]
) -> None:
    wire.script("/message/custom/send", OK)
    await wire.client().send_custom("alice", message)
    [request] = wire.asked("/message/custom/send")
    assert json.loads(request.content) == {"touser": "alice", **body}


async def test_a_long_or_broken_text_is_mended_before_it_is_sent(wire: Wire) -> None:
    wire.script("/message/custom/send", OK)
    await wire.client().send_custom("alice", replies.Text("\ud800" + "班" * 5000))
    content = json.loads(wire.asked("/message/custom/send")[0].content)["text"]["content"]
    assert content == "班" * 681 + "…"


@pytest.mark.parametrize(
    ("seconds", "sent"),
    [
        (None, {"action_name": "QR_LIMIT_STR_SCENE"}),
        (3600, {"action_name": "QR_STR_SCENE", "expire_seconds": 3600}),
    ],
)
async def test_a_scene_code_is_made(wire: Wire, seconds: int | None, sent: dict[str, Any]) -> None:
    wire.script("/qrcode/create", {"ticket": "gQ+/==", "url": "http://weixin.qq.com/q/1"})
    qr = await wire.client().qr_create("dorm-3-501", seconds)
    scene = {"action_info": {"scene": {"scene_str": "dorm-3-501"}}}
    assert json.loads(wire.asked("/qrcode/create")[0].content) == {**scene, **sent}
    assert qr == Qr("gQ+/==", "http://weixin.qq.com/q/1")
    assert qr.image_url.endswith("?ticket=gQ%2B%2F%3D%3D")


@pytest.mark.parametrize(("scene", "seconds"), [("", 1), ("x" * 65, 1), ("x", 0), ("x", 2592001)])
async def test_an_impossible_scene_is_not_even_sent(wire: Wire, scene: str, seconds: int) -> None:
    with pytest.raises(ValueError, match=r"scene|code"):
        await wire.client().qr_create(scene, seconds)
    assert not wire.requests


@pytest.mark.parametrize(
    ("filename", "content_type", "sent"),
    [
        ("漏水.jpg", "image/jpeg", b"media.jpg"),
        ("漏水", "image/png", b"media.png"),
        ("x.图片", "image/png", b"media.png"),
        ('a".JPG', "image/jpeg", b"media.jpg"),
        ("", "application/x-nothing", b"media.bin"),
    ],
)
async def test_an_upload_has_an_ascii_name(
    wire: Wire, filename: str, content_type: str, sent: bytes
) -> None:
    wire.script("/media/upload", {"type": "image", "media_id": "m1", "created_at": 1})
    uploaded = await wire.client().media_upload("image", filename, b"bytes", content_type)
    [request] = wire.asked("/media/upload")
    assert uploaded == "m1"
    assert request.url.params["type"] == "image"
    assert b'name="media"; filename="' + sent + b'"' in request.content
    assert b"bytes" in request.content


async def test_an_upload_is_repeated_whole_when_the_token_was_rejected(wire: Wire) -> None:
    wire.script("/media/upload", {"errcode": 40001, "errmsg": "old"}, {"thumb_media_id": "m1"})
    assert await wire.client().media_upload("thumb", "a.jpg", b"bytes", "image/jpeg") == "m1"
    first, second = wire.asked("/media/upload")
    assert first.content == second.content


async def test_media_come_as_bytes_and_videos_as_an_address(wire: Wire) -> None:
    headers = {"content-type": "image/jpeg"}
    image = httpx.Response(200, content=b"\xff\xd8\xff", headers=headers)
    wire.script("/media/get", image, {"video_url": "http://v.example/1"})
    client = wire.client()
    assert await client.media_get("m1") == Media("image/jpeg", b"\xff\xd8\xff")
    assert await client.media_get("m2") == VideoLink("http://v.example/1")


async def test_a_json_answer_for_media_is_the_error_in_it(wire: Wire) -> None:
    wire.script("/media/get", {"errcode": 40007, "errmsg": f"invalid media_id rid: {RID}"})
    with pytest.raises(DataInvalid) as caught:
        await wire.client().media_get("m1")
    assert caught.value.rid == RID


@pytest.mark.parametrize(
    ("code", "kind"),
    [(40164, ConfigError), (48001, NotPermitted), (45015, WindowClosed), (47003, DataInvalid)],
)
async def test_an_errcode_becomes_its_error(wire: Wire, code: int, kind: type[Exception]) -> None:
    wire.script("/message/custom/send", {"errcode": code, "errmsg": f"invalid rid: {RID}"})
    with pytest.raises(kind):
        await wire.client().send_custom("alice", replies.Text("你好"))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(502, text="Bad Gateway"),
        httpx.Response(500, json={"errcode": 0}),
        httpx.Response(302, headers={"location": "https://login.campus.example/"}),
        httpx.Response(200, text="<html>campus firewall</html>"),
        httpx.Response(200, text="{"),
        httpx.Response(200, text="[1]"),
        httpx.Response(200, text=""),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
        httpx.DecodingError("not gzip"),
    ],
    ids=repr,
)
async def test_what_is_no_answer_of_wechats_is_a_failed_transport(
    wire: Wire, answer: httpx.Response | Exception
) -> None:
    wire.script("/message/custom/send", answer)
    with pytest.raises(TransportFailed) as caught:
        await wire.client().send_custom("alice", replies.Text("你好"))
    assert not caught.value.permanent
    wire.script("/stable_token", answer)
    with pytest.raises(TransportFailed):
        await wire.client().menu_get()


async def test_the_log_has_the_rid_and_no_secret(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.script("/message/custom/send", {"errcode": 45015, "errmsg": f"closed rid: {RID}"})
    with structlog.testing.capture_logs() as logged, pytest.raises(WindowClosed):
        await wire.client().send_custom("alice", replies.Text("悄悄话"))
    [entry] = logged
    assert (entry["rid"], entry["errcode"]) == (RID, 45015)
    everything = f"{logged} {caplog.text}"
    assert "/cgi-bin/message/custom/send" in caplog.text
    for secret in ("access_token", "T1", "s3cret", "悄悄话"):
        assert secret not in everything


async def test_the_client_does_not_wait_for_ever() -> None:
    async with open_client() as http:
        assert (http.timeout.connect, http.timeout.read) == (3.0, 10.0)
        assert str(http.base_url) == "https://api.weixin.qq.com"
