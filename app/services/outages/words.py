"""Cuts as sentences, for the chat."""

from datetime import datetime

from app.campus.places import Campus
from app.kit.answers import Link, Say
from app.services.outages.places import say_places
from app.services.outages.rules import OFF, Cut, Place, headline, say_span
from app.services.outages.settings import settings

PAGE = Link("看全部和以前的", "/h5/outages")
MOST = 6


def in_full(cut: Cut, campus: Campus, now: datetime) -> str:
    """Where, until when, why, and whom to ask."""
    return "\n".join([
        f"{say_places(cut.places, campus)} {OFF[cut.kind]}，{headline(cut, now)}",
        f"时间：{say_span(cut.starts_at, cut.ends_at, now)}",
        f"原因：{cut.reason}",
        f"问：{cut.contact}",
    ])  # fmt: skip


def in_short(cut: Cut, campus: Campus, now: datetime) -> str:
    """「3号楼、4号楼 停水 今天 8:00–18:00」."""
    where = say_places(cut.places, campus)
    where = where if len(where) <= 40 else f"{where[:39]}…"
    return f"{where} {OFF[cut.kind]} {say_span(cut.starts_at, cut.ends_at, now)}"


def answer(
    cuts: list[Cut], campus: Campus, now: datetime, at: Place | None, what: str = "停水停电"
) -> Say:
    """What is open of `what`: that of the place first and in full, the rest a line each."""
    mine = [cut for cut in cuts if at and cut.reaches(at)]
    rest = [cut for cut in cuts if cut not in mine]
    parts = [in_full(cut, campus, now) for cut in mine]
    house = campus.house(at.building_id) if at else None
    if house and not mine:
        parts.append(f"{house.name}没有{what}的安排。{_call(what)}")
    if rest:
        lines = [in_short(cut, campus, now) for cut in rest[:MOST]]
        lines += [f"还有 {len(rest) - MOST} 处，点下面看"] if len(rest) > MOST else []
        parts.append("\n".join(["别处：" if at else "现在和接下来：", *lines]))
    if not parts:
        parts.append(f"现在没有{what}，接下来也没有安排。{_call(what)}")
    return Say("\n\n".join(parts), links=(PAGE,), more=PAGE.url)


def _call(what: str) -> str:
    gone = {"停水": "没水", "停电": "没电", "停热水": "没热水", "停暖气": "不暖"}
    return f"要是你那儿{gone.get(what, '没水没电')}，打 24 小时抢修 {settings.hotline_repair}"
