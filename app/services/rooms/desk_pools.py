"""The desk's pages of pools: quotas of beds, who is in them, and what comes in by spreadsheet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.places import Building, Campus, Room, campus
from app.desk.base import me_of
from app.desk.imports import Import, ImportView
from app.kit.errors import Forbidden, Invalid, NotFound
from app.services.rooms import pools, sheet, sheet_facts, sheet_people
from app.services.rooms.desk_base import NOT_YOURS, RUN, Deed, Pages, Pressed, reach
from app.services.rooms.models import Bed, Eligible, Pool
from app.services.rooms.rules import BedState

SEXES = {"女": "女", "男": "男", "": "不限"}
MOST_ROOMS = 3000


def rooms_in(text: str, places: Campus, mine: frozenset[int] | None) -> list[int]:
    """The rooms of 「3号楼 501-520、3号楼 601」. Raises Invalid or Forbidden."""
    found: dict[int, None] = {}
    for part in text.replace("，", "、").replace(",", "、").replace("\n", "、").split("、"):
        if not part.strip():
            continue
        first, _, last = part.strip().replace("–", "-").partition("-")
        try:
            one = sheet.find(places, first)
            house = places.house_of(one)
            other = sheet.find(places, f"{house.name} {last.strip()}" if house and last else first)
        except ValueError as error:
            raise Invalid(str(error)) from None
        if house is None or (mine is not None and house.id not in mine):
            raise Forbidden(NOT_YOURS)
        doors = [door.id for door in house.doors]
        found |= dict.fromkeys(doors[doors.index(one) : doors.index(other) + 1])
    if not found or len(found) > MOST_ROOMS:
        raise Invalid("写上哪些房间，像「3号楼 501-520」" if not found else "一次最多 3000 间")
    return list(found)


async def _add_pool(deed: Pressed) -> int:
    deed.whole()
    words = {name: sheet.short(deed.form.get(name, ""))
             for name in ("name", "college", "level", "needs")}  # fmt: skip
    if not words["name"]:
        raise Invalid("给池起个名字，像「计算机学院 女 本科」")
    if (sex := deed.form.get("sex", "-")) not in SEXES:
        raise Invalid("选住男生还是女生")
    await pools.add_pool(deed.db, deed.me, deed.round.id, words.pop("name"), sex, **words)
    return 1


async def _add_beds(deed: Pressed) -> int:
    pool = await deed.db.get(Pool, deed.number("pool"))
    if pool is None or pool.round_id != deed.round.id:
        raise NotFound("没有这个池，刷新一下")
    beds = await _beds_of(deed)
    return await pools.add_beds(deed.db, deed.me, pool.id, beds)


async def _take_beds(deed: Pressed) -> int:
    return await pools.take_beds(deed.db, deed.me, deed.round.id, await _beds_of(deed))


async def _beds_of(deed: Pressed) -> list[int]:
    """All beds of the rooms that the form names."""
    rooms = rooms_in(deed.form.get("rooms", ""), await campus.within(deed.db), deed.mine)
    there = await sheet.stands(deed.db)
    if not (beds := [bed for room in rooms for bed in there.get(room, {}).values()]):
        raise Invalid("这些房间没有床，先在「地方 → 房间」里写上床位数")
    return beds


DEEDS: Mapping[str, Deed] = {"pool": _add_pool, "beds": _add_beds, "take": _take_beds}


class PoolPages(Pages):
    """「床位池」."""

    @route("/{number:int}/pools", name="rooms-pools")
    async def pools(self, request: Request) -> Response:
        """Pools with their beds and people, and where the beds are."""
        return await self._pools(request)

    @route("/{number:int}/pools/do/{deed}", methods=["POST"], name="rooms-pools-do")
    async def pools_do(self, request: Request) -> Response:
        """One of DEEDS."""
        address = f"{self.here(request)}/{request.path_params['number']}/pools"
        return await self.press(request, DEEDS, self._pools, address)

    @route("/{number:int}/import/{what}", methods=["GET", "POST"], name="rooms-import")
    async def take_file(self, request: Request) -> Response:
        """The page of a file: chosen, seen, taken."""
        answer: Response = await (await self._import(request)).index(request)
        return answer

    @route("/{number:int}/import/{what}/template.xlsx", name="rooms-import-template")
    async def file_template(self, request: Request) -> Response:
        """An example of the file."""
        answer: Response = await (await self._import(request)).template(request)
        return answer

    @route("/{number:int}/import/{what}/progress", name="rooms-import-progress")
    async def file_progress(self, request: Request) -> Response:
        """How far it is."""
        answer: Response = await (await self._import(request)).progress(request)
        return answer

    async def _import(self, request: Request) -> ImportView:
        """The desk's page of a file, for this round and whoever is there."""
        row, me = await self.round_of(request), me_of(request)
        mine = await reach(request.state.session, me)
        found = kinds(partial(sheet.load, me=me, round_id=row.id, mine=mine),
                      partial(sheet_people.load, me=me, round_id=row.id),
                      partial(sheet_facts.load, mine=mine))  # fmt: skip
        if (kind := found.get(request.path_params["what"])) is None:
            raise NotFound("没有这种表，回到床位池看看")
        kind = replace(kind, back=(row.title, f"{self.here(request)}/{row.id}/pools"))
        if kind.key == "rooms-people":
            me.must(RUN)
        view = ImportView(kind)
        view._admin = self._admin
        return view

    async def _pools(self, request: Request, error: str = "", code: int = 200) -> Response:
        row = await self.round_of(request)
        found = await listed(request.state.session, row.id)
        return await self.show(
            request, "pools.html", code, round=row, tab="pools", pools=found, error=error,
            sexes=SEXES, beds=sum(pool["beds"] for pool in found),
            people=sum(pool["people"] for pool in found),
        )  # fmt: skip


