"""Doing a visit: marks and photos for each point, once for a place or for each of its rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.places import Room
from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.checks import faults, lists, reach, rules
from app.services.checks.models import List, Look, Photo, Place, Visit
from app.services.checks.rules import Item, Seen
from app.services.checks.scores import count_visit

NO_VISIT = "没有这次检查，或者不归你查"


@dataclass(frozen=True, slots=True)
class Given:
    """What was entered for a point: marks (None: does not apply), words, photos by id."""

    score: int | None
    words: str = ""
    uploads: Sequence[int] = field(default=())


@dataclass(frozen=True, slots=True)
class Entered:
    """A form as it was filled: by which version of the list, which room, and when."""

    number: int
    answers: Mapping[str, Given]
    at: datetime
    room_id: int | None = None
    words: str = ""


async def find(db: AsyncSession, me: Me, visit_id: int) -> tuple[Visit, List, Place]:
    """A visit that `me` may see. Raises NotFound."""
    query = (
        select(Visit, List, Place)
        .join(List, List.id == Visit.list_id)
        .join(Place, Place.id == Visit.place_id)
        .where(Visit.id == visit_id, reach.may_look(me))
    )
    if (row := (await db.execute(query)).one_or_none()) is None:
        raise NotFound(NO_VISIT)
    return row[0], row[1], row[2]


async def look(
    db: AsyncSession, me: Me, visit_id: int, entered: Entered, now: datetime
) -> tuple[Look, int]:
    """Keep what was seen, and open its faults; the look and how many there are.

    Raises NotFound, Invalid (names the point), Conflict when a colleague was faster or the
    visit's time is over: what was entered in time on a phone without a network still counts.
    """
    visit, list_, place = await find(db, me, visit_id)
    visit = await _open(db, visit, entered)
    await _room(db, visit, list_, place, entered.room_id)
    items = await lists.points(db, list_.id, entered.number)
    score = _score(items, entered.answers)
    look = Look(
        visit_id=visit.id, room_id=entered.room_id, list_id=list_.id, number=entered.number,
        score=score, answers=_kept(items, entered.answers), words=entered.words,
        by_id=me.person_id, at=entered.at,
    )  # fmt: skip
    db.add(look)
    await db.flush()
    found = 0
    for item in items:
        given = entered.answers[item.key]
        step = None
        if item.at_fault(given.score):
            step = await faults.found(db, me, look, place, now, item=item, words=given.words)
            found += 1
        db.add_all(
            Photo(look_id=look.id, item=item.key, step_id=step.id if step else None, upload_id=id)
            for id in given.uploads
        )
    await _mean(db, visit.id)
    if list_.by_room:
        begun = update(Visit).where(Visit.id == visit.id).values(state=Seen.DOING)
        await db.execute(begun)
    else:
        await _finish(db, visit, place, entered.at, me.person_id)
    return look, found


async def end(db: AsyncSession, me: Me, visit_id: int, now: datetime) -> int:
    """A visit room by room is done; how many rooms were seen. Raises NotFound, Conflict."""
    visit, _, place = await find(db, me, visit_id)
    visit = await db.get_one(Visit, visit_id, with_for_update=True, populate_existing=True)
    if visit.state != Seen.DOING:
        raise Conflict("一间都还没查" if visit.state == Seen.TODO else "这次检查已经收尾了")
    await _finish(db, visit, place, now, me.person_id)
    return await db.scalar(select(func.count(Look.id)).where(Look.visit_id == visit_id)) or 0


async def finish(db: AsyncSession, visit_id: int, now: datetime) -> None:
    """Time ended it: what was seen is what there is."""
    visit = await db.get_one(Visit, visit_id)
    seen = select(func.max(Look.at), func.max(Look.by_id)).where(Look.visit_id == visit_id)
    at, by = (await db.execute(seen)).one()
    await _finish(db, visit, await db.get_one(Place, visit.place_id), at or now, by)


async def _open(db: AsyncSession, visit: Visit, entered: Entered) -> Visit:
    """The visit, locked, while it takes what was entered."""
    visit = await db.get_one(Visit, visit.id, with_for_update=True, populate_existing=True)
    if not rules.takes(Seen(visit.state), visit.last, entered.at.astimezone(SHANGHAI).date()):
        done = visit.state == Seen.DONE
        raise Conflict("同事刚查过这里，不用再查" if done else "过了时间，这次不能再补")
    return visit


async def _room(
    db: AsyncSession, visit: Visit, list_: List, place: Place, room_id: int | None
) -> None:
    """Raise Invalid or NotFound unless the room is one to look at, Conflict if somebody did."""
    if list_.by_room != (room_id is not None):
        raise Invalid("选一间再发" if list_.by_room else "这张清单不分房间，刷新再查")
    if room_id is None:
        return
    room = await db.get(Room, room_id)
    if room is None or room.building_id != place.building_id or room.gone_at is not None:
        raise NotFound("这栋楼没有这间，回楼层里再选")
    same = select(Look.id).where(Look.visit_id == visit.id, Look.room_id == room_id)
    if await db.scalar(same) is not None:
        raise Conflict("同事刚查过这间")


def _score(items: Sequence[Item], answers: Mapping[str, Given]) -> int | None:
    """What it comes to. Raises Invalid that names the point."""
    for item in items:
        if (given := answers.get(item.key)) is None:
            raise Invalid(f"「{item.name}」还没打分，不查这一项就选不适用")
        if item.at_fault(given.score) and not given.words.strip() and not given.uploads:
            raise Invalid(f"「{item.name}」有问题，拍一张或写一句")
    try:
        return rules.score(items, {key: given.score for key, given in answers.items()})
    except ValueError as error:
        raise Invalid(f"「{error}」的分数不对，刷新再打") from error


def _kept(items: Sequence[Item], answers: Mapping[str, Given]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for item in items:
        given = answers[item.key]
        words = {"words": given.words.strip()} if given.words.strip() else {}
        kept[item.key] = {"score": given.score, **words}
    return kept


async def _mean(db: AsyncSession, visit_id: int) -> None:
    """The visit comes to the mean of its looks."""
    mean = select(func.round(func.avg(Look.score))).where(Look.visit_id == visit_id)
    new = update(Visit).where(Visit.id == visit_id).values(score=mean.scalar_subquery())
    await db.execute(new)


async def _finish(
    db: AsyncSession, visit: Visit, place: Place, at: datetime, by: int | None
) -> None:
    done = update(Visit).where(Visit.id == visit.id)
    await db.execute(done.values(state=Seen.DONE, done_at=at, by_id=by))
    await db.refresh(visit)
    await count_visit(db, visit, place, at)
