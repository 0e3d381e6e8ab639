"""What a person does with subscription notices: answer the pop-up, or switch one off later."""

from typing import Any

from app.sandbox import messages
from app.sandbox.errors import ControlError
from app.sandbox.messages import Message
from app.sandbox.people import Person
from app.sandbox.platform import Platform

MOST = 5  # notices of one pop-up


def answer_popup(platform: Platform, person: Person, body: dict[str, Any]) -> list[Message]:
    """{templates: {id: "accept" | "reject"}, scene?}: answer `<wx-open-subscribe>`; an accept is
    one notice. `scene` is 1 for a page (the default), 2 for an article.
    """
    answers = body.get("templates")
    if not isinstance(answers, dict) or not 1 <= len(answers) <= MOST:
        raise ControlError("一次 1 到 5 种通知")
    letters = platform.letters
    if not set(answers) <= set(letters.notices) or not set(answers.values()) <= _ANSWERS:
        raise ControlError("没有这种通知，或不是 accept、reject")
    for identity, answer in answers.items():
        if answer == "accept":
            key = (person.openid, identity)
            letters.credits[key] = letters.credits.get(key, 0) + 1
    scene = str(body.get("scene", 1))
    items = [
        {"TemplateId": identity, "SubscribeStatusString": answer, "PopupScene": scene}
        for identity, answer in answers.items()
    ]
    return [messages.event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": items})]


def refuse_notice(platform: Platform, person: Person, body: dict[str, Any]) -> list[Message]:
    """{template}: switch a kind off in the settings; what was accepted before is void."""
    identity = str(body.get("template", ""))
    if identity not in platform.letters.notices:
        raise ControlError("没有这种通知", 404)
    platform.letters.credits.pop((person.openid, identity), None)
    item = {"TemplateId": identity, "SubscribeStatusString": "reject"}
    return [messages.event("subscribe_msg_change_event", SubscribeMsgChangeEvent={"List": [item]})]


def block(platform: Platform, person: Person, body: dict[str, Any]) -> list[Message]:
    """{on}: refuse what the account sends; it is taken all the same, and the receipt says so."""
    on = bool(body.get("on", True))
    platform.letters.refuse([person.openid], "block" if on else 0)
    note = "你拒收这个公众号的消息了" if on else "你又收这个公众号的消息了"
    platform.add_line(person, "note", "note", {"text": note})
    return []


_ANSWERS = {"accept", "reject"}
