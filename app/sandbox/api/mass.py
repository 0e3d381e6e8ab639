"""Mass messages: to openids, to a tag or to all; taken at once, told by MASSSENDJOBFINISH."""

from typing import Any

from app.sandbox import receipts
from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.errors import ApiError
from app.sandbox.mass import Task
from app.sandbox.platform import Platform

FEWEST, MOST = 2, 10_000
HELPER = "oMassMessageHelper0000000000"  # whose name the event bears instead of a follower's


async def send(call: Call) -> dict[str, Any]:
    """To 2-10,000 openids; those that are no followers count as errors."""
    body = call.json()
    openids = body.get("touser")
    if not isinstance(openids, list) or not FEWEST <= len(openids) <= MOST:
        raise ApiError(40003)
    return await _begin(call, body, [str(openid) for openid in openids])


async def send_all(call: Call) -> dict[str, Any]:
    """To those with a tag, or to all."""
    body, platform = call.json(), call.platform
    chosen = body.get("filter")
    if not isinstance(chosen, dict):
        raise ApiError(47001)
    if chosen.get("is_to_all"):
        return await _begin(call, body, platform.followers())
    tag = platform.tags.get(chosen.get("tag_id", 0))
    if tag is None:
        raise ApiError(45159)
    return await _begin(call, body, sorted(tag.members))


async def status(call: Call) -> dict[str, Any]:
    """How far a task is."""
    task = _task(call)
    return {"msg_id": task.number, "msg_status": task.status}


async def delete(call: Call) -> dict[str, Any]:
    """The articles are gone; the card stays where it was got."""
    task = _task(call)
    task.status = "DELETE"
    for link in task.links:
        call.platform.shelf.pages.pop(link.rpartition("/")[2], None)
    return OK


def _task(call: Call) -> Task:
    number = str(call.json().get("msg_id", ""))
    found = call.platform.mass.tasks.get(int(number) if number.isdecimal() else 0)
    if found is None:
        raise ApiError(40097)
    return found


async def _begin(call: Call, body: dict[str, Any], openids: list[str]) -> dict[str, Any]:
    platform, key = call.platform, str(body.get("clientmsgid", ""))
    platform.mass.check(key)
    kind, data, links = _content(platform, body)
    number = platform.letters.number()
    task = platform.mass.take(number, key, links)
    platform.spawn(_deliver(platform, task, openids, kind, data))
    more = {"msg_data_id": number + 1} if links else {}
    return {**OK, "errmsg": "send job submission success", "msg_id": number, **more}


def _content(platform: Platform, body: dict[str, Any]) -> tuple[str, dict[str, Any], list[str]]:
    """The kind and data of the line in a chat, and addresses of articles."""
    kind = str(body.get("msgtype", ""))
    part = body.get(kind)
    if not isinstance(part, dict):
        raise ApiError(40008)
    if kind == "text" and part.get("content"):
        return "text", {"text": str(part["content"])}, []
    if kind != "mpnews":
        raise ApiError(40008 if kind != "text" else 44004)
    draft = platform.shelf.drafts.get(str(part.get("media_id", "")))
    if draft is None:
        raise ApiError(40007)
    cards = [platform.shelf.card(article) for article in draft.articles]
    return "news", {"articles": cards}, [card["url"] for card in cards]


async def _deliver(
    platform: Platform, task: Task, openids: list[str], kind: str, data: dict[str, Any]
) -> None:
    filtered = sent = 0
    told = [data] if kind == "text" else [article["title"] for article in data["articles"]]
    for openid in dict.fromkeys(openids):
        person = platform.people.get(openid)
        try:
            platform.letters.check(openid, person)
        except ApiError:
            continue
        if platform.letters.fate(openid) != "success":
            continue
        if not platform.mass.may(openid):
            filtered += 1
            continue
        sent += 1
        platform.letters.told.add(openid, "mass", str(told[0]), [task.number, told])
        if person:
            platform.add_line(person, "them", kind, data)
    task.status = "SEND_SUCCESS" if sent else "SEND_FAIL"
    await _finish(platform, task, len(openids), filtered, sent)


async def _finish(platform: Platform, task: Task, total: int, filtered: int, sent: int) -> None:
    items = [{"ArticleIdx": n, "ArticleUrl": link} for n, link in enumerate(task.links, start=1)]
    await receipts.tell(
        platform, HELPER, "MASSSENDJOBFINISH",
        MsgID=task.number, Status="send success" if sent else "send fail",
        TotalCount=total, FilterCount=total - filtered, SentCount=sent,
        ErrorCount=total - filtered - sent,
        CopyrightCheckResult={"Count": 0, "ResultList": "", "CheckState": 1},
        ArticleUrlResult={"Count": len(items), "ResultList": {"item": items} if items else ""},
    )  # fmt: skip


ENDPOINTS = [
    Endpoint("/cgi-bin/message/mass/send", send),
    Endpoint("/cgi-bin/message/mass/sendall", send_all),
    Endpoint("/cgi-bin/message/mass/get", status),
    Endpoint("/cgi-bin/message/mass/delete", delete),
]
