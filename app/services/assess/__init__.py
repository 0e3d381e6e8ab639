"""考核：发「考核」看自己这个月多少分、差几分有奖金；点开看每一项为什么，结果公布后可以提异议。"""

from app.kit.service import Service
from app.services.assess import privacy as privacy  # what is kept of people says so when imported
from app.services.assess.chat import chat
from app.services.assess.demo import fill
from app.services.assess.desk_months import Months
from app.services.assess.desk_schemes import Schemes
from app.services.assess.desk_teams import Teams
from app.services.assess.figures import figures
from app.services.assess.jobs import jobs
from app.services.assess.mine import mine
from app.services.assess.router import pages

service = Service(
    "考核", icon="chart", order=60, chat=chat, pages=pages, jobs=jobs, mine=mine,
    desk=(Months, Schemes, Teams, figures), demo=fill,
)  # fmt: skip
