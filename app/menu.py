"""The account's menu and templates on the command line."""

from collections.abc import Mapping
from typing import Any

from app.gateway.menu_rules import for_wechat
from app.gateway.menus import default_buttons, wanted
from app.gateway.sending.proposing import propose
from app.kit.service import Service
from app.office import Office


def default_menu(services: Mapping[str, Service], public_url: str) -> dict[str, Any]:
    """The platform's JSON of the menu that ships."""
    return for_wechat(default_buttons(services), public_url)


async def push(office: Office, services: Mapping[str, Service]) -> dict[str, Any]:
    """Give the account the menu that was published last, else the one that ships; its JSON.

    Raises a WeChatError.
    """
    async with office.database.session() as db:
        menu = await wanted(db, services, office.settings.public_url)
    await office.client.menu_create(menu)
    return menu


async def map_templates(office: Office, services: Mapping[str, Service]) -> dict[str, str]:
    """Give each notice without a template the account's best one; which they were.

    Raises a WeChatError.
    """
    notices = [notice for service in services.values() for notice in service.notices]
    listed = await office.client.templates()
    async with office.database.session() as db:
        return {"mapped": ", ".join(sorted(await propose(db, notices, listed)))}
