"""What is installed is pinned, hashed, explained, and fetched from wherever the reader likes."""

import importlib
import json
import re
import tomllib

import httpx
import psycopg
import pytest

from app.kit.sheets import Column
from app.settings import DEMO_SECRETS, ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^(?P<name>[a-z0-9._-]+)(?:\[[a-z,]+\])?==(?P<version>[^ ;\\]+)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NPM = json.loads((ROOT / "h5/package.json").read_text())["dependencies"]


def requirement_name(requirement: str) -> str:
    return re.split(r"[\[;=<>~ ]", requirement, maxsplit=1)[0].lower()


def direct() -> dict[str, list[str]]:
    """Names of what we ask for ourselves, by where it is asked for."""
    groups = {"runtime": PROJECT["project"]["dependencies"], **PROJECT["dependency-groups"]}
    return {group: [requirement_name(r) for r in names] for group, names in groups.items()}


def blocks(lock: str) -> list[str]:
    """One text for each requirement, with its hashes."""
    lines = (ROOT / lock).read_text()
    return re.split(r"\n(?=[a-z0-9])", lines.strip())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_has_hashes(lock: str) -> None:
    for block in blocks(lock):
        assert PINNED.match(block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index-url" not in text


def test_what_is_asked_for_is_locked() -> None:
    runtime, dev = (
        {found["name"] for block in blocks(lock) if (found := PINNED.match(block))}
        for lock in LOCKS
    )
    asked = direct()
    assert set(asked["runtime"]) <= runtime
    assert {name for names in asked.values() for name in names} <= dev


def test_both_locks_hold_the_same_versions() -> None:
    runtime, dev = (
        {(found["name"], found["version"]) for b in blocks(lock) if (found := PINNED.match(b))}
        for lock in LOCKS
    )
    assert runtime <= dev


def test_front_end_packages_are_locked_by_content_and_not_by_host() -> None:
    text = (ROOT / "h5/package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert '"resolved"' not in text
    for name, version in NPM.items():
        assert packages[f"node_modules/{name}"]["version"] == version
        assert packages[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs/dependencies.md").read_text()
    explained = re.findall(r"^\| `([^`]+)` \| .{20,} \|$", text, re.MULTILINE)
    wanted = [name for names in direct().values() for name in names] + list(NPM)
    assert sorted(explained) == sorted(wanted)


def test_the_image_holds_what_the_program_reads() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    runtime = lines[[at for at, line in enumerate(lines) if line.startswith("FROM ")][1] :]
    copied = {line.split()[-2].split("/")[-1] for line in runtime if line.startswith("COPY ")}
    assert copied == {"venv", "app", "migrations", "h5", "alembic.ini"}
    assert next(at for at, line in enumerate(runtime) if line.startswith("USER ")) < next(
        at for at, line in enumerate(runtime) if line.startswith("CMD ")
    )


def test_the_image_is_built_from_nothing_that_is_ignored() -> None:
    let_in = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copies = re.findall(r"^COPY (?!--)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sources = {name.split("/")[0] for line in copies for name in line.split()}
    assert sources == let_in


def test_the_changelog_is_about_this_version() -> None:
    newest = re.search(r"^## (\d\S*)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == PROJECT["project"]["version"]


def test_the_manual_names_every_column_of_every_sheet() -> None:
    manual = (ROOT / "docs/运营手册.md").read_text()
    known = set(re.findall(r"[\w（）/]+", manual))
    sheets = [importlib.import_module(f"app.services.{name}.sheet")
              for name in ("bus", "electricity", "phones")]  # fmt: skip
    columns = [
        column
        for sheet in sheets
        for value in vars(sheet).values()
        if isinstance(value, tuple)
        for column in value
        if isinstance(column, Column)
    ]
    assert len(columns) > 20
    assert [column.title for column in columns if column.title not in known] == []


@pytest.mark.anyio
async def test_the_pushes_that_the_manual_shows_are_well_formed(client: httpx.AsyncClient) -> None:
    manual = (ROOT / "docs/运营手册.md").read_text()
    pushes = re.findall(r"curl https://[^/]+(/api/\S+) .*?-d '(\[.*?\])'\n", manual, re.DOTALL)
    assert [path for path, _ in pushes] == ["/api/bath/counts", "/api/electricity/readings"]
    for path, body in pushes:
        token = {"authorization": f"Bearer {DEMO_SECRETS['push_token']}"}
        answer = await client.post(path, content=body, headers=token)
        assert answer.status_code != 403
        assert "这几项不对" not in answer.text


def test_the_statements_that_the_manual_shows_run(database_url: str) -> None:
    manual = (ROOT / "docs/运营手册.md").read_text()
    statements = re.findall(r'-c "\n(.*?)"\n', manual, re.DOTALL)
    assert statements
    with psycopg.connect(database_url) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.rollback()
