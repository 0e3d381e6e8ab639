"""What WeChat takes as a menu: at most 3 columns of 5, names and addresses counted in bytes. Pure.

A button here is what the platform's JSON has, except that `url` may be a path of ours.
Fields are called `c2_name` (second column) and `c2s1_name` (its first sub-button).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

Button = dict[str, Any]
COLUMNS, ROWS = 3, 5
TOP_BYTES, SUB_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024
MOST_HOSTS = 3  # beside ours: what conditional menus may point to, so a menu stays usable as one

TYPES = {
    "click": "发一句话",
    "view": "打开网页",
    "scancode_waitmsg": "扫一扫",
    "location_select": "发位置",
    "miniprogram": "小程序",
}
KEYED = ("click", "scancode_waitmsg", "location_select")


def read(form: Mapping[str, str]) -> list[Button]:
    """The menu in a form's fields; columns and buttons that are empty are left out."""
    columns = []
    for column in range(1, COLUMNS + 1):
        button = _read(form, f"c{column}")
        subs = [_read(form, f"c{column}s{row}") for row in range(1, ROWS + 1)]
        if subs := [sub for sub in subs if sub]:
            button = {"name": button.get("name", ""), "sub_button": subs}
        if button:
            columns.append(button)
    return columns


def _read(form: Mapping[str, str], place: str) -> Button:
    """One button, {} if nothing is written in it."""
    name, value, appid, pagepath = (
        form.get(f"{place}_{field}", "").strip() for field in ("name", "value", "appid", "pagepath")
    )
    if not (name or value or appid):
        return {}
    kind = form.get(f"{place}_type", "")
    if kind in KEYED:
        return {"type": kind, "name": name, "key": value}
    if kind == "miniprogram":
        return {"type": kind, "name": name, "url": value, "appid": appid, "pagepath": pagepath}
    return {"type": kind, "name": name, "url": value}


def fields(buttons: list[Button]) -> dict[str, str]:
    """`buttons` as a form's fields: what `read` reads back."""
    found: dict[str, str] = {}
    for place, button in placed(buttons):
        found[f"{place}_name"] = button.get("name", "")
        if not button.get("sub_button"):
            found[f"{place}_type"] = button.get("type", "")
            found[f"{place}_value"] = button.get("key") or button.get("url", "")
            found |= {f"{place}_{name}": button.get(name, "") for name in ("appid", "pagepath")}
    return found


def placed(buttons: list[Button]) -> Iterator[tuple[str, Button]]:
    """Each button with its place, columns first."""
    for column, button in enumerate(buttons, start=1):
        yield f"c{column}", button
        for row, sub in enumerate(button.get("sub_button") or (), start=1):
            yield f"c{column}s{row}", sub


def problems(buttons: list[Button], public_url: str) -> dict[str, str]:
    """What WeChat would refuse, in Chinese, by field; «menu» for the whole."""
    found: dict[str, str] = {}
    if not 1 <= len(buttons) <= COLUMNS:
        found["menu"] = f"要有 1 到 {COLUMNS} 栏"
    for place, button in placed(buttons):
        found |= _name(place, button)
        subs = button.get("sub_button")
        if not subs:
            found |= _action(place, button, public_url)
        elif len(subs) > ROWS:
            found[f"{place}_name"] = f"一栏最多 {ROWS} 项"
    away = {_host(button["url"], public_url) for _, button in placed(buttons) if button.get("url")}
    away -= {_host(public_url, public_url), ""}
    if len(away) > MOST_HOSTS:
        found["menu"] = f"除了本站，最多去 {MOST_HOSTS} 个别的网站，现在有 {len(away)} 个"
    return found


def _name(place: str, button: Button) -> dict[str, str]:
    most = SUB_BYTES if "s" in place else TOP_BYTES
    size = len(str(button.get("name", "")).encode("utf-8", "replace"))
    if size == 0:
        return {f"{place}_name": "起个名字"}
    if size > most:
        return {
            f"{place}_name": f"太长了，最多 {most // 3} 个汉字（{most} 字节），现在 {size} 字节"
        }
    return {}


def _action(place: str, button: Button, public_url: str) -> dict[str, str]:
    kind, field = button.get("type"), f"{place}_value"
    if kind not in TYPES:
        return {f"{place}_type": "选一种动作"}
    if kind in KEYED:
        size = len(str(button.get("key", "")).encode("utf-8", "replace"))
        if size == 0:
            return {field: "写上点了等于发哪句话"}
        return {field: f"最多 {KEY_BYTES} 字节，约 42 个汉字"} if size > KEY_BYTES else {}
    if wrong := _address(button.get("url", ""), public_url):
        return {field: wrong}
    return _app(place, button) if kind == "miniprogram" else {}


def _app(place: str, button: Button) -> dict[str, str]:
    if re.fullmatch(r"wx[0-9a-z]{16}", button.get("appid", "")) is None:
        return {f"{place}_appid": "小程序的 AppID 以 wx 开头，一共 18 位小写字母和数字"}
    if not button.get("pagepath"):
        return {f"{place}_pagepath": "写上小程序里的哪一页，如 pages/index"}
    return {}


def _address(url: str, public_url: str) -> str:
    """What is wrong with an address, or empty."""
    if not url:
        return "写上网址，本站的从 /h5/ 写起"
    if any(sign.isspace() or not sign.isprintable() for sign in url) or "\\" in url:
        return "网址里有空格或看不见的字"
    whole = absolute(url, public_url)
    if len(whole.encode("utf-8", "replace")) > URL_BYTES:
        return f"网址太长，最多 {URL_BYTES} 字节"
    if not _host(url, public_url) or url.startswith("//"):
        return "网址以 https:// 开头，本站的从 /h5/ 写起"
    there, ours = urlsplit(whole), urlsplit(public_url)
    if "@" in there.netloc:
        return "网址里不要带用户名"
    own = (there.scheme, there.netloc) == (ours.scheme, ours.netloc)
    return "" if own or there.scheme == "https" else "别的网站要用 https://"


def _host(url: str, public_url: str) -> str:
    """The host of an address on the web, or empty."""
    try:
        there = urlsplit(absolute(url, public_url))
    except ValueError:
        return ""
    return there.hostname or "" if there.scheme in ("http", "https") else ""


def absolute(url: str, public_url: str) -> str:
    """A path of ours as an address; others as they are."""
    return urljoin(public_url.rstrip("/") + "/", url.lstrip("/")) if url.startswith("/") else url


def for_wechat(buttons: list[Button], public_url: str) -> dict[str, Any]:
    """The body of the platform's menu/create."""

    def ready(button: Button) -> Button:
        button = dict(button)
        if subs := button.get("sub_button"):
            return {"name": button["name"], "sub_button": [ready(sub) for sub in subs]}
        if "url" in button:
            button["url"] = absolute(button["url"], public_url)
        return button

    return {"button": [ready(button) for button in buttons]}
