"""The pages on the phone: who sees which, forms that work once, and what each says."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.campus.places import Room
from app.campus.places.doors import code_key, place_of_room
from app.kit import clock
from app.services.checks import looks
from app.services.checks.looks import Entered
from app.services.checks.models import Fault, List, Look, Visit
from tests.people import Somebody
from tests.services.checks.conftest import DIRTY, Scene, jpeg
from tests.services.checks.hands import Hands

pytestmark = pytest.mark.anyio
MARKS: dict[str, Any] = {"version": 1, "s-1": 4, "w-1": "一地的油", "s-2": 20, "s-3": "na"}


@pytest.fixture
def hands(scene: Scene, people: dict[str, Somebody], app: FastAPI) -> Hands:
    return Hands(scene, people, app)


@pytest.fixture
async def visit(scene: Scene) -> int:
    """Today's visit of canteen 2 (lists are checked every day here)."""
    return await due(scene, scene.list_id)


async def due(scene: Scene, list_id: int) -> int:
    async with scene.database.session() as db:
        today = clock.now().date()
        new = Visit(list_id=list_id, first=today, due=today, last=today, place_id=(
            scene.place_id if list_id == scene.list_id else scene.house_id))  # fmt: skip
        db.add(new)
        await db.flush()
        return new.id


async def found(scene: Scene, visit: int) -> int:
    """A fault of right now."""
    async with scene.database.session() as db:
        now = clock.now()
        me = await scene.me(db, "inspector")
        await looks.look(db, me, visit, Entered(1, DIRTY, now), now)
        return (await db.scalars(select(Fault.id))).one()


async def test_a_checker_sees_what_is_due_and_others_do_not(hands: Hands, visit: int) -> None:
    assert "还有 1 处" in await hands.words("inspector")
    assert "第二食堂" in await hands.words("head")
    assert "今天没有要查的" in await hands.words("stranger")
    assert (await hands.get("hired")).headers["location"] == "/h5/checks/faults"
    assert (await hands.get("alice")).headers["location"] == "/h5/checks/room"
    assert (await hands.get("alice", f"/visits/{visit}")).status_code == 403
    assert (await hands.get("stranger", f"/visits/{visit}")).status_code == 404


async def test_a_look_is_sent_with_photos_and_counts_once(
    hands: Hands, scene: Scene, visit: int
) -> None:
    photos = [("p-1", jpeg())]
    for _ in range(2):
        answer = await hands.send(
            "inspector", f"/visits/{visit}", key="a-key-of-this-form", photos=photos, **MARKS
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/h5/checks")
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Look.id))) == 1
        assert await db.scalar(select(Visit.score)) == 8000
    page = await hands.words("inspector", f"/visits/{visit}")
    assert "80 分" in page
    assert "一地的油" in page
    assert "不适用" in page


async def test_a_phone_that_kept_the_form_says_for_how_long(
    hands: Hands, scene: Scene, visit: int
) -> None:
    answer = await hands.send("inspector", f"/visits/{visit}", queued=True, ago=1800, **MARKS)
    assert answer.json() == {"to": "/h5/checks", "say": "80 分，1 个问题已告诉整改的人"}
    async with scene.database.session() as db:
        at = (await db.scalars(select(Look.at))).one()
    assert timedelta(minutes=29) < clock.now() - at < timedelta(minutes=32)


async def test_what_is_missing_is_said_and_nothing_is_kept(
    hands: Hands, scene: Scene, visit: int
) -> None:
    answer = await hands.send("inspector", f"/visits/{visit}", **{**MARKS, "s-3": "x"})
    assert answer.status_code == 422
    assert "「消毒记录」还没打分" in answer.text
    assert (await hands.send("inspector", f"/visits/{visit}", version=9)).status_code == 404
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Look.id))) == 0


async def test_a_fault_goes_its_way_on_two_phones(hands: Hands, scene: Scene, visit: int) -> None:
    page = f"/faults/{await found(scene, visit)}"
    assert "要整改的" in await hands.words("hired", "/faults")
    assert (await hands.get("rival", page)).status_code == 404
    assert (await hands.send("rival", f"{page}/fix")).status_code == 404
    assert (await hands.send("hired", f"{page}/fix")).status_code == 422
    fixed = await hands.send("hired", f"{page}/fix", photos=[("photos", jpeg())], fixed="拖了")
    assert fixed.status_code == 303
    assert "等你复查" in await hands.words("inspector")
    assert (await hands.send("hired", f"{page}/pass")).status_code == 403
    assert (await hands.send("inspector", f"{page}/fail", wrong="还油")).status_code == 303
    await hands.send("hired", f"{page}/fix", photos=[("photos", jpeg())])
    assert (await hands.send("inspector", f"{page}/pass")).status_code == 303
    story = await hands.words("hired", page)
    for words in ("查出来", "拖了", "复查没过", "还油", "复查过了"):
        assert words in story


