"""The command line: what it does, and that whatever is wrong is said in a sentence."""

import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app import doctor
from app.gateway.router import Router
from app.kit.db import Database
from app.office import opened
from app.sandbox.server import create_app
from app.sandbox.settings import Settings as SandboxSettings
from app.settings import DEMO_SECRETS, Settings
from tests import forked
from tests.browser import serve
from tests.conftest import EMPTY

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cli(database_url: str, tmp_path: Path) -> Iterator[Cli]:
    """`cli("load", "moon", PUBLIC_URL=…)`: the command in a process of its own."""

    def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return forked.run(words, {**os.environ, "DATABASE_URL": database_url, **env}, tmp_path)

    yield run
    with psycopg.connect(database_url) as connection:
        connection.execute(EMPTY)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[str]:
    """The address of a WeChat platform."""
    with serve(create_app(SandboxSettings(assets_dir=tmp_path))) as address:
        yield address


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_without_a_command_it_lists_them(cli: Cli) -> None:
    listed = cli("--help").stdout
    for command in ("run", "serve", "work", "migrate", "demo", "load", "doctor", "menu"):
        assert command in listed


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_port_in_use_gives_one_sentence(cli: Cli, taken_port: int, command: str) -> None:
    done = cli(command, "--port", str(taken_port))
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith(f"Port {taken_port} is in use.")


def test_demo_secrets_are_refused_in_public(cli: Cli) -> None:
    own = "our-own-secret-that-nobody-sees"
    done = cli("serve", PUBLIC_URL="https://hq.example.edu.cn", SECRET_KEY=own)
    shown = done.stdout + done.stderr
    assert done.returncode == 2
    assert "WECHAT_TOKEN" in shown
    assert "SECRET_KEY" not in shown
    assert not [secret for secret in (own, *DEMO_SECRETS.values()) if secret in shown]
    assert "Traceback" not in shown


def test_a_setting_out_of_range_is_named(cli: Cli) -> None:
    done = cli("doctor", WECHAT_MODE="loud")
    assert done.returncode == 2
    assert done.stderr.startswith("WECHAT_MODE: ")
    assert "Traceback" not in done.stderr


