"""A scanned code → the place it hangs at. It comes as a scene, or as the address it holds."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places.codes import PATH, SCENE
from app.campus.places.doors import code_key, find_place
from app.kit.answers import Card, Say
from app.kit.chat import Chat

chat = Chat(key=code_key)


@chat.match("门牌码|扫码|门上的码")  # a pattern, so that 「菜单」 does not list it
def what_for() -> Say:
    return Say(
        "门上贴着一张码，用微信扫一下，就到这个房间能办的事，不用再填在哪。\n"
        "码坏了，把房间号告诉楼管，换一张就行。"
    )


@chat.match(rf"(?:{re.escape(SCENE)}|https?://\S{{1,200}}{re.escape(PATH)})(?P<code>\S{{1,64}})")
async def scanned(code: str, key: bytes, who: str, db: AsyncSession) -> Card:
    """The place's page. Raises NotFound for a code that is not, or no longer, good."""
    place = await find_place(db, key, code, who)
    return Card(place.name, f"{PATH}{place.code}", "点开看这里能办什么，位置已经填好")
