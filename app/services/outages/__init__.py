"""停水停电：发「停水」或「停电」看现在和接下来哪里停、几点来，绑了学号先说你那栋；
「3号楼停水」只看那一栋。"""

from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit.db import Database
from app.kit.service import Row, Service
from app.services.outages.chat import chat
from app.services.outages.demo import fill
from app.services.outages.desk import Outages
from app.services.outages.figures import figures
from app.services.outages.mine import mine
from app.services.outages.pages import pages


async def here(place: Place, me: Me | None, database: Database) -> list[Row]:
    """What a code on a door leads to: whether something is off here."""
    return [Row("drop", "停水停电", "/h5/outages", "现在停没停、几点来")]


service = Service(
    "停水停电", order=50, icon="drop", chat=chat, pages=pages, desk=(Outages, figures),
    mine=mine, here=here, demo=fill,
)  # fmt: skip
