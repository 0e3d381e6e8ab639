"""What a report says, before it is paper: sentences made of the numbers, tables and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.figures.rules import Against, Period, against
from app.services.figures.view import Tile, Topic, Topics, say_before, topic
from app.services.figures.words import NOTHING

MOST_RANKS = 10


@dataclass(frozen=True, slots=True)
class Section:
    """A topic: its sentence; its numbers beside the period before (and, of a month, the same days
    of the year before)."""

    topic: Topic
    words: str
    numbers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report. `words` stand on the cover: the most important first."""

    title: str
    period: Period
    words: tuple[str, ...]
    heads: tuple[str, ...]
    sections: tuple[Section, ...]


async def paper(db: AsyncSession, topics: Topics, period: Period) -> Paper:
    """The report of a month or a year. Topics that nothing was counted of are left out."""
    before = say_before(period, against(period, Against.BEFORE))
    month = period.span == "month"
    heads = ("", "这个月" if month else "这一年", before, "变化", *(["去年同期"] if month else []))
    sections, words = [], []
    for name in topics:
        found = await topic(db, name, topics, period, how=Against.BEFORE, units=None)
        if found.empty:
            continue
        past = None
        if month:
            past = await topic(db, name, topics, period, how=Against.YEAR, units=None)
        sections.append(Section(found, _story(found.tiles, before), _numbers(found, past)))
        words.append(_story([tile for tile in found.tiles if tile.measure.lead], before))
    if not sections:
        words = [f"{period.name}没有数到什么。"]
    return Paper(f"{period.name}后勤数据", period, tuple(words), heads, tuple(sections))


def _numbers(found: Topic, past: Topic | None) -> tuple[tuple[str, ...], ...]:
    years: Sequence[Tile | None] = past.tiles if past else [None] * len(found.tiles)
    return tuple(
        (tile.measure.title, tile.said, tile.before, tile.change, *([year.before] if year else []))
        for tile, year in zip(found.tiles, years, strict=True)
    )


def _story(tiles: Sequence[Tile], before: str) -> str:
    """「报修 1,204 单，比 10 月多 8%；按时修好 94.9%，比 10 月高 1.2 个点。」"""
    return "；".join(_said(tile, before) for tile in tiles if tile.said != NOTHING) + "。"


def _said(tile: Tile, before: str) -> str:
    if not tile.change:
        return f"{tile.measure.title} {tile.said}"
    if tile.change == "一样":
        return f"{tile.measure.title} {tile.said}，和{_spaced(before)}一样"
    return f"{tile.measure.title} {tile.said}，比{_spaced(before)}{tile.change}"


def _spaced(words: str) -> str:
    """A space between a Chinese word and the digit after it."""
    return f" {words}" if words[:1].isdigit() else words
