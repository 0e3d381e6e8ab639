"""A few answers as an operator would write them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.services.answers.draft import read
from app.services.answers.models import Row

RULES: tuple[dict[str, str], ...] = (
    {"kind": "exact", "words": "新生报到\n报到\n报到流程", "card1_title": "新生报到五步走",
     "card1_text": "先绑定录取号，再选床位，到校领钥匙", "card1_url": "/h5/mine"},
    {"kind": "contains", "words": "没电了\n跳闸", "opens": "22:00", "closes": "06:00",
     "text": "夜里停电打 8880 0163，配电室 24 小时有人。先看看走廊的闸，同一层都黑就不用再报。"},
    {"kind": "pattern", "words": "(快递|包裹).*(哪|几点|怎么).*",
     "text": "快递在南苑 2 号门的驿站，8:00–21:00，取件码在短信里。"},
    {"kind": "exact", "words": "一卡通\n校园卡\n补卡",
     "text": "补卡去行政楼一楼 3 号窗，工作日 8:00–17:30，带学生证，20 元。"},
)  # fmt: skip


async def fill(db: AsyncSession) -> None:
    for fields in RULES:
        values: dict[str, Any] = read({"enabled": "on", **fields}).values
        db.add(Row(**values, changed_at=clock.now(), changed_by="演示"))
