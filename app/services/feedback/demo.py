"""Half a year of letters on the demo campus, with answers, duties and published questions."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Fact
from app.campus.people.models import Person, PersonKind
from app.campus.units import heads
from app.kit import clock
from app.services.feedback.book import book, duties
from app.services.feedback.clocks import Clock, clock_of
from app.services.feedback.demo_questions import QUESTIONS
from app.services.feedback.demo_stories import STORIES
from app.services.feedback.demo_words import DUTIES, PHRASES
from app.services.feedback.models import Case, Duty, Line, Phrase, Question
from app.services.feedback.rules import Channel, Event, Kind, Move, State
from app.services.feedback.scores import ANSWERED, LATE, STARS

CASES, DAYS, SHOWN = 150, 180, "20240136"


async def fill(db: AsyncSession) -> None:
    """Duties, phrases, 150 cases and 20 published questions; 林晓雨 wrote two of them."""
    now = clock.now()
    db.add_all(
        Duty(unit=unit, matter=matter, words=words)
        for unit, some in DUTIES.items() for matter, words in some
    )  # fmt: skip
    db.add_all(
        Phrase(unit=unit, kind=kind, words=words, position=at)
        for at, (unit, kind, words) in enumerate(PHRASES)
    )
    db.add_all(
        Question(unit=unit, question=question, answer=answer, words=words,
                 at=now - timedelta(days=5 * at))
        for at, (unit, question, answer, words) in reversed(list(enumerate(QUESTIONS)))
    )  # fmt: skip
    await _cases(db, now)
    await book.changed(db)
    await duties.changed(db)


async def _cases(db: AsyncSession, now: datetime) -> None:
    dice = random.Random(6004)  # noqa: S311 the same demo every time is the point
    some = select(Person.id).where(Person.kind == PersonKind.STUDENT, Person.number != SHOWN)
    people = list(await db.scalars(some.order_by(Person.id).limit(CASES)))
    shown = await db.scalar(select(Person.id).where(Person.number == SHOWN))
    owners = {unit: next(iter(await heads(db, unit)), None) for unit in STORIES}
    clocks = {kind: await clock_of(db, kind) for kind in Kind}
    made = []
    for at in range(CASES):
        unit = dice.choices(list(STORIES), (40, 30, 25, 15, 15, 20))[0]
        story = dice.choice(STORIES[unit])
        day = now - timedelta(days=DAYS * (CASES - at) / CASES)
        start = day.replace(hour=dice.randrange(7, 22), minute=dice.randrange(60))
        start = min(start, now - timedelta(minutes=20 * (CASES - at)))
        asker = shown if at in (CASES - 12, CASES - 1) else dice.choice(people) if people else None
        made.append(_case(dice, unit, story, start, asker=asker, owner=owners[unit],
                          clock=clocks[Kind(story[0])], now=now))  # fmt: skip
    ids = await db.scalars(insert(Case).returning(Case.id, sort_by_parameter_order=True), made)
    known = list(zip(ids, made, strict=True))
    stories = {words: answer for some in STORIES.values() for _, words, answer in some}
    lines = [line for id, case in known for line in _lines(id, case, stories[case["words"]])]
    await db.execute(insert(Line), lines)
    await db.execute(insert(Fact), [fact for id, case in known for fact in _facts(id, case)])


def _case(
    dice: random.Random, unit: str, story: tuple[str, str, str], start: datetime, *,
    asker: int | None, owner: int | None, clock: Clock, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    kind, words, _ = story
    unnamed = dice.random() < 0.12
    due = clock.due(start)
    slow = dice.random() < 0.08
    hours = timedelta(hours=dice.randrange(2, 40))
    when = due + hours if slow else start + (due - start) * dice.uniform(0.05, 0.95)
    fresh = when > now - timedelta(hours=2) or start > now - timedelta(days=3)
    answered = None if fresh else when
    silent = answered is not None and answered < now - timedelta(days=7)
    rated = answered is not None and dice.random() < 0.55
    stars = dice.choices((5, 4, 3, 2, 1), (52, 28, 10, 6, 4))[0] if rated else None
    late = answered is None and due < now
    return {
        "kind": kind, "unit": unit, "words": words, "asker_id": None if unnamed else asker,
        "anonymous": unnamed, "channel": Channel.PAGE, "to_head": dice.random() < 0.1,
        "consent": dice.random() < 0.5, "subject": "", "sender": "", "rating": "",
        "owner_id": owner if answered else None, "created_at": start, "due_at": due,
        "state": State.CLOSED if silent or rated else State.ANSWERED if answered else State.NEW,
        "stage": 2 if late else 0,
        "next_at": None if answered else now + timedelta(days=1) if late else due,
        "first_answer_at": answered, "answered_at": answered, "taken_at": answered,
        "closed_at": answered if silent or rated else None, "stars": stars,
        "on_time": answered <= due if answered else None, "reopened": 0,
    }  # fmt: skip


def _lines(id: int, case: dict[str, Any], answer: str) -> list[dict[str, Any]]:
    def line(what: str, at: datetime, by: int | None = None, words: str = "") -> dict[str, Any]:
        return {"case_id": id, "what": what, "at": at, "by_id": by, "words": words, "data": {}}

    found = [line(Event.ASK, case["created_at"], case["asker_id"])]
    if case["first_answer_at"]:
        found.append(line(Move.ANSWER, case["first_answer_at"], case["owner_id"], answer))
    if case["stars"]:
        found.append(line(Move.RATE, case["first_answer_at"], case["asker_id"]))
    return found


def _facts(id: int, case: dict[str, Any]) -> list[dict[str, Any]]:
    def fact(kind: str, amount: int, source: str, person: int | None) -> dict[str, Any]:
        return {"kind": kind, "amount": amount, "source": source, "person_id": person,
                "team": case["unit"], "at": case["first_answer_at"], "data": {}}  # fmt: skip

    if not case["first_answer_at"]:
        return []
    found = [fact(ANSWERED, 1, f"feedback:{id}", case["owner_id"])]
    if case["on_time"] is False:
        found.append(fact(LATE, 1, f"feedback:{id}", case["owner_id"]))
    if case["stars"]:
        found.append(fact(STARS, case["stars"], f"feedback:stars:demo{id}", None))
    return found
