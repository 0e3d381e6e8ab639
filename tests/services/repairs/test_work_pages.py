"""The worker's pages: one's own orders and those to grab, and every step of the work."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.kit import clock
from app.services.repairs import closing
from app.services.repairs.models import Hours, Kind, Material, Order, Photo, Stock
from app.services.repairs.rules import State
from tests.people import Somebody
from tests.services.repairs.conftest import Scene, after
from tests.services.repairs.pages import Hands
from tests.services.repairs.reporting import jpeg, text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def hands(scene: Scene, people: dict[str, Somebody], app: FastAPI) -> Hands:
    return Hands(scene, people, app)


async def state_of(scene: Scene, number: str) -> str:
    async with scene.database.session() as db:
        return await db.scalar(select(Order.state).where(Order.number == number)) or ""


async def given(scene: Scene, how: str = "accepted", name: str = "worker", **said: object) -> str:
    """An order that `name` has by now; its number."""
    async with scene.database.session() as db:
        order: Order = await getattr(scene, how)(db, name, **said)
    return order.number


async def test_a_worker_sees_only_their_own_orders(scene: Scene, hands: Hands) -> None:
    mine = await given(scene)
    theirs = await given(scene, name="second", room_id=scene.rooms["502"])
    page = (await hands.get("worker")).text
    assert mine in page
    assert theirs not in page
    assert (await hands.get("worker", f"/{theirs}")).status_code == 404
    assert (await hands.get("second", f"/{theirs}")).status_code == 200


async def test_another_worker_can_do_nothing_to_an_order(scene: Scene, hands: Hands) -> None:
    number = await given(scene)
    for what in ("accept", "grab", "arrive", "finish", "wait", "back", "hours", "material"):
        answer = await hands.send("second", f"/{number}/{what}", code="x", back_why="想要")
        assert answer.status_code == 404, what
    assert await state_of(scene, number) == State.ACCEPTED


async def test_an_order_that_went_to_somebody_else_says_so(scene: Scene, hands: Hands) -> None:
    number = await given(scene)
    sent = await hands.send(
        "worker", f"/{number}/hand", to=scene.ids["second"], hand_why="要高空证"
    )
    assert sent.headers["location"] == "/h5/repairs/work"
    answer = await hands.get("worker", f"/{number}")
    assert answer.status_code == 404
    assert "换别人了" in answer.text
    assert "接单" in (await hands.get("second", f"/{number}")).text


async def test_orders_to_grab_are_seen_by_the_trade_and_taken_once(
    scene: Scene, hands: Hands
) -> None:
    async with scene.database.session() as db:
        (await db.get_one(Kind, scene.kind_id)).grab = True
        number = (await scene.report(db)).number
    assert number in (await hands.get("worker", "/grab")).text
    assert number not in (await hands.get("painter", "/grab")).text
    page = await hands.get("second", f"/{number}")
    assert "抢单" in page.text
    assert "tel:" not in page.text.split("c-foot")[0]  # who merely could come rings nobody
    assert (await hands.send("worker", f"/{number}/grab")).status_code == 303
    late = await hands.send("second", f"/{number}/grab")
    assert late.status_code == 404
    assert await state_of(scene, number) == State.ACCEPTED


async def test_a_kind_that_is_not_grabbed_is_not_shown_to_who_could(
    scene: Scene, hands: Hands
) -> None:
    async with scene.database.session() as db:
        number = (await scene.report(db)).number
    assert (await hands.get("worker", f"/{number}")).status_code == 404
    assert "没有能抢的" in (await hands.get("worker", "/grab")).text


async def test_the_door_leads_to_the_open_order_with_its_code(scene: Scene, hands: Hands) -> None:
    number = await given(scene)
    async with scene.database.session() as db:
        code = await scene.code(db)
    door = await hands.get("worker", f"/h5/places/{code}")
    href = f"/h5/repairs/work/{number}?open=arrive&amp;code={code}"
    assert href in door.text
    assert "我到了" not in (await hands.get("second", f"/h5/places/{code}")).text
    page = await hands.get("worker", f"/{number}?open=arrive&code={code}")
    assert f'value="{code}"' in page.text
    address = f"http://school.example/h5/places/{code}"
    assert (await hands.send("worker", f"/{number}/arrive", code=address)).status_code == 303
    assert await state_of(scene, number) == State.WORKING


async def test_the_work_is_written_down_with_photos_materials_and_hours(
    scene: Scene, hands: Hands
) -> None:
    number = await given(scene, "working")
    async with scene.database.session() as db:
        stock = Stock(name="软管", quantity=5, fen=800, low=0)
        db.add(stock)
        await db.flush()
    now = clock.now()
    at = f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M}", f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    post = f"/{number}"
    sent = [
        await hands.send("worker", f"{post}/photos", photos=[("shots", jpeg())], moment="before"),
        await hands.send("worker", f"{post}/material", stock=stock.id, quantity=2),
        await hands.send("worker", f"{post}/material", bought="生料带", price="2.5", quantity=1),
        await hands.send("worker", f"{post}/hours", starts=at[0], ends=at[1]),
        await hands.send("worker", f"{post}/finish", photos=[("results", jpeg())], done_words="换"),
    ]
    assert {answer.status_code for answer in sent} == {303}
    page = text_of((await hands.get("worker", post)).text)
    assert "18.50 元" in page
    assert "1 小时" in page
    assert "填确认码" in page
    async with scene.database.session() as db:
        assert sorted(await db.scalars(select(Photo.moment))) == ["after", "before"]
        assert await db.scalar(select(Stock.quantity)) == 3


async def test_a_form_that_arrives_twice_counts_once(scene: Scene, hands: Hands) -> None:
    number = await given(scene, "working")
    said = {"bought": "胶", "price": "3", "quantity": 1, "key": "one-key-for-both-times"}
    first = await hands.send("worker", f"/{number}/material", queued=True, **said)  # type: ignore[arg-type]  # fields of any type
    again = await hands.send("worker", f"/{number}/material", queued=True, **said)  # type: ignore[arg-type]  # as above
    assert first.json() == {"to": f"/h5/repairs/work/{number}", "say": "记上了"}
    assert again.json()["to"] == first.json()["to"]
    done = "the-key-of-the-last-step"
    for _ in range(2):
        assert (
            await hands.send("worker", f"/{number}/back", key=done, back_why="没空")
        ).is_redirect
    async with scene.database.session() as db:
        assert len((await db.scalars(select(Material))).all()) == 1


async def test_hours_over_other_hours_are_named(scene: Scene, hands: Hands) -> None:
    one = await given(scene, "working")
    other = await given(scene, "working")
    at = clock.now() - timedelta(hours=3)
    span = {"starts": f"{at:%Y-%m-%dT%H:%M}", "ends": f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    assert (await hands.send("worker", f"/{one}/hours", **span)).status_code == 303
    over = await hands.send("worker", f"/{other}/hours", **span)
    assert over.status_code == 409
    assert f"和 {one} 的工时重了" in over.text
    assert (await hands.send("worker", f"/{other}/timer", run="start")).status_code == 303
    assert "在计时" in (await hands.get("worker", f"/{other}")).text
    assert (await hands.send("worker", f"/{other}/timer", run="stop")).status_code == 303
    async with scene.database.session() as db:
        assert len((await db.scalars(select(Hours))).all()) == 2


async def test_waiting_has_a_reason_and_an_end(scene: Scene, hands: Hands) -> None:
    number = await given(scene, "working")
    until = f"{clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert (await hands.send("worker", f"/{number}/wait", wait_until=until)).status_code == 422
    sent = await hands.send("worker", f"/{number}/wait", why="parts", wait_until=until)
    assert sent.status_code == 303
    assert "等材料" in (await hands.get("worker", f"/{number}")).text
    assert (await hands.send("worker", f"/{number}/go-on")).status_code == 303
    assert await state_of(scene, number) == State.ACCEPTED


async def test_the_worker_never_reads_a_rating(scene: Scene, hands: Hands) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        alice = await scene.me(db, "alice")
        await closing.rate(db, alice, order, after(hours=1), stars=2, words="地没擦干净")
        number = order.number
    for name, sees in (("worker", False), ("keeper", False), ("leader", True), ("operator", True)):
        page = await hands.get(name, f"/{number}")
        assert page.status_code == 200
        assert ("地没擦干净" in page.text) is sees, name
        assert ("2 星" in page.text) is sees, name


async def test_who_only_watches_does_not_get_the_telephone(scene: Scene, hands: Hands) -> None:
    number = await given(scene, phone="13900001234")
    for name in ("worker", "leader", "keeper"):
        assert "13900001234" in (await hands.get(name, f"/{number}")).text, name
    assert "13900001234" not in (await hands.get("supervisor", f"/{number}")).text


async def test_while_it_waits_the_worker_may_go_on_without_the_door(
    scene: Scene, hands: Hands
) -> None:
    number = await given(scene, "working")
    assert 'id="go-on"' not in (await hands.get("worker", f"/{number}")).text
    until = f"{clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    await hands.send("worker", f"/{number}/wait", why="parts", wait_until=until)
    assert 'id="go-on"' in (await hands.get("worker", f"/{number}")).text
    await hands.send("worker", f"/{number}/go-on")
    assert await state_of(scene, number) == State.ACCEPTED


async def test_who_leads_it_shares_it_out(scene: Scene, hands: Hands) -> None:
    number, second = await given(scene), scene.ids["second"]
    page = (await hands.get("worker", f"/{number}")).text
    assert f'name="share-{second}"' in page
    assert f'name="share-{scene.ids["hired"]}"' not in page  # of a firm
    share = {f"share-{second}": 30, f"share-{scene.ids['third']}": ""}
    await hands.send("worker", f"/{number}/helpers", **share)
    assert "second 30%" in (await hands.get("worker", f"/{number}")).text
    assert "worker师傅领头，你一起修" in (await hands.get("second", f"/{number}")).text
    for wrong in (100, "abc"):
        said = {f"share-{second}": wrong}
        assert (await hands.send("worker", f"/{number}/helpers", **said)).status_code == 422
    assert (await hands.send("second", f"/{number}/helpers")).status_code == 403
    await hands.send("leader", f"/{number}/helpers", **{f"share-{second}": ""})
    assert "second 30%" not in (await hands.get("leader", f"/{number}")).text


async def test_the_reporters_code_confirms_and_a_wrong_one_does_not(
    scene: Scene, hands: Hands
) -> None:
    number = await given(scene, "done")
    async with scene.database.session() as db:
        code = await db.scalar(select(Order.code).where(Order.number == number))
    wrong = "000000" if code != "000000" else "000001"
    assert (await hands.send("worker", f"/{number}/confirm", by="code")).status_code == 422
    assert (
        await hands.send("worker", f"/{number}/confirm", by="code", six=wrong)
    ).status_code == 422
    assert (
        await hands.send("worker", f"/{number}/confirm", by="code", six=code)
    ).status_code == 303
    assert await state_of(scene, number) == State.CONFIRMED


@pytest.mark.parametrize(
    ("name", "to"),
    [("worker", ""), ("leader", "queue"), ("keeper", "keeper"), ("supervisor", "watch"),
     ("operator", "queue"), ("administrator", "queue"), ("head", "watch"), ("contractor", "")],
)  # fmt: skip
async def test_everybody_begins_with_their_own_page(hands: Hands, name: str, to: str) -> None:
    answer = await hands.get(name)
    if to:
        assert answer.headers["location"] == f"/h5/repairs/work/{to}"
        answer = await hands.get(name, f"/{to}")
    assert answer.status_code == 200


async def test_who_reported_it_is_sent_to_their_own_page(scene: Scene, hands: Hands) -> None:
    async with scene.database.session() as db:
        number = (await scene.report(db, "supervisor")).number
        theirs = (await scene.report(db, "alice")).number
    assert (await hands.get("alice", f"/{theirs}")).status_code == 403
    assert (await hands.get("supervisor", f"/{number}")).status_code == 200
