"""电费：发送「电费 3号楼 501」看照明和空调各剩多少、够用几天；
「用电 3号楼 501」看每天用量，「充值记录 3号楼 501」看最近几笔充值。"""

from app.kit.service import Service
from app.services.electricity import demo
from app.services.electricity.api import api
from app.services.electricity.chat import chat
from app.services.electricity.pages import pages
from app.services.electricity.sheet import load

service = Service("电费", order=30, chat=chat, pages=pages, api=api, load=load, demo=demo.fill)
