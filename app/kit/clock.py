"""The time on campus. Stored with a time zone, shown in Shanghai."""

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def now() -> datetime:
    """This moment, aware, in Asia/Shanghai."""
    return datetime.now(SHANGHAI)


def say_age(then: datetime, now: datetime) -> str:
    """How old a figure is, in words: 「刚刚」, 「5 分钟前」, 「今早 6:00」, 「10月9日 18:30」."""
    then = then.astimezone(SHANGHAI)
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟前"
    time = f"{then.hour}:{then.minute:02}"
    days = (now.astimezone(SHANGHAI).date() - then.date()).days
    if days == 0:
        return f"{'今早' if then.hour < 10 else '今天'} {time}"
    if days == 1:
        return f"昨天 {time}"
    return f"{then.month}月{then.day}日 {time}"
