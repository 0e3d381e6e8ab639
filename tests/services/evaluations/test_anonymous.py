"""Nobody, not even who reads the whole database, can tell whose an anonymous answer is."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import inspect, select, text

from app.campus.uploads import Upload
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations import inviting, opening, seal
from app.services.evaluations.models import Answer, Sealed, Taken
from tests.people import Somebody
from tests.services.evaluations.made import a_class, opened, phone, send

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
WORDS = "这道菜里有一根头发"
# What is written together with answers, besides themselves: photos, stars, word to the head.
BESIDE = {
    "evaluations_answers", "campus_uploads", "campus_facts", "campus_messages",
    "campus_deliveries", "procrastinate_jobs", "procrastinate_events",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A row as a reader of the database sees it: where it lies, who wrote it, all it says."""

    table: str
    xmin: str
    ctid: str
    says: str


async def everything(database: Database) -> list[Found]:
    """All rows of all tables."""
    named = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    async with database.session() as db:
        rows: list[Found] = []
        for table in list(await db.scalars(named)):
            query = text(f'SELECT xmin::text, ctid::text, t::text FROM "{table}" t ORDER BY ctid')
            rows += [Found(table, *row) for row in await db.execute(query)]
    return rows


def of(rows: Iterable[Found], *tables: str) -> list[Found]:
    return [row for row in rows if row.table in tables]


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "brown").save(out, "JPEG")
    return out.getvalue()


async def answered(app: FastAPI, database: Database, people: People, page: str) -> None:
    """alice complains with a photo, bob and the teacher praise."""
    for name, more in (
        ("bob", {"stars": "5"}),
        ("alice", {"stars": "1", "words": WORDS, "photo": a_photo()}),
        ("teacher", {"stars": "4"}),
    ):
        async with phone(app, people[name]) as browser:
            await browser.get("/h5/evaluations")
            assert "回执码" in (await send(browser, page, **more)).text  # type: ignore[arg-type]


def names_of(people: People, *who: str) -> list[str]:
    """How rows would name them: the follower, and the person's number in a column of its own."""
    return [people[name].who for name in who]


async def test_until_it_is_opened_nothing_of_it_can_be_read(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    await answered(app, database, people, page)
    rows = await everything(database)
    assert not [row for row in rows if WORDS in row.says]
    assert of(rows, "evaluations_answers", "campus_uploads", "kit_once") == []
    async with database.session() as db:
        sizes = {len(envelope) for envelope in await db.scalars(select(Sealed.envelope))}
    assert len(sizes) == 2  # two without a photo are of one size, though one has words


async def test_no_row_that_was_written_with_it_names_who_answered(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True, team="二食堂班组")
    before = {row.xmin for row in await everything(database)}
    await answered(app, database, people, page)
    await opening.open_sealed(database, clock.now())
    rows = await everything(database)
    answers = of(rows, "evaluations_answers")
    assert len(answers) == 3
    assert len({row.xmin for row in answers} - before) == 1
    together = [row for row in rows if row.xmin == answers[0].xmin]
    assert {row.table for row in together} <= BESIDE
    told = {row.says.split(",")[2] for row in of(together, "campus_deliveries")}
    assert told == {str(people["head"].person_id)}
    for who in names_of(people, "alice", "bob", "teacher"):
        assert not [row for row in together if who in row.says]


async def test_no_transaction_that_names_somebody_wrote_any_of_it(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    await answered(app, database, people, page)
    taking = of(await everything(database), "evaluations_taken", "evaluations_sealed")
    await opening.open_sealed(database, clock.now())
    rows = await everything(database)
    writers = {row.xmin for row in of(rows, *BESIDE - {"campus_messages", "campus_deliveries"})}
    assert not writers & {row.xmin for row in taking}
    beside = {row.table for row in rows if row.xmin in {row.xmin for row in taking}}
    assert beside <= {"evaluations_taken", "evaluations_sealed"}


async def test_no_time_finer_than_the_day_stays(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    await answered(app, database, people, page)
    await opening.open_sealed(database, clock.now())
    async with database.session() as db:
        answers = list(await db.scalars(select(Answer)))
        photos = list(await db.scalars(select(Upload)))
    assert [(a.at, a.person_id, a.day) for a in answers] == [(None, None, clock.now().date())] * 3
    midnights = [photo.at.astimezone(clock.SHANGHAI).strftime("%H:%M:%S") for photo in photos]
    assert midnights == ["00:00:00"]
    assert [photo.person_id for photo in photos] == [None]


async def test_who_has_answered_is_a_key_and_a_day_and_no_more(
    app: FastAPI, people: People, database: Database
) -> None:
    form, subject, page = await opened(database, anonymous=True)
    await answered(app, database, people, page)
    assert {column.name for column in inspect(Taken).columns} == {"key", "day"}
    async with database.session() as db:
        keys = set(await db.scalars(select(Taken.key)))
    alice = people["alice"].person_id or 0
    assert seal.taken_key(alice, form.id, subject.id, "") in keys
    tries = of(await everything(database), "kit_tries")
    assert not [row for row in tries if f":{alice}," in row.says]


def test_no_number_counts_up_and_no_column_holds_a_moment() -> None:
    assert inspect(Answer).columns["id"].autoincrement is False
    for table in (Taken, Sealed):
        kinds = {type(column.type).__name__ for column in inspect(table).columns}
        assert kinds <= {"LargeBinary", "Date", "Uuid", "Integer"}
    [number] = [c.name for c in inspect(Sealed).columns if type(c.type).__name__ == "Integer"]
    assert number == "form_id"


async def test_the_order_in_which_they_lie_is_not_that_in_which_they_came(
    app: FastAPI, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    students = await a_class(database, 12)
    for at, student in enumerate(students):
        async with phone(app, student) as browser:
            await send(browser, page, stars=str(at % 5 + 1), words=f"第{at:02}个")
    await opening.open_sealed(database, clock.now())
    lying = [row.says for row in of(await everything(database), "evaluations_answers")]
    came = sorted(lying, key=lambda says: says[says.index("第") :][:3])
    assert len(lying) == 12
    assert lying != came  # by chance once in 479,001,600


async def test_each_night_the_minutes_are_taken_out(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    for name in ("alice", "bob", "teacher"):
        async with phone(app, people[name]) as browser:
            await send(browser, page, stars="4")
        await opening.open_sealed(database, clock.now())
    before = of(await everything(database), "evaluations_answers", "evaluations_taken")
    async with database.session() as db:
        await opening.mix(db, clock.now())
    after = of(await everything(database), "evaluations_answers", "evaluations_taken")
    assert len({row.xmin for row in before}) == 6
    assert len({row.xmin for row in after}) == 1
    assert sorted(row.says for row in before) == sorted(row.says for row in after)
    keys = [row.says for row in of(after, "evaluations_taken")]
    assert keys == sorted(keys)


async def test_an_invitation_and_its_notice_do_not_show_that_it_was_followed(
    app: FastAPI, people: People, database: Database
) -> None:
    _, subject, page = await opened(database, anonymous=True)
    now = clock.now()
    asked = [people[name].person_id or 0 for name in ("alice", "bob")]
    async with database.session() as db:
        assert (
            await inviting.invite(db, None, subject, asked, "", now + timedelta(days=1), now) == 2
        )
    told = ("evaluations_invitations", "campus_deliveries", "campus_messages")
    before = of(await everything(database), *told)
    async with phone(app, people["alice"]) as browser:
        await send(browser, page, stars="4")
    await opening.open_sealed(database, clock.now())
    assert of(await everything(database), *told) == before
