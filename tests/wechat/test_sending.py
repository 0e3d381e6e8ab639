"""Messages to followers: the bodies, the answers, and what a missing answer leaves open."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wechat.articles import DraftArticle, Publication
from app.wechat.client import Client
from app.wechat.errors import Busy, NotSubscribed, TransportFailed
from app.wechat.followers import Tag
from app.wechat.sending import (
    MassNews,
    MassTask,
    MassText,
    subscribe_letter,
    template_letter,
)
from app.wechat.templates import Keyword, Template, keywords
from tests.wechat.wire import Wire

pytestmark = pytest.mark.anyio
OK = {"errcode": 0, "errmsg": "ok"}
BUSY = {"errcode": -1, "errmsg": "system error"}
LETTER = template_letter("T1", {"thing1": "3号楼", "time2": "2026年11月21日"}, "http://a.example/")
BODY = {
    "touser": "alice",
    "client_msg_id": "d1",
    "template_id": "T1",
    "url": "http://a.example/",
    "data": {"thing1": {"value": "3号楼"}, "time2": {"value": "2026年11月21日"}},
}


@pytest.fixture
def wire() -> Wire:
    return Wire()


def sent(wire: Wire, path: str) -> Any:
    return json.loads(wire.asked(path)[0].content)


async def test_a_template_message_has_its_body_and_number(wire: Wire) -> None:
    wire.script("/message/template/send", {**OK, "msgid": 200228332})
    assert await wire.client().send_template("alice", LETTER, "d1") == "200228332"
    assert sent(wire, "/message/template/send") == BODY
    assert "3号楼".encode() in wire.asked("/message/template/send")[0].content


@given(openid=st.text(), key=st.text(min_size=1), value=st.text())
def test_whatever_is_in_a_letter_it_is_json(openid: str, key: str, value: str) -> None:
    read = json.loads(template_letter("T1", {"thing1": value}).to(openid, key))
    assert (read["touser"], read["client_msg_id"]) == (openid, key)
    assert set(read) == {"touser", "client_msg_id", "template_id", "data"}


async def test_a_notice_has_a_page_and_no_key(wire: Wire) -> None:
    wire.script("/message/subscribe/bizsend", OK)
    letter = subscribe_letter("T2", {"thing1": "x"}, "http://a.example/")
    assert await wire.client().send_subscribe("alice", letter) == ""
    assert sent(wire, "/message/subscribe/bizsend") == {
        "touser": "alice", "template_id": "T2", "page": "http://a.example/",
        "data": {"thing1": {"value": "x"}},
    }  # fmt: skip


async def test_nobody_is_sent_anything_twice_by_the_client(wire: Wire) -> None:
    wire.script("/message/template/send", BUSY, OK)
    with pytest.raises(Busy):
        await wire.client().send_template("alice", LETTER, "d1")
    wire.script("/message/subscribe/bizsend", {"errcode": 43101, "errmsg": "user refuse"})
    with pytest.raises(NotSubscribed):
        await wire.client().send_subscribe("alice", subscribe_letter("T2", {}))
    assert len(wire.requests) - wire.fetched == 2


@pytest.mark.parametrize(
    ("fault", "reached"),
    [
        (httpx.ConnectError("no route"), False),
        (httpx.ConnectTimeout("slow"), False),
        (httpx.PoolTimeout("all busy"), False),
        (httpx.ReadTimeout("slow"), True),
        (httpx.RemoteProtocolError("cut"), True),
        (httpx.Response(502), True),
    ],
)
async def test_a_missing_answer_says_whether_it_may_have_been_sent(
    wire: Wire, fault: Exception | httpx.Response, reached: bool
) -> None:
    wire.script("/message/template/send", fault)
    with pytest.raises(TransportFailed) as caught:
        await wire.client().send_template("alice", LETTER, "d1")
    assert caught.value.reached is reached


@pytest.mark.parametrize(
    ("message", "part"),
    [
        (MassText("停水"), {"msgtype": "text", "text": {"content": "停水"}}),
        (
            MassNews("m1", reprint=False),
            {"msgtype": "mpnews", "mpnews": {"media_id": "m1"}, "send_ignore_reprint": 0},
        ),
    ],
)
async def test_a_mass_send_has_its_body(
    wire: Wire, message: MassText | MassNews, part: dict[str, Any]
) -> None:
    wire.script("/message/mass/send", {**OK, "msg_id": 34182, "msg_data_id": 206227730})
    task = await wire.client().mass_send(["alice", "bob"], message, "c1")
    assert task == MassTask("34182")
    body = {"touser": ["alice", "bob"], **part, "clientmsgid": "c1"}
    assert sent(wire, "/message/mass/send") == body


async def test_a_mass_send_that_was_taken_before_is_no_error(wire: Wire) -> None:
    again = {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 34182}
    wire.script("/message/mass/sendall", again)
    task = await wire.client().mass_send_all(MassText("停水"), "c1", tag_id=2)
    assert task == MassTask("34182", again=True)
    assert sent(wire, "/message/mass/sendall")["filter"] == {"is_to_all": False, "tag_id": 2}


@pytest.mark.parametrize(("count", "key"), [(1, "c"), (10_001, "c"), (2, "长" * 22)])
async def test_an_impossible_mass_send_is_not_even_sent(wire: Wire, count: int, key: str) -> None:
    with pytest.raises(ValueError, match=r"receivers|bytes"):
        await wire.client().mass_send(["alice"] * count, MassText("停水"), key)
    assert not wire.requests


async def test_a_mass_send_is_asked_after_and_taken_back(wire: Wire) -> None:
    wire.script("/message/mass/get", {"msg_id": 34182, "msg_status": "SENDING"})
    wire.script("/message/mass/delete", OK)
    assert await wire.client().mass_status("34182") == "SENDING"
    await wire.client().mass_delete("34182", 1)
    assert sent(wire, "/message/mass/delete") == {"msg_id": 34182, "article_idx": 1}


# In the manner of the platform's: one colon is full-width, one keyword is of old.
CONTENT = (
    "停电区域:{{thing1.DATA}}\n停电时间：{{time2.DATA}}\n{{first.DATA}}\n"
    "备注: {{short_thing12.DATA}}"
)


def test_the_blanks_of_a_template_are_read_from_its_content() -> None:
    assert keywords(CONTENT) == (
        Keyword("thing1", "thing", "停电区域"),
        Keyword("time2", "time", "停电时间"),
        Keyword("first", "first", ""),
        Keyword("short_thing12", "short_thing", "备注"),
    )


async def test_templates_of_both_kinds_are_listed(wire: Wire) -> None:
    row = {"title": "停电通知", "content": "区域:{{thing1.DATA}}", "example": "区域:3号楼"}
    wire.script("/template/get_all_private_template",
                {"template_list": [{"template_id": "T1", **row}]})  # fmt: skip
    words = (Keyword("thing1", "thing", "区域"),)
    expected = Template("T1", "停电通知", row["content"], row["example"], words)
    client = wire.client()
    assert await client.templates() == [expected]
    wire.answers["/wxaapi/newtmpl/gettemplate"] = [{**OK, "data": [{"priTmplId": "T1", **row}]}]
    assert await client.subscribe_templates() == [expected]


async def test_a_template_is_added_and_deleted(wire: Wire) -> None:
    wire.script("/template/api_add_template", {**OK, "template_id": "T1"})
    wire.script("/template/del_private_template", OK)
    assert await wire.client().template_add("40101", ["停电区域"]) == "T1"
    wish = {"template_id_short": "40101", "keyword_name_list": ["停电区域"]}
    assert sent(wire, "/template/api_add_template") == wish
    await wire.client().template_delete("T1")
    assert sent(wire, "/template/del_private_template") == {"template_id": "T1"}


async def test_a_draft_is_sent_as_the_platform_names_things(wire: Wire) -> None:
    wire.script("/draft/add", {"media_id": "m1", "item": []})
    article = DraftArticle("停水", "<p>周四</p>", "c1", "水电", "存水", "http://a.example/")
    assert await wire.client().draft_add([article]) == "m1"
    [row] = sent(wire, "/draft/add")["articles"]
    assert row == {
        "title": "停水", "author": "水电", "digest": "存水", "content": "<p>周四</p>",
        "content_source_url": "http://a.example/", "thumb_media_id": "c1",
        "need_open_comment": 0, "only_fans_can_comment": 0,
    }  # fmt: skip


async def test_a_publication_under_way_has_no_address_yet(wire: Wire) -> None:
    wire.script(
        "/freepublish/get",
        {"publish_id": "100000001", "publish_status": 1, "fail_idx": []},
        {"publish_id": "100000001", "publish_status": 0, "article_id": "a1",
         "article_detail": {"count": 1, "item": [{"idx": 1, "article_url": "http://mp/1"}]}},
    )  # fmt: skip
    client = wire.client()
    assert await client.publication("100000001") == Publication("100000001", 1, "", ())
    assert await client.publication("100000001") == Publication(
        "100000001", 0, "a1", ("http://mp/1",)
    )


async def test_followers_come_in_pages_until_there_is_none(wire: Wire) -> None:
    page = {"total": 2, "count": 2, "data": {"openid": ["alice", "bob"]}, "next_openid": "bob"}
    wire.script("/user/get", page, {"total": 2, "count": 0, "next_openid": ""})
    assert [page async for page in wire.client().followers()] == [["alice", "bob"]]
    assert wire.asked("/user/get")[1].url.params["next_openid"] == "bob"


async def test_a_tag_is_made_given_and_listed(wire: Wire) -> None:
    wire.script("/tags/create", {"tag": {"id": 134, "name": "3号楼"}})
    wire.script("/tags/members/batchtagging", OK)
    wire.script("/tags/get", {"tags": [{"id": 134, "name": "3号楼", "count": 2}]})
    client = wire.client()
    assert await client.tag_create("3号楼") == Tag(134, "3号楼")
    await client.tag_followers(134, ["alice"])
    assert await client.tags() == [Tag(134, "3号楼", 2)]
    with pytest.raises(ValueError, match="50"):
        await client.tag_followers(134, ["alice"] * 51)


@pytest.mark.parametrize(
    ("path", "answer", "call"),
    [
        ("/tags/get", {"tags": "none"}, lambda c: c.tags()),
        ("/tags/create", {}, lambda c: c.tag_create("x")),
        ("/draft/add", OK, lambda c: c.draft_add([])),
        ("/template/get_all_private_template", {"template_list": [1]}, lambda c: c.templates()),
        ("/user/get", {"data": {"openid": "x"}}, lambda c: anext(c.followers())),
    ],
)
async def test_an_answer_of_another_shape_is_no_answer(
    wire: Wire, path: str, answer: dict[str, Any], call: Callable[[Client], Awaitable[Any]]
) -> None:
    wire.script(path, answer)
    with pytest.raises(TransportFailed):
        await call(wire.client())
