"""Every route of the desk × every role: only who may open it comes in, and only by its own login.

Which list is for whom each view says itself; here the menu and the doors must say the same.
"""

import re
from collections import Counter

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.desk.login import COOKIE as DESK_COOKIE
from app.kit import clock
from app.kit.db import Database
from tests.people import CAST, Somebody, cookie_of
from tests.routes import mounted

pytestmark = pytest.mark.anyio
LOGIN = "/desk/login"
# Who is about to log in has not done so yet.
BEFORE_LOGIN = {LOGIN, "/desk/login/scan", "/desk/login/password"}
INSIDE = ("operator", "administrator")
# Who comes in for the few pages that services open to them, and what is theirs without a menu.
VISITORS = ("head", "supervisor")
ALWAYS = re.compile(r"/desk/(|own/?.*|password.*|static.*)")
KEY = "campus_audit"
HOLES = re.compile(r"{\w+(?::\w+)?}")
LINK = re.compile(r'href="(?:http://test)?(/desk/[^"?#]*)')


@pytest.fixture
async def desk_of(
    app: FastAPI, people: dict[str, Somebody], database: Database
) -> dict[str, httpx.AsyncClient]:
    """By name a browser with a session at the desk; `phone of …` with the session of a phone."""
    cookies: dict[str, dict[str, str]] = {"nobody": {}}
    async with database.session() as db:
        for name, somebody in people.items():
            cookies[f"phone of {name}"] = {
                COOKIE: cookie_of(somebody), DESK_COOKIE: cookie_of(somebody),
            }  # fmt: skip
            if somebody.person_id:
                token = await sessions.start(db, clock.now(), person_id=somebody.person_id)
                cookies[name] = {DESK_COOKIE: cookie_of(Somebody("", token))}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return {
        name: httpx.AsyncClient(transport=transport, base_url="http://test", cookies=found)
        for name, found in cookies.items()
    }


def refused(answer: httpx.Response) -> bool:
    to_login = answer.is_redirect and LOGIN in answer.headers["location"]
    return to_login or answer.status_code in (401, 403)


def inner(app: FastAPI) -> list[tuple[str, str]]:
    """(method, address) of all that lies behind the login."""
    return [
        (method, HOLES.sub("1", path.replace("{key}", KEY)))
        for path, methods in mounted(app, "/desk")
        if path not in BEFORE_LOGIN
        for method in sorted(methods - {"HEAD"})
    ]


async def menu(desk: httpx.AsyncClient) -> set[str]:
    """The addresses that the dashboard leads to."""
    page = await desk.get("/desk/")
    assert page.status_code == 200
    return {link for link in LINK.findall(page.text) if not link.startswith("/desk/static")}


@pytest.mark.parametrize(
    "name",
    ["nobody", "phone of charlie", *(f"phone of {name}" for name in CAST),
     *(name for name in CAST if name not in INSIDE + VISITORS)],
)  # fmt: skip
async def test_whoever_is_no_operator_at_the_desk_gets_nowhere(
    app: FastAPI, desk_of: dict[str, httpx.AsyncClient], name: str
) -> None:
    ways = inner(app)
    assert len(ways) > 10
    for method, path in ways:
        answer = await desk_of[name].request(method, path)
        assert refused(answer), (method, path, answer.status_code)


@pytest.mark.parametrize("name", VISITORS)
async def test_who_comes_in_for_some_pages_opens_nothing_beyond_their_menu(
    app: FastAPI, desk_of: dict[str, httpx.AsyncClient], name: str
) -> None:
    desk, lists = desk_of[name], await menu(desk_of["administrator"])
    own = await menu(desk) - {"/desk/"}
    assert "/desk/repairs/figures" in own
    assert not [path for path in own if path.startswith(("/desk/campus", "/desk/repairs/o"))]
    ways = {path for method, path in inner(app) if method == "GET"} | lists
    opened = [path for path in sorted(ways) if (await desk.get(path)).status_code == 200]
    beneath = tuple(f"{path}/" for path in own)
    beyond = [path for path in opened if path not in own and not path.startswith(beneath)]
    assert [path for path in beyond if not ALWAYS.fullmatch(path)] == []


async def test_no_two_pages_of_the_desk_share_a_name(app: FastAPI) -> None:
    [desk] = [route for route in app.routes if isinstance(route, Mount) and route.path == "/desk"]
    names = Counter(route.name for route in desk.routes if isinstance(route, Route))
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("name", INSIDE)
async def test_all_that_the_menu_offers_opens(
    desk_of: dict[str, httpx.AsyncClient], name: str
) -> None:
    links = await menu(desk_of[name])
    assert len(links) > 5
    for link in sorted(links):
        assert (await desk_of[name].get(link)).status_code == 200, link


async def test_what_only_administrators_are_offered_is_refused_to_operators(
    desk_of: dict[str, httpx.AsyncClient],
) -> None:
    operators, administrators = [await menu(desk_of[name]) for name in INSIDE]
    assert operators < administrators
    for link in sorted(administrators - operators):
        answer = await desk_of["operator"].get(link)
        assert refused(answer), (link, answer.status_code)


@pytest.mark.parametrize("name", INSIDE)
async def test_no_change_at_the_desk_is_made_without_the_token_of_its_forms(
    app: FastAPI, desk_of: dict[str, httpx.AsyncClient], name: str
) -> None:
    for method, path in inner(app):
        if method != "GET":
            answer = await desk_of[name].request(method, path)
            assert answer.status_code == 403, (method, path, answer.status_code)
