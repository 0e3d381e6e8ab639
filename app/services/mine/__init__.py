"""我的：发送「我的」看绑定了谁、住哪间；
「绑定」把微信和学号连起来，「解绑」再断开。"""

from app.campus.people.roster import load
from app.kit.service import Service
from app.services.mine.chat import chat
from app.services.mine.pages import pages

service = Service("我的", order=90, icon="user", chat=chat, pages=pages, load=load)
