"""What evaluations are called at the desk."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.kit.clock import SHANGHAI, WEEKDAYS
from app.services.evaluations.desk_builder import Asked
from app.services.evaluations.models import FormKind, SubjectKind
from app.services.evaluations.rules import Kind, Op, Period, Phase, Question

KINDS: Mapping[str, str] = {
    Kind.STARS: "打星", Kind.ONE: "选一个", Kind.MANY: "选几个", Kind.TAGS: "点标签",
    Kind.WORDS: "写几句", Kind.PHOTO: "拍照片", Kind.SCALE: "打分数", Kind.MATRIX: "一题几行",
}  # fmt: skip
OPS: Mapping[str, str] = {Op.LE: "最多", Op.GE: "至少", Op.IS: "选了", Op.NOT: "没选"}
PERIODS: Mapping[str, str] = {
    Period.ONCE: "一共一次", Period.DAY: "每天一次", Period.WEEK: "每周一次",
    Period.MONTH: "每月一次", Period.TERM: "每学期一次", Period.OCCASION: "每请一次评一次",
}  # fmt: skip
FORM_KINDS: Mapping[str, str] = {FormKind.RATING: "评价表", FormKind.SURVEY: "问卷"}
FORM_HELP: Mapping[str, str] = {
    FormKind.RATING: "一张表评好多样东西：每个窗口、每栋楼各有各的码",
    FormKind.SURVEY: "问卷只有自己的一个码，贴出去或者群发",
}
SUBJECTS: Mapping[str, str] = {
    SubjectKind.CANTEEN: "食堂", SubjectKind.WINDOW: "窗口", SubjectKind.DORMITORY: "宿舍楼",
    SubjectKind.BUS: "班车", SubjectKind.BATH: "浴室", SubjectKind.OFFICE: "办事窗口",
    SubjectKind.EVENT: "活动", SubjectKind.ORDER: "报修单", SubjectKind.SURVEY: "问卷",
    SubjectKind.OTHER: "其他",
}  # fmt: skip
PHASES: Mapping[str, tuple[str, str]] = {
    Phase.DRAFT: ("草稿", "secondary"), Phase.EARLY: ("还没到时间", "blue"),
    Phase.OPEN: ("正在收", "green"), Phase.OVER: ("收完了", "secondary"),
}  # fmt: skip
WHOLE = "全后勤"


def unit_of(name: str) -> str:
    """A unit, or the whole department."""
    return name or WHOLE


def moment(at: datetime | None) -> str:
    """「11月21日 19:35」; empty for None."""
    if at is None:
        return ""
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日 {there.hour}:{there:%M}"


def day(at: date | None) -> str:
    """「11月21日 周六」."""
    return f"{at.month}月{at.day}日 {WEEKDAYS[at.weekday()]}" if at else ""


def span(opens: datetime | None, closes: datetime | None) -> str:
    """From when to when a form can be answered."""
    if opens and closes:
        return f"{moment(opens)} 到 {moment(closes)}"
    if closes:
        return f"{moment(closes)} 截止"
    return f"{moment(opens)} 起" if opens else "一直开着"


def mean(value: float | None) -> str:
    """「4.3」, and 「—」 of nothing."""
    return "—" if value is None else f"{value:.1f}"


def share(value: float | None) -> str:
    """「87%」 of hundredths, and 「—」 of nothing."""
    return "—" if value is None else f"{value:.0f}%"


def when_typed(one: Asked, of: Asked) -> str:
    """When a question is asked: 「味道怎么样」最多 2 星才问."""
    op, value = one.op or (Op.LE if of.counts else Op.IS), one.value or of.values[:1]
    unit = {Kind.STARS: " 星", Kind.SCALE: " 分"}.get(Kind(of.kind), "")
    shown = value if isinstance(value, str) else "".join(value)
    return f"「{of.title}」{OPS[op]} {shown}{unit}才问"


def said(question: Question, value: Any) -> str:
    """An answer to a question, in words; photos by their number."""
    if question.kind is Kind.STARS:
        return f"{value} 星"
    if question.kind is Kind.SCALE:
        return f"{value} 分"
    if question.kind is Kind.PHOTO:
        return f"{len(value)} 张照片"
    if question.kind is Kind.MATRIX:
        return "；".join(f"{row} {choice}" for row, choice in value.items())
    return "、".join(value) if isinstance(value, list) else str(value)
