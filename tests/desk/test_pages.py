"""Every page of the desk: who may open it, what it shows, and how fast."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event, func, select, text

from app.campus.audit import Entry
from app.campus.people.models import Follower, Session
from app.desk.base import MOST
from app.desk.models import Credential
from app.gateway.desk import HIDDEN, Messages
from app.kit import clock
from app.kit.db import Database
from tests.desk.conftest import DeskOf, browser, token_of
from tests.desk.rows import fill, message
from tests.people import CAST, Somebody

pytestmark = pytest.mark.anyio

EVERYBODYS = ["/desk/", "/desk/messages/list"]
ADMINISTRATORS = ["/desk/audit/list", "/desk/passwords/list", "/desk/settings"]


@pytest.mark.parametrize("path", [*EVERYBODYS, *ADMINISTRATORS])
async def test_an_administrator_opens_every_page(desk_of: DeskOf, path: str) -> None:
    page = await (await desk_of("administrator")).get(path)
    assert page.status_code == 200, page.text


async def test_an_operator_opens_all_but_the_administrators(desk_of: DeskOf) -> None:
    client = await desk_of("operator")
    assert [(await client.get(path)).status_code for path in EVERYBODYS] == [200, 200]
    assert [(await client.get(path)).status_code for path in ADMINISTRATORS] == [403] * 3
    assert "/desk/audit" not in (await client.get("/desk/")).text


ENTER = {"head", "supervisor"}  # their figures, and nothing else


@pytest.mark.parametrize("name", sorted(ENTER))
async def test_who_reads_figures_enters_and_finds_no_list(desk_of: DeskOf, name: str) -> None:
    client = await desk_of(name)
    lists = ["/desk/messages/list", *ADMINISTRATORS, "/desk/messages/detail?pk=1"]
    assert [(await client.get(path)).status_code for path in lists] == [403] * len(lists)
    page = await client.get("/desk/")
    assert page.status_code == 200
    assert not [path for path in lists if path in page.text]


@pytest.mark.parametrize("name", sorted(set(CAST) - {"operator", "administrator"} - ENTER))
async def test_nobody_else_gets_past_the_login(desk_of: DeskOf, name: str) -> None:
    client = await desk_of(name)
    for path in [*EVERYBODYS, *ADMINISTRATORS, "/desk/messages/detail?pk=1"]:
        answer = await client.get(path)
        assert (answer.status_code, "/desk/login" in answer.headers["location"]) == (303, True)


async def test_the_dashboard_counts_what_there_is(desk_of: DeskOf, database: Database) -> None:
    async with database.session() as db:
        await fill(db, clock.now())
    page = (await (await desk_of("operator")).get("/desk/")).text
    tile = r"<small>([^<]+)</small><div class=\"h1[^>]+>(?:<a[^>]+>)?([^<]+)(?:</a>)?</div>"
    found = re.findall(tile, page)
    shown = dict(found)
    assert shown["今天收到"] == "20 条"
    assert shown["没答上来"] == "2 条"
    assert shown["答晚了"] == "1 条"
    assert shown["出毛病"] == "1 次"
    assert "走了 1 人" in page
    assert "E7K2-19" in page
    assert re.search(r"月球怎么走</a><span[^>]*>2 次", page)


async def test_an_empty_desk_says_so(desk_of: DeskOf) -> None:
    page = (await (await desk_of("operator")).get("/desk/")).text
    assert "今天还没人来问" in page
    assert "现在没有要人管的事" in page


async def test_the_words_of_who_left_are_neither_shown_nor_found(
    desk_of: DeskOf, database: Database
) -> None:
    async with database.session() as db:
        db.add(Follower(who="o-left", joined_at=clock.now(), left_at=clock.now()))
        db.add(Messages.model(**message("m1", clock.now(), who="o-left", text="我的秘密")))
    client = await desk_of("operator")
    page = (await client.get("/desk/messages/list")).text
    assert HIDDEN in page
    assert "我的秘密" not in page + (await client.get("/desk/messages/detail?pk=1")).text
    assert HIDDEN not in (await client.get("/desk/messages/list?q=秘密")).text
    async with database.session() as db:
        assert await db.scalar(select(Messages.model.text)) == "我的秘密"


async def test_the_log_shows_the_unanswered_alone(desk_of: DeskOf, database: Database) -> None:
    async with database.session() as db:
        await fill(db, clock.now())
    client = await desk_of("operator")
    for filter, shown in (("matched__is_false", 2), ("reference__is_not_null", 1)):
        page = await client.get(f"/desk/messages/list?filter={filter}")
        assert len(set(re.findall(r"detail\?pk=(\d+)", page.text))) == shown


async def test_a_change_is_kept_with_before_and_after_and_without_the_hash(
    desk_of: DeskOf, database: Database, people: dict[str, Somebody]
) -> None:
    person_id = people["operator"].person_id or 0
    async with database.session() as db:
        db.add(Credential(person_id=person_id, hash="top", must_change=False, at=clock.now()))
    client = await desk_of("administrator")
    path = f"/desk/passwords/edit?pk={person_id}"
    form = {"csrftoken": await token_of(client, path), "needs_both": "on"}
    assert (await client.post(path, data=form)).status_code == 303
    async with database.session() as db:
        entry = (await db.scalars(select(Entry).where(Entry.action.like("%.edit")))).one()
    assert entry.thing == f"person:{person_id}"
    assert (entry.before, entry.after) == ({"needs_both": False}, {"needs_both": True})
    assert entry.actor_id == people["administrator"].person_id


async def test_taking_a_password_away_logs_its_owner_out(
    desk_of: DeskOf, database: Database, people: dict[str, Somebody]
) -> None:
    person_id = people["operator"].person_id or 0
    async with database.session() as db:
        db.add(Credential(person_id=person_id, hash="top", at=clock.now()))
    theirs = await desk_of("operator")
    client = await desk_of("administrator")
    header = {"X-CSRFToken": await token_of(client, "/desk/")}
    path = f"/desk/_api/passwords/row-action?name=delete&pk={person_id}"
    assert (await client.post(path, headers=header)).is_success
    assert (await theirs.get("/desk/")).status_code == 303
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Credential)) == 0


async def test_a_change_without_the_forms_token_is_refused(
    desk_of: DeskOf, database: Database
) -> None:
    client = await desk_of("administrator")
    await client.get("/desk/")
    assert (await client.post("/desk/logout")).status_code == 403
    async with database.session() as db:
        ended = select(func.count()).select_from(Session).where(Session.ended_at.is_not(None))
        assert await db.scalar(ended) == 0


async def test_the_policy_of_the_desk_allows_no_script_but_ours(app: FastAPI) -> None:
    client = browser(app)
    first, second = [await client.get("/desk/login") for _ in range(2)]
    policy = first.headers["content-security-policy"]
    nonce = re.findall(r"script-src 'self' 'nonce-([^']+)'", policy)[0]
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert nonce not in second.text + second.headers["content-security-policy"]
    assert f'<script nonce="{nonce}"' in first.text
    assert not re.search(r"<(script|style)(?! nonce)[\s>]| on[a-z]+=\"", first.text)
    assert "nonce-" not in (await client.get("/h5/phones")).headers["content-security-policy"]


@pytest.fixture
async def many(database: Database) -> None:
    """100,000 messages over 100 days."""
    async with database.session() as db:
        await db.execute(text(
            "INSERT INTO gateway_messages (key, who, at, kind, text, matched, offers)"
            " SELECT 'k' || n, 'o-' || n % 3000, now() - (100000 - n) * interval '86 seconds',"
            " 'text', '班车', n % 50 > 0, false FROM generate_series(1, 100000) n"
        ))  # fmt: skip
        await db.execute(text("ANALYZE gateway_messages"))


async def plan(database: Database, statement: Any) -> str:
    compiled = statement.compile(database.engine, compile_kwargs={"literal_binds": True})
    async with database.session() as db:
        return "\n".join(await db.scalars(text(f"EXPLAIN {compiled}")))


@pytest.mark.usefixtures("many")
async def test_a_list_of_100_000_rows_stays_on_an_index(database: Database) -> None:
    model = Messages.model
    page = select(model.id).order_by(model.id.desc()).limit(25)
    missed = select(model.id).where(~model.matched, model.at > clock.now().replace(day=1))
    assert "Seq Scan" not in await plan(database, page)
    assert "ix_gateway_messages_unmatched" in await plan(database, missed.limit(25))


@pytest.mark.usefixtures("many")
async def test_a_list_of_100_000_rows_asks_five_times_whatever_it_shows(
    desk_of: DeskOf, app: FastAPI
) -> None:
    client = await desk_of("operator")
    asked: list[str] = []
    engine = app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    page = await client.get("/desk/messages/list?page_size=100")
    assert str(MOST) in page.text
    assert len([statement for statement in asked if "gateway_messages" in statement]) == 2
    assert len(asked) <= 5
