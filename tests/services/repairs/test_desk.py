"""The board, the queue and one order, as an operator uses them."""

import io
from datetime import timedelta

import httpx
import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import func, select, update

from app.campus.permission import Grant, Role
from app.campus.uploads import save
from app.kit import clock
from app.services.repairs.models import Order, Photo, Postponement, Saved
from app.services.repairs.rules import State
from tests.desk.conftest import DeskOf
from tests.services.repairs.conftest import Scene
from tests.services.repairs.desk import HERE, Desk, sit_down

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(desk_of: DeskOf, scene: Scene) -> Desk:
    return await sit_down(desk_of, scene)


async def test_a_card_is_given_to_a_worker_and_moves(desk: Desk) -> None:
    order, worker = await desk.reported(), desk.scene.ids["worker"]
    page = await desk.page("board")
    assert "手上 1 单，没有超时的" in page
    assert "水管漏水" in page
    assert "接单还剩" in page
    await desk.did("board/give", "board", number=order.number, worker=worker, had="")
    assert "worker，等他接" in await desk.page("board")
    assert (await desk.order(order.number)).worker_id == worker


async def test_the_boards_script_gets_the_part_that_changes(desk: Desk) -> None:
    order, ids = await desk.accepted(), desk.scene.ids
    part = await desk.client.get(f"{HERE}/board", headers={"x-board": "1"})
    assert "<html" not in part.text
    assert f'data-had="{ids["worker"]}"' in part.text
    headers = {"x-board": "1", "x-csrftoken": desk.client.cookies["starlette_admin_csrftoken"]}
    data = {"number": order.number, "worker": str(ids["second"]), "had": str(ids["third"])}
    late = await desk.client.post(f"{HERE}/board/give", data=data, headers=headers)
    assert "刚刚有人动过" in late.text
    assert (await desk.order(order.number)).worker_id == ids["worker"]


async def test_a_card_on_a_card_makes_one_of_two(desk: Desk) -> None:
    into = await desk.reported()
    other = await desk.reported("bob", room_id=desk.scene.rooms["502"])
    await desk.did("board/merge", "board", number=other.number, into=into.number)
    assert (await desk.order(other.number)).merged_into_id == into.id
    assert "1 人也遇到" in await desk.page("board")


async def test_the_board_is_filtered_and_its_columns_go_on(desk: Desk) -> None:
    for _ in range(8):
        await desk.reported()
    assert "还有 2 单" in await desk.page("board")
    assert "还有" not in await desk.page("board?all=free")
    assert "都派出去了" in await desk.page("board?trade=油漆")
    assert "还没有师傅" in await desk.page("board?area=99")


async def test_the_map_counts_what_is_open(desk: Desk) -> None:
    order = await desk.reported()
    async with desk.database.session() as db:
        late = {"due_at": clock.now() - timedelta(hours=1)}
        await db.execute(update(Order).where(Order.id == order.id).values(**late))
    page = await desk.page("board/map")
    assert "3号楼 1 单" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("q=3号楼 501", 1), ("q=3号楼", 2), ("q=alice", 1), ("q=13800000001", 1),
        ("q=滴水", 1), ("q=没有这个", 0), ("state=open", 2), ("state=late", 0), ("state=done", 0),
        ("mark=urgent", 1), ("source=phone", 0), ("since=2020-01-01&until=2020-02-01", 0),
        ("worker=1&building=x&area=abc", 0), ("since=abc", 2),
    ],
)  # fmt: skip
async def test_the_queue_finds(desk: Desk, query: str, found: int) -> None:
    await desk.reported(words="一直滴水", phone="13800000001")
    await desk.reported("bob", room_id=desk.scene.rooms["502"], urgent=True)
    page = await desk.page(f"orders?{query}")
    assert page.count('name="number"') == found


async def test_a_number_finds_its_order_however_old_it_is(desk: Desk) -> None:
    order = await desk.reported()
    async with desk.database.session() as db:
        old = {"created_at": clock.now() - timedelta(days=3000)}
        await db.execute(update(Order).where(Order.id == order.id).values(**old))
    assert f'value="{order.number}"' in await desk.page(f"orders?q={order.number}")
    assert "还没有人报过修" in await desk.page("orders")


async def test_a_filter_is_kept_under_a_name_and_dropped(desk: Desk) -> None:
    assert "急的那些" in await desk.did(
        "orders/save?mark=urgent", "orders?mark=urgent", name="急的那些"
    )
    assert "急的那些" in await desk.page("orders")
    await desk.did("orders/save", "orders?mark=urgent", name="急的那些", verb="drop")
    async with desk.database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Saved)) == 0
    nothing = await desk.send("orders/save", "orders", name="空的")
    assert "先筛一筛" in nothing.text


async def test_what_is_ticked_is_done_and_what_cannot_be_is_said(desk: Desk) -> None:
    first, second = await desk.reported(), await desk.reported()
    both = [first.number, second.number, "000000-1"]
    done = await desk.send(
        "orders/do", "orders", verb="give", number=both, worker=desk.scene.ids["worker"]
    )
    assert "2 单派出去了" in done.text
    assert "000000-1：没有这张单" in done.text
    merged = await desk.send("orders/do", "orders", verb="merge", number=both[:2])
    assert "并成一件了" in merged.text
    rejected = await desk.send("orders/do", "orders", verb="reject", number=both[:1])
    assert "写一句原因" in rejected.text
    assert "先勾上" in (await desk.send("orders/do", "orders", verb="give")).text


