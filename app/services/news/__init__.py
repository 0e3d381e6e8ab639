"""新闻和通知：发「新闻」看后勤最近的新闻，发「通知」看最近的通知；点开有全部。"""

from app.kit.service import Service
from app.services.news.chat import chat
from app.services.news.demo import fill
from app.services.news.desk import News
from app.services.news.pages import pages

service = Service(
    "新闻和通知", order=55, icon="doc", words="通知", chat=chat, pages=pages, desk=(News,),
    demo=fill,
)  # fmt: skip
