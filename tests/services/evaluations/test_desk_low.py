"""Low ratings at the desk: answered, made into a case, and seen by whose they are."""

from typing import Any

import pytest
from procrastinate import types
from sqlalchemy import select, text

from app.campus.notify.models import Delivery
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations.desk_today import figures
from app.services.evaluations.models import Answer
from tests.desk.conftest import DeskOf
from tests.people import UNIT, Somebody
from tests.services.evaluations.desk import HERE, OTHER, Desk, answered, limited, sit_down
from tests.services.evaluations.made import opened

pytestmark = pytest.mark.anyio
SAID: dict[str, Any] = {"stars": 1, "tags": ["菜凉了"], "words": "等了半小时"}


@pytest.fixture
async def desk(desk_of: DeskOf, database: Database) -> Desk:
    return await sit_down(desk_of, database)


async def low(desk: Desk, person_id: int | None = None) -> Answer:
    form, subject, _ = await opened(desk.database)
    return await answered(desk.database, form, subject, person_id=person_id, **SAID)


async def kept(desk: Desk, answer: Answer) -> Answer:
    async with desk.database.session() as db:
        return await db.get_one(Answer, answer.id)


async def events(desk: Desk) -> list[types.JSONDict]:
    async with desk.database.session() as db:
        rows = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'events:tell'")
        return list(await db.scalars(rows))


async def test_a_low_rating_waits_until_somebody_answers(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    answer = await low(desk, people["alice"].person_id)
    page = await desk.page("/low")
    assert "1 个在等一句话" in page
    assert "等了半小时" in page
    assert "alice" in page
    said = await desk.did(f"/low/{answer.id}/do/reply", f"/low/{answer.id}", words="换了保温台")
    assert "回过了" in said
    assert "都回过了" in await desk.page("/low")
    assert "换了保温台" in await desk.page("/low?tab=done")
    assert (await kept(desk, answer)).replied_by == people["operator"].person_id


async def test_who_answered_is_told(desk: Desk, people: dict[str, Somebody]) -> None:
    answer = await low(desk, people["alice"].person_id)
    await desk.did(f"/low/{answer.id}/do/reply", f"/low/{answer.id}", words="谢谢")
    async with desk.database.session() as db:
        theirs = select(Delivery).where(Delivery.person_id == people["alice"].person_id)
        assert len(list(await db.scalars(theirs))) == 1


async def test_a_second_reply_is_refused_and_the_first_stays(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    answer = await low(desk, people["alice"].person_id)
    page = f"/low/{answer.id}"
    first = await desk.send(f"{page}/do/reply", page, words="谢谢")
    assert first.status_code == 303
    late = await desk.send(f"{page}/do/reply", page, words="别的", once="k" * 22)
    assert late.status_code == 409
    assert "已经有人回过了" in late.text
    assert (await kept(desk, answer)).reply == "谢谢"


async def test_a_complaint_is_published_once_with_what_was_said(desk: Desk) -> None:
    answer = await low(desk)
    page = f"/low/{answer.id}"
    assert "转成投诉了" in await desk.did(f"{page}/do/complain", page)
    again = await desk.send(f"{page}/do/complain", page, once="k" * 22)
    assert again.status_code == 409
    [told] = await events(desk)
    data = told["data"]
    assert isinstance(data, dict)
    assert (told["event"], data["unit"], data["person_id"]) == ("complaint", UNIT, None)
    assert "等了半小时" in str(data["words"])


async def test_of_an_anonymous_one_nobody_is_named_anywhere(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    answer = await low(desk)
    for path in ("/low", f"/low/{answer.id}"):
        page = await desk.page(path)
        assert "匿名" in page
        assert not any(name in page for name in ("alice", "bob"))


async def test_another_units_low_ratings_are_not_there(
    desk_of: DeskOf, database: Database, people: dict[str, Somebody]
) -> None:
    await limited(database, people["operator"], OTHER)
    desk = await sit_down(desk_of, database)
    answer = await low(desk)
    assert "没有低分在等" in await desk.page("/low")
    assert (await desk.client.get(f"{HERE}/low/{answer.id}")).status_code == 404
    form = await desk.client.get(f"{HERE}/low")
    token = form.text.split('name="csrftoken" value="')[1].split('"')[0]
    data = {"csrftoken": token, "once": "k" * 22, "words": "x"}
    sent = await desk.client.post(f"{HERE}/low/{answer.id}/do/reply", data=data)
    assert sent.status_code == 404


async def test_the_first_page_says_what_waits(desk: Desk) -> None:
    await low(desk)
    async with desk.database.session() as db:
        shown = [item.title for item in await figures(db, clock.now())]
    assert shown == ["1 个低分没人回"]
