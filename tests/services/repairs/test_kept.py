"""What is kept of people, what jobs do, and that open orders are found by their indexes."""

import pytest
from procrastinate import App, JobContext
from procrastinate.jobs import Job
from procrastinate.testing import InMemoryConnector
from sqlalchemy import Select, func, select, text, update

from app.campus.ledger import count
from app.campus.people.privacy import Subject, export, forget_person
from app.kit import clock
from app.main import load_services
from app.services.repairs import closing, orders, rounds
from app.services.repairs.dispatch import dispatch
from app.services.repairs.models import IS_OPEN, Order, Step
from app.services.repairs.rules import State
from app.worker import queue
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio


async def test_of_who_is_deleted_the_order_stays_without_the_name(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, alice = await scene.done(db, phone="13800000000"), await scene.me(db, "alice")
        await forget_person(db, alice, after(days=1))
        await db.refresh(order)
        assert (order.reporter_id, order.by_id, order.phone) == (None, None, "")
        assert (order.state, order.worker_id) == (State.DONE, scene.ids["worker"])
        by = select(func.count(Step.id)).where(Step.by_id == alice.person_id)
        assert await db.scalar(by) == 0
        await closing.confirm(db, await scene.me(db, "keeper"), order, after(days=2))


async def test_people_are_told_what_they_reported(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db, words="滴水")
        await closing.rate(db, await scene.me(db, "alice"), order, NOON, stars=4, words="好")
        told = await export(db, Subject(person_id=scene.ids["alice"]), NOON)
        (kept,) = told["报修"]
        assert (kept["单号"], kept["说明"], kept["评价"]) == ("261118-1", "滴水", 4)


async def test_workers_are_told_sums_and_no_single_fact(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        await closing.rate(db, await scene.me(db, "alice"), order, NOON, stars=4)
        told = await export(db, Subject(person_id=scene.ids["worker"]), NOON)
        stars = {"月份": "2026-11", "项目": "repairs.stars", "次数": 1, "合计": 4}
        assert stars in told["考核记录"]
        assert "261118" not in str(told["考核记录"])


async def test_a_fact_that_is_told_again_counts_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        for amount in (10, 20):
            for person in (scene.ids["worker"], None):
                await count(db, "x", amount, source="y", at=NOON, person_id=person)
        sums = text("SELECT count(*), sum(amount) FROM campus_facts")
        assert (await db.execute(sums)).one() == (2, 40)


async def test_the_job_that_a_report_defers_dispatches_it(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        jobs = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'repairs:dispatch'")
        assert (await db.scalars(jobs)).all() == [{"order": order.id}]
    tasks = queue("", load_services()).tasks
    assert {"repairs:dispatch", "repairs:round", "repairs:night"} <= tasks.keys()
    await rounds.each(scene.database, [order.id, 999], dispatch, NOON)
    async with scene.database.session() as db:
        assert (await db.get_one(Order, order.id)).state == State.OFFERED


async def test_the_nightly_job_closes_what_nobody_said_anything_about(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        long_ago = update(Order).values(done_at=clock.now() - closing.SILENCE)
        await db.execute(long_ago)
    tasks = queue("", load_services()).tasks
    context = JobContext(
        start_timestamp=0, app=App(connector=InMemoryConnector()), job=Job(
            id=1, queue="", lock=None, queueing_lock=None, task_name="repairs:night"
        ),
        abort_reason=lambda: None, additional_context={"database": scene.database},
    )  # fmt: skip
    for name in ("repairs:night", "repairs:round"):
        await tasks[name].func(context, 0)
    async with scene.database.session() as db:
        assert (await db.get_one(Order, order.id)).state == State.CONFIRMED


async def test_an_order_that_cannot_hinders_no_other(scene: Scene) -> None:
    async with scene.database.session() as db:
        one, two = await scene.report(db), await scene.report(db, "bob")

    async def fails(db: object, order: Order, now: object) -> None:
        if order.id == one.id:
            raise RuntimeError("a bug")
        order.spot = "done"

    await rounds.each(scene.database, [one.id, two.id], fails, NOON)
    async with scene.database.session() as db:
        spots = await db.scalars(select(Order.spot).order_by(Order.id))
        assert list(spots) == ["", "done"]


async def test_a_photo_is_hidden_by_a_leader_and_the_trail_says_so(scene: Scene) -> None:
    async with scene.database.session() as db:
        upload = text("INSERT INTO campus_uploads (at, width, height, picture, thumbnail)"
                      " VALUES (now(), 1, 1, '', '') RETURNING id")  # fmt: skip
        photo = (await db.execute(upload)).scalar_one()
        order = await scene.report(db, uploads=[photo])
        leader = await scene.me(db, "leader")
        await orders.hide_photo(db, leader, order, NOON, upload_id=photo)
        hidden = text("SELECT hidden FROM repairs_photos")
        assert await db.scalar(hidden) is True
        trail = text("SELECT action, thing FROM campus_audit WHERE action = 'repairs.hide'")
        assert (await db.execute(trail)).all() == [("repairs.hide", f"repairs_order:{order.id}")]


MANY = text("""
INSERT INTO repairs_orders (number, state, kind_id, sign, words, room_id, building_id, spot,
    source, reporter_id, phone, urgent, key_with_keeper, worker_id, contractor, created_at,
    done_at, look_at, waiting_for, promise)
SELECT n::text, CASE WHEN n % 50 = 0 THEN 'accepted' WHEN n % 49 = 0 THEN 'done' ELSE 'rated' END,
    :kind, '', '', r.id, r.building_id, '', 'h5', p.id, '', false, false, p.id, '',
    now() - make_interval(hours => n), now() - make_interval(hours => n),
    now() + make_interval(hours => n), '', ''
FROM generate_series(1, 3000) n
JOIN (SELECT id, building_id, row_number() OVER () AS at FROM campus_rooms) r ON r.at = 1 + n % 2
JOIN (SELECT id, row_number() OVER () AS at FROM campus_people) p ON p.at = 1 + least(n % 300, 1)
""")


# Of so few open orders the third may be found by any index of theirs.
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (select(Order.id).where(IS_OPEN, Order.look_at <= NOON).order_by(Order.look_at),
         "ix_repairs_orders_look"),
        (select(Order.id).where(IS_OPEN, Order.worker_id == 1).order_by(Order.id),
         "ix_repairs_orders_worker_open"),
        (select(Order.id).where(IS_OPEN, Order.room_id == 1, Order.building_id == 1,
                                Order.kind_id == 1), "ix_repairs_orders_"),
        (select(Order.id).where(Order.state == State.DONE, Order.done_at <= after(days=-100)),
         "ix_repairs_orders_unclosed"),
        (select(Order.id).where(Order.reporter_id == 1).order_by(Order.id.desc()).limit(20),
         "ix_repairs_orders_reporter_id"),
    ],
)  # fmt: skip
async def test_what_is_asked_often_is_found_by_an_index(
    scene: Scene, query: Select[int], index: str
) -> None:
    async with scene.database.session() as db:
        await db.execute(MANY, {"kind": scene.kind_id})
        await db.execute(text("ANALYZE repairs_orders"))
        literal = {"literal_binds": True, "render_postcompile": True}
        compiled = query.compile(db.get_bind(), compile_kwargs=literal)
        plan = "\n".join(await db.scalars(text(f"EXPLAIN {compiled}")))
        assert index in plan
