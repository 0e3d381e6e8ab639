"""Forms lead somewhere whichever of their buttons is pressed, and are refused in Chinese."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette_admin import __file__ as library

from app.desk.csrf import STALE
from app.desk.theme import picture
from app.settings import ROOT
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.people import Somebody

pytestmark = pytest.mark.anyio
AWESOME = Path(library).parent / "static/css/vendor/fontawesome.min.css"


async def test_no_form_offers_a_way_on_that_is_refused(
    desk_of: DeskOf, people: dict[str, Somebody]
) -> None:
    hand = Hand(await desk_of("administrator"))
    keys = sorted(set(re.findall(r'href="[^"]*?/desk/([\w-]+)/list"', await hand.page(""))))
    offers = {}
    for key in keys:
        answer = await hand.client.get(f"/desk/{key}/create")
        if answer.status_code == 200:
            offers[key] = "_continue_editing" in answer.text
    assert (offers["grants"], offers["rooms"]) == (False, True)
    for key in [key for key, further in offers.items() if further]:
        edit = await hand.client.get(f"/desk/{key}/edit?pk=0")
        assert edit.status_code in (404, 200), key


async def test_who_may_not_add_is_not_offered_to_add_another(
    desk_of: DeskOf, people: dict[str, Somebody]
) -> None:
    hand = Hand(await desk_of("operator"))
    page = await hand.page(f"people/edit?pk={people['alice'].person_id}")
    assert ("_add_another" in page, "_continue_editing" in page) == (False, True)
    form = {"name": "alice", "kind": "student", "_continue_editing": ""}
    saved = await hand.edit("people", people["alice"].person_id, **form)
    assert (await hand.client.get(saved.headers["location"])).status_code == 200


async def test_a_form_without_its_token_is_refused_in_chinese(desk_of: DeskOf) -> None:
    client = await desk_of("operator")
    page = await client.post("/desk/terms/create", data={"name": "x"})
    assert (page.status_code, STALE in page.text) == (403, True)
    pressed = await client.post("/desk/_api/terms/row-action?pk=1&name=delete")
    assert (pressed.status_code, pressed.json()) == (403, {"msg": STALE})


def test_every_picture_of_a_service_is_there_at_the_desk() -> None:
    icons = re.findall(r'^"(\w+)":', (ROOT / "h5/icons.html").read_text(), re.MULTILINE)
    there = AWESOME.read_text()
    missing = [
        icon for icon in icons
        if not re.search(rf"\.{picture(icon).removeprefix('fa ')}(?![\w-])", there)
    ]  # fmt: skip
    assert len(icons) > 40
    assert missing == []


async def test_services_stand_in_the_menu_with_their_own_pictures(
    app: FastAPI, desk_of: DeskOf
) -> None:
    page = await Hand(await desk_of("operator")).page("")
    shown = {name for name, service in app.state.services.items() if service.desk}
    shown &= {"bus", "bath"}  # several views of each stand under one picture
    for name in shown:
        assert picture(app.state.services[name].icon) in page
