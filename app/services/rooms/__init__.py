"""选房：新生自己选床位。发送「选房」看轮到什么时候，「我的房间」看选到哪张床。"""

from app.kit.service import Service
from app.services.rooms.commands import COMMANDS
from app.services.rooms.engine.front import Front
from app.services.rooms.jobs import jobs

service = Service("选房", icon="bed", order=18, live=Front, commands=COMMANDS, jobs=jobs)
