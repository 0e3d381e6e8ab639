"""Today, on one page."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus.calendar import calendar
from app.desk.actions import OPEN
from app.desk.base import me_of
from app.desk.figures import Chart, Figure, Figures, Ranking, Shown, Todo
from app.kit import clock


class Dashboard(CustomView):
    """What every source of figures gives, in one page that renews itself each minute."""

    menu_label, icon, path, route_name = "今天", "fa fa-chart-column", "/", "index"

    def __init__(self, sources: Sequence[Figures]) -> None:
        super().__init__()
        self.sources = sources

    @route("")
    async def index(self, request: Request) -> Response:
        assert self.templates is not None  # noqa: S101 - starlette-admin sets it when mounted
        db, now = request.state.session, clock.now()
        shown: list[Shown] = []
        # Numbers of the whole department: not for a head, who has those of the unit elsewhere.
        operates = me_of(request).may_somewhere(OPEN)
        for source in self.sources if operates else ():
            shown += await source(db, now)
        # Lists of the whole campus are behind these: not for who has an area or a building.
        whole = me_of(request).may(OPEN)
        todos = [item for item in shown if isinstance(item, Todo) and whole]
        context = {
            "title": "今天", "whole": whole, "operates": operates,
            "time": now.astimezone(clock.SHANGHAI),
            "day": (await calendar.within(db)).day(now.astimezone(clock.SHANGHAI).date()),
            "figures": [item for item in shown if isinstance(item, Figure)],
            "todos": sorted(todos, key=lambda todo: not todo.urgent),
            "charts": [(item, columns(item)) for item in shown if isinstance(item, Chart)],
            "rankings": [item for item in shown if isinstance(item, Ranking) and whole],
        }  # fmt: skip
        return self.templates.TemplateResponse(request, "dashboard.html", context)


WIDTH, HEIGHT, LEFT, TOP, FOOT = 720, 234, 44, 12, 26
STEPS = (1, 2, 5)


def columns(chart: Chart) -> dict[str, object]:
    """Where the bars and the lines of `chart` stand in an SVG of WIDTH x HEIGHT."""
    totals = [sum(values) for values in zip(*(row[2] for row in chart.series), strict=True)]
    step = _step(max(totals, default=0))
    top = step * max(1, -(-max(totals, default=0) // step))
    room, across = HEIGHT - TOP - FOOT, (WIDTH - LEFT) / max(1, len(totals))
    bars = []
    for column in range(len(totals)):
        y = float(HEIGHT - FOOT)
        for name, tone, values in chart.series:
            tall = room * values[column] / top
            y -= tall
            bars.append(
                {"x": round(LEFT + across * column + across * 0.22, 1), "y": round(y, 1),
                 "wide": round(across * 0.56, 1), "tall": round(tall, 1), "tone": tone,
                 "says": f"{chart.labels[column]} {name} {values[column]}"}
            )  # fmt: skip
    lines = [(value, round(HEIGHT - FOOT - room * value / top, 1))
             for value in range(0, top + 1, step)]  # fmt: skip
    names = [(label, round(LEFT + across * (at + 0.5), 1)) for at, label in enumerate(chart.labels)]
    return {"bars": bars, "lines": lines, "names": names, "width": WIDTH, "height": HEIGHT}


def _step(most: int) -> int:
    """The distance of the lines: 1, 2 or 5 and zeros, so that there are at most five."""
    zeros = 1
    while True:
        for digit in STEPS:
            if most <= digit * zeros * 4:
                return digit * zeros
        zeros *= 10
