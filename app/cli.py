"""The command line: `weihouqin`."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer
import uvicorn
from pydantic import ValidationError

from app import demo as demo_data
from app import doctor as checks
from app import migrate as tables
from app.campus.permission.grants import grant_number
from app.campus.permission.rules import GIVEN_BY_ADMINISTRATORS, Role
from app.desk.passwords import choose_for
from app.embedded import with_database
from app.gateway.router import Router
from app.kit.db import Database
from app.kit.errors import CampusError
from app.kit.service import Command, Service
from app.main import load_services
from app.menu import map_templates
from app.menu import push as push_menu
from app.observe import set_up_logs
from app.office import opened
from app.settings import Settings
from app.supervise import free_port, supervise
from app.wechat.errors import WeChatError
from app.worker import work as do_jobs

cli = typer.Typer(help="微后勤", no_args_is_help=True, pretty_exceptions_enable=False)
menu = typer.Typer(help="The account's menu.", no_args_is_help=True)
cli.add_typer(menu, name="menu")
T = TypeVar("T")
Port = Annotated[int, typer.Option(help="Port to listen on.")]


def settings_ready() -> Settings:
    """Settings with a database that runs; its address is put into the environment for children."""
    try:
        settings = Settings()
    except ValidationError as error:
        for item in error.errors():
            name = ".".join(str(part) for part in item["loc"]).upper()
            typer.echo(f"{name or 'settings'}: {item['msg']}", err=True)
        raise typer.Exit(2) from None
    set_up_logs(settings.log_level, lines=settings.at_home)
    settings = with_database(settings)
    os.environ["DATABASE_URL"] = settings.database_url
    return settings


@cli.command()
def run(port: Port = 8000, phone_port: Port = 8100) -> None:
    """Everything on this machine: database, demo campus, app, worker, and a phone to try it."""
    for number, name in ((port, "PORT"), (phone_port, "PHONE_PORT")):
        if not free_port(number):
            typer.echo(
                f"Port {number} is in use. Stop what listens there, or choose another: "
                f"make run {name}=…", err=True,
            )  # fmt: skip
            raise typer.Exit(1)
    os.environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("WECHAT_API_URL", f"http://127.0.0.1:{phone_port}")
    os.environ.setdefault("WECHAT_OPEN_URL", f"http://127.0.0.1:{phone_port}")
    settings = settings_ready()
    tables.upgrade(settings.database_url)
    _fill(settings)
    raise typer.Exit(supervise(port, phone_port, settings.push_token.get_secret_value()))


@cli.command()
def serve(
    port: Port = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
) -> None:
    """Answer WeChat and show pages."""
    settings_ready()
    if not free_port(port, host):
        typer.echo(f"Port {port} is in use. Stop what listens there, or give another --port.",
                   err=True)  # fmt: skip
        raise typer.Exit(1)
    with tempfile.TemporaryDirectory() as folder:
        if workers > 1:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        uvicorn.run(
            "app.main:create_app", factory=True, host=host, port=port, workers=workers,
            access_log=False, log_level="warning", proxy_headers=True, server_header=False,
            timeout_graceful_shutdown=8,
            timeout_worker_healthcheck=60,  # a busy machine takes long to import a worker
        )  # fmt: skip


@cli.command()
def work() -> None:
    """Do the jobs: what was enqueued, and what is timed."""
    asyncio.run(do_jobs(settings_ready(), load_services()))


@cli.command()
def migrate() -> None:
    """Bring the tables to the newest revision."""
    url = settings_ready().database_url
    tables.upgrade(url)
    typer.echo(f"The tables are at revision {tables.revisions(url)[0]}.")


@cli.command()
def demo() -> None:
    """Fill an empty database with a believable campus."""
    settings = settings_ready()
    tables.upgrade(settings.database_url)
    _fill(settings)


@cli.command()
def load(service: str, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Take a file (xlsx, csv; for bus also a GTFS zip) into a service's tables."""
    loader = getattr(load_services().get(service), "load", None)
    if loader is None:
        takes = sorted(name for name, found in load_services().items() if found.load)
        typer.echo(f"「{service}」 takes no files; these do: {', '.join(takes)}", err=True)
        raise typer.Exit(2)

    data = file.read_bytes()

    async def take(database: Database) -> str:
        try:
            async with database.session() as db:
                return str(await loader(db, data, file.name))
        finally:
            await database.close()

    try:
        typer.echo(asyncio.run(take(Database(settings_ready().database_url, 2))))
    except (CampusError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@cli.command()
def password(
    number: str,
    temporary: Annotated[bool, typer.Option(help="They choose their own at the first login.")] = (
        False
    ),
) -> None:
    """Give the person with this number a password for the desk. It is asked for, or piped in."""
    asked = sys.stdin.isatty()
    chosen = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if asked
        else sys.stdin.readline().rstrip("\n")
    )

    async def choose(database: Database) -> str:
        try:
            async with database.session() as db:
                return await choose_for(db, number, chosen, must_change=temporary)
        finally:
            await database.close()

    try:
        name = asyncio.run(choose(Database(settings_ready().database_url, 2)))
    except CampusError as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{name} can log in at {Settings().public_url}/desk")


