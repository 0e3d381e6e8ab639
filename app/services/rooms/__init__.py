"""选房：新生自己选床位。发送「选房」看轮到什么时候，「我的房间」看选到哪张床。"""

from app.kit.service import Service
from app.services.rooms import privacy as privacy  # says what is kept of people when imported
from app.services.rooms.chat import chat
from app.services.rooms.commands import COMMANDS
from app.services.rooms.demo import fill
from app.services.rooms.desk import desk
from app.services.rooms.engine.front import Front
from app.services.rooms.jobs import jobs
from app.services.rooms.mine import mine
from app.services.rooms.pages import pages

service = Service(
    "选房", icon="bed", order=18, chat=chat, pages=pages, mine=mine, live=Front,
    commands=COMMANDS, jobs=jobs, desk=desk, demo=fill,
)  # fmt: skip
