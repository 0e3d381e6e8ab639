"""Binding by the university's own login: a stand-in of it, over real HTTP."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from app.campus.people.cas import Cas
from app.campus.people.lookup import follower_of
from app.kit.db import Database
from app.kit.errors import CampusError, Forbidden, Unavailable
from app.services.mine.cas_pages import chosen
from tests.browser import serve

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("lin")]
Phone = Callable[[str], httpx.AsyncClient]
SAYS = '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">{}</cas:serviceResponse>'
YES = SAYS.format("<cas:authenticationSuccess><cas:user>{}</cas:user></cas:authenticationSuccess>")
NO = SAYS.format('<cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure>')
HOSTILE = {
    "ST-doctype": '<!DOCTYPE x [<!ENTITY a "20240136">]>' + YES.format("&a;"),
    "ST-other": YES.format("1").replace("cas:", ""),
    "ST-cut": YES.format("20240136")[:-9],
    "ST-long": YES.format("9" * 100_000),
}


@pytest.fixture
def university() -> Iterator[str]:
    """ST-good-<service> is good once for the service that it was given for."""
    app, used = FastAPI(), set[str]()

    @app.get("/cas/serviceValidate")
    def validate(service: str, ticket: str) -> Response:
        if ticket in HOSTILE:
            return Response(HOSTILE[ticket], media_type="application/xml")
        good = ticket == f"ST-good-{len(service)}" and ticket not in used
        used.add(ticket)
        return Response(YES.format("20240136") if good else NO, media_type="application/xml")

    with serve(app) as address:
        yield f"{address}/cas"


@pytest.fixture
def asked(app: FastAPI, university: str) -> None:
    app.dependency_overrides[chosen] = lambda: Cas(university)


async def _begin(phone: httpx.AsyncClient) -> tuple[str, str]:
    """What the login is told to come back to, and a ticket for it."""
    begun = await phone.get("/h5/mine/cas", params={"next": "/h5/electricity"})
    [service] = parse_qs(urlsplit(begun.headers["location"]).query)["service"]
    return service, f"ST-good-{len(service)}"


async def test_who_logged_in_at_the_university_is_bound(
    asked: None, phone_of: Phone, database: Database, lin: int
) -> None:
    phone = phone_of("charlie")
    service, ticket = await _begin(phone)
    answer = await phone.get(f"{service}&ticket={ticket}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/h5/electricity")
    async with database.session() as db:
        assert await follower_of(db, lin) == "o-charlie"


async def test_a_link_of_somebody_elses_login_binds_nobody(
    asked: None, phone_of: Phone, database: Database, lin: int
) -> None:
    service, ticket = await _begin(phone_of("bob"))
    answer = await phone_of("charlie").get(f"{service}&ticket={ticket}")
    assert answer.status_code == 403
    async with database.session() as db:
        assert await follower_of(db, lin) is None


@pytest.mark.parametrize(
    ("ticket", "error"),
    [
        ("ST-bad", Forbidden), ("bad", Forbidden), ("ST-other", Forbidden),
        ("ST-doctype", Unavailable), ("ST-cut", Unavailable), ("ST-long", Unavailable),
    ],
)  # fmt: skip
async def test_nothing_but_a_success_is_one(
    university: str, ticket: str, error: type[CampusError]
) -> None:
    with pytest.raises(error):
        await Cas(university).number(ticket, "http://us/")


async def test_a_server_that_is_down_says_so(phone_of: Phone) -> None:
    with pytest.raises(Unavailable, match="没回话"):
        await Cas("http://127.0.0.1:9/cas", 0.5).number("ST-1", "http://us/")


async def test_without_a_server_there_is_no_such_way(phone_of: Phone) -> None:
    assert (await phone_of("charlie").get("/h5/mine/cas")).status_code == 404
    assert "统一身份认证" not in (await phone_of("charlie").get("/h5/mine/bind")).text
