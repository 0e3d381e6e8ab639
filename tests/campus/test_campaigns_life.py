"""A campaign from draft to end, and what two operators do at once."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from app.campus.audit import Entry
from app.campus.campaigns import deliver, drafts, life, sweep
from app.campus.campaigns.drafts import mistakes
from app.campus.campaigns.models import Campaign, Stage
from app.campus.campaigns.settings import Settings, confirm_above
from app.campus.notify import Field, Kind, Notice
from app.campus.notify.models import Delivery, Message, Mute, State
from app.campus.places import Building
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import CampusError, Conflict, Forbidden, Invalid
from tests.campus.campaigns import FIELDS, WATER, came_of, deliveries, drafted, operator, plan, sent
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = Mapping[str, Somebody]
TWO = {"numbers": ["20260000", "20260001"]}  # alice and bob
QUIET = Notice("tests.quiet", "放假安排", tells="大家", fields=WATER.fields)


async def stage_of(database: Database, id: int) -> str:
    async with database.session() as db:
        return (await db.get_one(Campaign, id)).stage


async def one(database: Database, statement: Any) -> Any:
    async with database.session() as db:
        return await db.scalar(statement)


async def raced(*deeds: Any) -> list[str]:
    """What came of deeds done at once: 「done」 or the kind of refusal."""
    found = await asyncio.gather(*deeds, return_exceptions=True)
    assert all(
        isinstance(item, CampusError) or not isinstance(item, BaseException) for item in found
    )
    return sorted(type(i).__name__ if isinstance(i, CampusError) else "done" for i in found)


@pytest.fixture
def above(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`above(1)`: more than one phone needs a second operator."""

    def set_to(phones: int) -> None:
        monkeypatch.setenv("CAMPAIGN_CONFIRM_ABOVE", str(phones))
        confirm_above.cache_clear()

    yield set_to
    confirm_above.cache_clear()


async def test_what_is_sent_off_has_a_message_and_a_delivery_for_each(
    database: Database, people: People
) -> None:
    made = await sent(database, operator(people), plan(TWO))
    assert made.stage == Stage.RUNNING
    assert await deliveries(database, made.id) == {
        "o-alice": (State.WAITING, ""), "o-bob": (State.WAITING, ""),
    }  # fmt: skip
    told = await one(database, select(Message).where(Message.campaign_id == made.id))
    assert (told.title, told.notice, told.fields) == ("停水", "tests.water", FIELDS)
    assert told.page == "/h5/outages"
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'gateway:send'"
    assert await one(database, text(jobs)) == 1


async def test_the_list_of_numbers_does_not_stay(database: Database, people: People) -> None:
    made = await sent(database, operator(people), plan(TWO))
    trail = await one(database, select(Entry).where(Entry.action == "campaigns.draft"))
    assert made.audience == {"numbers": []}
    assert "20260000" not in str(trail.after)