def kinds(beds: Any, people: Any, facts: Any) -> dict[str, Import]:
    """The files of a round, by the word in the address; each takes (db, data=, name=)."""

    def taking(load: Any) -> Any:
        return lambda db, data, name: load(db, data=data, name=name)

    return {
        "beds": Import(
            "rooms-beds", "导入床位", taking(beds), RUN, template=sheet.template,
            help=("一行一间房，放进哪个池；「床」空着就是整间，也可以写「1、3」。",
                  "没有的池会新建，写上性别；学院、层次、需要可以空。",
                  "已经在池里的床不动；一张床不能在两个池。"),
        ),
        "people": Import(
            "rooms-people", "导入新生", taking(people), RUN,
            template=sheet_people.template,
            help=("一行一个人，写名册里的学号或录取号。",
                  "「池」空着就按学院和性别找；只有一个合适的才放得进去。",
                  "已经在别的池的，挪到表里写的池；有床的不能挪。"),
        ),
        "facts": Import(
            "rooms-facts", "导入房间的价格和样子", taking(facts), RUN,
            template=sheet_facts.template,
            help=("新生选房时看得到：每床每年多少钱、朝哪边、在哪儿领钥匙。",
                  "空着的格子不改原来的。所有轮次都用这一份。"),
        ),
    }  # fmt: skip


async def listed(db: AsyncSession, round_id: int) -> list[dict[str, Any]]:
    """Every pool: what it is, its beds by building, how many people."""
    people = select(Eligible.pool_id, func.count()).where(
        Eligible.round_id == round_id, Eligible.withdrawn_at.is_(None)
    )
    able = {id: int(n) for id, n in await db.execute(people.group_by(Eligible.pool_id))}
    query = (
        select(Bed.pool_id, Building.name, func.count(), func.count(Bed.room_id.distinct()),
               func.count().filter(Bed.state == BedState.TAKEN))
        .join(Room, Room.id == Bed.room_id).join(Building, Building.id == Room.building_id)
        .where(Bed.round_id == round_id).group_by(Bed.pool_id, Building.id).order_by(Building.id)
    )  # fmt: skip
    houses: dict[int, list[Any]] = {}
    for pool, *rest in await db.execute(query):
        houses.setdefault(pool, []).append(rest)
    known = select(Pool).where(Pool.round_id == round_id).order_by(Pool.name)
    return [
        {"pool": pool, "people": able.get(pool.id, 0), "houses": houses.get(pool.id, []),
         "beds": _sum(houses.get(pool.id, []), 1), "rooms": _sum(houses.get(pool.id, []), 2),
         "taken": _sum(houses.get(pool.id, []), 3)}
        for pool in await db.scalars(known)
    ]  # fmt: skip


def _sum(rows: Iterable[Any], at: int) -> int:
    return sum(int(row[at]) for row in rows)
