"""How checks are said in Chinese."""

from collections.abc import Mapping
from datetime import date, datetime

from app.campus.calendar import say_day, say_deadline
from app.campus.permission import Role
from app.kit.clock import SHANGHAI
from app.services.checks.rules import Kind, Move, Rhythm, Seen, State

KINDS: Mapping[Kind, str] = {
    Kind.CANTEEN: "食堂", Kind.DORMITORY: "宿舍", Kind.PROPERTY: "物业",
}  # fmt: skip
RHYTHMS: Mapping[Rhythm, str] = {
    Rhythm.DAY: "每天", Rhythm.WEEK: "每周", Rhythm.MONTH: "每月", Rhythm.YEAR: "每年",
}  # fmt: skip
SPANS: Mapping[Rhythm, str] = {
    Rhythm.DAY: "今天要查的", Rhythm.WEEK: "这周要查的", Rhythm.MONTH: "这个月要查的",
    Rhythm.YEAR: "今年要查的",
}  # fmt: skip
SEEN: Mapping[Seen, str] = {
    Seen.TODO: "还没查", Seen.DOING: "查了一部分", Seen.DONE: "查过了", Seen.MISSED: "没查",
}  # fmt: skip
STATES: Mapping[State, str] = {
    State.OPEN: "要整改", State.FIXED: "等复查", State.FAILED: "复查没过",
    State.PASSED: "改好了", State.DROPPED: "不算",
}  # fmt: skip
STEPS: Mapping[str, str] = {
    "found": "查出来", "overdue": "过期了，还没改好", Move.FIX: "改好了，等复查",
    Move.PASS: "复查过了", Move.FAIL: "复查没过", Move.DROP: "不算问题", Move.HAND: "换人整改",
    Move.LATER: "改了时间",
}  # fmt: skip
ROLES: Mapping[Role, str] = {
    Role.SUPERVISOR: "督察员", Role.HEAD: "单位负责人", Role.LEADER: "班长", Role.KEEPER: "宿管",
    Role.WORKER: "师傅", Role.OPERATOR: "运营",
}  # fmt: skip


def say_score(score: int | None) -> str:
    """「92.5 分」, 「90 分」; 「没打分」 where nothing applied."""
    if score is None:
        return "没打分"
    return f"{mark(score)} 分"


def mark(score: int | None) -> str:
    """「92.5」; 「—」 for None."""
    return "—" if score is None else f"{score / 100:.1f}".removesuffix(".0")


def tone(score: int | None) -> str:
    """How good a score is: "ok", "warn", "bad", or none."""
    if score is None:
        return ""
    return "ok" if score >= 9_000 else "warn" if score >= 8_000 else "bad"


def say_date(day: date, today: date) -> str:
    """「今天」, 「昨天」, 「11月20日 周五」."""
    if day == today:
        return "今天"
    if (today - day).days == 1:
        return "昨天"
    return say_day(day, today) if day > today else _past(day, today)


def _past(day: date, today: date) -> str:
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日"


def say_until(at: datetime, now: datetime) -> str:
    """「今天 17:30 前改好」; past it 「过期 3 小时」, 「过期 2 天」."""
    if now < at:
        return f"{say_deadline(at, now)}改好"
    hours = int((now - at).total_seconds() // 3600)
    return f"过期 {hours // 24} 天" if hours >= 48 else f"过期 {max(hours, 1)} 小时"


def say_moment(at: datetime, now: datetime) -> str:
    """「今天 9:05」, 「昨天 17:30」, 「11月3日 8:00」."""
    there, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    return f"{say_date(there.date(), today)} {there.hour}:{there.minute:02}"
