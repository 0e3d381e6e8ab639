"""The page on the demo campus; `shown` asks for it at a moment of the test's choice."""

from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import httpx
import pytest

from app.kit.db import Database
from app.main import create_app
from app.services.bus.feed import Feed, NewLine, NewRun, NewStop, NewTable, store
from app.services.bus.pages import moment
from app.services.bus.rules import Days
from app.settings import Settings
from tests.services.bus.made import YEAR, at

pytestmark = pytest.mark.anyio
SWAPPED = "2026-10-10 17:17:24"
Shown = Callable[..., Awaitable[str]]


def address(start: str, end: str, more: str = "", path: str = "") -> str:
    return f"/h5/bus{path}?from={quote(start)}&to={quote(end)}{more}"


@pytest.fixture
async def shown(database: Database, settings: Settings) -> AsyncIterator[Shown]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def get(path: str, when: str = SWAPPED, status: int = 200) -> str:
        app.dependency_overrides[moment] = lambda: at(when)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            page = await client.get(path)
        assert page.status_code == status, page.text
        return page.text

    yield get
    await app.state.database.close()


@pytest.mark.usefixtures("buses")
async def test_the_next_run_counts_down_and_is_marked(shown: Shown) -> None:
    page = await shown("/h5/bus")
    assert '<time datetime="2026-10-10T17:30">17:30</time>' in page
    assert 'data-left="756"' in page
    assert page.count('aria-current="true"') == 1
    assert "今天周六，但国庆调休要上班，<b>按工作日发车</b>" in page
    assert "还有 10 班，末班 22:00" in page
    assert "更早已发的 22 班" in page
    assert "打给车队 8880 0126" in page


@pytest.mark.usefixtures("buses")
async def test_the_way_is_in_the_links(shown: Shown) -> None:
    page = await shown(address("北校区", "南校区", "&day=2026-10-12"))
    here, back = quote("北校区"), quote("南校区")
    assert f'href="/h5/bus?from={back}&amp;to={here}&amp;day=2026-10-12"' in page
    assert 'action="/h5/bus"' in page
    assert 'value="北校区"' in page


@pytest.mark.usefixtures("buses")
@pytest.mark.parametrize(
    ("path", "when", "words"),
    [
        (address("南校区", "北校区"), "2026-10-11 23:00:00", "今天没车了，末班"),
        (address("南校区", "北校区"), "2026-10-11 23:00:00", "明天 10月12日 周一的首班"),
        (address("南校区", "火车站"), SWAPPED, "今天这一程没有班车"),
        (address("南校区", "火车站"), SWAPPED, "这班只有周六开"),
        (address("火车站", "附属医院"), SWAPPED, "从火车站没有直达附属医院的班车"),
        (address("南校区", "北校区", "&day=2027-09-15"), SWAPPED, "9月15日 周三的班次还没公布"),
        (address("南校区", "北校区", "&day=2026-10-11"), SWAPPED, "明天 10月11日 周日的首班"),
        (address("南校区", "北校区"), "2026-10-10 22:00:00", "34 班都发完了"),
        (address("南校区", "北校区"), "2026-10-10 21:59:59", "末班，别错过"),
        (address("图书馆", ""), SWAPPED, "图书馆"),
        (address("", "行政楼"), SWAPPED, "行政楼"),
        (address("南校区", "南校区"), SWAPPED, "北校区"),
        (address("南校区", "北校区", path="/places") + "&pick=to", SWAPPED, "火车站"),
    ],
)
async def test_each_state_has_its_words(shown: Shown, path: str, when: str, words: str) -> None:
    assert words in await shown(path, when)


@pytest.mark.usefixtures("buses")
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (address("月球", ""), 404, "没有「月球」这一站，可选：南校区"),
        ("/h5/bus?day=tomorrow", 422, "日期写成 2026-10-10 这样"),
        ("/h5/bus?day=2036-10-10", 422, "只能看前后一年的班次"),
        ("/h5/bus?from=" + "x" * 81, 422, "有一项没填对，回上一页改一改"),
        (address("<script>", ""), 404, "没有「&lt;script&gt;」这一站"),
    ],
)
async def test_a_wrong_address_is_refused_in_words(
    shown: Shown, path: str, status: int, words: str
) -> None:
    assert words in await shown(path, SWAPPED, status)


@pytest.mark.usefixtures("buses")
async def test_the_fragment_is_the_part_that_changes(shown: Shown) -> None:
    fragment = await shown(address("南校区", "北校区", path="/now"), "2026-10-10 17:30:00")
    assert fragment.lstrip().startswith('<div id="now"')
    assert "<html" not in fragment
    assert '<time datetime="2026-10-10T17:50">17:50</time>' in fragment
    assert "刚发" in fragment


async def test_the_page_follows_a_new_timetable(shown: Shown, database: Database) -> None:
    run = NewRun(1080, (("一站", 1080), ("二站", None), ("三站", 1100)), note="<b>只上不下</b>")
    line = NewLine("新线", [NewTable(Days.DAILY, *YEAR, [run])])
    async with database.session() as db:
        stops = {name: NewStop(name) for name in ("一站", "二站", "三站")}
        await store(db, Feed(stops, {"新线": line}))
    page = await shown("/h5/bus")
    assert "&lt;b&gt;只上不下&lt;/b&gt;" in page
    assert "经二站，18:20\u00a0到" in page
    assert "打给车队" not in page
