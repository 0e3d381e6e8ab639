"""Campaigns in words, as the desk's pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.campus.campaigns.drafts import Plan
from app.campus.campaigns.models import Campaign, Way
from app.campus.notify import Kind, Notice, rules
from app.campus.people.roster_columns import LABELS
from app.campus.places import Campus
from app.desk.views.grants import ROLES

WAYS: Mapping[str, str] = {
    Way.NOTICE: "通知",
    Way.TEXT: "客服消息",
    Way.MASS: "群发",
}
WAY_HELP: Mapping[str, str] = {
    Way.NOTICE: "手机上响一声，一张卡片；谁都收得到，内容按通知的格子填",
    Way.TEXT: "对话里的一段话；只有近 48 小时找过公众号的人收得到",
    Way.MASS: "对话里的一段话；每人每月只能收 4 次，用一次少一次",
}
TO = {
    "all": "所有关注的人",
    "places": "住在哪里的人",
    "people": "哪个学院、年级、身份",
    "roles": "担着什么角色的人",
    "tags": "带着什么标签的人",
    "numbers": "名单里的人",
}
TONES = {
    "draft": "secondary", "asked": "orange", "scheduled": "blue", "running": "green",
    "paused": "orange", "done": "green", "cancelled": "secondary",
}  # fmt: skip
FEW = 4


@dataclass(frozen=True, slots=True)
class Phone:
    """A message as the phone shows it: rows of a card, or a text. `cut`: what was shortened."""

    title: str
    rows: Sequence[tuple[str, str]]
    words: str
    leads: bool
    cut: Sequence[str]


@dataclass(frozen=True, slots=True)
class Blank:
    """A line of a template: its words, and the notice's field in it, or `fixed` words."""

    title: str
    field: str
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The account's template that tells a notice."""

    title: str
    blanks: Sequence[Blank]


def phone(of: Plan | Campaign, notice: Notice | None, card: Card | None = None) -> Phone:
    """What is filled in so far, with 「…」 where something is still missing.

    As `card` says it, which the phone will show; without one as the notice does.
    """
    if of.way != Way.NOTICE:
        return Phone("", (), of.words or "…", False, ())
    fields = {one.name: one for one in notice.read} if notice else {}
    own = [Blank(one.title, one.name) for one in fields.values()]
    rows, cut = [], []
    for blank in card.blanks if card else own:
        if (one := fields.get(blank.field)) is None:
            rows.append((blank.title, blank.fixed or "…"))
            continue
        value = of.fields.get(one.name, "")
        empty = str(value).strip() == ""
        shown = "…" if empty else rules.cut(one.kind, value)
        rows.append((blank.title, shown))
        if not empty and rules.reads(one.kind, value) and shown != rules.say(one.kind, value):
            cut.append(blank.title)
    leads = bool(of.page or (notice and notice.page))
    title = card.title if card else notice.title if notice else of.title
    return Phone(title, rows, "", leads, cut)


def said(audience: Mapping[str, Any], places: Campus) -> str:
    """「住在3号楼、4号楼的人」."""
    if "same" in audience:
        missed = "里没收到的人" if "reasons" in audience else "那些人"
        return f"第 {audience['same']} 条{missed}"
    if "numbers" in audience:
        count = len(audience["numbers"])
        return f"名单里的 {count} 个号" if count else "一份名单里的人"
    if "buildings" in audience or "rooms" in audience:
        houses = [places.house(id) for id in audience.get("buildings", ())]
        doors = [places.room(id) for id in audience.get("rooms", ())]
        names = [house.name for house in houses if house] + [door.name for door in doors if door]
        return f"住在{_few(names)}的人"
    return TO["all"] if audience.get("all") else _described(audience)


def _described(audience: Mapping[str, Any]) -> str:
    if "tags" in audience:
        return f"带标签{_few(audience['tags'])}的人"
    roles = [ROLES.get(role, role) for role in audience.get("roles", ())]
    grades = [f"{grade} 级" for grade in audience.get("grades", ())]
    kinds = [LABELS.get(kind, kind) for kind in audience.get("kinds", ())]
    parts = [_few(part) for part in (roles, audience.get("colleges", ()), grades, kinds) if part]
    return "，".join(parts) or "还没选"


def _few(names: Sequence[str]) -> str:
    rest = f"等 {len(names)} 个" if len(names) > FEW else ""
    return "、".join(names[:FEW]) + rest


def reached(campaign: Campaign) -> tuple[int, int, int] | None:
    """(phones, told, missed) by the stored counts; None before the start."""
    if campaign.started_at is None:
        return None
    counts = {state: int(n) for state, n in campaign.counts.items()}
    if "waiting" not in counts and "phones" in counts:  # no sweep since the start
        return counts["phones"], 0, 0
    told = counts.get("sent", 0) + counts.get("delivered", 0)
    phones = sum(counts.values()) - counts.get("kept", 0)
    missed = sum(counts.get(state, 0) for state in ("failed", "blocked", "unsure"))
    return phones, told, missed


def typed(kind: Kind, value: Any) -> str:
    """A stored value as its input wants it."""
    text = str(value)
    size = {Kind.TIME: 16, Kind.DATE: 10}.get(kind)
    return text[:size] if size and text[:4].isdecimal() and text[4:5] == "-" else text
