"""门牌码：用微信扫一下门上的码，就到这个房间能办的事，房间已经替你填好。

码撕坏了、扫不出来，把「3号楼 501」这样的房间号告诉楼管，换一张就行。发「门牌码」看怎么用。
"""

from app.campus.places.sheet import load
from app.kit.service import Service
from app.services.places.chat import chat
from app.services.places.pages import pages

service = Service("门牌码", order=90, icon="qr", chat=chat, pages=pages, load=load)
