"""What is wrong with this installation, and what to do about it."""

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import migrate
from app.main import CALLBACK
from app.office import Office
from app.settings import DEMO_SECRETS, Settings
from app.wechat.crypto import Signer
from app.wechat.errors import WeChatError

T = TypeVar("T")
Job = Callable[[Office], Awaitable[T]]
MOST_SKEW = 60  # seconds; WeChat Pay tolerates 300, our replay window WECHAT_MAX_SKEW


@dataclass(frozen=True)
class Finding:
    """One check: `what` was looked at, whether it is `well`, and what the check `says`."""

    what: str
    well: bool
    says: str


async def examine(office: Office) -> list[Finding]:
    """All checks, in the order in which they would have to be mended."""
    return [
        _settings(office.settings),
        await _database(office),
        await _clock(office.settings),
        await _token(office),
        await _callback(office.settings),
    ]


def _settings(settings: Settings) -> Finding:
    demo = [
        name.upper() for name, value in DEMO_SECRETS.items()
        if getattr(settings, name).get_secret_value() == value
    ]  # fmt: skip
    says = f"mode {settings.wechat_mode}, app id {settings.wechat_app_id}"
    if demo:
        says += f"; demo values (fine at home): {', '.join(demo)}"
    return Finding("settings", True, says)


async def _database(office: Office) -> Finding:
    try:
        async with office.database.session() as db:
            version = str(await db.scalar(text("SHOW server_version")))
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", False, f"{type(error).__name__}: check DATABASE_URL")
    if int(version.split(".", maxsplit=1)[0]) < 15:
        return Finding("database", False, f"PostgreSQL {version}: 15 or newer is needed")
    have, newest = migrate.revisions(office.settings.database_url)
    if have != newest:
        return Finding("database", False, f"at revision {have}, not {newest}: weihouqin migrate")
    return Finding("database", True, f"PostgreSQL {version}, revision {have}")


async def _clock(settings: Settings) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=5) as http:
            answer = await http.head(settings.wechat_api_url)
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (httpx.HTTPError, KeyError, ValueError) as error:
        name = type(error).__name__
        return Finding("clock", False, f"{settings.wechat_api_url} gives no time ({name})")
    skew = time.time() - theirs
    if abs(skew) > MOST_SKEW:
        return Finding("clock", False, f"{skew:+.0f} s from WeChat's: set the time by NTP")
    return Finding("clock", True, f"{skew:+.0f} s from WeChat's")


async def _token(office: Office) -> Finding:
    try:
        addresses = await office.client.callback_ips()
    except WeChatError as error:
        return Finding("token", False, f"{error} (check app id, secret and the IP white list)")
    except (SQLAlchemyError, OSError) as error:
        return Finding("token", False, f"{type(error).__name__}: it is kept in the database")
    return Finding("token", True, f"accepted; WeChat pushes from {len(addresses)} addresses")


async def _callback(settings: Settings) -> Finding:
    url = settings.public_url.rstrip("/") + CALLBACK
    stamp, nonce, echo = str(int(time.time())), secrets.token_hex(4), secrets.token_hex(8)
    signer = Signer(settings.wechat_token.get_secret_value())
    query = {"signature": signer.signature(stamp, nonce), "timestamp": stamp,
             "nonce": nonce, "echostr": echo}  # fmt: skip
    try:
        async with httpx.AsyncClient(timeout=5) as http:
            answer = await http.get(url, params=query)
    except httpx.HTTPError as error:
        return Finding("callback", False, f"{url} is not reached ({type(error).__name__})")
    if answer.text != echo:
        return Finding("callback", False, f"{url} answers {answer.status_code}, not the echo")
    return Finding("callback", True, f"{url} answers the verification")
