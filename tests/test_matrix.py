"""Every route × every role: who may come in, who is sent to log in or to bind, who is refused."""

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import Notice, notify
from app.campus.notify.models import Delivery
from app.campus.people.lookup import BIND_PAGE
from app.campus.people.me import COOKIE, Bound, Here, anyone, bound, me, needs
from app.campus.people.models import Move
from app.campus.permission import Action, Role
from app.kit import clock
from app.kit.db import Database
from app.kit.machines import machine
from app.settings import DEMO_SECRETS
from tests.people import CAST, Somebody, cookie_of
from tests.routes import Door, doors
from tests.services.assess.owned import ITEM, month_of_alice
from tests.services.evaluations import owned as evaluations
from tests.services.feedback import owned as feedback
from tests.services.repairs.owned import ASKED, PRESSED, mended_of_alice, order_of_alice
from tests.services.rooms.owned import CHOOSING

pytestmark = pytest.mark.anyio
EVERYBODY = ["nobody", "charlie", *CAST]
People = dict[str, Somebody]

# Routes that are no FastAPI routes and so carry no marker: open to everybody, and why.
OPEN = {
    "/static/{hash}/{name:path}": "what pages load",
    "/healthz": "asked by the supervisor; says only that the process runs",
    "/readyz": "asked by the balancer; says only whether the database answers",
    "/metrics": "asked by Prometheus; counts, no names",
}
# Routes that are for anyone whose address was made for them: a made-up address is refused.
GRANTED_BY_ADDRESS = {"/h5/uploads/{upload_id}/{size}/{signature}.jpg"}
# The code of a table or a door is for whoever stands before it; a forged one is refused.
BY_CODE = {"/h5/evaluations/{code}", "/h5/evaluations/{code}/results"}
# What is put into the holes of an address. The thing itself need not exist: 404 is an answer
# to somebody who may come in.
HOLES = {
    "id": "1", "building_id": "1", "move_id": "1", "upload_id": "1", "number": "1",
    "delivery_id": "1", "code": "x", "size": "full", "signature": "0" * 32, "hash": "0",
    "name": "none.css", "room_id": "1", "step": "lock",
}  # fmt: skip


@dataclass(frozen=True)
class Owned:
    """A route to something of alice's: nobody but alice (and staff, by their role) gets it.

    `path` has holes that `made` fills: it makes the thing, if there has to be one, and names
    it. `shows`: what stands on alice's answer and must not stand on bob's.
    """

    path: str
    made: Callable[[AsyncSession, People], Awaitable[dict[str, object]]]
    shows: str = ""
    method: str = "GET"


async def nothing(db: AsyncSession, people: People) -> dict[str, object]:
    return {}


async def move_of_alice(db: AsyncSession, people: People) -> dict[str, object]:
    """charlie says that they are alice; alice is asked."""
    move = Move(person_id=people["alice"].person_id, who="o-charlie", at=clock.now())
    db.add(move)
    await db.flush()
    return {"move_id": move.id}


async def message_of_alice(db: AsyncSession, people: People) -> dict[str, object]:
    """alice is told something."""
    alice = people["alice"].person_id or 0
    message = await notify(db, Notice("test.news", "只告诉她", "她", ()), to=[alice])
    found = select(Delivery.id).where(Delivery.message_id == message)
    return {"delivery_id": await db.scalar(found)}


