"""A round on paper: the list for the dorm office, and a sheet for each door."""

import io
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # no stubs
from reportlab.lib.units import mm  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # no stubs

from app.campus.places.tree import order
from app.kit import sheets
from app.kit.sheets import Column
from app.services.rooms.board import Resident

FONT = "STSong-Light"  # the readers know it: nothing is embedded
ACROSS, DOWN = 2, 4
WIDTH, HEIGHT = (A4[0] - 20 * mm) / ACROSS, (A4[1] - 20 * mm) / DOWN
LINE = 6.6 * mm
MOST = 7  # lines that a sheet takes
COLUMNS = (
    Column("楼", "building"),
    Column("房间", "room"),
    Column("床", "bed"),
    Column("学号", "number"),
    Column("姓名", "name"),
    Column("性别", "sex"),
    Column("学院", "college"),
    Column("班级", "class_name"),
    Column("一起选的", "team"),
)


def in_order(residents: Iterable[Resident]) -> list[Resident]:
    """From door to door."""
    return sorted(residents, key=lambda one: (order(one.building), order(one.room), order(one.bed)))


def table(residents: Iterable[Resident]) -> bytes:
    """Everybody with a bed as an xlsx, from door to door."""
    rows: list[dict[str, Any]] = [
        {
            "building": one.building, "room": one.room, "bed": one.bed, "number": one.number,
            "name": one.name, "sex": one.sex, "college": one.college,
            "class_name": one.class_name, "team": f"{one.team_id} 队" if one.team_id else "",
        }
        for one in in_order(residents)
    ]  # fmt: skip
    return sheets.write(COLUMNS, rows)


def doors_pdf(residents: Iterable[Resident], title: str) -> bytes:
    """A card for each door with who lives there, eight on a sheet, to cut along the lines.

    Names stand as they are: it hangs inside the building. About 2 ms a room; call it in a thread.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(title)
    rooms = [list(here) for _, here in groupby(in_order(residents), lambda r: (r.building, r.room))]
    for start in range(0, max(len(rooms), 1), ACROSS * DOWN):
        for at, here in enumerate(rooms[start : start + ACROSS * DOWN]):
            row, column = divmod(at, ACROSS)
            canvas.saveState()
            canvas.translate(10 * mm + column * WIDTH, A4[1] - 10 * mm - (row + 1) * HEIGHT)
            _card(canvas, here, title)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return bytes(out.getvalue())


def _card(canvas: Canvas, here: Sequence[Resident], title: str) -> None:
    """One door with its lower left corner at the origin, inside lines to cut along."""
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 2)
    canvas.rect(0, 0, WIDTH, HEIGHT)
    canvas.setDash()
    _at(canvas, here[0].room, (5 * mm, HEIGHT - 12 * mm), 26, 40 * mm)
    _at(canvas, here[0].building, (5 * mm, HEIGHT - 17.5 * mm), 10, 40 * mm)
    canvas.setFont(FONT, 8)
    canvas.drawRightString(WIDTH - 5 * mm, HEIGHT - 17.5 * mm, title[:24])
    canvas.line(5 * mm, HEIGHT - 20 * mm, WIDTH - 5 * mm, HEIGHT - 20 * mm)
    shown = here if len(here) <= MOST else here[: MOST - 1]
    for at, one in enumerate(shown):
        y = HEIGHT - 26 * mm - at * LINE
        _at(canvas, one.bed, (5 * mm, y), 10, 15 * mm)
        _at(canvas, one.name, (21 * mm, y), 13, 26 * mm)
        _at(canvas, one.class_name or one.college, (49 * mm, y), 9, WIDTH - 54 * mm)
    if len(here) > MOST:
        y = HEIGHT - 26 * mm - len(shown) * LINE
        _at(canvas, f"还有 {len(here) - len(shown)} 人", (21 * mm, y), 9, 40 * mm)


def _at(canvas: Canvas, words: str, at: tuple[float, float], size: float, room: float) -> None:
    """`words` from the point `at`, smaller if they would not fit, cut if that is not enough."""
    size = max(min(size, size * room / max(pdfmetrics.stringWidth(words, FONT, size), 1)), 7)
    while words and pdfmetrics.stringWidth(words, FONT, size) > room:
        words = words[:-1]
    canvas.setFont(FONT, size)
    canvas.drawString(*at, words)
