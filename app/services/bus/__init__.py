"""班车：发「班车」看各方向下一班，「班车 图书馆」看这一站，「南校区到北校区」看两地之间。

还可以发「末班车」「首班车」「明天 班车」「周六 班车」「10月1日 班车」，或发位置找最近的站。
"""

from app.kit.service import Service
from app.services.bus.chat import chat
from app.services.bus.demo import fill
from app.services.bus.desk import desk
from app.services.bus.imports import load
from app.services.bus.pages import pages

service = Service(
    "班车", order=10, icon="bus", chat=chat, pages=pages, desk=desk, load=load, demo=fill
)
