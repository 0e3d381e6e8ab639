"""The form of a campaign: what an operator typed, and what it means."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData, UploadFile

from app.campus.campaigns.audience import MOST_NUMBERS
from app.campus.campaigns.drafts import TITLE, Plan, mistakes
from app.campus.campaigns.models import Campaign, Way
from app.campus.notify import Notice
from app.campus.people.binding import tidy
from app.campus.places import Campus, parse_room
from app.desk.campaigns.words import TO, typed
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.sheets import Column, read

LISTS = ("tags", "colleges", "grades", "kinds", "buildings", "roles")
GIVEN = {"title": TITLE, "words": 600, "page": 300}  # what an address may fill in, letters
MOST_BYTES = 2 * 1024 * 1024
NUMBER = Column("学号或工号", "number", required=False)
_BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True)
class Draft:
    """`typed` and `ticked` are what the form shows again; `plan` what they mean."""

    typed: Mapping[str, str]
    ticked: Mapping[str, Sequence[str]]
    plan: Plan
    errors: Mapping[str, str] = field(default_factory=dict)


def blank(notices: Mapping[str, Notice], asked: Mapping[str, str]) -> Draft:
    """An empty form, with the first notice chosen.

    Another page of the desk may have asked for one with `title`, `words` and `page` filled in.
    """
    first = next(iter(notices.values()), None)
    given = {name: asked.get(name, "")[:most] for name, most in GIVEN.items()}
    way = Way.TEXT if given["words"] else Way.NOTICE
    shown = {"way": way.value, "to": "places", "notice": first.name if first else "", **given}
    return Draft(shown, {}, _plan(shown, {}, first, None))


def shown(campaign: Campaign, notices: Mapping[str, Notice], places: Campus) -> Draft:
    """A campaign as its form shows it."""
    notice, audience = notices.get(campaign.notice), campaign.audience
    kinds = {one.name: one.kind for one in notice.fields} if notice else {}
    found = {f"field_{n}": typed(kinds[n], v) for n, v in campaign.fields.items() if n in kinds}
    doors = [places.room(id) for id in audience.get("rooms", ())]
    at = campaign.starts_at and campaign.starts_at.astimezone(clock.SHANGHAI)
    found |= {
        "title": campaign.title, "way": campaign.way, "notice": campaign.notice,
        "words": campaign.words, "page": "" if campaign.way == Way.NOTICE else campaign.page,
        "to": _kind(audience), "rooms": "\n".join(door.name for door in doors if door),
        "numbers": "\n".join(audience.get("numbers", ())), "when": "later" if at else "now",
        "starts_at": f"{at:%Y-%m-%dT%H:%M}" if at else "",
    }  # fmt: skip
    ticked = {name: [str(item) for item in audience.get(name, ())] for name in LISTS}
    return Draft(found, ticked, _plan(found, audience, notice, at))


def _kind(audience: Mapping[str, Any]) -> str:
    if "same" in audience:
        return "same"
    keys = {"places": ("buildings", "rooms"), "people": ("colleges", "grades", "kinds")}
    return next((to for to in TO if audience.keys() & set(keys.get(to, (to,)))), "places")


async def numbers(form: FormData) -> str:
    """The numbers that were typed, and below them those of the file. Raises Invalid."""
    sent, text = form.get("file"), str(form.get("numbers", "")).strip()
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Invalid("先选一个文件")
    data = await sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Invalid("名单文件超过 2 MB，分几次发")
    if sent.filename.lower().endswith(".txt"):
        found = data.decode("utf-8-sig", "replace").split()
    else:
        rows = await asyncio.to_thread(read, data, sent.filename, (NUMBER,))
        found = [row["number"] for row in rows if row["number"]]
    if not found:
        raise Invalid("文件里没有「学号或工号」这一列，第 1 行写上它")
    return "\n".join([text, *found] if text else found)


def filled(
    form: FormData, notices: Mapping[str, Notice], places: Campus, keep: Mapping[str, Any]
) -> Draft:
    """What the form says. `keep`: the audience there was, for one that the form cannot show."""
    found = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    found = {name: value.replace("\r\n", "\n") for name, value in found.items()}
    ticked = {name: [str(item) for item in form.getlist(name)] for name in LISTS}
    audience, missing = _audience(found, ticked, places, keep)
    at = _moment(found)
    notice = notices.get(found.get("notice", ""))
    plan = _plan(found, audience, notice, at)
    wrong = mistakes(plan)
    if len(audience.get("numbers", ())) > MOST_NUMBERS:
        wrong["numbers"] = f"名单一次最多 {MOST_NUMBERS} 个号，分几次发"
    if missing:
        wrong["rooms"] = f"没有{'、'.join(missing[:5])}，一行写一间，像「3号楼 501」"
    if found.get("when") == "later" and (at is None or at <= clock.now()):
        wrong["starts_at"] = "选一个还没到的时间"
    return Draft(found, ticked, plan, wrong)


def _plan(
    found: Mapping[str, str], audience: Mapping[str, Any], notice: Notice | None,
    at: datetime | None,
) -> Plan:  # fmt: skip
    way = Way(found["way"]) if found.get("way") in set(Way) else Way.NOTICE
    names = [one.name for one in notice.fields] if notice else []
    return Plan(
        found.get("title", "")[: TITLE * 2], audience, way,
        notice if way is Way.NOTICE else None,
        {name: found.get(f"field_{name}", "").strip()[:200] for name in names},
        "" if way is Way.NOTICE else found.get("words", ""),
        "" if way is Way.NOTICE else found.get("page", ""), at,
    )  # fmt: skip


def _audience(
    found: Mapping[str, str], ticked: Mapping[str, Sequence[str]], places: Campus,
    keep: Mapping[str, Any],
) -> tuple[Mapping[str, Any], list[str]]:  # fmt: skip
    """Whom the form means, and the rooms it names that there are not."""
    to = found.get("to", "")
    if to == "same":
        return keep, []
    if to == "all":
        return {"all": True}, []
    if to == "numbers":
        listed = [tidy(part) for part in _BETWEEN.split(found.get("numbers", "")) if part]
        return _some(numbers=listed), []
    if to == "places":
        doors, missing = _rooms(found.get("rooms", ""), places)
        houses = [int(id) for id in ticked["buildings"] if id.isascii() and id.isdecimal()]
        return _some(buildings=houses, rooms=doors), missing
    if to == "people":
        return _some(**{name: ticked[name] for name in ("colleges", "grades", "kinds")}), []
    return (_some(**{to: ticked[to]}), []) if to in ("tags", "roles") else ({}, [])


def _some(**parts: Sequence[Any]) -> dict[str, Any]:
    return {name: list(items) for name, items in parts.items() if items}


def _rooms(text: str, places: Campus) -> tuple[list[int], list[str]]:
    found, missing = [], []
    for line in filter(None, map(str.strip, text[:20_000].splitlines())):
        named = parse_room(line)
        door = places.find(*named) if named else None
        if door:
            found.append(door.id)
        else:
            missing.append(f"「{line[:12]}」")
    return found, missing


def _moment(found: Mapping[str, str]) -> datetime | None:
    if found.get("when") != "later":
        return None
    try:
        return datetime.fromisoformat(found.get("starts_at", "")).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        return None
