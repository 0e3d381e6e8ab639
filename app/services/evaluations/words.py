"""How evaluations are said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.campus.calendar import say_day
from app.kit.clock import SHANGHAI
from app.services.evaluations.models import FormKind, SubjectKind
from app.services.evaluations.rules import Kind, Period, Question

SAYS = ("很差", "不太好", "一般", "不错", "非常好")  # of 1 to 5 stars
ABOUT_SECRET = "没人能查到是你写的"  # noqa: S105 - words
KINDS: Mapping[str, str] = {
    SubjectKind.CANTEEN: "食堂", SubjectKind.WINDOW: "窗口和餐桌", SubjectKind.DORMITORY: "宿舍楼",
    SubjectKind.BUS: "班车", SubjectKind.BATH: "浴室", SubjectKind.OFFICE: "办事处",
    SubjectKind.EVENT: "活动", SubjectKind.ORDER: "办过的事", SubjectKind.SURVEY: "问卷",
    SubjectKind.OTHER: "其他",
}  # fmt: skip
ICONS: Mapping[str, str] = {
    SubjectKind.DORMITORY: "building", SubjectKind.BUS: "bus", SubjectKind.BATH: "shower",
    SubjectKind.OFFICE: "users", SubjectKind.EVENT: "calendar", SubjectKind.ORDER: "check",
    SubjectKind.SURVEY: "lines",
}  # fmt: skip
FORM_KINDS: Mapping[str, str] = {FormKind.RATING: "评价", FormKind.SURVEY: "问卷"}
PERIODS: Mapping[str, str] = {
    Period.ONCE: "每人评一次", Period.DAY: "每天能评一次", Period.WEEK: "每周能评一次",
    Period.MONTH: "每月能评一次", Period.TERM: "每学期能评一次", Period.OCCASION: "每次邀请评一次",
}  # fmt: skip


def say_date(at: datetime) -> str:
    """「11月21日」."""
    here = at.astimezone(SHANGHAI)
    return f"{here.month}月{here.day}日"


def say_until(until: datetime, now: datetime) -> str:
    """「周四 17:00 前」."""
    here, today = until.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    return f"{say_day(here.date(), today)} {here:%H:%M} 前"


def say_stars(stars: int | None) -> str:
    """「4 星，不错」; nothing without stars."""
    return f"{stars} 星，{SAYS[stars - 1]}" if stars else ""


def say_value(question: Question, value: Any) -> str:
    """What was answered, on a line or several."""
    if question.kind is Kind.STARS:
        return say_stars(value)
    if question.kind is Kind.SCALE:
        return f"{value} 分（{question.least}–{question.most}）"
    if question.kind is Kind.PHOTO:
        return f"{len(value)} 张照片" if isinstance(value, list) else ""
    if isinstance(value, Mapping):
        return "\n".join(f"{row}：{chosen}" for row, chosen in value.items())
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return str(value)
