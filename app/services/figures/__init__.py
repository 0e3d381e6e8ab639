"""数据：发「数据」看这个月报修多少、几成按时修好、大家满不满意；「满意度」也行。"""

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.errors import Invalid
from app.kit.jobs import defer
from app.kit.service import Service
from app.services.figures.chat import chat
from app.services.figures.demo import fill
from app.services.figures.desk import Overview
from app.services.figures.desk_reports import Reports
from app.services.figures.jobs import jobs
from app.services.figures.pages import pages
from app.services.figures.rules import asked


async def rebuild(db: AsyncSession, words: list[str]) -> str:
    """`weihouqin figures rebuild 2016-01-01 2026-11-21`: count those days anew, in the worker."""
    today = clock.now().date()
    if len(words) != 2:
        raise Invalid("写两天：weihouqin figures rebuild 2016-01-01 2026-11-21")
    begin, end = (asked({"since": word, "until": word}, today).first for word in words)
    if [str(begin), str(end)] != words or begin > end:
        raise Invalid("写两天，先早后晚，到今天为止：2016-01-01 2026-11-21")
    await defer(db, "figures:rebuild", since=words[0], until=words[1])
    return f"排上了，{words[0]} 到 {words[1]} 的数由后台重新数。"


service = Service(
    "数据", icon="chart", order=90, words="数据", chat=chat, pages=pages, jobs=jobs,
    desk=(Overview, Reports), commands={"rebuild": rebuild}, demo=fill,
)  # fmt: skip
