"""后勤零距离：发「问 寝室能用电煮锅吗」查有没有人问过，「反馈」写给管事的单位，「投诉」「表扬」
也行；「我的反馈」看答复，「后勤问答」看大家问过的。"""

from app.kit.service import Service
from app.services.feedback import privacy as privacy  # what is kept of people says so when imported
from app.services.feedback.chat import chat
from app.services.feedback.demo import fill
from app.services.feedback.desk import desk
from app.services.feedback.heard import complaint
from app.services.feedback.jobs import jobs
from app.services.feedback.mine import mine
from app.services.feedback.pages import pages
from app.services.feedback.scores import FACTS

# After the operators' rules, whose `order` is 90: theirs answer before what was published.
service = Service(
    "后勤零距离", order=95, icon="chat", words="反馈", chat=chat, pages=pages, jobs=jobs, mine=mine,
    events={"complaint": complaint}, facts=FACTS, desk=desk, demo=fill,
)  # fmt: skip
