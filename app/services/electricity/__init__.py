"""电费：绑定学号后发「电费」，看你那间照明和空调各剩多少、够用几天；
「用电」看每天用量，「充值记录」看最近几笔充值。宿管和维修看自己管的楼：「电费 3号楼 501」。"""

from app.kit.service import Service
from app.services.electricity import demo
from app.services.electricity.api import api
from app.services.electricity.chat import chat
from app.services.electricity.desk import desk
from app.services.electricity.here import here
from app.services.electricity.mine import mine
from app.services.electricity.pages import pages
from app.services.electricity.sheet import load

service = Service(
    "电费",
    order=30,
    icon="bolt",
    chat=chat,
    pages=pages,
    desk=desk,
    api=api,
    load=load,
    mine=mine,
    here=here,
    demo=demo.fill,
)
