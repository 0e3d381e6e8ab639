"""Figures: what is counted, in whose sight, and what stands on the dashboard."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from app.kit import clock
from app.services.repairs.desk_find import period
from app.services.repairs.figures import figures, say_minutes, say_share
from app.services.repairs.figures_count import Count, count
from app.services.repairs.models import Day, Order, Rating, Stock
from app.services.repairs.rules import State
from tests.desk.conftest import DeskOf
from tests.services.repairs.conftest import Scene
from tests.services.repairs.desk import HERE, Desk, sit_down


@pytest.fixture
async def desk(desk_of: DeskOf, scene: Scene) -> Desk:
    return await sit_down(desk_of, scene)


async def mended(desk: Desk, minutes: int, stars: int | None = None, **more: Any) -> Order:
    """An order that was reported three hours ago, accepted after 4 minutes, and mended."""
    order = await desk.reported()
    at = clock.now() - timedelta(hours=3)
    values = {
        "created_at": at, "accepted_at": at + timedelta(minutes=4), "state": State.CONFIRMED,
        "done_at": at + timedelta(minutes=minutes), "finish_by": at + timedelta(hours=1),
        "due_at": None, "worker_id": desk.scene.ids["worker"], **more,
    }  # fmt: skip
    async with desk.database.session() as db:
        await db.execute(update(Order).where(Order.id == order.id).values(**values))
        db.add(Rating(order_id=order.id, rework=values.get("rework", 0), stars=stars, at=at))
    return order


@pytest.mark.anyio
async def test_everything_is_counted_once(desk: Desk) -> None:
    await mended(desk, 30, stars=5)
    await mended(desk, 50, stars=2)
    await mended(desk, 90, rework=1)
    await desk.reported(urgent=True)
    now = clock.now()
    async with desk.database.session() as db:
        found = await count(db, now - timedelta(days=1), now + timedelta(minutes=1), [])
    one = found.all
    assert (one.reported, one.finished, one.in_time, one.late, one.open) == (4, 3, 2, 1, 1)
    assert (one.rework, one.urgent, one.rated, one.good, one.mean) == (1, 1, 2, 1, 3.5)
    assert (one.respond, one.finish) == (4, 40)  # medians, without the rework
    assert (sum(one.responded), one.ended) == (2, (2, 0, 0, 0, 0))
    assert found.kinds == {desk.scene.kind_id: one}
    assert found.workers[desk.scene.ids["worker"]].reported == 3
    assert found.cells == {(desk.scene.kind_id, desk.scene.building_id): 4}
    assert sum(step.reported for step in found.steps.values()) == 4


def test_silence_is_no_praise() -> None:
    one = Count(finished=10, rated=4, good=3)
    assert (one.content, one.answered) == (75, 40)
    assert Count(finished=10).content is None


@pytest.mark.anyio
async def test_the_page_shows_tables_and_pictures_and_leaves_as_a_sheet(desk: Desk) -> None:
    await mended(desk, 30, stars=5)
    page = await desk.page("figures")
    for said in (
        "按类别",
        "按楼",
        "按师傅",
        "哪栋楼什么坏得多",
        "评价率",
        "3号楼 水管 1 单",
        "100%",
    ):
        assert said in page, said
    assert "这段时间没有人报修" in await desk.page("figures?since=2020-01-01&until=2020-01-31")
    answer = await desk.client.get(f"{HERE}/figures/figures.xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert rows[1][:4] == ("合计", "全部", 1, 1)


@pytest.mark.anyio
async def test_a_year_stands_beside_the_one_before(desk: Desk) -> None:
    now = clock.now()
    await desk.reported()
    async with desk.database.session() as db:
        db.add(Day(day=now.date().replace(year=now.year - 1, month=1, day=1), last=2))
    page = await desk.page("figures/year")
    assert f"{now.year} 年的报修" in page
    assert "少 50.0%（2 单）" in page
    assert f"{now.year - 1} 年的报修" in await desk.page(f"figures/year?year={now.year - 1}")


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "seen"), [("supervisor", 1), ("head", 0)])
async def test_who_watches_reads_the_figures_of_their_own_and_opens_no_order(
    desk: Desk, desk_of: DeskOf, name: str, seen: int
) -> None:
    await mended(desk, 30)  # in the supervisor's area; the head is one of another unit
    theirs = await sit_down(desk_of, desk.scene, name)
    for path in ("figures", "figures/year"):
        page = await theirs.page(path)
        assert re.search(rf'报修</small><div class="h1 d-num">{seen}</div>', page), path
        assert f"{HERE}/orders" not in page
    sheet = await theirs.client.get(f"{HERE}/figures/figures.xlsx")
    rows = list(load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert rows[1][2] == seen
    await theirs.page("orders", 403)


@pytest.mark.anyio
async def test_the_dashboard_says_what_is_late_and_what_runs_out(desk: Desk) -> None:
    order = await desk.reported()
    async with desk.database.session() as db:
        late = {"due_at": clock.now() - timedelta(minutes=13)}
        await db.execute(update(Order).where(Order.id == order.id).values(**late))
        db.add(Stock(name="软管", quantity=1, low=2))
    async with desk.database.session() as db:
        shown = {item.title: item for item in await figures(db, clock.now())}
    assert "3号楼 501 水管漏水" in shown
    assert "1 样材料快没了" in shown
    page = (await desk.client.get("/desk/")).text
    assert "超时 13 分" in page
    assert "近 14 天报修" in page


def test_a_period_is_of_a_year_at_most_and_never_in_the_future() -> None:
    today = clock.now().date()
    first, end = period(None, None, today)
    assert (end - first).days == 366
    first, end = period(today - timedelta(days=9), today + timedelta(days=9), today)
    assert (end - first).days == 10
    first, end = period(today, today - timedelta(days=5), today)
    assert (end - first).days == 1


@pytest.mark.parametrize(
    ("minutes", "said"), [(None, "—"), (4.4, "4 分"), (200, "3 时 20 分"), (3600, "2.5 天")]
)
def test_times_are_said(minutes: float | None, said: str) -> None:
    assert say_minutes(minutes) == said
    assert (say_share(None), say_share(94.94), say_share(100.0)) == ("—", "94.9%", "100%")