async def test_the_head_hands_over_gives_time_and_drops(
    hands: Hands, scene: Scene, visit: int
) -> None:
    page = f"/faults/{await found(scene, visit)}"
    until = f"{clock.now() + timedelta(days=5):%Y-%m-%dT17:00}"
    shown = await hands.words("head", page)
    assert all(words in shown for words in ("换人整改", "改时间", "不算问题"))
    moves: tuple[tuple[str, dict[str, Any]], ...] = (
        ("hand", {"to": scene.ids["second"], "said": "你去"}),
        ("later", {"until": until, "why_later": "等配件"}),
        ("drop", {"why_drop": "查错了"}),
    )
    for path, fields in moves:
        assert (await hands.send("head", f"{page}/{path}", **fields)).status_code == 303, path
    assert (await hands.send("head", f"{page}/nothing")).status_code == 404
    async with scene.database.session() as db:
        assert await db.scalar(select(Fault.state)) == "dropped"


async def test_results_show_whose_right_reaches_them_and_the_worst_first(
    hands: Hands, scene: Scene, visit: int
) -> None:
    await found(scene, visit)
    page = await hands.words("head", "/results")
    assert "第二食堂" in page
    assert "82.9 分" in page
    assert "1 个没改好" in await hands.words("inspector", "/results")
    assert "还没有查过" in await hands.words("keeper", "/results")
    place = f"/places/{scene.place_id}"
    assert "一地的油" in await hands.words("head", place)
    assert (await hands.get("stranger", place)).status_code == 404


async def test_a_room_is_checked_by_its_door_and_who_lives_there_reads_it(
    hands: Hands, scene: Scene
) -> None:
    visit = await due(scene, scene.dorm_id)
    async with scene.database.session() as db:
        room = await db.get_one(Room, scene.rooms["501"], options=[joinedload(Room.building)])
        door = f"/h5/places/{place_of_room(await code_key.within(db), room).code}"
    assert "检查3号楼 501" in await hands.words("keeper", door)
    assert "检查3号楼" not in await hands.words("alice", door)
    said = {**MARKS, "room": scene.rooms["501"]}
    form = await hands.words("keeper", f"/visits/{visit}?room={scene.rooms['501']}")
    assert "正在查 501" in form
    assert (await hands.send("keeper", f"/visits/{visit}", **said)).status_code == 303
    assert "80 分" in await hands.words("keeper", f"/visits/{visit}?room={scene.rooms['501']}")
    assert "80 分" in await hands.words("alice", "/room")
    assert "80 分" in await hands.words("alice", door)
    assert "还没有你们寝室的结果" in await hands.words("bob", "/room")
    assert "收尾" in await hands.words("keeper", f"/visits/{visit}")
    assert (await hands.send("keeper", f"/visits/{visit}/end")).status_code == 303


async def test_what_is_not_public_nobody_who_lives_there_reads(hands: Hands, scene: Scene) -> None:
    visit = await due(scene, scene.dorm_id)
    async with scene.database.session() as db:
        (await db.get_one(List, scene.dorm_id)).public = False
    await hands.send("keeper", f"/visits/{visit}", **{**MARKS, "room": scene.rooms["501"]})
    assert "还没有你们寝室的结果" in await hands.words("alice", "/room")


async def test_mine_says_what_is_due_and_what_is_to_be_mended(
    hands: Hands, scene: Scene, visit: int
) -> None:
    assert "今天有 1 处要查" in await hands.words("inspector", "/h5/mine")
    assert "处要查" not in await hands.words("stranger", "/h5/mine")
    await found(scene, visit)
    async with scene.database.session() as db:
        (await db.scalars(select(Fault))).one().owner_id = scene.ids["hired"]
    assert "1 个问题要整改" in await hands.words("hired", "/h5/mine")
    assert "处要查" not in await hands.words("inspector", "/h5/mine")
