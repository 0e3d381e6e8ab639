"""校历：发「校历」看这是第几周、下次什么时候放假、哪天调休要上班。

也可以发「第几周」「放假」「调休」；网页上有整个学期，一周一行。
"""

from app.campus.calendar.sheet import load
from app.kit.service import Service
from app.services.calendar.chat import chat
from app.services.calendar.pages import pages

service = Service("校历", order=45, icon="calendar", chat=chat, pages=pages, load=load)
