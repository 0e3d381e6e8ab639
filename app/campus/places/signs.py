"""Sheets of codes to print, cut and hang on doors: A4, three across and four down, as PDF."""

import io
from collections.abc import Callable, Iterator, Sequence

import segno
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # no stubs
from reportlab.lib.units import mm  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]  # no stubs
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # no stubs

from app.campus.places.codes import address
from app.campus.places.doors import Place

FONT = "STSong-Light"  # the readers know it: nothing is embedded
ACROSS, DOWN = 3, 4
PER_SHEET = ACROSS * DOWN
PURPOSE = "微信扫一扫：报修、评价、问事"
WIDTH, HEIGHT = (A4[0] - 20 * mm) / ACROSS, (A4[1] - 20 * mm) / DOWN
CODE = 36 * mm  # a phone reads it from the length of an arm
LARGEST, SMALLEST = 24.0, 9.0


def sheets_pdf(
    places: Sequence[Place], base_url: str, hotline: str = "", purpose: str = PURPOSE, *,
    link: Callable[[str, str], str] = address,
) -> bytes:  # fmt: skip
    """The signs of `places`, twelve on a sheet, in their order; no places, one empty sheet.

    Each code holds `link(base_url, place.code)`; `hotline` stands at the foot of each sign.
    Takes about 4 ms a sign: for hundreds of them, call it in a thread.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle("门牌码")
    for start in range(0, max(len(places), 1), PER_SHEET):
        for at, place in enumerate(places[start : start + PER_SHEET]):
            row, column = divmod(at, ACROSS)
            canvas.saveState()
            canvas.translate(10 * mm + column * WIDTH, A4[1] - 10 * mm - (row + 1) * HEIGHT)
            _sign(canvas, place, link(base_url, place.code), (purpose, hotline))
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _sign(canvas: Canvas, place: Place, link: str, foot: tuple[str, str]) -> None:
    """One sign with its lower left corner at the origin, inside lines to cut along."""
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 2)
    canvas.rect(0, 0, WIDTH, HEIGHT)
    if place.short != place.building:
        _words(canvas, place.building, HEIGHT - 4.5 * mm, 11)
    _words(canvas, place.short, HEIGHT - 13.5 * mm, LARGEST)
    # Above and below it stay four modules white, without which a code is hard to find.
    _code(canvas, link, (WIDTH - CODE) / 2, 15 * mm)
    _words(canvas, foot[0], 7.5 * mm, 10)
    _words(canvas, foot[1], 3 * mm, 10)


def _words(canvas: Canvas, words: str, y: float, size: float) -> None:
    """`words` in the middle of a sign, smaller if they would not fit, cut if that is not enough."""
    room = WIDTH - 6 * mm
    size = max(min(size, size * room / max(pdfmetrics.stringWidth(words, FONT, size), 1)), SMALLEST)
    while pdfmetrics.stringWidth(words, FONT, size) > room:
        words = words[:-1]
    canvas.setFont(FONT, size)
    canvas.drawCentredString(WIDTH / 2, y, words)


def _code(canvas: Canvas, text: str, x: float, y: float) -> None:
    """A QR code of `text`, level M, as one filled path of whole units: one module is one."""
    matrix = segno.make(text, error="m", micro=False).matrix
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(CODE / len(matrix), CODE / len(matrix))
    path = canvas.beginPath()
    for row, modules in enumerate(reversed(matrix)):
        for start, length in _runs(modules):
            path.rect(start, row, length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _runs(modules: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many follow: fewer shapes, no gaps between them."""
    start = 0
    for at, dark in enumerate([*modules, 0]):
        if not dark:
            if at > start:
                yield start, at - start
            start = at + 1
