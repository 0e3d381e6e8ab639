"""Repairs over the real app and the real sandbox: who there is, their phones, and time."""

import contextlib
import hmac
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from PIL import Image
from playwright.async_api import Browser, Page, expect
from sqlalchemy import DateTime, select, update

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.places import Area, Building, BuildingKind, Room
from app.campus.places.doors import code_key, place_of_room
from app.desk.login import COOKIE as DESK_COOKIE
from app.gateway.router import Router
from app.kit import clock
from app.kit.db import Base, Database
from app.main import load_services
from app.menu import map_templates
from app.office import opened
from app.services.repairs import rounds
from app.services.repairs.kinds import PLUMBING, TEAMS, fill_kinds
from app.services.repairs.models import Kind, Order, Shift, Stock, Worker
from app.settings import DEMO_SECRETS
from app.worker import work
from tests.people import Somebody, cookie_of
from tests.phone import Both, Phone

REPAIRS = "/h5/repairs"
TEAM = TEAMS[PLUMBING]
ALICE, MATE, WORKER, OTHER, LEADER, HEAD, WATCHER = (
    "林晓雨", "周子墨", "王建国", "李桂芳", "赵敏", "周主任", "陈悦",
)  # fmt: skip
# Those who hold the sandbox's phones: number, kind, room, roles. The head reads at the desk, and
# whoever watches is its operator for the team, too.
CAST: dict[str, tuple[str, PersonKind, str, tuple[Role, ...]]] = {
    ALICE: ("20240136", PersonKind.STUDENT, "501", ()),
    MATE: ("20240137", PersonKind.STUDENT, "501", ()),
    WORKER: ("6001", PersonKind.STAFF, "", (Role.WORKER,)),
    OTHER: ("6002", PersonKind.STAFF, "", (Role.WORKER,)),
    LEADER: ("6003", PersonKind.STAFF, "", (Role.LEADER,)),
    HEAD: ("6004", PersonKind.STAFF, "", (Role.HEAD,)),
    WATCHER: ("6005", PersonKind.TEACHER, "", (Role.SUPERVISOR, Role.OPERATOR)),
}


@dataclass
class World:
    """`kind` is a fault of the pipes, `door` the code of 501; both as texts for forms."""

    both: Both
    database: Database
    kind: str = ""
    door: str = ""
    ids: dict[str, int] = field(default_factory=dict)
    sent: int = 0

    def who(self, name: str) -> str:
        return next(one.openid for one in self.both.platform.people.values() if one.name == name)

    def cards(self, name: str) -> list[dict[str, str]]:
        """The template cards in somebody's chat, oldest first: values by their titles."""
        chat = self.both.platform.people[self.who(name)].chat
        return [dict(line.data["rows"]) for line in chat if line.kind == "template"]

    def heard(self, name: str) -> str:
        """All that these cards say."""
        return " ".join(" ".join(card.values()) for card in self.cards(name))

    async def work(self) -> None:
        """Whatever was put off for the workers' process: dispatch, telling."""
        await work(self.both.app.state.settings, load_services(), until_empty=True)

    async def later(self, **time: float) -> None:
        """As if everything had happened that much earlier: then the minutely round, and its jobs.

        The shifts stay.
        """
        by = timedelta(**time)
        async with self.database.session() as db:
            for table in Base.metadata.sorted_tables:
                moments = [c for c in table.columns if isinstance(c.type, DateTime)]
                ours = table.name.startswith("repairs_") and table.name != Shift.__tablename__
                if ours and moments:
                    await db.execute(update(table).values({c: c - by for c in moments}))
        await rounds.go_round(self.database, clock.now())
        await self.work()

    async def order(self, number: str) -> Order:
        async with self.database.session() as db:
            return (await db.scalars(select(Order).where(Order.number == number))).one()

    async def cookie(self, name: str, desk: bool = False) -> str:
        """A session of theirs, on the phone or at the desk."""
        limits = {"person_id": self.ids[name]} if desk else {"who": self.who(name)}
        async with self.database.session() as db:
            token = await sessions.start(db, clock.now(), **limits)
        return cookie_of(Somebody("", token))

    async def send(self, name: str, path: str, **fields: object) -> str:
        """Send a form of a page of repairs as somebody's phone does; where it leads."""
        self.sent += 1
        cookie = await self.cookie(name)
        key = DEMO_SECRETS["secret_key"].encode()
        token = hmac.new(key, f"csrf:{cookie}".encode(), "sha256").hexdigest()
        form = {"once": f"story-form-{self.sent:08}", **fields}
        async with httpx.AsyncClient(base_url=self.both.ours, cookies={COOKIE: cookie}) as phone:
            answer = await phone.post(
                f"{REPAIRS}{path}", data=form, headers={"x-csrf-token": token}
            )
        assert answer.status_code == 303, (path, answer.status_code, answer.text[-1500:])
        return answer.headers["location"]

    async def report(self, name: str = ALICE, **fields: object) -> str:
        """A leak behind the door; the order's number, after it was dispatched."""
        said = {"kind": self.kind, "sign": "漏水", "place": self.door, **fields}
        number = (await self.send(name, "/new", **said)).removeprefix(f"{REPAIRS}/")
        await self.work()
        return number

    async def mend(self, name: str, number: str) -> None:
        """Accept, arrive and finish."""
        at = f"/work/{number}"
        await self.send(name, f"{at}/accept")
        await self.send(name, f"{at}/arrive", code=self.door)
        await self.send(name, f"{at}/finish", done_words="换了软管")
        await self.work()


