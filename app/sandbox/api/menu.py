"""The account's menu, and the checks it has to pass."""

import json
from typing import Any

from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.errors import ApiError

_KEYED = {
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album",
    "pic_weixin", "location_select",
}  # fmt: skip
_STORED = {"media_id": "media_id", "article_id": "article_id", "article_view_limited": "article_id"}
_KEY_BYTES, _URL_BYTES = 128, 1024


async def create(call: Call) -> dict[str, Any]:
    """Replace the menu."""
    menu = call.json()
    check_menu(menu)
    call.platform.menu = {"button": menu["button"]}
    call.platform.touch()
    return OK


async def get(call: Call) -> dict[str, Any]:
    """The menu as the API made it; 46003 when there is none."""
    if call.platform.menu is None:
        raise ApiError(46003)
    buttons = [{"sub_button": [], **b} for b in call.platform.menu["button"]]
    return {"menu": {"button": buttons}}


async def delete(call: Call) -> dict[str, Any]:
    """No menu any more; fine, too, when there was none."""
    call.platform.menu = None
    call.platform.touch()
    return OK


async def current(call: Call) -> dict[str, Any]:
    """The menu as followers see it, wherever it was made."""
    menu = call.platform.menu
    if menu is None:
        return {"is_menu_open": 0}
    buttons = json.loads(json.dumps(menu["button"]))
    for button in buttons:
        if button.get("sub_button"):
            button["sub_button"] = {"list": button["sub_button"]}
    return {"is_menu_open": 1, "selfmenu_info": {"button": buttons}}


def check_menu(menu: dict[str, Any]) -> None:
    """Raise the platform's error for the first thing wrong with a menu."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiError(40016)
    for button in buttons:
        _check_name(button, 16, 40018)
        subs = button.get("sub_button")
        if not subs:
            _check_button(button, 0)
            continue
        if not isinstance(subs, list) or len(subs) > 5:
            raise ApiError(40023)
        for sub in subs:
            _check_name(sub, 60, 40025)
            if sub.get("sub_button"):
                raise ApiError(40022)
            _check_button(sub, 7)


def _check_name(button: object, most: int, code: int) -> None:
    name = button.get("name") if isinstance(button, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= most:
        raise ApiError(code)


def _check_button(button: dict[str, Any], shift: int) -> None:
    """Type, key and url; an error of a second-level button is 7 above the first level's."""
    kind = button.get("type")
    if kind in _KEYED:
        if not 1 <= _bytes(button, "key") <= _KEY_BYTES:
            raise ApiError(40019 + shift)
    elif kind in ("view", "miniprogram"):
        if not 1 <= _bytes(button, "url") <= _URL_BYTES:
            raise ApiError(40020 + shift)
        if not str(button["url"]).startswith(("http://", "https://")):
            raise ApiError(40054 if shift else 40055)
        if kind == "miniprogram" and not button.get("appid"):
            raise ApiError(40013)
    elif kind in _STORED:
        if not button.get(_STORED[kind]):
            raise ApiError(40007)
    else:
        raise ApiError(40017 + shift)


def _bytes(button: dict[str, Any], name: str) -> int:
    value = button.get(name)
    return len(value.encode()) if isinstance(value, str) else 0


ENDPOINTS = [
    Endpoint("/cgi-bin/menu/create", create),
    Endpoint("/cgi-bin/menu/get", get, "GET"),
    Endpoint("/cgi-bin/menu/delete", delete, "GET"),
    Endpoint("/cgi-bin/get_current_selfmenu_info", current, "GET"),
]
