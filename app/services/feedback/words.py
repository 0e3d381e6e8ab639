"""How cases are said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.campus.calendar import say_day, say_deadline
from app.kit.clock import SHANGHAI
from app.services.feedback.models import Case
from app.services.feedback.rules import Event, Kind, Move, State

KINDS: Mapping[str, str] = {
    Kind.CONSULT: "咨询", Kind.SUGGEST: "建议", Kind.COMPLAIN: "投诉", Kind.PRAISE: "表扬",
}  # fmt: skip
ICONS: Mapping[str, str] = {
    Kind.CONSULT: "chat", Kind.SUGGEST: "lamp", Kind.COMPLAIN: "alert", Kind.PRAISE: "heart",
}  # fmt: skip
STATES: Mapping[str, str] = {
    State.NEW: "等人接", State.TAKEN: "在办", State.ANSWERED: "答复了", State.REOPENED: "说没解决",
    State.CLOSED: "办结", State.MERGED: "并到一件", State.WITHDRAWN: "撤回了",
}  # fmt: skip
STARS = ("很差", "不太好", "一般", "不错", "非常好")
CHANNELS = {"page": "自己写的", "event": "从评价转来", "box": "别的信箱"}
_NOW: Mapping[State, str] = {
    State.NEW: "这件刚刚转走了，刷新看看",
    State.TAKEN: "这件刚被人接下了，刷新看看",
    State.ANSWERED: "这件刚刚有人答复了，刷新看看",
    State.REOPENED: "写信的人刚说没解决，刷新看看",
    State.CLOSED: "这件已经办结了",
    State.MERGED: "这件已经并到另一件里了，刷新看看",
    State.WITHDRAWN: "写信的人撤回了，不用再办",
}


def now_it_is(state: State) -> str:
    """What has become of a case that somebody wanted to move."""
    return _NOW[state]


def about(subject: str, words: str, most: int = 20) -> str:
    """A case in a line."""
    line = " ".join(words.split())
    whole = f"{subject}：{line}" if subject else line
    return whole if len(whole) <= most else f"{whole[: most - 1]}…"


def say_due(due: datetime, now: datetime) -> str:
    """「周四 17:00 前答复」, 「超时 3 小时」."""
    return f"超时 {say_span(due, now)}" if due < now else f"{say_deadline(due, now)}答复"


def say_span(since: datetime, until: datetime) -> str:
    """「20 分钟」, 「3 小时」, 「2 天」: whole ones."""
    return say_minutes((until - since).total_seconds() / 60)


def say_minutes(minutes: float | None) -> str:
    """「20 分钟」, 「3 小时」, 「2 天」; 「—」 for nothing."""
    if minutes is None:
        return "—"
    if minutes < 60:
        return f"{max(1, round(minutes))} 分钟"
    return f"{minutes / 60:.0f} 小时" if minutes < 48 * 60 else f"{minutes / 1440:.0f} 天"


def say_date(at: datetime, now: datetime) -> str:
    """「今天 9:30」, 「11月2日 周一 9:30」."""
    there, here = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    ahead = (here.date() - there.date()).days
    day = "昨天" if ahead == 1 else say_day(there.date(), here.date())
    return f"{day} {there.hour}:{there:%M}"


def say_line(what: str, unit: str, data: Mapping[str, Any], *, mine: bool = False) -> str:
    """A line of the thread in words; `mine`: the reader wrote it or asked."""
    asker = "你" if mine else "写信的人"
    said: Mapping[str, str] = {
        Event.ASK: f"{asker}写的", Event.ADD: f"{asker}补了一句", Event.REPLY: f"{unit}回了一句",
        Event.LATE: "过了时限还没答复，报给上一级了", Event.JOINED: "有人说的是同一件，一起答",
        Move.TAKE: f"{unit}接下了", Move.ANSWER: f"{unit}的答复", Move.HAND: _handed(data),
        Move.MERGE: "和另一件说的是同一件，一起答", Move.WITHDRAW: f"{asker}撤回了",
        Move.RATE: f"{asker}评了分", Move.CLOSE: "七天没有再说，办结了",
        Move.REOPEN: f"{asker}说没解决",
    }  # fmt: skip
    return said[what]


def _handed(data: Mapping[str, Any]) -> str:
    before, after = data.get("from", ""), data.get("to", "")
    return f"{before}转给{after}" if before != after else f"{after}里换了人办"


def brief(case: Case, now: datetime) -> str:
    """How a case stands, in a few words."""
    match State(case.state):
        case State.NEW | State.TAKEN | State.REOPENED:
            return say_due(case.due_at, now)
        case State.ANSWERED if case.answered_at:
            return f"{say_date(case.answered_at, now)} 答复了"
        case state:
            return STATES[state]