@contextlib.asynccontextmanager
async def a_world(made: Both, database: Database) -> AsyncIterator[World]:
    """One building, everybody of CAST bound to their phone, two workers on shift, templates."""
    world = World(made, database)
    await _fill(world)
    settings = made.app.state.settings
    services = load_services()
    async with opened(settings, Router(services), Database(settings.database_url)) as office:
        await map_templates(office, services)
    await made.push_menu(services)
    yield world


async def _fill(world: World) -> None:
    now = clock.now()
    async with world.database.session() as db:
        await fill_kinds(db)
        area = Area(name="3号楼片区")
        db.add(area)
        await db.flush()
        building = Building(
            name="3号楼", campus="南校区", kind=BuildingKind.DORMITORY, area_id=area.id
        )
        db.add(building)
        await db.flush()
        room = Room(building=building, number="501", floor=5, beds=4)
        db.add(room)
        await db.flush()
        for name, (number, kind, home, roles) in CAST.items():
            person = Person(number=number, name=name, kind=kind, phone="138 0391 0021",
                            room_id=room.id if home else None)  # fmt: skip
            who = world.who(name)
            db.add_all([person, Follower(who=who, joined_at=now)])
            await db.flush()
            world.ids[name] = person.id
            db.add(Binding(who=who, person_id=person.id, at=now))
            limits: dict[Role, dict[str, Any]] = {
                Role.HEAD: {"unit": TEAM},
                Role.OPERATOR: {"unit": TEAM},
            }
            db.add_all(
                Grant(person_id=person.id, role=role, at=now,
                      **limits.get(role, {"area_id": area.id}))
                for role in roles
            )  # fmt: skip
            if Role.WORKER in roles:
                db.add(Worker(person_id=person.id, trades=[PLUMBING], team=TEAM, since=2008))
                db.add(Shift(person_id=person.id, starts_at=now - timedelta(hours=2),
                             ends_at=now + timedelta(hours=10)))  # fmt: skip
        db.add(Stock(name="软管", unit="根", quantity=5, fen=850))
        await db.flush()
        pipes = select(Kind.id).where(Kind.trade == PLUMBING).order_by(Kind.position).limit(1)
        world.kind = str(await db.scalar(pipes))
        world.door = place_of_room(await code_key.within(db), room).code
    world.database.forget()


async def a_page(browser: Browser, world: World, name: str, path: str) -> Page:
    """Somebody's phone, 390×844, on a page, after the platform told who they are."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    query = urlencode({"openid": world.who(name), "url": f"{world.both.ours}{path}"})
    await page.goto(f"{world.both.theirs}/sandbox/open?{query}")
    return page


async def at_the_desk(browser: Browser, world: World, name: str, path: str) -> Page:
    """Somebody's screen at the desk, 1440×900."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    cookie = await world.cookie(name, desk=True)
    await context.add_cookies([{"name": DESK_COOKIE, "value": cookie, "url": world.both.ours}])
    page = await context.new_page()
    await page.goto(f"{world.both.ours}{path}")
    return page


async def scan(phone: Phone, world: World) -> None:
    """The door's code; the page of what can be done there."""
    if await phone.page.locator("#over .p-page").count():
        await phone.close()
    cards = phone.chat.locator("a", has_text="3号楼 501")
    before = await cards.count()
    await phone.page.get_by_role("button", name="扫门牌").click()
    await phone.page.get_by_label("码里的场景值").fill(f"place:{world.door}")
    await phone.page.get_by_role("button", name="扫", exact=True).click()
    await expect(cards).to_have_count(before + 1)
    await cards.last.click()


def photo(colour: str) -> Any:
    """A file to choose."""
    out = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(out, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
