"""电话：发「电话」看抢修、投诉和各部门，发「电话 维修」或「维修电话」直接查，
拼音首字母也行（「电话 wx」）；发「电话 0110」看这个号码是谁的。"""

from app.kit.service import Service
from app.services.phones.chat import chat
from app.services.phones.demo import fill
from app.services.phones.desk import desk
from app.services.phones.here import here
from app.services.phones.pages import pages
from app.services.phones.sheet import load

service = Service(
    "电话",
    order=40,
    icon="phone",
    chat=chat,
    pages=pages,
    desk=desk,
    here=here,
    load=load,
    demo=fill,
)
