"""What users read of an order. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.campus.calendar import say_deadline
from app.kit.clock import SHANGHAI
from app.services.repairs.rules import Event, Move, State, Wait

LABELS = {
    State.SUBMITTED: "等派单",
    State.OFFERED: "已派单",
    State.ACCEPTED: "已接单",
    State.WORKING: "维修中",
    State.WAITING: "等待中",
    State.DONE: "已修好",
    State.CONFIRMED: "已确认",
    State.RATED: "已评价",
    State.WITHDRAWN: "已撤销",
    State.MERGED: "已合并",
    State.REJECTED: "未受理",
}
_NOW = {
    State.SUBMITTED: "这张单在等师傅接，刷新看看",
    State.OFFERED: "这张单刚派给了师傅，刷新看看",
    State.ACCEPTED: "师傅已经接了这张单",
    State.WORKING: "师傅已经在修了",
    State.WAITING: "这张单在等料或等人，先不用动",
    State.DONE: "这张单已经修好了",
    State.CONFIRMED: "这张单已经确认修好",
    State.RATED: "这张单已经评过了",
    State.WITHDRAWN: "这张单已经撤了",
    State.MERGED: "这张单并到别的单里了",
    State.REJECTED: "这张单没有受理，原因在单子里",
}
WAITS = {
    Wait.PARTS: "等材料",
    Wait.NOBODY: "屋里没人",
    Wait.WEATHER: "等天气",
    Wait.OTHER: "先等等",
    Wait.PROMISE: "难修，说好了日子",
}
TAGS = ("来得及时", "态度好", "修得牢", "收拾干净", "没收拾干净", "等得久", "没修好")
# `{who}` is the worker or whoever did it, `{words}` what they wrote, others from the step's data.
_STEPS: dict[str, str] = {
    Event.REPORT: "报修提交了",
    Event.EDIT: "改了报修内容",
    Event.ADD: "补充了说明",
    Event.FOLLOW: "有人也遇到，一起跟进",
    Event.URGE: "催了一次，师傅和班长都知道了",
    Event.CALL: "{who}打过电话",
    Event.NOBODY: "现在没有空着的师傅，班长在安排",
    Event.HELPERS: "{names}一起来修",
    Event.LATER_ASKED: "{who}申请改到{until}",
    Event.LATER: "班长同意改到{until}",
    Event.LATER_REFUSED: "班长没同意改时间，原来的时限不变",
    Event.WARN: "快到时限了，提醒了师傅",
    Event.LEADER: "超时了，已经报给班长",
    Event.HEAD: "还没好，已经报给主任",
    Event.HIDE: "一张照片被收起来了",
    Event.CHARGE: "{item} {yuan} 元",
    Event.ASK: "没人说话，问了一声修好没有",
    Move.OFFER: "派给{worker}",
    Move.GRAB: "{who}接单",
    Move.ACCEPT: "{who}接单",
    Move.RETURN: "{who}退回，重新派",
    Move.LAPSE: "{worker}没来得及接，换一位",
    Move.HAND_OVER: "{who}转给{worker}",
    Move.ARRIVE: "{who}到了",
    Move.WAIT: "{why}，时限先停",
    Move.GO_ON: "接着修，时限继续",
    Move.FINISH: "{who}修好了",
    Move.CONFIRM: "确认修好",
    Move.RATE: "评价了这次维修",
    Move.REWORK: "没修好，请原来的师傅再来",
    Move.WITHDRAW: "报修撤销了",
    Move.MERGE: "并到 {into}，一起修",
    Move.REJECT: "没有受理",
    Move.PROMISE: "承诺{until}修好",
}


def now_it_is(state: State) -> str:
    """A sentence for whoever came second."""
    return _NOW[state]


class _Blank(dict[str, str]):
    """Fields that an old step does not have are left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def say_step(what: str, who: str, data: Mapping[str, Any]) -> str:
    """A line of the timeline: 「王建国师傅接单」. `who` did it; `data` as the step keeps it."""
    said = {key: str(value) for key, value in data.items()}
    return _STEPS[what].format_map(_Blank(said, who=who))


def say_fault(kind: str, sign: str) -> str:
    """「水管漏水」, 「热水不热」, 「灯」: the kind, and the sign unless it names it already."""
    return sign if sign.startswith(kind) else f"{kind}{sign}"


def say_promise(finish_by: datetime, now: datetime) -> str:
    """「今天 21:30 前修好」, the promise that a reporter reads."""
    return f"{say_deadline(finish_by, now)}修好"


def say_left(due: datetime, now: datetime) -> str:
    """「还剩 1 时 24 分」, 「超时 13 分」, in days above two of them."""
    gap = abs(due - now)
    minutes = int(gap / timedelta(minutes=1))
    if minutes >= 2 * 24 * 60:
        said = f"{minutes // 1440} 天"
    elif minutes >= 60:
        said = f"{minutes // 60} 时" + (f" {minutes % 60} 分" if minutes % 60 else "")
    else:
        said = f"{max(minutes, 1)} 分"
    return f"还剩 {said}" if due > now else f"超时 {said}"


def say_slot(starts: datetime, ends: datetime) -> str:
    """「10月12日 20:00–21:00」."""
    first, last = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
    return f"{first.month}月{first.day}日 {first.hour}:{first:%M}–{last.hour}:{last:%M}"
