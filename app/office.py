"""One process's own instances of everything that talks to WeChat or the database."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from app.gateway.inbox import Inbox
from app.gateway.outbound import Speaker
from app.gateway.router import Router
from app.gateway.sending.settings import Limits
from app.gateway.token import TokenRow
from app.kit.db import Database
from app.settings import Settings
from app.wechat.callback import Callback
from app.wechat.client import Client, open_client
from app.wechat.express import Express, Road, direct

SPARE = 16  # connections beside those that send: for answers, logins, channels that are slow


@dataclass(frozen=True)
class Office:
    """Composed once per process from `settings`; shared by the web app, jobs and commands."""

    settings: Settings
    database: Database
    inbox: Inbox
    speaker: Speaker
    codec: Callback
    client: Client


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    router: Router,
    database: Database,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Office]:
    """An office that is closed at the end: what runs is finished, connections are returned.

    `transport` is how tests put a platform of their own behind the API client.
    """
    inbox = Inbox(database, router)
    connections = Limits().connections + SPARE
    url = settings.wechat_api_url
    async with (
        open_client(url, transport=transport, connections=connections) as http,
        Road(url) as road,
    ):
        secret = settings.wechat_app_secret.get_secret_value()
        store = TokenRow(database, settings.wechat_app_id)
        account = (http, settings.wechat_app_id, secret, store)
        short = transport is None and direct(url)
        client = Express(*account, road) if short else Client(*account)
        speaker = Speaker(settings.public_url)
        try:
            yield Office(settings, database, inbox, speaker, codec(settings), client)
        finally:
            await inbox.close()
            await database.close()


def codec(settings: Settings) -> Callback:
    """The codec of the account's callback."""
    return Callback(
        settings.wechat_token.get_secret_value(),
        settings.wechat_encoding_aes_key.get_secret_value(),
        settings.wechat_app_id,
        settings.wechat_mode,
        settings.wechat_max_skew,
    )
