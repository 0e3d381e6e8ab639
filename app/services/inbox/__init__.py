"""消息：发送「消息」看还没看的通知，点开就能回到那件事；
「通知设置」选哪些发到微信，不想收的关掉，消息里还找得到。"""

from app.kit.service import Service
from app.services.inbox.chat import chat
from app.services.inbox.mine import mine
from app.services.inbox.pages import pages

service = Service("消息", order=85, icon="bell", chat=chat, pages=pages, mine=mine)
