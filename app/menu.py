"""The account's menu as it ships; operators edit it in the desk from a later issue on."""

from collections.abc import Mapping
from typing import Any

from app.kit.service import Service


def default_menu(services: Mapping[str, Service], public_url: str) -> dict[str, Any]:
    """The platform's menu: 「查询」 asks in words, 「服务」 opens pages, 「全部」 lists all.

    At most 3 columns of 5, so only the first five services of each kind are in it.
    """
    base = public_url.rstrip("/")
    asks = [
        {"type": "click", "name": service.title, "key": service.words or service.title}
        for service in services.values()
        if service.chat
    ]
    opens = [
        {"type": "view", "name": service.title, "url": f"{base}/h5/{name}"}
        for name, service in services.items()
        if service.pages
    ]
    columns: list[dict[str, Any]] = []
    if asks:
        columns.append({"name": "查询", "sub_button": asks[:5]})
    if opens:
        columns.append({"name": "服务", "sub_button": opens[:5]})
    columns.append({"type": "click", "name": "全部功能", "key": "菜单"})
    return {"button": columns}
