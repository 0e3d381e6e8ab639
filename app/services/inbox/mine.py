"""What 「我的」 shows of the inbox: that there is news."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam

from app.campus.notify import inbox
from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.inbox import words


async def rows(database: Database, found: list[Any], now: datetime) -> list[Row]:
    """One row with the number of messages that wait to be read, or none."""
    count, newest = found
    if not newest:
        return []
    title, at = newest
    sub = words.brief(title, datetime.fromisoformat(at), now)
    return [Row("bell", words.waiting(count), "/h5/inbox", sub, badge=count)]


mine = Mine(inbox.waiting(bindparam("person_id", type_=Integer)), rows)
