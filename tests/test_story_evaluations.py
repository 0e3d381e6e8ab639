"""A code on a table to the head's phone and back, in Chromium: rated low, answered, and told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Locator, expect
from sqlalchemy import select, text

from app.campus.notify.settings import settings as peace
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.units.models import Unit
from app.gateway.router import Router
from app.kit import clock
from app.kit.db import Database
from app.main import load_services
from app.menu import map_templates
from app.office import opened
from app.sandbox.people import openid_of
from app.services.evaluations import forms
from app.services.evaluations.codes import SCENE, code_of
from app.services.evaluations.forms import Spec
from app.services.evaluations.models import Answer, Subject
from app.services.evaluations.opening import open_sealed
from app.services.feedback.models import Case
from app.settings import Settings
from app.worker import work
from tests.browser import chromium
from tests.h5.pages import needs_packages
from tests.phone import Both, Phone, both, phone_at

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.slow, needs_packages]
DINER, NEIGHBOUR, HEAD = "林晓雨", "周子墨", "周主任"
UNIT, TABLE = "饮食中心", "二食堂 3 号桌"
CAST: dict[str, tuple[str, PersonKind]] = {
    DINER: ("20240136", PersonKind.STUDENT), NEIGHBOUR: ("20240137", PersonKind.STUDENT),
    HEAD: ("6004", PersonKind.STAFF),
}  # fmt: skip
QUESTIONS: list[dict[str, Any]] = [
    {"name": "stars", "kind": "stars", "title": "这顿饭怎么样", "required": True},
    {"name": "tags", "kind": "tags", "title": "选几个词", "choices": ["味道好", "菜凉了"]},
    {"name": "words", "kind": "words", "title": "想说的话"},
]


@dataclass
class World:
    """The account and its phones; `codes` by whether what is behind them is anonymous."""

    both: Both
    database: Database
    codes: dict[bool, str]

    def cards(self, name: str) -> list[str]:
        """The template cards in somebody's chat, oldest first, each as one line."""
        people = self.both.platform.people.values()
        chat = next(one for one in people if one.name == name).chat
        return [" ".join(v for _, v in line.data["rows"]) for line in chat
                if line.kind == "template"]  # fmt: skip

    async def work(self) -> None:
        """Whatever was put off for the workers' process, and what that put off in its turn."""
        due = text(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
        )
        for _ in range(5):
            await work(self.both.app.state.settings, load_services(), until_empty=True)
            async with self.database.session() as db:
                if not await db.scalar(due):
                    return


