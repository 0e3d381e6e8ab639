"""Few stars: the head hears of it, answers, and whoever gave them is told; or it becomes a case."""

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from app.campus.ledger import Fact
from app.campus.notify.models import Delivery, Message
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations import heard
from app.services.evaluations.models import Answer
from app.services.evaluations.opening import open_sealed
from tests.people import Somebody
from tests.services.evaluations.made import nobody, opened, phone, receipt_in, send

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
HOME = "/h5/evaluations"


async def told(database: Database, person_id: int | None) -> list[tuple[str, dict[str, object]]]:
    """(kind of notice, its fields) of all that somebody was told."""
    query = (
        select(Message.notice, Message.fields, Message.page)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Delivery.person_id == person_id)
        .order_by(Message.id)
    )
    async with database.session() as db:
        return [(notice, {**fields, "page": page}) for notice, fields, page in
                await db.execute(query)]  # fmt: skip


async def only(database: Database) -> Answer:
    async with database.session() as db:
        return (await db.scalars(select(Answer))).one()


async def test_few_stars_are_told_to_the_head_with_what_was_said(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice, phone(app, people["head"]) as head:
        await send(alice, page, stars="1", words="菜里有头发")
        [(notice, fields)] = await told(database, people["head"].person_id)
        shown = await head.get(str(fields["page"]))
    assert notice == "evaluations.low"
    assert (fields["what"], fields["words"]) == ("二食堂 3 号桌", "菜里有头发")
    assert "菜里有头发" in shown.text
    assert "alice" not in shown.text


async def test_three_stars_alarm_nobody(app: FastAPI, people: People, database: Database) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice:
        await send(alice, page, stars="3")
    assert await told(database, people["head"].person_id) == []


async def test_a_named_answerer_is_told_what_was_done(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice, phone(app, people["head"]) as head:
        await send(alice, page, stars="1", words="菜里有头发")
        answer = await only(database)
        done = await head.post(f"{HOME}/heard/{answer.id}/reply", data={"words": "换了厨师帽"})
        again = await head.post(f"{HOME}/heard/{answer.id}/reply", data={"words": "再说一次"})
        [(notice, fields)] = await told(database, people["alice"].person_id)
        shown = await alice.get(str(fields["page"]))
    assert done.status_code == 200
    assert again.status_code == 409
    assert "再说一次" in again.text
    assert notice == "evaluations.replied"
    assert "换了厨师帽" in shown.text


async def test_an_anonymous_one_reads_the_reply_with_the_receipt_and_nobody_else_does(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    async with phone(app, people["alice"]) as alice, phone(app, people["head"]) as head:
        receipt = receipt_in((await send(alice, page, stars="1", words="菜里有头发")).text)
        await open_sealed(database, clock.now())
        answer = await only(database)
        await head.post(f"{HOME}/heard/{answer.id}/reply", data={"words": "换了厨师帽"})
        assert await told(database, people["alice"].person_id) == []
        assert (await alice.get(f"{HOME}/mine/{answer.id}")).status_code == 404
    async with nobody(app) as browser:
        read = await browser.post(f"{HOME}/receipt", data={"code": f" {receipt.upper()} "})
        guessed = await browser.post(f"{HOME}/receipt", data={"code": "aaaa bbbb cccc"})
    assert "换了厨师帽" in read.text
    assert read.headers["cache-control"] == "no-store"
    assert guessed.status_code == 422
    assert "没有这个回执码" in guessed.text


async def test_receipts_cannot_be_tried_without_end(
    app: FastAPI, people: People, database: Database
) -> None:
    async with nobody(app) as browser:
        for _ in range(30):
            await browser.post(f"{HOME}/receipt", data={"code": "aaaabbbbcccc"})
        assert (await browser.post(f"{HOME}/receipt", data={"code": "a"})).status_code == 429


async def test_another_units_head_and_users_see_nothing_of_it(
    app: FastAPI, people: People, database: Database
) -> None:
    _, subject, page = await opened(database)
    async with phone(app, people["alice"]) as alice:
        await send(alice, page, stars="1", words="菜里有头发")
        answer = await only(database)
        assert (await alice.get(f"{HOME}/heard/{answer.id}")).status_code == 403
    async with database.session() as db:
        moved = await db.get_one(type(subject), subject.id)
        moved.unit = "运输中心"
    async with phone(app, people["head"]) as head, phone(app, people["bob"]) as bob:
        assert (await head.get(f"{HOME}/heard/{answer.id}")).status_code == 404
        listed = await head.get(f"{HOME}/heard")
        assert (await bob.get(f"{HOME}/mine/{answer.id}")).status_code == 404
    assert "没有低分" in listed.text


async def events(database: Database) -> list[dict[str, object]]:
    query = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'events:tell'")
    async with database.session() as db:
        return list(await db.scalars(query))


@pytest.mark.parametrize("anonymous", [True, False])
async def test_a_complaint_becomes_a_case_once_and_its_answer_comes_back(
    app: FastAPI, people: People, database: Database, anonymous: bool
) -> None:
    _, _, page = await opened(database, anonymous=anonymous)
    async with phone(app, people["alice"]) as alice, phone(app, people["head"]) as head:
        await send(alice, page, stars="1", words="菜里有头发")
        await open_sealed(database, clock.now())
        answer = await only(database)
        first = await head.post(f"{HOME}/heard/{answer.id}/complain")
        second = await head.post(f"{HOME}/heard/{answer.id}/complain")
    assert (first.status_code, second.status_code) == (200, 409)
    [event] = await events(database)
    person = None if anonymous else people["alice"].person_id
    assert event == {"event": "complaint", "data": {
        "unit": "饮食中心", "words": "1 星。菜里有头发", "person_id": person,
        "source": f"evaluations:{answer.id}", "subject": "二食堂 3 号桌"}}  # fmt: skip
    for _ in range(2):  # an event may come twice
        async with database.session() as db:
            await heard.answered(db, f"evaluations:{answer.id}", "窗口停业整改", case=7)
    assert (await only(database)).reply == "窗口停业整改"
    assert len(await told(database, people["alice"].person_id)) == (0 if anonymous else 1)


async def test_the_answer_to_a_case_comes_after_what_the_head_said_before(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice, phone(app, people["head"]) as head:
        await send(alice, page, stars="1", words="菜里有头发")
        answer = await only(database)
        await head.post(f"{HOME}/heard/{answer.id}/reply", data={"words": "先换了厨师帽"})
    for words in ("窗口停业整改", "窗口停业整改", " "):
        async with database.session() as db:
            await heard.answered(db, f"evaluations:{answer.id}", words)
            await heard.answered(db, "repairs:17", "别家的")
    assert (await only(database)).reply == "先换了厨师帽\n窗口停业整改"
    assert len(await told(database, people["alice"].person_id)) == 2


async def test_stars_of_a_team_go_to_the_ledger_and_lead_back_to_no_answer(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, team="二食堂班组", anonymous=True)
    async with phone(app, people["alice"]) as alice:
        await send(alice, page, stars="4")
    await open_sealed(database, clock.now())
    answer = await only(database)
    async with database.session() as db:
        fact = (await db.scalars(select(Fact))).one()
    assert (fact.kind, fact.team, fact.amount, fact.person_id) == (
        "evaluations.stars", "二食堂班组", 4, None)  # fmt: skip
    assert str(answer.id) not in fact.source
    assert f"{answer.id:x}" not in fact.source
    assert fact.at.astimezone(clock.SHANGHAI).strftime("%H:%M:%S") == "00:00:00"
