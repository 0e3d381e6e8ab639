"""The demo: workers on shift now, stock, prices, and orders whose story hangs together."""

import pytest
from sqlalchemy import func, select, text

from app.campus import demo as campus
from app.campus.people.models import Person, PersonKind
from app.kit import clock
from app.kit.db import Database
from app.services.repairs import demo
from app.services.repairs.models import IS_OPEN, Order, Price, Shift, Stock, Worker
from app.services.repairs.rules import State

pytestmark = pytest.mark.anyio


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.session() as db:
        await campus.fill(db)
        for number in ("6001", "20240136"):
            db.add(Person(number=number, name=number, kind=PersonKind.STAFF))
        await db.flush()
        await demo.fill(db)
    return database


async def test_it_is_believable(filled: Database) -> None:
    async with filled.session() as db:

        async def many(table: type, *of: object) -> int:
            where = select(func.count()).select_from(table).where(*of)  # type: ignore[arg-type]  # conditions
            return await db.scalar(where) or 0

        now = clock.now()
        assert 100 <= await many(Order) <= 130
        assert 10 <= await many(Order, IS_OPEN) <= 20
        assert await many(Worker) == len(demo.CREW)
        assert await many(Shift, Shift.starts_at <= now, Shift.ends_at > now) >= 8
        assert await many(Stock, Stock.quantity <= Stock.low) >= 1
        assert await many(Price) > 5
        ends = set(await db.scalars(select(Order.state).distinct()))
        assert {State.RATED, State.DONE, State.WAITING, State.WORKING} <= ends


async def test_no_order_contradicts_itself(filled: Database) -> None:
    wrong = text("""
        SELECT number FROM repairs_orders WHERE accepted_at < created_at
        OR arrived_at < accepted_at OR done_at < arrived_at OR created_at > now()
        OR (done_at IS NOT NULL) <> (state IN ('done', 'confirmed', 'rated'))
        OR state IN ('offered', 'accepted', 'working') AND worker_id IS NULL
        OR state IN ('submitted', 'accepted', 'working', 'waiting') AND due_at IS NULL
        UNION SELECT number FROM repairs_orders o WHERE state IN ('offered', 'accepted', 'working')
        AND NOT EXISTS (SELECT FROM repairs_assignments a WHERE a.order_id = o.id
            AND a.worker_id = o.worker_id AND a.state IN ('offered', 'accepted'))
    """)
    async with filled.session() as db:
        assert list(await db.scalars(wrong)) == []
