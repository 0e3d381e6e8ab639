"""What is said of messages, in the chat and on pages."""

from collections.abc import Mapping
from datetime import datetime

from app.campus.notify import Kind, Notice, inbox, rules
from app.campus.notify.inbox import Letter
from app.kit.clock import say_age
from app.kit.service import Service

Line = tuple[str, str]
GIST = 40


def declared(services: Mapping[str, Service]) -> dict[str, Notice]:
    """Every notice of every service by its name."""
    return {notice.name: notice for service in services.values() for notice in service.notices}


def group(name: str, service: Service) -> str:
    """The heading over a service's notices; the desk is no word of its readers."""
    return "别的通知" if name == "desk" else service.title


def lines(letter: Letter, notices: Mapping[str, Notice]) -> list[Line]:
    """(title, text) of each field, in the order of the declaration.

    Of a notice that no service declares any more the values are left, and no titles.
    """
    notice = notices.get(letter.notice)
    if notice is None:
        return [("", str(value)) for value in letter.fields.values() if value != ""]
    fields = [f for f in notice.read if letter.fields.get(f.name, "") != ""]
    return [(f.title, _said(f.kind, letter.fields[f.name], letter.at.year)) for f in fields]


def _said(kind: Kind, value: rules.Plain, year: int) -> str:
    """`value` in words; of a time in the year of the message, the year is not said."""
    said = rules.say(kind, value)
    return said.replace(f"{year}年", "") if kind in (Kind.TIME, Kind.DATE) else said


def gist(letter: Letter, notices: Mapping[str, Notice]) -> str:
    """A message under its title, in two lines of a phone."""
    said = letter.words or "，".join(text for _, text in lines(letter, notices))
    return said if len(said) <= GIST else f"{said[: GIST - 1]}…"


def leads(letter: Letter, services: Mapping[str, Service]) -> str:
    """What stands beside the button that leads on: 「电费里有详情」."""
    service = services.get(letter.notice.partition(".")[0])
    return f"「{service.title}」里有详情" if service else "还有详情"


def title(title: str) -> str:
    """Free words may have none."""
    return title or "后勤通知"


def waiting(count: int) -> str:
    """「3 条新消息」; past what is counted, 「99 条以上」."""
    return f"{count} 条{'以上' if count >= inbox.MOST_UNREAD else ''}新消息"


def brief(of: str, at: datetime, now: datetime) -> str:
    """「电费快用完了，5 分钟前」."""
    return f"{title(of)}，{say_age(at, now)}"
