"""Reading the audit trail, newest first, as far back as one likes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit.models import Entry
from app.kit.clock import SHANGHAI
from app.kit.errors import Invalid

MOST = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Some deeds, newest first; `older` is the `after` of the next page, empty at the end."""

    entries: Sequence[Entry]
    older: str


async def search(
    db: AsyncSession,
    *,
    actor_id: int | None = None,
    thing: str = "",
    day: date | None = None,
    after: str = "",
    size: int = 50,
) -> Page:
    """Deeds of a person, to a thing (`<kind>:<id>`), of a day in Shanghai; all if none is given.

    Takes as long for the last page as for the first. `size` is at most 200.
    Raises Invalid for an `after` that no page gave out.
    """
    size = min(max(size, 1), MOST)
    query = wanted(actor_id, thing, day, after).limit(size + 1)  # one more tells if there is more
    found = list(await db.scalars(query))
    shown = found[:size]
    return Page(shown, _mark(shown[-1]) if len(found) > size else "")


def wanted(
    actor_id: int | None = None, thing: str = "", day: date | None = None, after: str = ""
) -> Select[Entry]:
    """The query of `search` without its length."""
    query = select(Entry).order_by(Entry.at.desc(), Entry.id.desc())
    if actor_id is not None:
        query = query.where(Entry.actor_id == actor_id)
    if thing:
        query = query.where(Entry.thing == thing)
    if day is not None:
        begin = datetime.combine(day, time.min, SHANGHAI)
        query = query.where(Entry.at >= begin, Entry.at < begin + timedelta(days=1))
    if after:
        query = query.where(tuple_(Entry.at, Entry.id) < tuple_(*_read(after)))
    return query


def _mark(entry: Entry) -> str:
    return f"{entry.at.astimezone(SHANGHAI).isoformat()}~{entry.id}"


def _read(mark: str) -> tuple[datetime, int]:
    at, _, number = mark.partition("~")
    try:
        moment, last = datetime.fromisoformat(at), int(number)
    except ValueError:
        raise Invalid("这一页的地址不全，从第一页再翻") from None
    if moment.tzinfo is None or not 0 < last < 2**63:
        raise Invalid("这一页的地址不全，从第一页再翻")
    return moment, last
