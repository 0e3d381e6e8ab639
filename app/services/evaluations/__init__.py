"""评价：发「评价」看现在能评什么，「评价 二食堂」直接评；桌上、门上、车上的码扫一下也行。"""

from app.kit.service import Service
from app.services.evaluations import privacy as privacy  # what is kept of people says so
from app.services.evaluations.chat import chat
from app.services.evaluations.demo import fill
from app.services.evaluations.desk import desk
from app.services.evaluations.heard import answered
from app.services.evaluations.here import here
from app.services.evaluations.inviting import served
from app.services.evaluations.jobs import jobs
from app.services.evaluations.mine import mine
from app.services.evaluations.pages import pages
from app.services.evaluations.scores import FACTS

service = Service(
    "评价", icon="star", order=35, chat=chat, pages=pages, jobs=jobs, desk=desk, mine=mine,
    here=here, events={"answered": answered, "served": served}, facts=FACTS, demo=fill,
)  # fmt: skip
