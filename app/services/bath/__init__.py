"""洗浴：发送「洗浴」看各浴室开没开、有几个空位、热水足不足；
「洗浴 南苑」「洗浴 女」只看一处或一边。"""

from app.kit.service import Service
from app.services.bath import demo
from app.services.bath.api import api
from app.services.bath.chat import chat
from app.services.bath.desk import desk
from app.services.bath.here import here
from app.services.bath.pages import pages

service = Service(
    "洗浴",
    order=20,
    icon="shower",
    chat=chat,
    pages=pages,
    desk=desk,
    api=api,
    here=here,
    demo=demo.fill,
)