@cli.command()
def grant(
    number: str, role: Annotated[str, typer.Argument(help="administrator, operator, keeper, …")]
) -> None:
    """Give the person with this number a role, everywhere: the first administrator, say.

    Roles with limits (an area, a building, a unit) are given at the desk.
    """
    given = sorted(GIVEN_BY_ADMINISTRATORS)
    if role not in given:
        typer.echo(f"There is no role {role!r} to give; there are: {', '.join(given)}", err=True)
        raise typer.Exit(2)

    async def give(database: Database) -> str:
        try:
            async with database.session() as db:
                return await grant_number(db, number, Role(role))
        finally:
            await database.close()

    try:
        name = asyncio.run(give(Database(settings_ready().database_url, 2)))
    except CampusError as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{name} is {role} from the next page they open.")


@cli.command()
def doctor() -> None:
    """Check settings, database, clock, token and callback; say what to mend."""
    settings = settings_ready()
    findings = asyncio.run(_with_office(settings, checks.examine))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.well else 'MEND'}  {finding.what}: {finding.says}")
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


@menu.command()
def show() -> None:
    """Print the menu that the account has now."""
    _on_menu(lambda office: office.client.menu_get())


@menu.command()
def push() -> None:
    """Give the account the menu that was published last in the desk, else the one that ships."""
    _on_menu(lambda office: push_menu(office, load_services()))


@menu.command()
def templates() -> None:
    """Give each notice without a template the account's best one; the desk changes it."""
    _on_menu(lambda office: map_templates(office, load_services()))


def _on_menu(do: checks.Job[object]) -> None:
    try:
        answer = asyncio.run(_with_office(settings_ready(), do))
    except WeChatError as error:
        typer.echo(f"WeChat refused: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2) if answer else "There is no menu.")


async def _with_office(settings: Settings, do: checks.Job[T]) -> T:
    database = Database(settings.database_url, 2)
    async with opened(settings, Router(load_services()), database) as office:
        return await do(office)


def _fill(settings: Settings) -> None:
    async def fill() -> bool:
        database = Database(settings.database_url, 2)
        try:
            filled = await demo_data.fill_if_empty(database, load_services())
            if filled and settings.at_home:
                await demo_data.open_the_desk(database)
            return filled
        finally:
            await database.close()

    filled = asyncio.run(fill())
    typer.echo("A demo campus has been filled in." if filled else "The campus is kept as it was.")


def add_commands(services: Mapping[str, Service]) -> None:
    """`weihouqin <service> <name> …` for each command that a service brings."""
    for name, service in services.items():
        group = typer.Typer(help=f"{service.title}: {', '.join(service.commands)}")
        for word, command in service.commands.items():
            group.command(word, help=command.__doc__)(_of_service(command))
        if service.commands:
            cli.add_typer(group, name=name)


def _of_service(command: Command) -> Callable[[list[str]], None]:
    def run(words: Annotated[list[str], typer.Argument()]) -> None:
        async def do(database: Database) -> str:
            try:
                async with database.session() as db:
                    return await command(db, words)
            finally:
                await database.close()

        try:
            typer.echo(asyncio.run(do(Database(settings_ready().database_url, 2))))
        except CampusError as refusal:
            typer.echo(str(refusal), err=True)
            raise typer.Exit(1) from None

    return run


def main() -> None:
    add_commands(load_services())
    cli()


if __name__ == "__main__":
    main()
