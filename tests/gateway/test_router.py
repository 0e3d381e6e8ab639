"""Which handler answers, and what is said when none does."""

from datetime import datetime

import httpx
import pytest
from sqlalchemy import select

from app.campus.people import Follower
from app.gateway.models import Heard
from app.gateway.router import Router
from app.gateway.translate import to_ask
from app.kit import clock
from app.kit.chat import Chat
from app.kit.db import Database
from app.kit.service import Service
from app.wechat.messages import parse
from tests.gateway.wire import Push

pytestmark = pytest.mark.anyio


def router(**words: list[str]) -> Router:
    services = {}
    for name, claimed in words.items():
        chat = Chat()
        chat.say(*claimed)(lambda: "")
        services[name] = Service(name, chat=chat)
    return Router(services)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("bance", "班车"), ("班次", "班车"), ("banche", "班车"), ("大巴班车", "班车"),
     ("洗玉", "洗浴"), ("电废", "电费"), ("店费", "电费"), ("xiyu", "洗浴"),
     ("今天食堂吃什么", None),
     ("南门几点关", None), ("你好", None), ("a" * 9999, None)],
)  # fmt: skip
def test_the_nearest_word_is_found_by_spelling_and_by_sound(typed: str, found: str | None) -> None:
    near = router(bus=["班车"], bath=["洗浴"], power=["电费"]).nearest(typed)
    assert (near[0] if near else None) == found


def test_two_services_that_claim_one_word_stop_the_start_up() -> None:
    with pytest.raises(ValueError, match="「班车」 is claimed by bus and by other"):
        router(bus=["班车", "校车"], other=["班车"])


@pytest.mark.parametrize("word", ["菜单", "1"])
def test_words_of_the_account_itself_cannot_be_claimed(word: str) -> None:
    with pytest.raises(ValueError, match="of the account itself"):
        router(bus=[word])


@pytest.mark.parametrize(
    "inside",
    ["<MsgType>text</MsgType><Content>几点</Content><MsgId>1</MsgId>",
     "<MsgType>text</MsgType><Content>　幾點！</Content><MsgId>1</MsgId>",
     "<MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr</Format>"
     "<Recognition>几点。</Recognition><MsgId>1</MsgId>",
     "<MsgType>event</MsgType><Event>CLICK</Event><EventKey>几点</EventKey>",
     "<MsgType>event</MsgType><Event>SCAN</Event><EventKey>几点</EventKey><Ticket>t</Ticket>",
     "<MsgType>event</MsgType><Event>scancode_waitmsg</Event><EventKey>k</EventKey><ScanCodeInfo>"
     "<ScanType>qrcode</ScanType><ScanResult>几点</ScanResult></ScanCodeInfo>"],
)  # fmt: skip
async def test_a_word_is_answered_however_it_was_asked(
    wechat: httpx.AsyncClient, inside: str
) -> None:
    answer = await Push.of("o-alice", 0, inside).deliver(wechat)
    assert answer
    assert datetime.fromisoformat(answer) <= clock.now()


async def test_a_digit_answers_the_last_list_shown_to_that_user(
    wechat: httpx.AsyncClient,
) -> None:
    assert "回 1 拒绝" in (await Push.text("拒决", 1).deliver(wechat) or "")
    await Push.text("几典", 2, who="o-bob").deliver(wechat)
    assert (await Push.text("1", 3).deliver(wechat) or "").startswith("4号床")
    answer = await Push.text("１", 4, who="o-bob").deliver(wechat)
    assert datetime.fromisoformat(answer or "")


async def test_what_stays_unanswered_is_kept_for_operators(
    wechat: httpx.AsyncClient, database: Database
) -> None:
    await Push.text("食堂几点开门呀", 1).deliver(wechat)
    await Push.text("几点", 2).deliver(wechat)
    async with database.session() as db:
        unanswered = await db.scalars(select(Heard.text).where(~Heard.matched))
        assert unanswered.all() == ["食堂几点开门呀"]


async def test_a_follower_is_greeted_with_the_menu_and_leaving_is_recorded(
    wechat: httpx.AsyncClient, database: Database
) -> None:
    greeting = await Push.event("subscribe", created=1_791_632_100).deliver(wechat)
    assert greeting
    assert greeting.startswith("你好，这里是微后勤")
    await Push.event("unsubscribe", created=1_791_632_200).deliver(wechat)
    async with database.session() as db:
        follower = (await db.scalars(select(Follower))).one()
    assert follower.left_at is not None


async def test_a_code_scanned_while_following_is_answered_with_the_greeting(
    wechat: httpx.AsyncClient,
) -> None:
    answer = await Push.event("subscribe", "qrscene_几点").deliver(wechat)
    assert answer
    assert answer.startswith("20")
    assert "微后勤" in answer


def test_a_place_on_the_phone_that_nobody_sent_asks_nothing() -> None:
    fields = {"ToUserName": "g", "FromUserName": "o", "CreateTime": "1", "MsgType": "event",
              "Event": "LOCATION", "Latitude": "35.1", "Longitude": "113.2",
              "Precision": "40"}  # fmt: skip
    assert to_ask(parse(fields), clock.now()) is None
