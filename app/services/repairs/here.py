"""What a door's code offers: to report what is broken behind it."""

from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit.db import Database
from app.kit.service import Row
from app.services.repairs.work_here import arriving


async def here(place: Place, me: Me | None, database: Database) -> list[Row]:
    """「报修 / 3号楼 501 已经填好，说哪里坏了就行」, for everybody."""
    sub = f"{place.name}已经填好，说哪里坏了就行"
    mine = await arriving(place, me, database)
    return [*mine, Row("wrench", "报修", f"/h5/repairs/new?place={place.code}", sub)]