async def test_the_queue_leaves_as_a_spreadsheet(desk: Desk) -> None:
    order = await desk.accepted(words="一直滴水", phone="=1+1")
    answer = await desk.client.get(f"{HERE}/orders/sheet/orders.xlsx?state=open")
    heads, row = load_workbook(io.BytesIO(answer.content)).worksheets[0].values
    cells = dict(zip(heads, row, strict=True))
    assert (cells["单号"], cells["哪里"], cells["师傅"]) == (order.number, "3号楼 501", "worker")
    assert (cells["说明"], cells["电话"], cells["进度"]) == ("一直滴水", "'=1+1", "已接单")


async def test_an_order_tells_everything_on_one_page(desk: Desk) -> None:
    order = await desk.accepted(words="一直滴水")
    page = await desk.page(f"orders/{order.number}")
    for said in (
        "一直滴水",
        "alice 20260000",
        "worker接单",
        "派给过谁",
        "收回重派",
        "打印",
        "签字",
    ):
        assert said in page, said
    assert "不受理" not in page  # somebody is on the way


async def test_what_is_done_to_an_order_is_done_once(desk: Desk) -> None:
    order = await desk.accepted()
    one = f"orders/{order.number}"
    assert "收回了" in await desk.did(f"{one}/do/back", one, words="换个有证的")
    assert (await desk.order(order.number)).state in (State.SUBMITTED, State.OFFERED)
    until = f"{clock.now() + timedelta(days=9):%Y-%m-%dT17:00}"
    assert "承诺告诉" in await desk.did(f"{one}/do/promise", one, words="等厂家", until=until)
    assert "等厂家" in await desk.page(one)
    refused = await desk.send(f"{one}/do/promise", one, words="等厂家", until="改天")
    assert refused.status_code == 422
    assert "选一个日子" in refused.text


async def test_waiting_helpers_words_and_materials(desk: Desk) -> None:
    order = await desk.accepted()
    one, soon = f"orders/{order.number}", f"{clock.now() + timedelta(days=1):%Y-%m-%dT09:00}"
    helper = {"helper": [desk.scene.ids["second"], ""], "share": ["30", ""]}
    assert "一起修的人记下了" in await desk.did(f"{one}/do/helpers", one, **helper)
    assert "补上了" in await desk.did(f"{one}/do/add", one, words="带长梯子")
    bought = {"item": "", "bought": "软管", "yuan": "8.5", "quantity": "2"}
    assert "17.00 元" in await desk.did(f"{one}/do/use", one, **bought)
    assert "记下了" in await desk.did(f"{one}/do/call", one, words="下午在")
    wait = await desk.did(f"{one}/do/wait", one, why="parts", until=soon)
    assert "停表" in wait
    assert "接着修" in await desk.did(f"{one}/do/go_on", one)


async def test_a_postponement_is_decided_on(desk: Desk) -> None:
    order = await desk.accepted()
    until = clock.now() + timedelta(days=20)
    async with desk.database.session() as db:
        asked = Postponement(order_id=order.id, by_id=desk.scene.ids["worker"], until=until,
                             reason="要等配件", state="asked", at=clock.now())  # fmt: skip
        db.add(asked)
    one = f"orders/{order.number}"
    assert "要等配件" in await desk.page(one)
    assert "批了" in await desk.did(f"{one}/do/later", one, asked=asked.id, answer="yes")
    assert (await desk.order(order.number)).finish_by == until


async def test_a_photo_is_shown_at_the_desk_and_put_away(desk: Desk) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    async with desk.database.session() as db:
        kept = await save(db, out.getvalue(), person_id=None, now=clock.now())
    order = await desk.reported(uploads=[kept.id])
    one = f"orders/{order.number}"
    photo = await desk.client.get(f"{HERE}/{one}/photos/{kept.id}?small=1")
    assert photo.headers["content-type"] == "image/jpeg"
    assert "收起了" in await desk.did(f"{one}/do/hide", one, photo=kept.id, hidden="yes")
    async with desk.database.session() as db:
        assert (await db.get_one(Photo, (order.id, kept.id))).hidden
    assert (await desk.client.get(f"{HERE}/{one}/photos/999")).status_code == 404


@pytest.fixture
async def limited(scene: Scene, desk_of: DeskOf) -> httpx.AsyncClient:
    """An operator of another area than that of 3号楼."""
    async with scene.database.session() as db:
        theirs = Grant.person_id == scene.ids["operator"], Grant.role == Role.OPERATOR
        await db.execute(update(Grant).where(*theirs).values(unit="木工组"))
    return await desk_of("operator")


async def test_who_dispatches_elsewhere_sees_none_of_it(
    desk: Desk, limited: httpx.AsyncClient
) -> None:
    order = await desk.reported()
    board = (await limited.get(f"{HERE}/board")).text
    assert order.number not in board
    queue = (await limited.get(f"{HERE}/orders?q={order.number}")).text
    assert "这样筛没有单子" in queue
    assert (await limited.get(f"{HERE}/orders/{order.number}")).status_code == 404
    assert (await limited.get(f"{HERE}/figures")).status_code == 200