# A service whose routes lead to things that belong to somebody adds them here.
OWNED = [
    Owned("/h5/inbox/{delivery_id}", message_of_alice, shows="只告诉她"),
    Owned("/h5/electricity?room=3号楼 501", nothing, shows="3号楼 501"),
    Owned("/h5/electricity?building=3号楼&room=501", nothing, shows="3号楼 501"),
    Owned("/h5/assess/{id}", month_of_alice, shows=ITEM),
    Owned("/h5/assess/{id}/object", month_of_alice, method="POST"),
    Owned("/h5/mine/move/{move_id}/agree", move_of_alice, method="POST"),
    Owned("/h5/mine/move/{move_id}/refuse", move_of_alice, method="POST"),
    *(Owned(f"/h5/repairs/{{number}}{page}", order_of_alice, shows="水管漏水") for page in ASKED),
    *(Owned(f"/h5/repairs/{{number}}{it}", order_of_alice, method="POST") for it in PRESSED),
    Owned("/h5/repairs/{number}/confirm", mended_of_alice, method="POST"),
    *(
        Owned(f"/h5/feedback/{{number}}{page}", feedback.case_of_alice, shows=shows)
        for page, shows in feedback.PAGES
    ),
    Owned("/h5/evaluations/mine/{number}", evaluations.answer_of_alice, shows=evaluations.WORDS),
    Owned("/h5/evaluations/i/{id}", evaluations.invitation_of_alice),
    *(Owned(f"/h5/rooms/{{id}}{page}", made, method=how) for how, page, made in CHOOSING),
]


@pytest.fixture
def browser_of(app: FastAPI, people: People) -> Callable[[str], httpx.AsyncClient]:
    """Somebody's browser that sends the token of our forms; "nobody" has no session."""

    def client(name: str) -> httpx.AsyncClient:
        cookies = {} if name == "nobody" else {COOKIE: cookie_of(people[name])}
        said = f"csrf:{cookies.get(COOKIE, '')}".encode()
        token = hmac.new(DEMO_SECRETS["secret_key"].encode(), said, "sha256").hexdigest()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url="http://test", cookies=cookies,
            headers={"x-csrf-token": token},
        )  # fmt: skip

    return client


BrowserOf = Callable[[str], httpx.AsyncClient]


def filled(path: str) -> str:
    """`path` with its holes filled."""

    def fill(hole: re.Match[str]) -> str:
        assert hole[1] in HOLES, f"{path}: say in HOLES of tests/test_matrix.py what {hole[1]} is"
        return HOLES[hole[1]]

    return re.sub(r"{(\w+)(?::\w+)?}", fill, path)


def roles_of(name: str) -> set[str]:
    kind, _, role, _ = CAST[name]
    return {kind.value, role or ""}


def expected(door: Door, name: str) -> str:
    """What `name` should hear at `door`: login, bind, no, or come in."""
    if door.kind == "machine" or door.path in GRANTED_BY_ADDRESS:
        return "no"
    if door.kind == "anyone":
        return "come in"
    if name == "nobody":
        return "login"
    if name == "charlie":
        return "come in" if door.kind == "me" else "bind"
    allowed = {Role.ADMINISTRATOR, *door.action.roles} if door.action else roles_of(name)
    return "come in" if roles_of(name) & allowed else "no"


def heard(answer: httpx.Response) -> str:
    """What an answer says, in the words of `expected`."""
    if answer.status_code == 403:
        return "bind" if BIND_PAGE in answer.text else "no"
    to_login = answer.headers.get("location", "").startswith("/login?")
    if answer.status_code == 401 or to_login:
        return "login"
    return "come in" if answer.status_code != 500 else "a bug"


async def test_every_route_says_who_may_come(app: FastAPI) -> None:
    marked, plain = doors(app)
    assert len(marked) > 20
    assert set(plain) == set(OPEN), "a route without markers: list it in OPEN with the reason"


ONE, TWO = Action("test.one", frozenset()), Action("test.two", frozenset())


@pytest.mark.parametrize(
    ("guards", "kind"),
    [
        ([anyone], "anyone"), ([machine], "machine"), ([me], "me"), ([bound], "bound"),
        ([needs(ONE)], "needs"), ([bound, needs(ONE)], "needs"), ([me, bound], "bound"),
        ([], None), ([anyone, me], None), ([machine, bound], None),
        ([needs(ONE), needs(TWO)], None),
    ],
)  # fmt: skip
async def test_the_walk_takes_one_marker_and_wants_one(
    guards: list[Callable[..., object]], kind: str | None
) -> None:
    router, app = APIRouter(), FastAPI()

    @router.get("/new", dependencies=[Depends(guard) for guard in guards])
    async def new() -> None: ...

    app.include_router(router, prefix="/h5/lost")
    if kind:
        assert doors(app)[0] == [
            Door("/h5/lost/new", frozenset({"GET"}), kind, ONE if kind == "needs" else None)
        ]
    else:
        with pytest.raises(AssertionError, match="/h5/lost/new does not say who may come"):
            doors(app)


