"""Another project's client, over real HTTP, finds a platform it knows."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from app.sandbox.server import create_app
from app.sandbox.settings import Settings

BUTTON = {"type": "click", "name": "班车", "key": "班车"}
SETTINGS = Settings(callback_url="http://127.0.0.1:9/", tries=1)


@pytest.fixture
def url(serve: Callable[[Any], str]) -> str:
    return serve(create_app(SETTINGS))


@pytest.fixture
def client(url: str) -> WeChatClient:
    client = WeChatClient(SETTINGS.app_id, SETTINGS.app_secret)
    client.API_BASE_URL = f"{url}/cgi-bin/"
    client.fetch_access_token = lambda: client._fetch_access_token(
        f"{url}/cgi-bin/token",
        {"grant_type": "client_credential", "appid": client.appid, "secret": client.secret},
    )
    return client


def test_wechatpy_fetches_a_token_and_pushes_a_menu(client: WeChatClient) -> None:
    assert len(client.access_token) > 100
    assert client.menu.create({"button": [BUTTON]})["errcode"] == 0
    assert client.menu.get()["menu"]["button"][0]["name"] == "班车"


def test_wechatpy_sends_a_customer_service_message(client: WeChatClient, url: str) -> None:
    openid = client.user.get_followers()["data"]["openid"][0]
    httpx.post(f"{url}/sandbox/say", json={"openid": openid, "text": "在吗", "wait": True})
    assert client.message.send_text(openid, "王师傅 20:00 左右到")["errcode"] == 0
    chat = httpx.get(f"{url}/sandbox/state").json()["chat"]
    assert chat[-1]["data"] == {"text": "王师傅 20:00 左右到"}


def test_wechatpy_renews_a_token_that_died(client: WeChatClient, url: str) -> None:
    httpx.post(f"{url}/sandbox/faults", json={"name": "token_invalid", "times": 1})
    assert client.user.get_followers()["total"] == 7


def test_wechatpy_uploads_and_makes_a_code(client: WeChatClient) -> None:
    media = client.media.upload("image", ("leak.png", b"\x89PNG", "image/png"))
    assert client.media.download(media["media_id"]).content == b"\x89PNG"
    scene = {"scene": {"scene_str": "room-3-501"}}
    assert client.qrcode.create({"action_name": "QR_LIMIT_STR_SCENE", "action_info": scene})["url"]


def test_wechatpy_understands_a_refusal(client: WeChatClient) -> None:
    with pytest.raises(WeChatClientException) as caught:
        client.message.send_text("o_nobody", "在吗")
    assert caught.value.errcode == 40003
