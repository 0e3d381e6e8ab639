"""Windows, tables, dormitories, bus lines and offices that can be rated, two forms, a survey, and
half a year of answers: laid by a fixed seed, inserted at once."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person, PersonKind
from app.campus.places.models import Building, BuildingKind
from app.kit import clock
from app.kit.db import Base
from app.services.evaluations import forms
from app.services.evaluations.demo_forms import CANTEEN, PLACE, SURVEY
from app.services.evaluations.demo_words import REPLIES, SAID
from app.services.evaluations.forms import Spec
from app.services.evaluations.models import (
    Answer,
    Form,
    FormKind,
    Invitation,
    Subject,
    SubjectKind,
)
from app.services.evaluations.rules import LOW, Period

FOOD, HOMES, BUSES, WATER = "饮食中心", "公寓中心", "运输中心", "水电中心"
DAYS, ANSWERS, SURVEYED = 180, 600, 140
WINDOWS = ("麻辣香锅", "兰州拉面", "自选快餐", "砂锅米线", "早餐豆浆")
TABLES = 12
OFTEN = 0.85  # of those with few stars that are some days old, have a reply
NO_REPLY: dict[str, Any] = {"reply": "", "replied_at": None}
STARS = (5, 4, 4, 5, 3, 5, 4, 2, 5, 1)


async def fill(db: AsyncSession) -> None:
    """On a campus that has its people and units."""
    now = clock.now()
    food = await _form(db, now, Spec(
        "这顿饭怎么样", unit=FOOD, anonymous=True, period=Period.DAY,
        about="说好说坏都行，窗口的人看不到是谁写的。"), CANTEEN)  # fmt: skip
    place = await _form(db, now, Spec("这里怎么样", period=Period.WEEK, live=True), PLACE)
    survey = await _form(db, now, Spec(
        "食堂夜宵开到几点合适", kind=FormKind.SURVEY, unit=FOOD, live=True, most=2000,
        closes_at=now + timedelta(days=20), about="答完能看到大家怎么选。"), SURVEY)  # fmt: skip
    subjects = [*_canteens(food), *await _places(db, place)]
    db.add_all(subjects)
    await db.flush()
    await _answers(db, food, place, subjects, now)
    await _surveyed(db, survey, subjects[0], now)


async def _form(
    db: AsyncSession, now: datetime, spec: Spec, questions: list[dict[str, Any]]
) -> Form:
    form = await forms.create(db, None, spec, questions, now - timedelta(days=DAYS))
    await forms.open_form(db, None, form, now)
    return form


def _canteens(form: Form) -> list[Subject]:
    halls = [Subject(name=name, kind=SubjectKind.CANTEEN, position=at)
             for at, name in enumerate(("一食堂", "二食堂", "清真食堂"))]  # fmt: skip
    windows = [
        Subject(name=f"{hall}{name}窗口", kind=SubjectKind.WINDOW, team=f"{hall}班组", position=at)
        for hall in ("一食堂", "二食堂") for at, name in enumerate(WINDOWS, 10 * (hall == "二食堂"))
    ]  # fmt: skip
    tables = [Subject(name=f"二食堂 {number} 号桌", kind=SubjectKind.WINDOW, position=100 + number)
              for number in range(1, TABLES + 1)]  # fmt: skip
    found = [*halls, *windows, *tables]
    for subject in found:
        subject.unit, subject.form_id = FOOD, form.id
    return found


async def _places(db: AsyncSession, form: Form) -> list[Subject]:
    houses = await db.execute(
        select(Building.id, Building.name, Building.kind)
        .where(Building.kind.in_((BuildingKind.DORMITORY, BuildingKind.BATHHOUSE)))
        .order_by(Building.id)
    )
    found = [
        Subject(name=name, kind=SubjectKind.BATH if bath else SubjectKind.DORMITORY,
                unit=WATER if bath else HOMES, building_id=id, position=id, form_id=form.id)
        for id, name, kind in houses for bath in [kind == BuildingKind.BATHHOUSE]
    ]  # fmt: skip
    lines = ("南校区—北校区班车", "通勤 1 号线", "周末进城班车")
    found += [Subject(name=name, kind=SubjectKind.BUS, unit=BUSES, position=at, form_id=form.id)
              for at, name in enumerate(lines)]  # fmt: skip
    offices = (("饮食中心办公室", FOOD), ("公寓中心值班室", HOMES), ("一卡通服务厅", WATER))
    return found + [
        Subject(name=name, kind=SubjectKind.OFFICE, unit=unit, position=at, form_id=form.id)
        for at, (name, unit) in enumerate(offices)
    ]


async def _answers(
    db: AsyncSession, food: Form, place: Form, subjects: list[Subject], now: datetime
) -> None:
    """More of canteens than of anything else, more lately than long ago."""
    dice = random.Random(7)  # noqa: S311 the same demo every time is the point
    people = await _people(db, 200)
    rows = []
    for _ in range(ANSWERS):
        subject = dice.choice(subjects[:25] if dice.random() < 0.6 else subjects)
        form = food if subject.form_id == food.id else place
        asked = CANTEEN if form is food else PLACE
        stars = dice.choice(STARS)
        day = now - timedelta(days=int(dice.random() ** 1.5 * DAYS), hours=dice.randint(1, 9))
        tags, words = dice.choice(SAID[subject.kind][stars > LOW])
        given = {"stars": stars, **({"tags": _in_order(tags, asked[1])} if tags else {}),
                 **({"words": words} if words else {})}  # fmt: skip
        row = _row(form, subject, given, day, None if form.anonymous else dice.choice(people))
        told = row["low"] and now - day > timedelta(days=3) and dice.random() < OFTEN
        reply = {"reply": dice.choice(REPLIES), "replied_at": day + timedelta(hours=20)}
        rows.append({**row, **(reply if told else NO_REPLY)})
    await db.execute(insert(Base.metadata.tables[Answer.__tablename__]), rows)


async def _surveyed(db: AsyncSession, form: Form, other: Subject, now: datetime) -> None:
    """A survey that has run for a week, and one invitation to it that waits."""
    dice = random.Random(8)  # noqa: S311 as above
    subject = (await db.scalars(select(Subject).where(Subject.form_id == form.id))).one()
    people = await _people(db, SURVEYED + 1)
    rows = []
    for person in people[1:]:
        late = dice.choice(SURVEY[0]["choices"])
        given = {"until": late, "often": dice.choice(SURVEY[1]["choices"]),
                 "score": min(10, max(0, round(dice.gauss(7, 2))))}  # fmt: skip
        if given["often"] != "不去":
            given["what"] = _in_order(dice.sample(SURVEY[2]["choices"], 2), SURVEY[2])
        rows.append(_row(form, subject, given, now - timedelta(hours=dice.randint(2, 160)), person))
    await db.execute(insert(Base.metadata.tables[Answer.__tablename__]), rows)
    form.invited = 400
    for one, days in ((subject, 5), (other, 2)):
        db.add(Invitation(subject_id=one.id, person_id=people[0], occasion="", at=now,
                          until=now + timedelta(days=days)))  # fmt: skip


def _in_order(chosen: list[str], question: dict[str, Any]) -> list[str]:
    """As they stand in the question, which is how answers are kept."""
    return [choice for choice in question["choices"] if choice in chosen]


def _row(
    form: Form, subject: Subject, given: dict[str, Any], at: datetime, person: int | None
) -> dict[str, Any]:
    stars = given.get("stars")
    return {
        "form_id": form.id, "version": 1, "subject_id": subject.id, "person_id": person,
        "anonymous": person is None, "day": at.date(), "at": None if person is None else at,
        "given": given, "stars": stars, "words": given.get("words", ""),
        "low": stars is not None and stars <= form.low, "photos": [],
    }  # fmt: skip


async def _people(db: AsyncSession, most: int) -> list[int]:
    """Students; first the one whom the demo shows."""
    students = select(Person.id).where(Person.kind == PersonKind.STUDENT).order_by(Person.id)
    return list(await db.scalars(students.limit(most)))