def test_load_says_which_services_take_files(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text("部门,电话\n")
    done = cli("load", "moon", str(file))
    assert done.returncode == 2
    assert "「moon」" in done.stderr
    assert "bus" in done.stderr
    assert "phones" in done.stderr


def test_load_takes_a_file_and_says_what_it_did(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text("部门,岗位,电话\n后勤管理处/维修中心,值班,8880 0110\n", encoding="gb18030")
    done = cli("load", "phones", str(file))
    assert (done.returncode, done.stdout) == (0, "电话簿换好了，2 个部门，1 个电话\n")


def test_load_tells_the_wrong_cell_by_its_row(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text("部门,电话\n维修中心,打给老王\n")
    done = cli("load", "phones", str(file))
    assert done.returncode == 1
    assert "第 2 行「电话」" in done.stderr
    assert "Traceback" not in done.stderr


ROSTER = "学号/工号,姓名,身份\n9000,何静,职工\n"


@pytest.mark.parametrize("role", ["administrator", "operator"])
def test_the_first_of_a_role_is_given_on_the_command_line(
    cli: Cli, tmp_path: Path, database_url: str, role: str
) -> None:
    (tmp_path / "名册.csv").write_text(ROSTER)
    assert cli("load", "mine", str(tmp_path / "名册.csv")).returncode == 0
    done = [cli("grant", "9000", role) for _ in range(2)]
    assert [(d.returncode, d.stdout) for d in done] == [
        (0, f"何静 is {role} from the next page they open.\n")
    ] * 2
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT role FROM campus_grants").fetchall() == [(role,)]


@pytest.mark.parametrize(
    ("number", "role", "code", "says"),
    [
        ("9000", "administrator", 1, "名册里没有 9000，先把名册导进来"),
        ("9000", "king", 2, "There is no role 'king' to give; there are: administrator,"),
        ("9000", "student", 2, "There is no role 'student' to give"),
    ],
)
def test_an_unknown_number_or_role_is_a_sentence(
    cli: Cli, number: str, role: str, code: int, says: str
) -> None:
    done = cli("grant", number, role)
    assert (done.returncode, says in done.stderr, done.stdout) == (code, True, "")


def test_the_menu_that_was_pushed_is_the_one_that_is_shown(cli: Cli, sandbox: str) -> None:
    assert "There is no menu." in cli("menu", "show", WECHAT_API_URL=sandbox).stdout
    pushed = cli("menu", "push", WECHAT_API_URL=sandbox)
    assert pushed.returncode == 0, pushed.stderr
    shown = json.loads(cli("menu", "show", WECHAT_API_URL=sandbox).stdout)
    columns = shown.get("menu", shown)["button"]
    assert [column["name"] for column in columns] == ["查询", "服务", "更多"]
    assert "班车" in [button["name"] for button in columns[0]["sub_button"]]


def test_a_refusal_of_wechat_is_a_sentence(cli: Cli, sandbox: str) -> None:
    done = cli("menu", "push", WECHAT_API_URL=sandbox, WECHAT_APP_SECRET="wrong")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("WeChat refused: ")
    assert "Traceback" not in done.stderr


class Stub(BaseHTTPRequestHandler):
    """A server that answers everything alike; `date` is its clock, in HTTP's format."""

    date, body = "", b"{}"

    def answer(self) -> None:
        self.send_response_only(200)
        if self.date:
            self.send_header("date", self.date)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.body)

    do_GET = do_HEAD = do_POST = answer

    def log_message(self, *args: Any) -> None:
        """Say nothing in a test."""


@contextlib.contextmanager
def stub(date: str = "", body: str = "{}") -> Iterator[str]:
    """The address of a `Stub`."""
    kind = type("Kind", (Stub,), {"date": date, "body": body.encode()})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


Examine = Callable[..., Any]


@pytest.fixture
async def examine(database: Database, settings: Settings) -> Examine:
    """`await examine(public_url=…)`: what the doctor finds, by what was looked at."""

    async def run(**changes: Any) -> dict[str, doctor.Finding]:
        changed = settings.model_copy(update=changes)
        async with opened(changed, Router({}), Database(changed.database_url, 2)) as office:
            return {finding.what: finding for finding in await doctor.examine(office)}

    return run


@pytest.mark.anyio
async def test_the_doctor_finds_nothing_wrong_with_the_sandbox(
    examine: Examine, sandbox: str
) -> None:
    findings = await examine(wechat_api_url=sandbox)
    assert findings["clock"].well
    assert findings["token"].well, findings["token"].says
    assert "demo values" in findings["settings"].says


@pytest.mark.anyio
async def test_the_doctor_says_when_nobody_answers(examine: Examine) -> None:
    dead = "http://127.0.0.1:1"
    findings = await examine(wechat_api_url=dead, public_url=dead)
    assert f"{dead} gives no time" in findings["clock"].says
    assert "IP white list" in findings["token"].says
    assert f"{dead}/wechat is not reached" in findings["callback"].says
    assert not any(findings[what].well for what in ("clock", "token", "callback"))


@pytest.mark.anyio
async def test_the_doctor_says_by_how_much_the_clock_is_wrong(examine: Examine) -> None:
    with stub(date="Sat, 10 Oct 2020 12:00:00 GMT") as old:
        clock = (await examine(wechat_api_url=old))["clock"]
    assert not clock.well
    assert clock.says.endswith("s from WeChat's: set the time by NTP")
    with stub() as silent:
        assert "gives no time" in (await examine(wechat_api_url=silent))["clock"].says


@pytest.mark.anyio
async def test_the_doctor_says_what_wechat_has_against_the_token(examine: Examine) -> None:
    refusal = '{"errcode": 40164, "errmsg": "invalid ip 10.0.0.8, not in whitelist"}'
    with stub(body=refusal) as platform:
        token = (await examine(wechat_api_url=platform))["token"]
    assert not token.well
    assert "IP white list" in token.says


@pytest.mark.anyio
async def test_the_doctor_says_when_another_server_answers_the_callback(examine: Examine) -> None:
    with stub(body="<h1>nginx</h1>") as other:
        callback = (await examine(public_url=other))["callback"]
    assert not callback.well
    assert callback.says == f"{other}/wechat answers 200, not the echo"


@pytest.mark.anyio
async def test_the_doctor_says_when_the_database_is_away(examine: Examine) -> None:
    database = (await examine(database_url="postgresql://nobody@127.0.0.1:1/none"))["database"]
    assert not database.well
    assert database.says.endswith("check DATABASE_URL")


@pytest.mark.anyio
async def test_the_doctor_says_when_tables_are_old(examine: Examine, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        newest = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
        try:
            found = (await examine())["database"]
        finally:
            connection.execute("UPDATE alembic_version SET version_num = %s", newest)
    assert not found.well
    assert found.says.startswith("at revision older, not ")
    assert found.says.endswith("weihouqin migrate")


def test_the_doctor_ends_with_one_if_something_is_to_mend(cli: Cli) -> None:
    dead = "http://127.0.0.1:1"
    done = cli("doctor", WECHAT_API_URL=dead, PUBLIC_URL=dead)
    assert done.returncode == 1
    assert [line[:4] for line in done.stdout.splitlines()][2:] == ["MEND"] * 3
    assert "Traceback" not in done.stderr
