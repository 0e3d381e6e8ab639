"""关键词答复：运营同事自己写的问答，比如「补卡」「快递在哪」；发原话就答，不用记格式。"""

from functools import partial

from app.desk.imports import ImportView
from app.kit.service import Service
from app.services.answers.chat import chat
from app.services.answers.demo import fill
from app.services.answers.desk import ANSWERS_FILE, Answers
from app.services.answers.sheet import load

service = Service(
    "关键词答复",
    order=90,
    icon="chat",
    chat=chat,
    load=load,
    desk=(Answers, partial(ImportView, ANSWERS_FILE)),
    demo=fill,
)
