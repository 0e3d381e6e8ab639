"""The code on the login page, drawn here, for whoever scans it; and the first password."""

import os
from dataclasses import dataclass

import anyio.to_thread
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from typer.testing import CliRunner

from app.cli import cli
from app.desk import passwords
from app.desk.drawing import drawn
from app.desk.models import Credential
from app.kit.db import Database
from app.wechat.client import Qr
from app.wechat.errors import WeChatError
from tests.desk.conftest import browser
from tests.people import Somebody

pytestmark = pytest.mark.anyio
OPERATOR = "20260009"


@dataclass
class Platform:
    """What the page asks of WeChat; `down`: it does not answer."""

    down: bool = False
    scene: str = ""
    seconds: int = 0

    async def qr_create(self, scene: str, seconds: int) -> Qr:
        if self.down:
            raise WeChatError("down")
        self.scene, self.seconds = scene, seconds
        return Qr("ticket", "http://weixin.qq.com/q/abc")


async def test_the_page_shows_a_code_for_two_minutes_and_its_number(
    app: FastAPI, database: Database
) -> None:
    platform = app.state.wechat = Platform()
    page = (await browser(app).get("/desk/login")).text
    assert platform.scene.startswith("desk:")
    assert platform.seconds == 120
    assert drawn("http://weixin.qq.com/q/abc") in page
    assert platform.scene in page  # at home it is scanned by typing it


async def test_without_wechat_the_password_still_works(app: FastAPI, database: Database) -> None:
    app.state.wechat = Platform(down=True)
    page = await browser(app).get("/desk/login")
    assert page.status_code == 200
    assert "微信那边没回话" in page.text
    assert 'name="password"' in page.text


def test_the_code_is_a_picture_without_styles_of_its_own() -> None:
    assert drawn("x").startswith("<svg")
    assert "style" not in drawn("x")


async def command(database_url: str, number: str, password: str, *more: str) -> tuple[int, str]:
    def run() -> tuple[int, str]:
        done = CliRunner(env={**os.environ, "DATABASE_URL": database_url}).invoke(
            cli, ["password", number, *more], input=f"{password}\n"
        )
        return done.exit_code, done.output

    return await anyio.to_thread.run_sync(run)


async def test_the_command_refuses_a_short_password_and_an_unknown_number(
    database_url: str, people: dict[str, Somebody]
) -> None:
    assert (await command(database_url, OPERATOR, "short"))[0] == 1
    code, said = await command(database_url, "nobody", "a long enough one")
    assert (code, "没有 nobody" in said) == (1, True)


async def test_the_command_sets_the_first_password(
    database_url: str, database: Database, people: dict[str, Somebody]
) -> None:
    code, said = await command(database_url, OPERATOR, "a long enough one", "--temporary")
    assert code == 0, said
    async with database.session() as db:
        kept = (await db.scalars(select(Credential))).one()
    assert kept.must_change
    assert await passwords.verify(kept.hash, "a long enough one")
