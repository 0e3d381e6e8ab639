"""报修：发送「报修」说哪里坏了，拍张照片发来也行；「我的报修」看修到哪了，「进度」问最近一张单，
「报修广场」看大家报的，「报修收费」看哪些要钱。"""

from app.kit.service import Service
from app.services.repairs import desk_privacy as desk_privacy  # as the next one, for the desk
from app.services.repairs import privacy as privacy  # what is kept of people says so when imported
from app.services.repairs.api import api
from app.services.repairs.chat import chat
from app.services.repairs.demo import fill
from app.services.repairs.desk import desk
from app.services.repairs.here import here
from app.services.repairs.jobs import jobs
from app.services.repairs.mine import mine
from app.services.repairs.pages import pages
from app.services.repairs.scores import FACTS

service = Service(
    "报修", icon="wrench", order=15, chat=chat, pages=pages, api=api, jobs=jobs, mine=mine,
    here=here, desk=desk, facts=FACTS, demo=fill,
)  # fmt: skip