async def test_who_has_no_phone_or_switched_it_off_finds_it_in_the_inbox(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        db.add(Mute(person_id=people["alice"].person_id, notice=WATER.name))
        await db.execute(text("UPDATE campus_followers SET left_at = now() WHERE who = 'o-bob'"))
    made = await sent(database, operator(people), plan(TWO))
    assert await deliveries(database, made.id) == {
        "o-alice": (State.KEPT, deliver.MUTED),
        f"#{people['bob'].person_id}": (State.KEPT, deliver.NO_PHONE),
    }  # fmt: skip


async def test_ten_who_press_send_at_once_start_it_once(database: Database, people: People) -> None:
    made = await drafted(database, operator(people), plan({"all": True}))
    seen = drafts.mark(made)

    async def press(name: str) -> None:
        async with database.session() as db:
            await life.ask(db, operator(people, name), made.id, seen)

    names = ["operator", "administrator"] * 5
    assert await raced(*map(press, names)) == ["Conflict"] * 9 + ["done"]
    assert await one(database, select(func.count()).select_from(Message)) == 1
    assert await one(database, select(func.count()).select_from(Delivery)) == len(people)


async def test_one_source_announced_by_two_at_once_is_one_campaign(
    database: Database, people: People
) -> None:
    async def announce() -> int:
        async with database.session() as db:
            made = await life.announce(
                db, operator(people), title="停水", notice=WATER, fields=FIELDS,
                audience={"all": True}, source="outages:7",
            )  # fmt: skip
            return made.id

    found = await asyncio.gather(*(announce() for _ in range(4)))
    assert len(set(found)) == 1
    assert await one(database, select(func.count()).select_from(Message)) == 1
    assert await stage_of(database, found[0]) == Stage.RUNNING


async def test_a_service_that_leaves_a_field_out_hears_of_it(
    database: Database, people: People
) -> None:
    with pytest.raises(TypeError, match="at"):
        async with database.session() as db:
            await life.announce(
                db, None, title="停水", notice=WATER, fields={"what": "停水"},
                audience={"all": True}, source="outages:7",
            )  # fmt: skip


async def test_above_the_set_number_a_second_operator_confirms(
    database: Database, people: People, above: Any
) -> None:
    above(1)
    writer, other = operator(people), operator(people, "administrator")
    made = await sent(database, writer, plan(TWO))
    assert (made.stage, made.counts) == (Stage.ASKED, {"phones": 2, "others": 0})
    assert await deliveries(database, made.id) == {}
    with pytest.raises(Forbidden):
        async with database.session() as db:
            await life.confirm(db, writer, made.id, drafts.mark(made))
    async with database.session() as db:
        await life.confirm(db, other, made.id, drafts.mark(made))
    assert await stage_of(database, made.id) == Stage.RUNNING
    assert len(await deliveries(database, made.id)) == 2


async def test_whoever_confirms_confirms_what_they_have_seen(
    database: Database, people: People, above: Any
) -> None:
    above(1)
    writer, other = operator(people), operator(people, "administrator")
    made = await sent(database, writer, plan(TWO))
    seen = drafts.mark(made)
    async with database.session() as db:
        await life.back(db, writer, made.id)
        changed = await drafts.save(db, writer, made.id, plan({"all": True}), seen)
        await life.ask(db, writer, made.id, drafts.mark(changed))
    with pytest.raises(Conflict, match="改过"):
        async with database.session() as db:
            await life.confirm(db, other, made.id, seen)


async def test_two_who_change_one_draft_do_not_write_over_each_other(
    database: Database, people: People
) -> None:
    made = await drafted(database, operator(people), plan(TWO))
    seen = drafts.mark(made)

    async def change(audience: Mapping[str, Any]) -> None:
        async with database.session() as db:
            await drafts.save(db, operator(people), made.id, plan(audience), seen)

    both = change({"all": True}), change({"kinds": ["freshman"]})
    assert await raced(*both) == ["Conflict", "done"]


async def test_whoever_changes_it_is_its_author(database: Database, people: People) -> None:
    made = await drafted(database, operator(people), plan(TWO))
    other = operator(people, "administrator")
    async with database.session() as db:
        saved = await drafts.save(db, other, made.id, plan({"all": True}), drafts.mark(made))
    assert saved.made_by == other.person_id


async def test_a_scheduled_one_starts_at_its_time_once_and_not_before(
    database: Database, people: People
) -> None:
    at = clock.now() + timedelta(hours=3)
    made = await sent(database, operator(people), plan(TWO, starts_at=at))
    assert made.stage == Stage.SCHEDULED
    due = "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'campaigns:start'"
    assert await one(database, text(due)) == at

    async def start(when: Any) -> bool:
        async with database.session() as db:
            return await life.start(db, made.id, when)

    assert not await start(at - timedelta(seconds=1))
    assert sorted(await asyncio.gather(*(start(at) for _ in range(4)))) == [False] * 3 + [True]
    assert len(await deliveries(database, made.id)) == 2


async def test_one_that_went_back_to_draft_does_not_start(
    database: Database, people: People
) -> None:
    at = clock.now() + timedelta(hours=3)
    made = await sent(database, operator(people), plan(TWO, starts_at=at))
    async with database.session() as db:
        await life.back(db, operator(people), made.id)
        assert not await life.start(db, made.id, at)
    assert await deliveries(database, made.id) == {}


async def test_paused_goes_on_and_cancelled_drops_what_waits(
    database: Database, people: People
) -> None:
    me = operator(people)
    made = await sent(database, me, plan(TWO))
    async with database.session() as db:
        await life.pause(db, me, made.id)
        await life.resume(db, me, made.id)
        await came_of(db, made.id, "o-alice", State.SENT)
        await life.cancel(db, me, made.id)
    assert await deliveries(database, made.id) == {
        "o-alice": (State.SENT, ""), "o-bob": (State.CANCELLED, ""),
    }  # fmt: skip
    for deed in (life.pause, life.resume, life.cancel, life.back):
        with pytest.raises(Conflict):
            async with database.session() as db:
                await deed(db, me, made.id)


async def test_at_night_only_what_is_urgent_goes_out(database: Database, people: People) -> None:
    night = clock.now().replace(hour=23, minute=0)
    assert deliver.due_at(Campaign(urgent=True), night) == night
    held = deliver.due_at(Campaign(urgent=False), night)
    assert (held.hour, held.date() - night.date()) == (7, timedelta(days=1))


async def test_who_was_missed_for_a_reason_that_passes_is_told_again_and_nobody_else(
    database: Database, people: People
) -> None:
    me = operator(people)
    made = await sent(database, me, plan({"all": True}))
    ends = {
        "o-alice": ("failed", "busy"), "o-bob": ("failed", "gone"),
        "o-fresh": ("unsure", "busy"), "o-teacher": ("blocked", "refuses"),
    }  # fmt: skip
    async with database.session() as db:
        await db.execute(update(Delivery).values(state=State.DELIVERED))
        for who, (state, reason) in ends.items():
            await came_of(db, made.id, who, State(state), reason)
        await sweep.finish(db, clock.now())

    async def again() -> int:
        async with database.session() as db:
            return (await life.resend(db, me, made.id)).id

    assert await raced(*(again() for _ in range(3))) == ["Conflict", "Conflict", "done"]
    second = await one(database, select(Campaign).where(Campaign.after_id == made.id))
    assert await deliveries(database, second.id) == {"o-alice": (State.WAITING, "")}
    assert (second.title, second.notice, second.fields) == (made.title, made.notice, made.fields)


async def test_nothing_is_sent_again_while_it_runs_or_where_nobody_was_missed(
    database: Database, people: People
) -> None:
    me = operator(people)
    made = await sent(database, me, plan(TWO))
    with pytest.raises(Conflict):
        async with database.session() as db:
            await life.resend(db, me, made.id)
    async with database.session() as db:
        await db.execute(update(Delivery).values(state=State.DELIVERED))
        await sweep.finish(db, clock.now())
    with pytest.raises(Invalid):
        async with database.session() as db:
            await life.resend(db, me, made.id)


async def test_a_trial_reaches_its_author_alone(database: Database, people: People) -> None:
    made = await drafted(database, operator(people), plan({"all": True}))
    async with database.session() as db:
        await life.trial(db, operator(people), made.id)
    async with database.session() as db:
        [only] = (await db.scalars(select(Delivery))).all()
        assert (only.who, only.state) == ("o-operator", State.WAITING)
        assert await db.scalar(select(Message.campaign_id)) is None
    assert await stage_of(database, made.id) == Stage.DRAFT


async def test_an_operator_of_a_building_sends_there_and_nowhere_else(
    database: Database, people: People
) -> None:
    building = await one(database, select(Building))
    me = operator(people, building_id=building.id)
    made = await sent(database, me, plan({"buildings": [building.id]}))
    assert set(await deliveries(database, made.id)) == {"o-alice", "o-bob"}
    with pytest.raises(Forbidden):
        await drafted(database, me, plan({"all": True}))
    other = await drafted(database, operator(people, "administrator"), plan({"all": True}))
    for deed in (drafts.get, life.cancel, life.trial):
        with pytest.raises(Forbidden):
            async with database.session() as db:
                await deed(db, me, other.id)


async def test_an_audience_of_nobody_is_not_sent(database: Database, people: People) -> None:
    with pytest.raises(Invalid, match="一个人也"):
        await sent(database, operator(people), plan({"numbers": ["nobody"]}))


async def test_what_is_missing_is_said_at_its_field() -> None:
    assert mistakes(plan({"all": True})) == {}
    assert set(mistakes(drafts.Plan("", {}))) == {"title", "notice"}
    typed = drafts.Plan("停水", {}, notice=WATER, fields={"what": " ", "at": "明天"})
    assert set(mistakes(typed)) == {"field_what", "field_at", "audience"}
    assert set(mistakes(plan({"all": True}, words=" ", page="moon"))) == {"words", "page"}
    assert set(mistakes(plan({"all": True}, words="字" * 601))) == {"words"}


async def test_a_page_is_filled_with_the_fields(database: Database, people: People) -> None:
    notice = Notice(
        "tests.page", "维修", tells="住户", fields=(Field("order", Kind.CHARACTER_STRING, "单号"),),
        page="/h5/repairs/{order}",
    )  # fmt: skip
    written = drafts.Plan("维修", {"all": True}, notice=notice, fields={"order": "a/1", "x": 1})
    made = await drafted(database, operator(people), written)
    assert (made.page, made.fields) == ("/h5/repairs/a%2F1", {"order": "a/1"})


def test_the_set_number_is_a_thousand_unless_said_otherwise() -> None:
    assert Settings.model_fields["campaign_confirm_above"].default == 1000
