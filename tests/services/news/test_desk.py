"""The desk: write, see it, publish it; and who may."""

import io
import re

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select, text

from app.campus.articles import Release, Step, release_of
from app.campus.people.me import Me
from app.campus.permission import Right, Role
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Conflict, Forbidden, Invalid
from app.services.news import book
from app.services.news.draft import read
from app.services.news.models import Article
from tests.desk.conftest import DeskOf
from tests.services.news.conftest import WRITER, Write, form

pytestmark = pytest.mark.anyio
HERE = "/desk/news"


async def hidden(desk: httpx.AsyncClient, page: str) -> dict[str, str]:
    found = (await desk.get(page)).text
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found))


async def press(desk: httpx.AsyncClient, number: int, verb: str) -> httpx.Response:
    token = (await hidden(desk, f"{HERE}/{number}"))["csrftoken"]
    done = await desk.post(f"{HERE}/{number}/{verb}", data={"csrftoken": token})
    return await desk.get(done.headers["location"]) if done.is_redirect else done


async def test_an_article_with_a_picture_is_written_and_published(
    desk_of: DeskOf, client: httpx.AsyncClient
) -> None:
    desk, png = await desk_of("operator"), io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(png, "PNG")
    data = {**await hidden(desk, f"{HERE}/new"), **form()}
    saved = await desk.post(
        f"{HERE}/new", data=data, files={"pictures": ("a.png", png.getvalue(), "image/png")},
        headers={"x-csrftoken": data["csrftoken"]},
    )  # fmt: skip
    page = (await desk.get(saved.headers["location"])).text
    assert "![](picture:1)" in page
    [address] = set(re.findall(r'src="(/h5/uploads/1/full/\w+\.jpg)"', page))
    assert (await desk.get(address)).status_code == 200
    assert "发出去了" in (await press(desk, 1, "publish")).text
    assert '<img src="/h5/news/pictures/1.jpg" alt="">' in (await client.get("/h5/news/1")).text


async def test_a_form_sent_twice_is_one_article(desk_of: DeskOf, database: Database) -> None:
    desk = await desk_of("operator")
    data = {**await hidden(desk, f"{HERE}/new"), **form()}
    first, second = [await desk.post(f"{HERE}/new", data=data) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Article)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "写个标题"),
        ({"title": "长" * 33}, "最多 32 个字，现在 33 个"),
        ({"source": ""}, "写正文"),
        ({"source": "<script>1</script>", "markup": "html"}, "一点也没有"),
        ({"kind": "x"}, "选新闻还是通知"),
        ({"markup": "x"}, "选一种写法"),
    ],
)
async def test_a_wrong_field_is_told(desk_of: DeskOf, fields: dict[str, str], said: str) -> None:
    desk = await desk_of("operator")
    data = {**await hidden(desk, f"{HERE}/new"), **form(**fields)}
    refused = await desk.post(f"{HERE}/new", data=data)
    assert refused.status_code == 422
    assert said in refused.text


async def test_the_preview_shows_what_is_typed_and_no_more(desk_of: DeskOf) -> None:
    desk = await desk_of("operator")
    data = await hidden(desk, f"{HERE}/new") | form(source="**热**<script>x</script>")
    page = (await desk.post(f"{HERE}/preview", data=data)).text
    assert "<strong>热</strong>" in page
    assert "script" not in page


async def test_the_second_of_two_writers_is_told(desk_of: DeskOf, write: Write) -> None:
    row, desk = await write(), await desk_of("operator")
    data = {**await hidden(desk, f"{HERE}/{row.id}"), **form(source="我的")}
    assert (await desk.post(f"{HERE}/{row.id}", data=data)).status_code == 303
    late = await desk.post(f"{HERE}/{row.id}", data={**data, "source": "后来的"})
    assert late.status_code == 409
    assert "后来的" in late.text


async def test_who_writes_for_one_area_writes_no_news(database: Database, write: Write) -> None:
    row, me = await write(), Me(1, None, rights=(Right(Role.OPERATOR, area_id=1),))
    async with database.session() as db:
        for deed in (
            lambda: book.add(db, me, read(form())), lambda: book.publish(db, me, row.id),
            lambda: book.withdraw(db, me, row.id), lambda: book.remove(db, me, row.id),
            lambda: book.release(db, me, row.id, publish=True),
            lambda: book.change(db, me, row.id, version=1, draft=read(form())),
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                await deed()


async def test_what_is_outside_is_not_deleted(database: Database, write: Write) -> None:
    row = await write()
    async with database.session() as db:
        with pytest.raises(Conflict, match="先撤回"):
            await book.remove(db, WRITER, row.id)
        await book.withdraw(db, WRITER, row.id)
        await book.remove(db, WRITER, row.id)
        assert await db.get(Article, row.id, populate_existing=True) is None


async def test_it_is_handed_over_with_its_job_or_not_at_all(
    database: Database, write: Write
) -> None:
    bare, row = await write(), await write(photos=1)
    async with database.session() as db:
        with pytest.raises(Invalid, match="要有封面"):
            await book.release(db, WRITER, bare.id, publish=False)
    async with database.session() as db:
        await book.release(db, WRITER, row.id, publish=False)
    async with database.session() as db:
        found = await release_of(db, f"news:{row.id}")
        assert found is not None
        assert (found.step, found.publish, found.page) == (
            Step.WAITING,
            False,
            f"/h5/news/{row.id}",
        )
        jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'articles:release'")
        assert await db.scalar(jobs) == 1


@pytest.mark.parametrize(
    ("step", "said"),
    [(Step.CHECKING, "正在审"), (Step.FAILED, "没发成"), (Step.PUBLISHED, "发出去了")],
)
async def test_the_desk_says_how_far_the_platform_is(
    desk_of: DeskOf, database: Database, write: Write, step: Step, said: str
) -> None:
    row, desk = await write(photos=1), await desk_of("operator")
    assert "没推过公众号" in (await desk.get(f"{HERE}/{row.id}/status")).text
    async with database.session() as db:
        db.add(Release(
            source=f"news:{row.id}", title="t", author="", digest="", html="h", page="/", step=step,
            cover_id=row.cover_id, publish=True, at=clock.now(),
        ))  # fmt: skip
    page = (await desk.get(f"{HERE}/{row.id}/status")).text
    assert said in page
    assert ("every 2s" in page) == (step is Step.CHECKING)
    assert said in (await desk.get(HERE)).text
    busy = (await press(desk, row.id, "release")).text
    assert ("还在发" in busy) == (step is Step.CHECKING)
