"""Which week it is, and when there are days off."""

from datetime import datetime, timedelta

from app.campus.calendar import Calendar, DayKind, arranged, calendar
from app.kit.answers import Link, Say
from app.kit.chat import Chat
from app.kit.clock import SHANGHAI
from app.services.calendar.rules import (
    FAR,
    offs,
    say_date,
    say_left,
    say_span,
    say_today,
    say_worked,
)

chat = Chat(calendar=calendar)
PAGE = Link("看整个学期", "/h5/calendar")
MOST = 3
UNSURE = "（调休还没公布）"


@chat.say(
    "校历", "教学周", "教学日历", "第几周", "现在第几周", "这周第几周", "今天第几周", "本周第几周"
)
def this_week(calendar: Calendar, now: datetime) -> Say:
    """Today, its week, and the next days off."""
    return Say(
        "\n".join([_today(calendar, now), "", *_ahead(calendar, now)]).strip(), links=(PAGE,)
    )


@chat.say("放假", "放假安排", "什么时候放假", "假期", "调休", "节假日", "寒假", "暑假", "放假时间")
def days_off(calendar: Calendar, now: datetime) -> Say:
    """The next days off first: that was the question."""
    text = "\n".join([*_ahead(calendar, now), "", _today(calendar, now)]).strip()
    return Say(text, links=(PAGE,))


def _today(calendar: Calendar, now: datetime) -> str:
    today = now.astimezone(SHANGHAI).date()
    week = calendar.week(today)
    said = [f"今天 {say_date(today)}"]
    if week:
        said.append(f"{week.term}第 {week.number} 周（共 {week.weeks} 周）")
    elif (term := calendar.term(today)) and term.first > today:
        said.append(f"{say_date(term.first)}开学")
    return "，".join([*said, *filter(None, [say_today(calendar.day(today))])])


def _ahead(calendar: Calendar, now: datetime) -> list[str]:
    today = now.astimezone(SHANGHAI).date()
    found = []
    for off in offs(calendar.day, today, today + timedelta(days=FAR)):
        sure = off.kind != DayKind.HOLIDAY or arranged(off.first.year)
        worked = say_worked(tuple(day for day in off.paid if day >= today))
        said = f"{off.name} {say_span(off.first, off.last)}，{say_left(off.first, today)}"
        found.append(said + (f"，{worked}" if worked else "") + ("" if sure else UNSURE))
        if len(found) == MOST:
            break
    return found
