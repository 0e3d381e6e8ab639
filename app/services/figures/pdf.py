"""A report on A4: a cover with what matters, then a section for each topic."""

import io
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors  # type: ignore[import-untyped]  # no stubs
from reportlab.lib.enums import TA_CENTER  # type: ignore[import-untyped]  # no stubs
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # no stubs
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]  # no stubs
from reportlab.lib.units import mm  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # no stubs
from reportlab.platypus import (  # type: ignore[import-untyped]  # no stubs
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from app.services.figures.paper import MOST_RANKS, Paper, Section
from app.services.figures.pdf_picture import FONT, GREEN, picture
from app.services.figures.view import Cut, Tile
from app.services.figures.words import NOTHING

WIDE = A4[0] - 40 * mm
GREY, PALE, LINE = (
    colors.HexColor("#5b6772"),
    colors.HexColor("#eef7f2"),
    colors.HexColor("#d5dbe1"),
)


def _style(size: float, lead: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle("", fontName=FONT, fontSize=size, leading=lead, wordWrap="CJK", **more)


TITLE = _style(30, 40, alignment=TA_CENTER, textColor=GREEN)
UNDER = _style(12, 20, alignment=TA_CENTER, textColor=GREY)
HEADING = _style(18, 28, textColor=GREEN)
SMALL = _style(12, 20, spaceBefore=8)
BODY = _style(11, 19)
CELL = _style(9.5, 13)


def pdf(paper: Paper, made: str, account: str) -> tuple[bytes, int]:
    """The report and how many pages it has. Takes a second or two: call it in a thread.

    `made`: when, in words; `account`: whose numbers these are.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out, pages = io.BytesIO(), [0]

    def foot(canvas: Canvas, _: Any) -> None:
        pages[0] = canvas.getPageNumber()
        canvas.setFont(FONT, 9)
        canvas.setFillColor(GREY)
        canvas.drawCentredString(A4[0] / 2, 12 * mm, f"{paper.title} · 第 {pages[0]} 页")

    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm,
        bottomMargin=22 * mm, title=paper.title, author=account,
    )  # fmt: skip
    parts = list(_cover(paper, made, account))
    for section in paper.sections:
        parts += [PageBreak(), *_section(section, paper.heads)]
    document.build(parts, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue(), pages[0]


def _cover(paper: Paper, made: str, account: str) -> Iterator[Any]:
    yield Spacer(1, 40 * mm)
    yield Paragraph(escape(paper.title), TITLE)
    yield Paragraph(escape(f"{account}，{made}"), UNDER)
    yield Spacer(1, 16 * mm)
    leads = [tile for section in paper.sections for tile in section.topic.tiles
             if tile.measure.lead and tile.said != NOTHING]  # fmt: skip
    if leads:
        yield _big(leads[:8])
        yield Spacer(1, 10 * mm)
    for section, words in zip(paper.sections, paper.words, strict=False):
        title = section.topic.title
        yield Paragraph(escape(words if words.startswith(title) else f"{title}：{words}"), BODY)
        yield Spacer(1, 3 * mm)
    if not paper.sections:
        yield Paragraph(escape(paper.words[0]), UNDER)


def _big(tiles: Sequence[Tile]) -> Table:
    """The numbers that stand first, four in a row."""
    top, under = _style(17, 24, alignment=TA_CENTER), _style(9, 13, alignment=TA_CENTER)
    cells = [
        [Paragraph(escape(tile.said), top), Paragraph(escape(tile.measure.title), under)]
        for tile in tiles
    ]
    while len(cells) % 4:
        cells.append([])
    rows = [cells[at : at + 4] for at in range(0, len(cells), 4)]
    return Table(rows, [WIDE / 4] * 4, style=[
        ("BACKGROUND", (0, 0), (-1, -1), PALE), ("INNERGRID", (0, 0), (-1, -1), 3, colors.white),
        ("TOPPADDING", (0, 0), (-1, -1), 8), ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ])  # fmt: skip


def _section(section: Section, heads: Sequence[str]) -> Iterator[Any]:
    found = section.topic
    yield Paragraph(escape(found.title), HEADING)
    yield Paragraph(escape(section.words), BODY)
    yield Spacer(1, 4 * mm)
    yield _table([heads, *section.numbers], first=0.3)
    pictures = [tile for tile in found.tiles if tile.drawn and tile.said != NOTHING]
    for tile in pictures[:1]:
        yield KeepTogether([Paragraph(_titled(tile), SMALL), picture(tile.drawn, WIDE)])
    yield from _pairs(pictures[1:])
    if found.units:
        titles = [tile.measure.title for tile in found.tiles]
        yield Paragraph("按单位", SMALL)
        yield from _wide(["单位", *titles], [[unit, *cells] for unit, cells in found.units])
    yield from _cuts(found.cuts)


def _titled(tile: Tile) -> str:
    before = "" if tile.before == NOTHING else f"（虚线是上一期 {tile.before}）"
    return escape(f"{tile.measure.title}：{tile.said}{before}")


def _pairs(tiles: Sequence[Tile]) -> Iterator[Any]:
    """Two pictures in a row."""
    half = WIDE / 2 - 2 * mm
    for at in range(0, len(tiles), 2):
        cells = [[Paragraph(_titled(tile), CELL), picture(tile.drawn, half)]
                 for tile in tiles[at : at + 2]]  # fmt: skip
        yield Spacer(1, 3 * mm)
        yield _side_by_side(cells)


def _wide(heads: Sequence[str], rows: Sequence[Sequence[str]], most: int = 6) -> Iterator[Any]:
    """A table of many columns, as several of at most `most`, each with the first column."""
    for at in range(1, len(heads), most):
        yield _table(
            [[line[0], *line[at : at + most]] for line in (heads, *rows)], first=1 / (most + 1)
        )
        yield Spacer(1, 3 * mm)


def _cuts(cuts: Sequence[Cut]) -> Iterator[Any]:
    """Pictures, then what is ranked, two lists in a row."""
    for cut in cuts:
        if cut.drawn:
            head = Paragraph(escape(cut.measure.title), SMALL)
            yield KeepTogether([head, picture(cut.drawn, WIDE)])
    half = WIDE / 2 - 3 * mm
    ranked = [_ranks(cut, half) for cut in cuts if cut.rows]
    for at in range(0, len(ranked), 2):
        yield _side_by_side(ranked[at : at + 2])


def _ranks(cut: Cut, wide: float) -> list[Any]:
    rows = [[part, said] for part, said, _ in cut.rows[:MOST_RANKS]]
    return [_table([[cut.measure.title, ""], *rows], first=0.65, wide=wide)]


def _side_by_side(cells: Sequence[Any]) -> Table:
    return Table([[*cells, *([""] * (2 - len(cells)))]], [WIDE / 2] * 2, style=[
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ])  # fmt: skip


def _table(lines: Sequence[Sequence[str]], first: float, wide: float = WIDE) -> Table:
    """Lines of words, the heads first; `first`: the share of the first column."""
    columns = len(lines[0])
    widths = [wide * first] + [wide * (1 - first) / max(1, columns - 1)] * (columns - 1)
    cells = [[Paragraph(escape(word), CELL) for word in line] for line in lines]
    return Table(cells, widths, repeatRows=1, style=[
        ("BACKGROUND", (0, 0), (-1, 0), PALE), ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ])  # fmt: skip
