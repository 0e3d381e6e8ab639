"""What a person can do with the phone: each act leaves its line in the chat and its messages.

An act takes the platform, the person and the JSON of the request, and returns the messages to
push, in order. A wrong request raises ControlError.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from app.sandbox import messages
from app.sandbox.errors import ControlError
from app.sandbox.media import Media, plain_png, silent_amr
from app.sandbox.messages import Message
from app.sandbox.notices import answer_popup, block, refuse_notice
from app.sandbox.people import Person
from app.sandbox.platform import Platform

Body = dict[str, Any]
Act = Callable[[Platform, Person, Body], list[Message]]
_IMAGE_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif"}


def say(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{text, menu_id?}: type a text, or tap a line of a msgmenu (which opens no 48 hours)."""
    _must_follow(person)
    text, menu_id = _word(body, "text"), body.get("menu_id")
    platform.add_line(person, "me", "text", {"text": text})
    if menu_id is None:
        platform.spoke(person)
    else:
        platform.tapped(person)
    return [messages.text(text, None if menu_id is None else str(menu_id))]


def location(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{lat, lng, label}: send a place; with {auto: true} the silent LOCATION event instead."""
    _must_follow(person)
    lat, lng = _number(body, "lat"), _number(body, "lng")
    if body.get("auto"):
        return [messages.whereabouts(lat, lng)]
    label = str(body.get("label", ""))
    platform.spoke(person)
    platform.add_line(person, "me", "location", {"lat": lat, "lng": lng, "label": label})
    return [messages.location(lat, lng, label)]


def photo(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{data?}: send a picture, base64 of a JPEG, PNG or GIF; without data a plain one."""
    _must_follow(person)
    item = _picture(platform, body)
    return [_sent_photo(platform, person, item)]


def voice(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{seconds?, words?}: speak; `words` are what speech recognition hears."""
    _must_follow(person)
    seconds = min(60, max(1, int(_number(body, "seconds", 3))))
    words = str(body.get("words", ""))
    item = platform.store("voice", silent_amr(seconds), "audio/amr", "voice.amr")
    platform.spoke(person)
    platform.add_line(person, "me", "voice", {"seconds": seconds, "words": words})
    return [messages.voice(item.id, words)]


def video(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{}: send a short video; its content is a few bytes that only look like one."""
    _must_follow(person)
    content = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08mdat"
    item = platform.store("video", content, "video/mp4", "video.mp4")
    thumb = platform.store("thumb", plain_png(), "image/png", "thumb.png")
    platform.spoke(person)
    platform.add_line(person, "me", "video", {"media_id": item.id, "title": "一段视频"})
    return [messages.video(item.id, thumb.id)]


def link(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{title, url, description?}: share a link."""
    _must_follow(person)
    title, url = _word(body, "title"), _word(body, "url")
    description = str(body.get("description", ""))
    platform.spoke(person)
    data = {"title": title, "url": url, "description": description}
    platform.add_line(person, "me", "link", data)
    return [messages.link(title, description, url)]


def scan(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{scene} or {ticket}: scan a code of the account; whoever does not follow, follows by it."""
    code = platform.codes.get(str(body.get("ticket", "")))
    if code and code.until is not None and code.until <= platform.now():
        raise ControlError("这张码过期了")
    scene = code.scene if code else _word(body, "scene")
    known = [c.ticket for c in platform.codes.values() if c.scene == scene]
    ticket = code.ticket if code else (known[-1] if known else "sandbox-ticket")
    if not person.follows:
        _begin_to_follow(platform, person, scene)
        return [messages.event("subscribe", f"qrscene_{scene}", Ticket=ticket)]
    platform.add_line(person, "note", "note", {"text": f"扫了码「{scene}」"})
    platform.tapped(person)
    return [messages.event("SCAN", scene, Ticket=ticket)]


def follow(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{}: follow the account."""
    if person.follows:
        raise ControlError(f"{person.name}已经关注了")
    _begin_to_follow(platform, person, "")
    return [messages.event("subscribe", "")]


def unfollow(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{}: stop following; what the account still sends is refused from now on."""
    _must_follow(person)
    person.follows, person.grants = False, []
    platform.add_line(person, "note", "note", {"text": "你取消了关注"})
    return [messages.event("unsubscribe", "")]


def tap(platform: Platform, person: Person, body: Body) -> list[Message]:
    """{path: [column] or [column, row], …}: tap a menu button.

    A scanning button needs {value}, a photo button takes {data}, a location button {lat, lng,
    label}: what the phone asks for before it sends anything.
    """
    _must_follow(person)
    button = _button(platform, body.get("path"))
    kind, key = str(button.get("type", "")), str(button.get("key", ""))
    if kind in ("view", "miniprogram"):
        url = str(button["url"] if kind == "view" else button.get("pagepath", ""))
        return [messages.event(
            "VIEW" if kind == "view" else "view_miniprogram", url, MenuId="425398110"
        )]  # fmt: skip
    if kind.startswith("scancode_"):
        platform.tapped(person)
        return [messages.scan_code(kind, key, _word(body, "value"))]
    if kind.startswith("pic_"):
        item = _picture(platform, body)
        return [messages.pictures(kind, key, item.md5), _sent_photo(platform, person, item)]
    if kind == "location_select":
        sent = location(platform, person, body)
        lat, lng = _number(body, "lat"), _number(body, "lng")
        return [messages.place(key, lat, lng, str(body.get("label", ""))), *sent]
    if kind == "click":
        platform.tapped(person)
        return [messages.event("CLICK", key)]
    raise ControlError("这个按钮点了不推送")


ACTS: dict[str, Act] = {
    "say": say, "location": location, "photo": photo, "voice": voice, "video": video,
    "link": link, "scan": scan, "follow": follow, "unfollow": unfollow, "tap": tap,
    "answer_popup": answer_popup, "refuse_notice": refuse_notice, "block": block,
}  # fmt: skip


def _begin_to_follow(platform: Platform, person: Person, scene: str) -> None:
    person.follows, person.since, person.scene = True, platform.now(), scene
    name = platform.settings.account_name
    platform.add_line(person, "note", "note", {"text": f"你已关注{name}"})
    platform.tapped(person)


def _button(platform: Platform, path: object) -> Body:
    buttons = platform.menu["button"] if platform.menu else []
    found: Body = {}
    try:
        for index in path if isinstance(path, list) else []:
            found = buttons[index]
            buttons = found.get("sub_button") or []
    except (IndexError, TypeError, KeyError) as error:
        raise ControlError("菜单上没有这个按钮", 404) from error
    if not found or buttons:
        raise ControlError("菜单上没有这个按钮", 404)
    return found


def _picture(platform: Platform, body: Body) -> Media:
    try:
        content = base64.b64decode(str(body.get("data", "")), validate=True) or plain_png()
    except binascii.Error as error:
        raise ControlError("照片读不出来") from error
    kind = next((t for magic, t in _IMAGE_TYPES.items() if content.startswith(magic)), None)
    if kind is None:
        raise ControlError("照片只收 JPG、PNG 和 GIF")
    return platform.store("image", content, kind, f"photo.{kind.removeprefix('image/')}")


def _sent_photo(platform: Platform, person: Person, item: Media) -> Message:
    platform.spoke(person)
    platform.add_line(person, "me", "image", {"media_id": item.id})
    url = f"{platform.settings.public_url.rstrip('/')}/sandbox/media/{item.id}"
    return messages.image(item.id, url)


def _must_follow(person: Person) -> None:
    if not person.follows:
        raise ControlError(f"{person.name}还没有关注")


def _word(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(f"缺「{name}」")
    return value


def _number(body: Body, name: str, default: float | None = None) -> float:
    try:
        return float(str(body.get(name, default)))
    except ValueError as error:
        raise ControlError(f"「{name}」要是一个数") from error
