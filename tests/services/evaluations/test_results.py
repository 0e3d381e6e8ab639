"""Counting: slices of answers by question, unit and time; and what is too few to be shown."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as some
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns.models import Campaign, Stage, Way
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations import questions as wording
from app.services.evaluations import results, results_rate
from app.services.evaluations.models import Answer, Form, Invitation, Subject
from app.services.evaluations.results import BETWEEN, Slice, Sum
from app.services.evaluations.results_rate import Rate
from app.services.evaluations.results_shown import hidden, over_time, picture, step_of
from app.services.evaluations.rules import MIN_SHOWN
from tests.people import UNIT, Somebody
from tests.services.evaluations.desk import OTHER, answered
from tests.services.evaluations.made import STARS, TAGS, opened

pytestmark = pytest.mark.anyio
GRID = {"name": "grid", "kind": "matrix", "title": "分开说", "rows": ["味道", "分量"],
        "choices": ["好", "不好"]}  # fmt: skip
SCALE = {"name": "scale", "kind": "scale", "title": "几分"}
ALL: list[dict[str, Any]] = [STARS, TAGS, GRID, SCALE,
                             {"name": "words", "kind": "words", "title": "说"}]  # fmt: skip
TODAY = date(2026, 11, 21)


async def fill(database: Database, person_id: int | None) -> tuple[Form, Subject]:
    """Three answers: today, yesterday, and a month ago."""
    form, subject, _ = await opened(database, ALL)
    rows: list[tuple[int, dict[str, Any]]] = [
        (0, {"stars": 5, "tags": ["味道好"], "grid": {"味道": "好", "分量": "不好"}, "scale": 9}),
        (1, {"stars": 2, "tags": ["味道好", "菜凉了"], "words": "菜很凉"}),
        (30, {"stars": 4, "scale": 7}),
    ]
    for days, given in rows:
        when = clock.now().date() - timedelta(days=days)
        await answered(database, form, subject, person_id=person_id, day=when, **given)
    return form, subject


async def test_every_kind_of_question_is_counted(
    database: Database, people: dict[str, Somebody]
) -> None:
    form, _ = await fill(database, people["alice"].person_id)
    async with database.session() as db:
        of = Slice(form.id)
        found = await results.counts(db, of, wording.read(ALL))
        many = await results.answered(db, of)
    assert found == {
        "stars": {"5": 1, "2": 1, "4": 1}, "scale": {"9": 1, "7": 1},
        "tags": {"味道好": 2, "菜凉了": 1},
        "grid": {f"味道{BETWEEN}好": 1, f"分量{BETWEEN}不好": 1},
    }  # fmt: skip
    assert many == {"stars": 3, "tags": 2, "grid": 1, "scale": 2, "words": 1}


async def test_behind_each_number_are_as_many_answers(
    database: Database, people: dict[str, Somebody]
) -> None:
    form, _ = await fill(database, people["alice"].person_id)
    async with database.session() as db:
        read = wording.read(ALL)
        for question in read:
            counts = (await results.counts(db, Slice(form.id), read)).get(question.name, {})
            for value, n in counts.items():
                query = results.over(Answer.id).where(results.gave(question, value))
                assert len((await db.execute(query)).all()) == n, (question.name, value)


async def test_a_slice_is_cut_by_days_and_compared_with_the_one_before(
    database: Database, people: dict[str, Somebody]
) -> None:
    form, _ = await fill(database, people["alice"].person_id)
    today = clock.now().date()
    of = Slice(form.id, since=today - timedelta(days=20), until=today)
    earlier = of.before()
    assert earlier is not None
    async with database.session() as db:
        now, then = await results.total(db, of), await results.total(db, earlier)
    assert (now.count, now.mean, now.low) == (2, 3.5, 1)
    assert (then.count, then.mean) == (1, 4.0)


async def test_what_a_unit_may_see_is_its_own(
    database: Database, people: dict[str, Somebody]
) -> None:
    await fill(database, people["alice"].person_id)
    async with database.session() as db:
        assert set(await results.by_unit(db, Slice())) == {UNIT}
        for within, count in ((frozenset({UNIT}), 3), (frozenset({OTHER}), 0)):
            assert (await results.total(db, Slice(within=within))).count == count


async def invite(db: AsyncSession, subject: Subject, *people: int | None) -> None:
    now = clock.now()
    db.add_all(Invitation(subject_id=subject.id, person_id=id, at=now, until=now) for id in people)
    await db.flush()


async def test_the_rate_counts_those_who_were_asked_by_name(
    database: Database, people: dict[str, Somebody]
) -> None:
    form, subject = await fill(database, people["alice"].person_id)
    async with database.session() as db:
        await invite(db, subject, people["bob"].person_id, people["teacher"].person_id)
        assert await results_rate.whole(db, Slice(form.id)) == Rate(2, 0)
    await answered(database, form, subject, person_id=people["bob"].person_id, stars=3)
    async with database.session() as db:
        rate = await results_rate.whole(db, Slice(form.id))
        [(month, same)] = (await results_rate.by_month(db, Slice(form.id))).items()
    assert (rate, rate.share) == (Rate(2, 1), 50.0)
    assert (month, same) == (clock.now().date().replace(day=1), rate)


async def test_a_survey_that_a_campaign_sent_has_a_rate(
    database: Database, people: dict[str, Somebody]
) -> None:
    form, subject, page = await opened(database, kind="survey")
    now = clock.now()
    async with database.session() as db:
        db.add(Campaign(
            title="问", audience={"all": True}, way=Way.TEXT, words="填一下", page=page, fields={},
            stage=Stage.DONE, made_at=now, made_by=people["operator"].person_id, started_at=now,
            counts={"told": 6, "kept": 4},
        ))  # fmt: skip
    await answered(database, form, subject, person_id=people["bob"].person_id, stars=3)
    async with database.session() as db:
        assert await results_rate.whole(db, Slice(form.id)) == Rate(10, 1)


def test_more_answers_than_were_asked_for_have_no_share() -> None:
    assert Rate(2, 3).share is None
    assert Rate(0, 3).share is None


@pytest.mark.parametrize(
    ("sum", "few"),
    [(Sum(4, anonymous=1), True), (Sum(4), False), (Sum(MIN_SHOWN, anonymous=5), False),
     (Sum(), False)],
)  # fmt: skip
def test_few_anonymous_answers_are_not_shown(sum: Sum, few: bool) -> None:
    assert hidden(sum) is few


def test_a_picture_has_a_bar_for_each_choice_and_for_those_of_older_versions() -> None:
    [_, tags, *_] = wording.read(ALL)
    made = picture(tags, 4, {"味道好": 3, "以前的": 1}, (2, {"味道好": 1}))
    assert [(bar.label, bar.count, bar.share, bar.before) for bar in made.bars] == [
        ("味道好", 3, 75.0, 50.0), ("菜凉了", 0, 0.0, 0.0), ("以前的", 1, 25.0, 0.0),
    ]  # fmt: skip


def test_a_picture_of_numbers_has_their_mean_beside_that_of_before() -> None:
    stars, scale = wording.read([STARS, SCALE])
    made = picture(stars, 3, {"5": 2, "2": 1}, (1, {"3": 1}))
    assert (made.mean, made.before) == (4.0, 3.0)
    assert [bar.label for bar in made.bars] == ["5 星", "4 星", "3 星", "2 星", "1 星"]
    assert len(picture(scale, 0, {}).bars) == 11


@some(st.dictionaries(st.sampled_from("12345"), st.integers(1, 500), min_size=1))
def test_shares_of_stars_add_up_to_the_whole(counts: dict[str, int]) -> None:
    [stars] = wording.read([STARS])
    made = picture(stars, sum(counts.values()), counts)
    assert sum(bar.count for bar in made.bars) == made.answered
    assert sum(bar.share for bar in made.bars) == pytest.approx(100)
    assert made.mean is not None
    assert 1 <= made.mean <= 5


@pytest.mark.parametrize(
    ("days", "step", "columns"), [(6, "day", 7), (100, "week", 15), (400, "month", 14)]
)
def test_a_long_period_is_cut_into_weeks_and_months(days: int, step: str, columns: int) -> None:
    first = TODAY - timedelta(days=days)
    assert step_of(first, TODAY) == step
    assert len(over_time({}, first, TODAY, step).labels) == columns
