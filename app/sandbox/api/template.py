"""Templates of both kinds, and subscription notices; template/send itself is in front.py."""

from typing import Any

from app.sandbox import receipts
from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.errors import ApiError
from app.sandbox.front import show
from app.sandbox.templates import MOST, Template, made


async def listed(call: Call) -> dict[str, Any]:
    """Those of template messages."""
    rows = [
        {"template_id": one.id, "title": one.title, "primary_industry": "", "deputy_industry": "",
         "content": one.content, "example": one.example}
        for one in call.platform.letters.templates.values()
    ]  # fmt: skip
    return {"template_list": rows}


async def add(call: Call) -> dict[str, Any]:
    """Take one from the library; 45026 with 25 already there, 40037 for an unknown number."""
    body, letters = call.json(), call.platform.letters
    if len(letters.templates) >= MOST:
        raise ApiError(45026)
    names = body.get("keyword_name_list")
    if names is not None and not isinstance(names, list):
        raise ApiError(47001)
    template = made(call.platform.settings.app_id, str(body.get("template_id_short", "")), names)
    letters.templates[template.id] = template
    return {**OK, "template_id": template.id}


async def delete(call: Call) -> dict[str, Any]:
    """Give one back; 40037 for one that is not there."""
    if call.platform.letters.templates.pop(str(call.json().get("template_id", "")), None) is None:
        raise ApiError(40037)
    return OK


async def notices(call: Call) -> dict[str, Any]:
    """Those of subscription notices; type 2 is for one accept, one notice."""
    return {**OK, "data": [_notice(one) for one in call.platform.letters.notices.values()]}


def _notice(one: Template) -> dict[str, Any]:
    return {"priTmplId": one.id, "title": one.title, "content": one.content,
            "example": one.example, "type": 2}  # fmt: skip


async def bizsend(call: Call) -> dict[str, Any]:
    """A subscription notice; 43101 without an accept left. As there, the answer has no number."""
    body, platform = call.json(), call.platform
    person = platform.people.get(str(body.get("touser", "")))
    taken, shown = platform.letters.notice(body, person)
    if person and shown:
        show(platform, taken, shown)
    fate = platform.letters.fate(taken.openid)
    code = 0 if fate == "success" else 1
    item = {"TemplateId": str(body["template_id"]), "MsgID": taken.msg_id,
            "ErrorCode": code, "ErrorStatus": fate.removeprefix("failed:").strip()}  # fmt: skip
    await receipts.tell(
        platform, taken.openid, "subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [item]}
    )
    return OK


ENDPOINTS = [
    Endpoint("/cgi-bin/template/get_all_private_template", listed, "GET"),
    Endpoint("/cgi-bin/template/api_add_template", add),
    Endpoint("/cgi-bin/template/del_private_template", delete),
    Endpoint("/wxaapi/newtmpl/gettemplate", notices, "GET"),
    Endpoint("/cgi-bin/message/subscribe/bizsend", bizsend),
]