@pytest.fixture
async def world(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A canteen's table with two codes, a diner, a neighbour and the head, all told at once."""
    for name, value in {"QUIET_FROM": "0:00", "QUIET_UNTIL": "0:00", "MERGE_SECONDS": "0"}.items():
        monkeypatch.setenv(name, value)
    peace.cache_clear()
    with both(settings) as made:
        found = World(made, database, {})
        await _fill(found, settings.wechat_app_id)
        services, theirs = load_services(), made.app.state.settings
        async with opened(theirs, Router(services), Database(settings.database_url)) as office:
            await map_templates(office, services)
        yield found
    peace.cache_clear()


async def _fill(world: World, app_id: str) -> None:
    now = clock.now()
    async with world.database.session() as db:
        db.add(Unit(name=UNIT))
        for name, (number, kind) in CAST.items():
            person, who = Person(number=number, name=name, kind=kind), openid_of(app_id, name)
            db.add_all([person, Follower(who=who, joined_at=now)])
            await db.flush()
            db.add(Binding(who=who, person_id=person.id, at=now))
            if name == HEAD:
                db.add(Grant(person_id=person.id, role=Role.HEAD, unit=UNIT, at=now))
        for secret in (False, True):
            spec = Spec("这顿饭怎么样", unit=UNIT, anonymous=secret)
            form = await forms.create(db, None, spec, QUESTIONS, now)
            await forms.open_form(db, None, form, now)
            table = Subject(name=TABLE, kind="window", unit=UNIT, form_id=form.id)
            db.add(table)
            await db.flush()
            world.codes[secret] = await code_of(db, table)
    world.database.forget()


async def scan_and_rate(world: World, diner: Phone, *, secret: bool = False) -> None:
    """The table's code, one star, a tag and a few words."""
    await diner.page.get_by_role("button", name="扫门牌").click()
    await diner.page.get_by_label("码里的场景值").fill(f"{SCENE}{world.codes[secret]}")
    await diner.page.get_by_role("button", name="扫", exact=True).click()
    await diner.chat.locator("a", has_text=TABLE).last.click()
    await expect(diner.inside.get_by_role("heading", name=f"{TABLE}怎么样")).to_be_visible()
    await diner.inside.locator(".e-stars label").first.click()
    await diner.inside.get_by_text("菜凉了", exact=True).click()
    await diner.inside.get_by_label("想说的话").last.fill("米饭是硬的")
    await diner.inside.get_by_role("button", name="提交评价").click()
    await expect(diner.inside.get_by_text("记下了，谢谢你说一声").first).to_be_visible()


def newest(phone: Phone) -> Locator:
    """The link of the last card in the chat."""
    return phone.chat.locator("article").last.locator("a").last


async def is_alerted(world: World, head: Phone) -> None:
    """The head's phone rings with what was said, and nobody else's does; the card opens it."""
    await world.work()
    alert = world.cards(HEAD)[-1]
    assert TABLE in alert
    assert "米饭是硬的" in alert
    assert world.cards(NEIGHBOUR) == []
    await head.become(HEAD)
    await newest(head).click()
    await expect(head.inside.get_by_role("heading", name=f"{TABLE} 1 星")).to_be_visible()
    await expect(head.inside.get_by_text("菜凉了")).to_be_visible()


async def replies(head: Phone, words: str) -> None:
    await head.inside.get_by_label("回复").fill(words)
    await head.inside.get_by_role("button", name="回给他").click()
    await expect(head.inside.get_by_text(f"回过了：{words}")).to_be_visible()


async def test_a_low_rating_is_heard_answered_and_told(world: World) -> None:
    async with (
        chromium() as browser,
        phone_at(browser, world.both.theirs) as diner,
        phone_at(browser, world.both.theirs) as head,
    ):
        await diner.become(DINER)
        await scan_and_rate(world, diner)
        await is_alerted(world, head)
        await replies(head, "换了电饭锅，明天来尝尝")
        await world.work()
        assert "换了电饭锅" in world.cards(DINER)[-1]
        await diner.close()
        await newest(diner).click()
        await expect(diner.inside.get_by_role("heading", name=f"{TABLE}有回音了")).to_be_visible()
        await expect(diner.inside.get_by_text("米饭是硬的")).to_be_visible()
    assert world.cards(NEIGHBOUR) == []


async def test_a_complaint_becomes_a_case_whose_answer_reaches_the_diner(world: World) -> None:
    async with (
        chromium() as browser,
        phone_at(browser, world.both.theirs) as diner,
        phone_at(browser, world.both.theirs) as head,
    ):
        await diner.become(DINER)
        await scan_and_rate(world, diner)
        await is_alerted(world, head)
        await head.inside.get_by_role("button", name="转成投诉").click()
        await expect(head.inside.get_by_text("转成投诉了").first).to_be_visible()
        await world.work()
        await answers_the_case(world, head)
        await world.work()
        assert any("十点前换新锅" in card for card in world.cards(DINER))
        await diner.close()
        await diner.chat.locator("article", has_text="十点前换新锅").last.locator("a").last.click()
        await expect(diner.inside.get_by_text("十点前换新锅").first).to_be_visible()
    async with world.database.session() as db:
        reply = await db.scalar(select(Answer.reply))
    assert reply == "对不起，明天十点前换新锅"


async def answers_the_case(world: World, head: Phone) -> None:
    """The case is the head's: from the card in the chat."""
    async with world.database.session() as db:
        case = (await db.scalars(select(Case))).one()
    assert (case.unit, (case.source or "").split(":")[0]) == (UNIT, "evaluations")
    await head.close()
    await newest(head).click()
    await head.inside.get_by_label("答复", exact=True).fill("对不起，明天十点前换新锅")
    await head.inside.get_by_role("button", name="答复", exact=True).click()
    await expect(head.inside.get_by_text("答复过了").first).to_be_visible()


async def test_an_anonymous_diner_is_told_by_their_receipt_and_by_nothing_else(
    world: World,
) -> None:
    async with (
        chromium() as browser,
        phone_at(browser, world.both.theirs) as diner,
        phone_at(browser, world.both.theirs) as head,
    ):
        await diner.become(DINER)
        await scan_and_rate(world, diner, secret=True)
        receipt = await diner.inside.locator(".e-code").inner_text()
        await open_sealed(world.database, clock.now())
        await is_alerted(world, head)
        await expect(head.inside.get_by_text(DINER)).to_have_count(0)
        await replies(head, "换了电饭锅")
        await world.work()
        assert world.cards(DINER) == []
        await diner.inside.get_by_role("link", name="凭回执码看回复").click()
        await diner.inside.get_by_label("回执码").fill(receipt)
        await diner.inside.get_by_role("button", name="看回复").click()
        await expect(diner.inside.get_by_text("换了电饭锅")).to_be_visible()
