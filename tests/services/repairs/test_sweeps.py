"""Sweeps: every room once, faults become orders, nobody in is to come back."""

import asyncio
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.kit.errors import CampusError, Conflict, Invalid, NotFound
from app.services.repairs import sweeps
from app.services.repairs.models import Order, Sweep
from app.services.repairs.rules import Source
from app.services.repairs.sweeps import Seen
from tests.people import Somebody
from tests.services.repairs.conftest import NOON, Scene, after
from tests.services.repairs.pages import Hands
from tests.services.repairs.reporting import jpeg, text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sweep(scene: Scene) -> Sweep:
    async with scene.database.session() as db:
        return await sweeps.start(
            db, await scene.me(db, "keeper"), scene.building_id, NOON, title="11月扫楼",
            kind_ids=[scene.kind_id],
        )  # fmt: skip


@pytest.fixture
def hands(scene: Scene, people: dict[str, Somebody], app: FastAPI) -> Hands:
    return Hands(scene, people, app)


async def test_a_sweep_begins_with_every_room_to_see(scene: Scene, sweep: Sweep) -> None:
    async with scene.database.session() as db:
        done = await sweeps.progress(db, sweep)
        assert [(cell.number, cell.state) for cell in done.floors[5]] == [
            ("501", Seen.TODO), ("502", Seen.TODO),
        ]  # fmt: skip
        assert (done.rooms, done.seen) == (2, 0)
        with pytest.raises(Conflict, match="正在扫"):
            await sweeps.start(db, await scene.me(db, "keeper"), scene.building_id, NOON,
                               title="又一次", kind_ids=[scene.kind_id])  # fmt: skip


@pytest.mark.parametrize("name", ["worker", "bob", "supervisor", "teacher"])
async def test_only_who_keeps_the_building_sweeps_it(scene: Scene, sweep: Sweep, name: str) -> None:
    async with scene.database.session() as db:
        me = await scene.me(db, name)
        with pytest.raises(NotFound):
            await sweeps.find(db, me, sweep.id)
        with pytest.raises(NotFound):
            await sweeps.start(db, me, scene.building_id, NOON, title="扫", kind_ids=[1])


async def test_a_fault_becomes_an_order_of_the_keeper(scene: Scene, sweep: Sweep) -> None:
    async with scene.database.session() as db:
        keeper = await scene.me(db, "keeper")
        room = scene.rooms["501"]
        [number] = await sweeps.check(db, keeper, sweep.id, room, NOON, faults={0: "接头滴水"})
        order = (await db.scalars(select(Order))).one()
        assert (order.number, order.source, order.room_id) == (number, Source.SWEEP, room)
        assert (order.words, order.reporter_id) == ("接头滴水", keeper.person_id)
        with pytest.raises(Conflict, match="查过了"):
            await sweeps.check(db, keeper, sweep.id, room, NOON, faults={})


async def test_what_is_reported_already_is_followed(scene: Scene, sweep: Sweep) -> None:
    async with scene.database.session() as db:
        known = await scene.report(db)
        keeper = await scene.me(db, "keeper")
        found = await sweeps.check(
            db, keeper, sweep.id, scene.rooms["501"], after(minutes=1), faults={0: ""}
        )
        assert found == [known.number]
        assert len((await db.scalars(select(Order))).all()) == 1
        with pytest.raises(Invalid, match="清单改过了"):
            await sweeps.check(db, keeper, sweep.id, scene.rooms["502"], NOON, faults={7: "?"})


async def test_nobody_in_is_to_come_back_and_then_seen(scene: Scene, sweep: Sweep) -> None:
    async with scene.database.session() as db:
        keeper, room = await scene.me(db, "keeper"), scene.rooms["501"]
        await sweeps.absent(db, keeper, sweep.id, room, NOON)
        assert (await sweeps.progress(db, sweep)).count(Seen.ABSENT) == 1
        await sweeps.check(db, keeper, sweep.id, room, after(hours=1), faults={})
        assert (await sweeps.progress(db, sweep)).count(Seen.FINE) == 1
        assert await sweeps.end(db, keeper, sweep.id, after(hours=2)) == 1
        with pytest.raises(Conflict, match="收尾"):
            await sweeps.absent(db, keeper, sweep.id, scene.rooms["502"], after(hours=3))


async def test_two_keepers_in_one_room_make_one_order(scene: Scene, sweep: Sweep) -> None:
    async def once(name: str) -> object:
        try:
            async with scene.database.session() as db:
                me = await scene.me(db, name)
                room = scene.rooms["501"]
                return await sweeps.check(db, me, sweep.id, room, NOON, faults={0: "滴"})
        except CampusError as refusal:
            return type(refusal)

    found = await asyncio.gather(once("keeper"), once("operator"))
    assert sorted(map(str, found)) == ["<class 'app.kit.errors.Conflict'>", "['261118-1']"]


async def test_the_pages_show_how_far_it_is_and_take_a_room(hands: Hands, sweep: Sweep) -> None:
    page, room = f"/sweeps/{sweep.id}", hands.scene.rooms["501"]
    shown = await hands.get("keeper", page)
    assert "还有 2 间" in text_of(shown.text)
    assert "5 层查了 0 间，共 2 间" in shown.text
    sent = await hands.send("keeper", page, room=room, bad=0, floor=5, photos=[("photos", jpeg())],
                            **{"w-0": "滴水"})  # fmt: skip
    assert sent.headers["location"] == f"/h5/repairs/work{page}?floor=5"
    shown = await hands.get("keeper", page)
    assert "报了 1 处" in shown.text
    assert "查了 1 间" in (await hands.get("keeper", "/sweeps")).text
    assert (await hands.get("worker", page)).status_code == 403


async def test_a_sweep_is_begun_and_closed_on_the_phone(hands: Hands) -> None:
    house, kind = hands.scene.building_id, hands.scene.kind_id
    until = f"{NOON.date() + timedelta(days=3650)}"
    assert (await hands.send("keeper", "/sweeps", house=house, title="扫")).status_code == 422
    sent = await hands.send("keeper", "/sweeps", house=house, title="扫", items=kind, until=until)
    assert sent.status_code == 303
    assert "扫" in (await hands.get("keeper", "/sweeps")).text
    assert (await hands.send("keeper", "/sweeps/1/end")).status_code == 303
    assert "收尾了" in (await hands.get("keeper", "/sweeps/1")).text
