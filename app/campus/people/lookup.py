"""Who a follower is, for whoever has only their name on the messenger: the chat, and jobs."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.campus.people.me import Me
from app.campus.people.models import Binding, Person
from app.campus.people.sessions import GRANTED, known
from app.campus.places import Room
from app.kit.answers import Link, Say

BIND_PAGE = "/h5/mine/bind"


async def person_of(db: AsyncSession, who: str, now: datetime) -> Me:
    """The follower `who` with person and rights, as a page would know them.

    `person_id` is None while they are bound to nobody; `session_id` is always 0.
    """
    query = select(Person, GRANTED).join(Binding).where(Binding.who == who)
    me = Me(session_id=0, who=who)
    row = (await db.execute(query)).one_or_none()
    return me if row is None else known(me, row[0], row[1], now)


async def follower_of(db: AsyncSession, person_id: int) -> str | None:
    """The follower that is bound to a person, or None."""
    return await db.scalar(select(Binding.who).where(Binding.person_id == person_id))


async def room_of(db: AsyncSession, me: Me) -> Room | None:
    """Where `me` lives, with its building loaded; None without a room."""
    if me.room_id is None:
        return None
    query = select(Room).join(Room.building).options(contains_eager(Room.building))
    return await db.scalar(query.where(Room.id == me.room_id))


@dataclass(frozen=True, slots=True)
class Way:
    """How to bind, and the page that is shown afterwards."""

    back: str

    @property
    def href(self) -> str:
        return f"{BIND_PAGE}?{urlencode({'next': self.back})}"


def bind_first(what: str, back: str) -> Say:
    """「先绑定学号，才能看寝室电费」, with the link that binds and comes back."""
    return Say(f"先绑定学号，才能{what}", links=(Link("绑定学号", Way(back).href),))
