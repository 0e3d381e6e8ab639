"""What operators see of the wire: the message log, and its figures for the dashboard."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette_admin.filters import FilterGroup

from app.campus.people.models import Follower
from app.desk.base import DeskView
from app.desk.figures import Chart, Figure, Ranking, Shown, Todo
from app.desk.today import midnight
from app.gateway.follower_desk import Followers
from app.gateway.models import Heard, Owed
from app.gateway.unanswered_desk import READ, WRITE_ANSWER, UnansweredWords
from app.kit.clock import SHANGHAI
from app.wechat.client import Client
from app.wechat.errors import WeChatError

DAYS = 14
HIDDEN = "（已取消关注，不再显示）"
_GONE = select(Follower.who).where(Follower.left_at.is_not(None))


class Messages(DeskView):
    """The message log, newest first. The words of those who left are not shown, nor found."""

    model, menu_label, display_name, key = Heard, "消息记录", "消息", "messages"
    icon = "fa fa-comments"
    labels: ClassVar[dict[str, str]] = {
        "id": "编号", "at": "时间", "who": "关注者", "kind": "怎么来的", "text": "问了什么",
        "matched": "答上了", "reference": "毛病编号", "answer": "答了什么",
    }  # fmt: skip
    choices: ClassVar[dict[str, dict[str, str]]] = {
        "kind": {
            "text": "文字", "location": "位置", "picture": "图片", "other": "其他",
            "joined": "关注", "left": "取消关注", "revoked": "撤回授权",
        }
    }  # fmt: skip
    searched = ("text",)
    list_template = "messages.html"
    see = READ
    exclude_fields_from_list = ("answer",)

    def day_of(self, request: Request, by: int = 0) -> str:
        """The day that is asked for, `by` days on, as in an address; empty for all days."""
        asked = QueryParams(request.query_params.get("_list_query", "").lstrip("?"))
        text = request.query_params.get("day") or asked.get("day", "")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return ""
        return f"{day + timedelta(days=by)}" if 2000 <= day.year <= 2100 else ""

    def get_list_query(self, request: Request) -> Select[Any]:
        query = super().get_list_query(request)
        if not (day := self.day_of(request)):
            return query
        begin = datetime.combine(date.fromisoformat(day), time.min, SHANGHAI)
        return query.where(Heard.at >= begin, Heard.at < begin + timedelta(days=1))

    def get_search_query(self, request: Request, term: str) -> Any:
        return and_(super().get_search_query(request, term), Heard.who.not_in(_GONE))

    async def find_all(  # noqa: PLR0917 - the library's signature
        self, request: Request, skip: int = 0, limit: int = 100, q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None, filters: FilterGroup | None = None,
    ) -> Sequence[Any]:  # fmt: skip
        rows = await super().find_all(request, skip, limit, q, sorts, filters)
        return await _hushed(request.state.session, rows)

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        found = await super().find_by_pk(request, pk)
        return found and (await _hushed(request.state.session, [found]))[0]


async def _hushed(db: AsyncSession, rows: Sequence[Heard]) -> Sequence[Heard]:
    """The rows, without the words of those who no longer follow."""
    gone = set(await db.scalars(_GONE.where(Follower.who.in_({row.who for row in rows}))))
    for row in rows:
        db.expunge(row)  # so that nothing of what follows is written
        if row.who in gone:
            row.text, row.answer = HIDDEN, None
    return rows


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Today's messages, what nobody answered, what came late and what broke."""
    day = midnight(now)
    heard, unmatched, broken = await _counts(db, day, now)
    before, _, _ = await _counts(db, day - timedelta(days=1), now - timedelta(days=1))
    late, told = (
        await db.execute(select(func.count(), func.count().filter(Owed.told)).where(Owed.at >= day))
    ).one()
    share = f"每 100 条有 {round(unmatched * 100 / heard)} 条" if heard else "今天还没人来问"
    return [
        Figure("今天收到", f"{heard} 条", f"昨天这时 {before} 条",
               href=f"/desk/messages/list?day={day.date()}"),
        Figure("没答上来", f"{unmatched} 条", share, bad=unmatched * 20 > heard,
               href="/desk/messages/list?filter=matched__is_false"),
        Figure("答晚了", f"{late} 条", f"后来补上 {told} 条", bad=late > told),
        Figure("出毛病", f"{broken} 次", "每次都有编号可查", bad=broken > 0),
        await _days(db, day),
        await _unanswered(db, day),
        *(await _broken(db, day)),
    ]  # fmt: skip


async def _counts(db: AsyncSession, since: datetime, until: datetime) -> tuple[int, int, int]:
    counted = select(
        func.count(), func.count().filter(~Heard.matched), func.count(Heard.reference)
    ).where(Heard.at >= since, Heard.at <= until)
    heard, unmatched, broken = (await db.execute(counted)).one()
    return heard, unmatched, broken


async def _days(db: AsyncSession, today: datetime) -> Chart:
    first = today - timedelta(days=DAYS - 1)
    on = func.date(func.timezone(SHANGHAI.key, Heard.at))
    counted = (
        select(on, func.count(), func.count().filter(~Heard.matched))
        .where(Heard.at >= first)
        .group_by(on)
    )
    found = {row[0]: (row[1], row[2]) for row in await db.execute(counted)}
    days = [(first + timedelta(days=n)).date() for n in range(DAYS)]
    counts = [found.get(day, (0, 0)) for day in days]
    labels = [*(f"{day.month}/{day.day}" for day in days[:-1]), "今天"]
    answered = tuple(heard - unmatched for heard, unmatched in counts)
    missed = tuple(unmatched for _, unmatched in counts)
    return Chart(f"近 {DAYS} 天的消息", "按天数", tuple(labels),
                 (("答上了", "ok", answered), ("没答上", "warn", missed)))  # fmt: skip


async def _unanswered(db: AsyncSession, today: datetime) -> Ranking:
    times = func.count()
    counted = (
        select(Heard.text, times)
        .where(~Heard.matched, Heard.at >= today - timedelta(days=6), Heard.text != "")
        .where(Heard.who.not_in(_GONE))
        .group_by(Heard.text)
        .order_by(times.desc(), Heard.text)
        .limit(8)
    )
    rows = [
        (row[0][:20], row[1], f"{WRITE_ANSWER}?words={quote(row[0][:200])}")
        for row in await db.execute(counted)
    ]
    return Ranking("没答上来的话", "近 7 天", tuple(rows), "近 7 天问的都答上了")


async def _broken(db: AsyncSession, today: datetime) -> list[Todo]:
    found = select(Heard.id, Heard.reference, Heard.at).where(
        Heard.reference.is_not(None), Heard.at >= today
    )
    rows = await db.execute(found.order_by(Heard.at.desc()).limit(4))
    return [
        Todo(f"有一条没答成，编号 {row.reference}",
             f"{row.at.astimezone(SHANGHAI):%H:%M}，日志里按编号找",
             f"/desk/messages/detail?pk={row.id}", "看这条", urgent=True)
        for row in rows
    ]  # fmt: skip


async def code(request: Request, scene: str, seconds: int) -> str | None:
    """What the QR code of a login says; None while WeChat does not answer."""
    client: Client | None = getattr(request.app.state, "wechat", None)
    try:
        return (await client.qr_create(scene, seconds)).url if client else None
    except WeChatError:
        return None


HANDED = ("消息和关注者", "fa fa-comments", (UnansweredWords, Messages, Followers, figures))
