"""「替人报修」: what is said on the telephone or at a stall becomes an order of the one queue."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.campus.places import campus
from app.desk.nouns import person_id
from app.kit import clock
from app.kit.errors import Invalid
from app.services.repairs.clocks import Slot
from app.services.repairs.desk_deeds import photos, words
from app.services.repairs.desk_page import HOME, Page, number
from app.services.repairs.follows import alike
from app.services.repairs.kinds import kinds, offered
from app.services.repairs.models import Kind
from app.services.repairs.orders import EARLIEST, LATEST, New, report
from app.services.repairs.rules import Source

SOURCES = {Source.PHONE: "电话", Source.STALL: "摊位", Source.KEEPER: "宿管托的"}
TYPED = ("source", "building", "room", "spot", "who", "phone", "kind", "words", "day", "hour")


class Report(Page):
    menu_label, icon = "替人报修", "fa fa-phone"
    path, route_name = "/repairs/new", "repairs-new"

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """The form; sent, it leads to the new order."""
        if request.method == "GET":
            return await self._form(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._form(request, code, sentence)

        return await self.once_only(request, _report, again)

    async def _form(self, request: Request, code: int = 200, error: str = "") -> Response:
        db = request.state.session
        sent = await request.form() if request.method == "POST" else FormData()
        typed = {name: words(sent, name) for name in TYPED}
        typed |= {name: words(sent, name) for name in sent if name.startswith(("sign-", "q-"))}
        today = clock.now().date()
        return self.show(
            request, "new.html", code, error=error, typed=typed, sources=SOURCES,
            urgent="urgent" in sent, key="key" in sent, anyway=error.startswith("像是"),
            houses=(await campus.within(db)).houses, kinds=offered(await kinds.within(db)),
            days=[today + timedelta(days=n) for n in range(14)], hours=range(EARLIEST, LATEST),
        )  # fmt: skip


async def _report(db: AsyncSession, me: Me, sent: FormData) -> str:
    source = words(sent, "source")
    found = await kinds.within(db)
    kind = found.get(number(sent.get("kind")) or 0)
    if kind is None:
        raise Invalid("选一下什么坏了")
    if source not in list(SOURCES):
        raise Invalid("选一下是从哪报来的")
    building, room = await _place(db, sent)
    if "anyway" not in sent:
        place = {"room_id": room} if room else {"building_id": building}
        if same := await alike(db, me, kind.id, **place):
            numbers = "、".join(order.number for order in same[:3])
            raise Invalid(f"像是已经报过了：{numbers}。真是另一件，就勾上「还是另报一张」")
    new = New(
        kind_id=kind.id, sign=words(sent, f"sign-{kind.id}"), words=words(sent), room_id=room,
        building_id=None if room else building, spot=words(sent, "spot")[:60],
        phone=words(sent, "phone")[:20], urgent="urgent" in sent, slot=_slot(sent),
        key_with_keeper="key" in sent, answers=_answers(kind, sent), source=Source(source),
        reporter_id=await person_id(db, words(sent, "who")) if words(sent, "who") else None,
    )  # fmt: skip
    uploads = await photos(db, me, sent)
    order = await report(db, me, new, clock.now(), uploads=uploads)
    return f"{HOME}/orders/{order.number}"


async def _place(db: AsyncSession, sent: FormData) -> tuple[int, int | None]:
    """The building and the room that were written. Raises Invalid."""
    tree = await campus.within(db)
    house = tree.house(number(sent.get("building")) or 0)
    if house is None:
        raise Invalid("选一下哪栋楼")
    if not (room := words(sent, "room").upper()):
        return house.id, None
    door = tree.find(house.name, room)
    if door is None:
        raise Invalid(f"{house.name}没有 {room[:10]}，核对一下，或者写在「具体位置」里")
    return house.id, door.id


def _slot(sent: FormData) -> Slot | None:
    day, hour = words(sent, "day"), number(sent.get("hour"))
    if not day:
        return None
    try:
        starts = datetime.fromisoformat(day).replace(hour=hour or EARLIEST, tzinfo=clock.SHANGHAI)
    except ValueError:
        raise Invalid("上门时间重新选一下") from None
    return Slot(starts, starts + timedelta(hours=1))


def _answers(kind: Kind, sent: FormData) -> dict[str, str]:
    said = {q["name"]: words(sent, f"q-{kind.id}-{q['name']}")[:200] for q in kind.questions}
    return {name: value for name, value in said.items() if value}
