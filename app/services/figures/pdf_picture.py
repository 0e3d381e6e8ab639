"""The desk's pictures on paper: the same places, as vectors, y upwards."""

from reportlab.graphics.shapes import (  # type: ignore[import-untyped]  # no stubs
    Circle,
    Drawing,
    Group,
    Line,
    PolyLine,
    Rect,
    String,
)
from reportlab.lib import colors  # type: ignore[import-untyped]  # no stubs

from app.services.figures.draw import LEFT, Drawn

FONT = "STSong-Light"  # the readers know it: nothing is embedded
SMALL = 0.6
GREEN = colors.HexColor("#04833f")
_GRID, _BEFORE, _WORDS = (colors.HexColor(f"#{word}") for word in ("e1e5e9", "7a8694", "4a5661"))


def picture(drawn: Drawn | None, wide: float) -> Drawing:
    """`drawn` as wide as that, in points; its words 7 points high."""
    if drawn is None:
        return Drawing(wide, 0)
    by = wide / drawn.width
    size = 7 / by
    each = 1 if by > SMALL else 2  # a small picture has room for half of the words
    all_ = Group(*_parts(drawn, size, each))
    all_.scale(by, by)
    return Drawing(wide, drawn.height * by, all_)


def _parts(drawn: Drawn, size: float, each: int) -> list[object]:
    top = drawn.height

    def string(x: float, y: float, words: str, anchor: str) -> String:
        return String(x, top - y, words, fontName=FONT, fontSize=size, fillColor=_WORDS,
                      textAnchor=anchor)  # fmt: skip

    def line(points: tuple[tuple[float, float], ...], **more: object) -> PolyLine:
        return PolyLine([n for x, y in points for n in (x, top - y)], **more)

    found: list[object] = []
    for words, y in drawn.grid:
        found.append(Line(LEFT, top - y, drawn.width, top - y, strokeColor=_GRID, strokeWidth=1))
        found.append(string(LEFT - 6, y + size / 3, words, "end"))
    for _, bar in drawn.bars:
        found.append(Rect(bar.x, top - bar.y - bar.tall, bar.wide, bar.tall, fillColor=GREEN,
                          strokeColor=None))  # fmt: skip
    dashes = {"strokeColor": _BEFORE, "strokeWidth": 1.4, "strokeDashArray": [4, 4]}
    found += [line(points, **dashes) for points in drawn.before]
    found += [line(points, strokeColor=GREEN, strokeWidth=2) for points in drawn.lines]
    found += [Circle(x, top - y, 2.6, fillColor=GREEN, strokeColor=None)
              for _, x, y, _ in drawn.dots]  # fmt: skip
    return found + [string(x, top - 5, words, "middle") for words, x in drawn.labels[::each]]
