"""Adding a notice to a service is one declaration and one call."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.campus.notify.models import State
from app.kit.db import Database
from app.settings import ROOT
from tests.campus.notices import deliveries
from tests.people import Somebody

pytestmark = pytest.mark.anyio
# A service as somebody would write it: the declaration where `main` looks for it, and the call.
NOTICES = """
from app.campus.notify import Field, Kind, Notice
FOUND = Notice("lost.found", "有人捡到了", "丢的人", (Field("thing", Kind.THING, "东西"),))
"""
SERVICE = '''"""失物招领：发送「失物」。"""
from app.campus.notify import notify
from app.kit.service import Service
from app.services.lost.notices import FOUND
service = Service("失物招领")
async def found(db, person_id, thing):
    await notify(db, FOUND, to=[person_id], thing=thing)
'''
RUN = """
import asyncio, sys
from app.kit.db import Database
from app.main import create_app, load_services
from app.services.inbox.words import declared
from app.services.lost import found
from app.settings import Settings

async def run():
    app = create_app(Settings(database_url=sys.argv[1], _env_file=None))
    print(declared(app.state.services)["lost.found"].title)
    async with app.state.database.session() as db:
        await found(db, int(sys.argv[2]), "一把伞")
    await app.state.database.close()

asyncio.run(run())
"""


async def test_a_new_service_tells_somebody_with_a_declaration_and_a_call(
    database: Database,
    database_url: str,
    people: dict[str, Somebody],
    phone_of: Callable[[str], httpx.AsyncClient],
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app")
    lost = tmp_path / "app/services/lost"
    lost.mkdir()
    (lost / "__init__.py").write_text(SERVICE)
    (lost / "notices.py").write_text(NOTICES)
    command = [sys.executable, "-c", RUN, database_url, str(people["alice"].person_id)]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "有人捡到了" in done.stdout
    [delivery] = await deliveries(database)
    assert (delivery.who, delivery.state) == ("o-alice", State.WAITING)
    async with phone_of("alice") as phone:
        assert "一把伞" in (await phone.get("/h5/inbox")).text
