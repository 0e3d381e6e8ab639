"""检查：食堂、宿舍、物业按天、周、月、年查，有问题定期限、改完复查。在「我的」里看今天要查的，扫门上的码也能查。"""

from app.kit.service import Service
from app.services.checks import privacy as privacy  # what is kept of people says so when imported
from app.services.checks.demo import fill
from app.services.checks.desk import desk
from app.services.checks.here import here
from app.services.checks.jobs import jobs
from app.services.checks.mine import mine
from app.services.checks.pages import pages
from app.services.checks.scores import FACTS

service = Service(
    "检查",
    icon="check",
    order=60,
    pages=pages,
    jobs=jobs,
    mine=mine,
    here=here,
    desk=desk,
    facts=FACTS,
    demo=fill,
)