async def test_a_marker_is_found_in_a_parameter_and_below_another_dependency() -> None:
    app = FastAPI()

    async def room(me: Bound) -> str:
        return me.name

    @app.get("/room")
    async def index(room: str = Depends(room)) -> None: ...

    @app.get("/self")
    async def self(me: Here) -> None: ...

    assert {(door.path, door.kind) for door in doors(app)[0]} == {
        ("/room", "bound"), ("/self", "me"),
    }  # fmt: skip


@pytest.mark.parametrize("name", EVERYBODY)
async def test_each_page_lets_in_whom_it_says(
    app: FastAPI, browser_of: BrowserOf, name: str
) -> None:
    wrong = []
    async with browser_of(name) as browser:
        for door in doors(app)[0]:
            if door.reads:
                found = heard(await browser.get(filled(door.path)))
                if found != expected(door, name):
                    wrong.append(
                        f"{door.path}: {name} hears «{found}», not «{expected(door, name)}»"
                    )
    assert wrong == []


@pytest.mark.parametrize("name", EVERYBODY)
async def test_each_change_refuses_whom_it_does_not_name(
    app: FastAPI, browser_of: BrowserOf, name: str
) -> None:
    wrong = []
    async with browser_of(name) as browser:
        for door in doors(app)[0]:
            for method in door.changes if expected(door, name) != "come in" else ():
                found = heard(await browser.request(method, filled(door.path)))
                if found != expected(door, name):
                    wrong.append(f"{method} {door.path}: {name} hears «{found}»")
    assert wrong == []


async def test_no_change_is_made_without_the_token_of_our_forms(
    app: FastAPI, browser_of: BrowserOf
) -> None:
    async with browser_of("administrator") as browser:
        del browser.headers["x-csrf-token"]
        for door in doors(app)[0]:
            for method in door.changes if door.kind != "machine" else ():
                answer = await browser.request(method, filled(door.path))
                refused = answer.status_code == 403 and "放太久了" in answer.text
                assert refused, f"{method} {door.path}: add the dependency same_site to its router"


async def test_what_is_open_to_everybody_answers_nobody(
    app: FastAPI, browser_of: BrowserOf
) -> None:
    async with browser_of("nobody") as browser:
        for path in OPEN:
            assert heard(await browser.get(filled(path))) == "come in", path


async def test_what_belongs_to_somebody_is_among_the_owned(app: FastAPI) -> None:
    known = {owned.path.split("?")[0] for owned in OWNED} | BY_CODE
    for door in doors(app)[0]:
        if door.kind in ("me", "bound") and "{" in door.path:
            assert door.path in known, f"{door.path}: add it to OWNED in tests/test_matrix.py"


@pytest.mark.parametrize("owned", OWNED, ids=lambda owned: f"{owned.method} {owned.path}")
async def test_bob_never_sees_alices(
    database: Database, people: People, browser_of: BrowserOf, owned: Owned
) -> None:
    async with database.session() as db:
        path = owned.path.format_map(await owned.made(db, people))
    for name in ("nobody", "charlie", "bob", "fresh", "teacher"):
        async with browser_of(name) as browser:
            answer = await browser.request(owned.method, path)
        known = {400, 401, 403, 404}
        assert answer.status_code in known or heard(answer) == "login", (name, answer.status_code)
        assert not _tells(answer, owned), name
    async with browser_of("alice") as browser:
        answer = await browser.request(owned.method, path)
    assert answer.status_code < 400
    assert owned.shows in answer.text


def _tells(answer: httpx.Response, owned: Owned) -> bool:
    """Whether alice's answer stands in this one; the sentence of a refusal may name the thing."""
    return answer.status_code < 300 and (not owned.shows or owned.shows in answer.text)
