"""Every type of push becomes its typed value, from XML and from JSON."""

import json
from typing import Any

import pytest
import xmltodict

from app.wechat import messages as m
from app.wechat.errors import Malformed
from app.wechat.event_readers import EVENTS as READERS
from app.wechat.fields import read_body
from tests.wechat.pushing import NOW, OPENID, event, fields, message
from tests.wechat.samples import EVENTS, MESSAGES

PUSHES = [(message(kind, inside), value) for kind, inside, value in MESSAGES] + [
    (event(name, inside), value) for name, inside, value in EVENTS
]
SAME_AS_SAMPLED = {  # their readers have a sample under another name
    "user_info_modified",
    "user_authorization_cancellation",
    "qualification_verify_success",
    "naming_verify_success",
    "naming_verify_fail",
    "verify_expired",
}
NAMES = [f"{type(value).__name__}-{place}" for place, (_, value) in enumerate(PUSHES)]


def parsed(xml: str) -> m.Message:
    return m.parse(read_body(xml.encode(), is_json=False))


@pytest.mark.parametrize(("xml", "value"), PUSHES, ids=NAMES)
def test_each_type_parses_from_xml(xml: str, value: m.Message) -> None:
    assert parsed(xml) == value


@pytest.mark.parametrize(("xml", "value"), PUSHES, ids=NAMES)
def test_each_type_parses_from_json(xml: str, value: m.Message) -> None:
    body = xmltodict.parse(xml)["xml"]
    body["CreateTime"] = int(body["CreateTime"])
    assert m.parse(read_body(json.dumps(body).encode(), is_json=True)) == value


@pytest.mark.parametrize("name", sorted(SAME_AS_SAMPLED))
def test_the_rest_of_the_duties_are_known_too(name: str) -> None:
    assert isinstance(parsed(event(name)), m.AuthorizationChange | m.Verification)


def test_no_event_reader_is_without_a_sample() -> None:
    sampled = {name.lower() for name, _, _ in EVENTS}
    assert set(READERS) == sampled | SAME_AS_SAMPLED


@pytest.mark.parametrize("name", ["templatesendjobfinish", "TemplateSendJobFinish"])
def test_event_names_are_known_in_any_case(name: str) -> None:
    inside = "<MsgID>1</MsgID><Status>success</Status>"
    assert isinstance(parsed(event(name, inside)), m.TemplateSent)


def test_json_lists_need_no_wrapper_and_photos_no_item() -> None:
    popup = fields(MsgType="event", Event="subscribe_msg_popup_event", List={"TemplateId": "t1"})
    taken = {"PicList": [{"PicMd5Sum": "a"}]}
    photos = fields(MsgType="event", Event="pic_weixin", SendPicsInfo=taken)
    asked, sent = m.parse(popup), m.parse(photos)
    assert isinstance(asked, m.SubscriptionAsked)
    assert [item.template_id for item in asked.items] == ["t1"]
    assert isinstance(sent, m.Photos)
    assert sent.md5s == ("a",)


@pytest.mark.parametrize("kind", ["device_text", "hologram"])
def test_an_unknown_message_is_kept_as_it_came(kind: str) -> None:
    unknown = parsed(message(kind, "<New>1</New>"))
    assert isinstance(unknown, m.Unknown)
    assert (unknown.type, unknown.event, unknown.fields["New"]) == (kind, "", "1")
    assert unknown.key == "m:23456789012345678"


def test_unknown_things_without_an_id_have_a_key_by_time() -> None:
    assert parsed(message("hologram", "", "")).key == f"e:{OPENID}+{int(NOW)}+hologram"
    unknown = parsed(event("kf_create_session", "<KfAccount>a@b</KfAccount>"))
    assert isinstance(unknown, m.Unknown)
    assert unknown.event == "kf_create_session"


def test_two_events_of_one_second_have_two_keys() -> None:
    pushes = [
        event("subscribe", "<EventKey>qrscene_1</EventKey>"),
        event("LOCATION", "<Latitude>1</Latitude><Longitude>2</Longitude>"),
        event("CLICK", "<EventKey>bus</EventKey>"),
        event("CLICK", "<EventKey>bath</EventKey>"),
    ]
    assert len({parsed(push).key for push in pushes}) == len(pushes)
    assert parsed(pushes[0]).key == parsed(pushes[0]).key


def test_a_long_key_is_bounded_and_still_its_own() -> None:
    keys = {
        parsed(event("VIEW", f"<EventKey>http://a/{'x' * 900}{n}</EventKey>")).key for n in "12"
    }
    assert len(keys) == 2
    assert {len(key) for key in keys} == {200}


@pytest.mark.parametrize("time", ["", "soon", "-1", "1.5", "1e9", "9" * 19, "１７", [], {}, True])
def test_an_odd_time_is_malformed(time: Any) -> None:
    with pytest.raises(Malformed):
        m.parse(fields(CreateTime=time))


@pytest.mark.parametrize("name", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"])
@pytest.mark.parametrize("value", [None, {}, ["a"], ""])
def test_a_message_without_its_head_is_malformed(name: str, value: Any) -> None:
    with pytest.raises(Malformed):
        m.parse(fields(**{name: value}))


@pytest.mark.parametrize("where", ["nan", "inf", "north", "", "1e400", "9" * 400])
def test_a_place_that_is_none_is_malformed(where: str) -> None:
    with pytest.raises(Malformed):
        m.parse(fields(MsgType="location", Location_X=where, Location_Y="113"))


def test_what_a_database_cannot_keep_is_replaced() -> None:
    body = json.dumps(fields(Content="a\x00b\ud83dc\ud83d\ude00"))
    text = m.parse(read_body(body.encode(), is_json=True))
    assert isinstance(text, m.Text)
    assert text.content == "a\ufffdb\ufffdc😀"
