"""The rules of the design that import-linter does not hold (that one runs in `make check`)."""

import ast
import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

import pytest
from sqlalchemy.orm import Mapper

from app.kit.db import Base
from app.main import load_services
from app.settings import ROOT

APP, TESTS, H5 = ROOT / "app", ROOT / "tests", ROOT / "h5"
SOURCES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in sorted(APP.rglob("*.py"))
}
SERVICES = sorted(
    module.name for module in iter_modules([str(APP / "services")]) if module.name[0] != "_"
)
IMPURE = ("sqlalchemy", "psycopg", "httpx", "fastapi", "starlette", "asyncio", "random", "os",
          "app.kit.db", "app.kit.cache", "app.kit.jobs", "app.kit.service")  # fmt: skip
pytestmark = pytest.mark.timeout(300)  # one fixture starts a process for every service
LIBRARIES = ("alembic", "fastapi", "openpyxl", "PIL", "procrastinate", "psycopg", "pypinyin",
             "reportlab", "sqlalchemy", "starlette_admin", "wechatpy")  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "monotonic"}
COMMITS_IN = {"app/kit/db.py"}
# Batch and lane run single statements on connections of their own; the listener writes nothing.
AUTOCOMMITS_IN = {"app/gateway/batch.py", "app/kit/db.py", "app/kit/lane.py"}
EXCUSE = re.compile(
    r"# (?:noqa|type: ignore)(?P<codes>[:\[][\w\-, ]*?\]?)?(?P<reason>[ #-]+\S.*)?$"
)
ASK = """
import sys, app
from app.gateway.router import Router, as_text
from app.kit.clock import now
from app.main import load_services
assert app.__file__.startswith(sys.argv[1]), app.__file__
router = Router(load_services())
ask = as_text(sys.argv[2], "alice", now())
known = router.words.get(ask.text)
answer = known.handler() if known else router.unknown(ask)
print(sorted(router.services), answer)
"""


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported, and every name as `module.name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def lengths(folder: Path, prefix: str = "") -> list[tuple[int, str]]:
    """Lines of each function whose name begins so, shortest first."""
    return sorted(
        (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}: {node.name}")
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
        if node.name.startswith(prefix)
    )


def p90(sizes: list[tuple[int, str]]) -> int:
    return sizes[int(len(sizes) * 0.9)][0]


def mappers() -> list[Mapper[object]]:
    load_services()
    return sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)


def in_module(found: Mapper[object]) -> list[str]:
    parts: list[str] = found.class_.__module__.split(".")
    return parts


@pytest.mark.parametrize("path", [path for path in SOURCES if path.endswith("/rules.py")])
def test_rules_know_no_database_no_http_and_no_clock(path: str) -> None:
    tree = SOURCES[path]
    impure = [name for name in imported(tree) if name.startswith(IMPURE) or name.endswith(".now")]
    models = [name for name in imported(tree) if name.endswith((".models", ".settings"))]
    clocks = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]
    assert impure + models + clocks == []


def test_only_the_database_module_commits() -> None:
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("commit", "begin"):
                assert path in COMMITS_IN, f"{path}:{node.lineno} commits or begins"
            if isinstance(node, ast.keyword) and node.arg == "autocommit":
                assert path in AUTOCOMMITS_IN, f"{path} opens a connection that commits by itself"


def test_tables_are_named_after_who_owns_them() -> None:
    for mapper in mappers():
        parts = in_module(mapper)
        owner = parts[2] if parts[1] == "services" else parts[1]
        if parts[0] == "app":
            assert str(mapper.local_table).startswith(f"{owner}_"), mapper


def test_no_foreign_key_ties_two_services_together() -> None:
    for mapper in mappers():
        table = mapper.local_table
        for key in getattr(table, "foreign_keys", ()):
            owners = {str(table).split("_")[0], str(key.column.table).split("_")[0]} - {"campus"}
            assert len(owners) <= 1, f"{table} refers to {key.target_fullname}"


def test_relationships_load_nothing_by_surprise() -> None:
    for mapper in mappers():
        for relation in mapper.relationships:
            assert relation.lazy in ("raise", "raise_on_sql"), relation


def test_every_folder_of_pages_and_tests_belongs_to_something() -> None:
    def folders(path: Path) -> set[str]:
        return {entry.name for entry in path.iterdir() if entry.is_dir()} - {"__pycache__"}

    assert folders(H5) <= {*SERVICES, "desk", "login", "static", "node_modules"}
    assert folders(TESTS) <= folders(APP) | {"h5"}
    assert folders(TESTS / "services") <= set(SERVICES)
    assert folders(APP / "services") <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_explains_itself_in_chinese(name: str) -> None:
    help_text = importlib.import_module(f"app.services.{name}").__doc__
    assert re.search(r"[\u4e00-\u9fff]{2}.*「", help_text or "", re.DOTALL), name


def test_every_module_says_what_it_is() -> None:
    assert [path for path, tree in SOURCES.items() if not ast.get_docstring(tree)] == []


def test_enums_are_text() -> None:
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
                assert not bases & {"Enum", "IntEnum", "Flag", "IntFlag"}, f"{path}: {node.name}"


def test_every_silenced_warning_says_why() -> None:
    for path in [*APP.rglob("*.py"), *TESTS.rglob("*.py")]:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if path != Path(__file__) and (found := EXCUSE.search(line)):
                assert found["codes"], f"{path}:{number} silences everything"
                assert found["reason"], f"{path}:{number} gives no reason"


def test_functions_stay_short() -> None:
    sizes = lengths(APP)
    assert p90(sizes) <= 25
    assert sizes[-1][0] <= 60, sizes[-1]


def test_files_stay_short() -> None:
    sizes = sorted((len((ROOT / path).read_text().splitlines()), path) for path in SOURCES)
    assert p90(sizes) <= 200
    assert sizes[-1][0] <= 300, sizes[-1]


def test_tests_stay_short() -> None:
    assert p90(lengths(TESTS, "test_")) <= 20


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A second checkout of what runs; `ask` asks it."""
    shutil.copytree(APP, tmp_path / "app")
    return tmp_path


def ask(copy: Path, words: str) -> subprocess.CompletedProcess[str]:
    """What the services in `copy` are and say to `words`, from a process of their own."""
    command = [sys.executable, "-c", ASK, str(copy), words]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)


def add_service(copy: Path, name: str, source: str) -> None:
    (copy / "app/services" / f"{name}.py").write_text(source)


def readme_example() -> str:
    """The service that README shows."""
    [source] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return str(source)


def test_a_keyword_service_in_one_new_file_answers(copy: Path) -> None:
    add_service(copy, "lost", readme_example())
    answered = ask(copy, "失物")
    assert answered.returncode == 0, answered.stderr
    assert "'lost'" in answered.stdout
    assert "失物招领处" in answered.stdout


# One process has all libraries, most of the wait; for each copy one forks from it.
ASK_ALL = """
import gc, importlib, json, os, sys
gc.disable()
for name in json.loads(sys.argv[1]):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
for copy in sys.argv[2:]:
    if not os.fork():
        os.chdir(copy)
        sys.path.insert(0, copy)
        sys.argv[1:] = [copy, "月球"]
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
        exec(ASK)
        sys.exit()
    os.wait()
"""


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """What was answered, and said of it, where each service by name was deleted."""
    copies = {name: tmp_path_factory.mktemp(name) for name in SERVICES}
    for name, copy in copies.items():
        shutil.copytree(APP, copy / "app")
        shutil.rmtree(copy / "app/services" / name, ignore_errors=True)
        (copy / "app/services" / f"{name}.py").unlink(missing_ok=True)
    theirs = sorted({name for name in sys.modules if name.split(".")[0] in LIBRARIES})
    script = f"ASK = {ASK!r}\n{ASK_ALL}"
    command = [sys.executable, "-c", script, json.dumps(theirs), *map(str, copies.values())]
    subprocess.run(command, cwd=tmp_path_factory.getbasetemp(), check=True, capture_output=True)
    return {
        name: ((copy / "out").read_text(), (copy / "err").read_text())
        for name, copy in copies.items()
    }


@pytest.mark.xdist_group("without")  # the processes are started once
@pytest.mark.parametrize("name", SERVICES)
def test_any_service_can_be_deleted_without_breaking_the_rest(
    without: dict[str, tuple[str, str]], name: str
) -> None:
    answered, said = without[name]
    assert answered.startswith("["), said
    assert f"'{name}'" not in answered
    assert all(f"'{other}'" in answered for other in SERVICES if other != name)


def test_two_services_that_claim_one_word_stop_the_start_up(copy: Path) -> None:
    for name in ("lost", "zoo"):
        add_service(copy, name, readme_example())
    answered = ask(copy, "失物")
    assert answered.returncode == 1
    assert "「失物」 is claimed by lost and by zoo" in answered.stderr


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import no_such_library", "No module named 'no_such_library'"),
        ('"""没有 service。"""', "app/services/lost has no `service = Service(...)`"),
        (
            'from app.kit.chat import Chat\nchat = Chat()\n@chat.say("a")\ndef f(moon): ...',
            "asks for ['moon']: nobody offers it",
        ),
    ],
)
def test_a_service_that_fails_to_import_stops_the_start_up(
    copy: Path, source: str, why: str
) -> None:
    add_service(copy, "lost", source)
    answered = ask(copy, "失物")
    assert answered.returncode == 1
    assert why in answered.stderr
