"""Forms and subjects for tests, and phones that answer."""

import hmac
import re
from typing import Any

import httpx
from fastapi import FastAPI

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations import forms
from app.services.evaluations.codes import PATH, code_of
from app.services.evaluations.forms import Spec
from app.services.evaluations.models import Form, Subject
from app.settings import DEMO_SECRETS
from tests.people import UNIT, Somebody, cookie_of

STARS = {"name": "stars", "kind": "stars", "title": "总的来说", "required": True}
TAGS = {"name": "tags", "kind": "tags", "title": "选几个词", "choices": ["味道好", "菜凉了"]}
WORDS = {"name": "words", "kind": "words", "title": "想说的话"}
PHOTO = {"name": "photo", "kind": "photo", "title": "拍一张", "limit": 2}
DINER: list[dict[str, Any]] = [STARS, TAGS, WORDS, PHOTO]
KEY = DEMO_SECRETS["secret_key"].encode()


async def opened(
    database: Database, questions: list[dict[str, Any]] | None = None, *,
    name: str = "二食堂 3 号桌", team: str = "", **spec: Any,
) -> tuple[Form, Subject, str]:  # fmt: skip
    """An open form of 饮食中心 with one subject, and the address behind its code."""
    async with database.session() as db:
        said = Spec(**{"title": "这顿饭怎么样", "unit": UNIT, **spec})
        form = await forms.create(db, None, said, questions or DINER, clock.now())
        await forms.open_form(db, None, form, clock.now())
        subject = Subject(name=name, kind="window", unit=UNIT, form_id=form.id, team=team)
        db.add(subject)
        await db.flush()
        return form, subject, f"{PATH}{await code_of(db, subject)}"


def phone(app: FastAPI, somebody: Somebody) -> httpx.AsyncClient:
    """Somebody's browser: it sends the token of our forms, and follows where they lead."""
    return _browser(app, cookie_of(somebody))


def _browser(app: FastAPI, cookie: str) -> httpx.AsyncClient:
    token = hmac.new(KEY, f"csrf:{cookie}".encode(), "sha256").hexdigest()
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://test",
        cookies={COOKIE: cookie} if cookie else {}, headers={"x-csrf-token": token},
        follow_redirects=True,
    )  # fmt: skip


def nobody(app: FastAPI) -> httpx.AsyncClient:
    """A browser that nobody is logged in with."""
    return _browser(app, "")


async def a_class(database: Database, size: int, college: str = "能源学院") -> list[Somebody]:
    """So many students of one college, each with a phone."""
    now, found = clock.now(), []
    async with database.session() as db:
        people = [Person(number=f"c{college}{at}", name=f"同学{at}", kind=PersonKind.STUDENT,
                         college=college) for at in range(size)]  # fmt: skip
        names = [f"o-{college}-{at}" for at in range(size)]
        db.add_all([*people, *(Follower(who=who, joined_at=now) for who in names)])
        await db.flush()
        for person, who in zip(people, names, strict=True):
            db.add(Binding(who=who, person_id=person.id, at=now))
            token = await sessions.start(db, now, who=who)
            found.append(Somebody(who, token, person.id))
    return found


async def send(
    browser: httpx.AsyncClient, page: str, *, version: int = 1,
    photo: bytes | None = None, **given: str | list[str],
) -> httpx.Response:  # fmt: skip
    """Fill in and send: names of questions without their prefix."""
    data = {"version": str(version), **{f"q-{name}": value for name, value in given.items()}}
    files = {"q-photo": ("a.jpg", photo, "image/jpeg")} if photo else None
    return await browser.post(page, data=data, files=files)


def receipt_in(page: str) -> str:
    """The receipt's code that a page shows."""
    found = re.search(r'class="e-code[^>]*>([^<]+)<', page)
    assert found, page
    return found[1].strip()
