"""Letters of other boxes (领导信箱, 集团信箱): a form for one, a spreadsheet for many."""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.campus.permission import Where
from app.campus.units import names
from app.desk.base import me_of
from app.desk.imports import Import, report
from app.kit import clock, sheets
from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Forbidden, Invalid
from app.kit.sheets import Column
from app.services.feedback.cases import MOST_WORDS, New, ask
from app.services.feedback.desk_page import Page
from app.services.feedback.links import DESK
from app.services.feedback.pages_form import Sent, kind_of
from app.services.feedback.parts import RUN, SETUP
from app.services.feedback.rules import Channel, Kind
from app.services.feedback.words import KINDS

BOXES = ("领导信箱", "集团信箱", "校长信箱", "12345 转办", "电话", "当面")
MOST_LETTERS, MOST_ERRORS = 2000, 20


class Letters(Page):
    menu_label, icon = "录一封信", "fa fa-envelope-open-text"
    path, route_name = "/feedback/new", "feedback-new"

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """A letter that came elsewhere; it has the deadline and the answer of any other."""
        if request.method != "POST":
            return await self._form(request, 200, "")

        async def again(code: int, sentence: str) -> Response:
            return await self._form(request, code, sentence)

        return await self.once_only(request, _enter, again)

    async def _form(self, request: Request, code: int, error: str) -> Response:
        db = request.state.session
        form = await request.form() if request.method == "POST" else request.query_params
        return self.show(
            request, "new.html", code, error=error, units=await names(db), boxes=BOXES,
            typed=Sent(form), whole=me_of(request).may(RUN),
        )  # fmt: skip


async def _enter(db: AsyncSession, me: Me, form: FormData) -> str:
    typed = Sent(form)
    if (kind := kind_of(typed)) is None:
        raise Invalid("选一下是哪一类")
    unit = typed.text("unit", 40)
    if not me.may(RUN, Where(unit=unit)):
        raise Forbidden("这个单位不归你录，找管全部的运营同事")
    box, number = typed.text("box", 20), typed.text("number", 40)
    if not box or not number:
        raise Invalid("信箱和编号都要写，同一封不会录两遍")
    new = New(
        kind, unit, typed.text("words"), channel=Channel.BOX, box=box, box_number=number,
        sender=typed.text("sender", 40),
    )  # fmt: skip
    case = await ask(db, new, clock.now())
    if case is None:
        raise Conflict(f"{box} {number} 已经录过了")
    audit.record(db, me, "feedback.letter", audit.thing("feedback_cases", case.id))
    return f"{DESK}/cases/{case.id}"


def _kind(cell: str) -> Kind:
    found = [kind for kind in Kind if KINDS[kind] == cell]
    if not found:
        raise ValueError(f"写{'、'.join(KINDS.values())}之一")
    return found[0]


def _day(cell: str) -> datetime:
    text = cell.removesuffix(" 00:00:00").replace("/", "-").replace(".", "-")
    try:
        found = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        raise ValueError("日期写成 2026-11-20 这样") from None
    if not 2000 <= found.year <= 2099:
        raise ValueError("这一年不对")
    return found.replace(hour=8, tzinfo=SHANGHAI)


def _short(most: int) -> Any:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise ValueError(f"最多 {most} 个字")
        return cell

    return read


COLUMNS = (
    Column("信箱", "box", _short(20)), Column("编号", "number", _short(40)),
    Column("类别", "kind", _kind, required=False), Column("单位", "unit", _short(40)),
    Column("来信日期", "at", _day, required=False),
    Column("来信人", "sender", _short(40), required=False),
    Column("内容", "words", _short(MOST_WORDS)),
)  # fmt: skip


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """Letters into cases, each once by box and number; what is there already stays as it is.

    The deadline runs from the letter's date. Raises Invalid, line by line.
    """
    rows = await asyncio.to_thread(sheets.read, data, filename, COLUMNS)
    known, now = await names(db), clock.now()
    wrong = [f"第 {n} 行「单位」：没有「{row['unit'][:20]}」" for n, row in enumerate(rows, start=2)
             if row["unit"] not in known]  # fmt: skip
    wrong += [f"第 {n} 行「来信日期」：还没到" for n, row in enumerate(rows, start=2)
              if row["at"] and row["at"] > now]  # fmt: skip
    if wrong:
        raise Invalid("\n".join(wrong[:MOST_ERRORS]))
    if not rows or len(rows) > MOST_LETTERS:
        raise Invalid(f"表里要有 1 到 {MOST_LETTERS} 封信，从第 2 行填起")
    added = 0
    for done, row in enumerate(rows):
        new = New(
            row["kind"] or Kind.CONSULT, row["unit"], row["words"], channel=Channel.BOX,
            box=row["box"], box_number=row["number"], sender=row["sender"] or "",
        )  # fmt: skip
        added += await ask(db, new, row["at"] or now) is not None
        report(done + 1, len(rows))
    return f"新录 {added} 封，录过的 {len(rows) - added} 封没动"


def template() -> bytes:
    """Two letters as an example (xlsx)."""
    return sheets.write(COLUMNS, [
        {"box": "领导信箱", "number": "2026-113", "kind": "投诉", "unit": "饮食中心",
         "at": "2026-11-20", "sender": "匿名", "words": "二食堂晚上八点就没有热菜了"},
        {"box": "集团信箱", "number": "XF-0871", "kind": "建议", "unit": "运输中心",
         "at": "2026-11-19", "sender": "", "words": "周五下午加一班回市区的车"},
    ])  # fmt: skip


LETTERS_FILE = Import(
    "feedback-letters", "导入信箱", load, SETUP,
    help=("领导信箱、集团信箱的信，一行一封；信箱加编号一样的只录一次，录过的不动。",
          "时限从来信日期算起，录进来就派给那个单位的主任。"),
    template=template, back=("录一封信", f"{DESK}/new"),
)  # fmt: skip
