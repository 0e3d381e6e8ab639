"""A login by scanning, whole: the sandbox's platform, the waiting page, the phone's yes."""

from pathlib import Path

import pytest

from app.kit.db import Database
from app.main import create_app
from app.sandbox.server import create_app as platform
from app.sandbox.settings import Settings as SandboxSettings
from app.settings import Settings
from tests.browser import chromium, faults, serve
from tests.desk.test_login import phone_says
from tests.h5.pages import needs_packages
from tests.people import Somebody

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]


async def test_the_waiting_page_goes_in_when_the_phone_says_yes(
    database: Database, settings: Settings, people: dict[str, Somebody], tmp_path: Path
) -> None:
    with serve(platform(SandboxSettings(assets_dir=tmp_path))) as wechat:
        here = create_app(settings.model_copy(update={"wechat_api_url": wechat}))
        with serve(here) as address:
            async with chromium() as machine:
                page = await machine.new_page(base_url=address)
                await page.goto("/desk/")
                assert await faults(page) == []
                scene = await page.locator(".d-scene code").inner_text()
                number = await page.locator("#scan b").inner_text()
                assert number in await phone_says(database, scene, "o-operator")
                await phone_says(database, f"{scene}:yes", "o-operator")
                await page.wait_for_url("**/desk/")
                assert "operator" in await page.locator("header").inner_text()
