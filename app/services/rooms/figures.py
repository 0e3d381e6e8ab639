"""Pictures of a round: where bars and points stand in an SVG, and what the dashboard shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.figures import Chart, Figure, Shown, Todo
from app.kit.clock import SHANGHAI
from app.services.rooms.models import Bed, Eligible, Round
from app.services.rooms.rules import BedState, RoundKind, Stage

SECONDS, RATED = 120, 10
WIDE, TALL = 720, 96
SIDE = 260
LEAST_COLUMNS, MOST_COLUMNS = 8, 24
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spark:
    """Bars (x, y, height) of the last SECONDS in an SVG of WIDE x TALL; `most` in one second."""

    bars: tuple[tuple[float, float, float], ...]
    most: int
    across: float
    wide: int = WIDE
    tall: int = TALL


def seconds(counts: Sequence[tuple[int, int]], now: datetime) -> Spark:
    """The choices of each second (epoch second, how many), the newest at the right."""
    last = int(now.timestamp())
    found = {last - second: n for second, n in counts if 0 <= last - second < SECONDS and n}
    most, across = max(found.values(), default=0), WIDE / SECONDS
    bars = []
    for age, n in sorted(found.items(), reverse=True):
        high = round(n / most * TALL, 1)
        bars.append((round(WIDE - (age + 1) * across, 1), round(TALL - high, 1), high))
    return Spark(tuple(bars), most, round(across * 0.7, 1))


def rate(counts: Sequence[tuple[int, int]], now: datetime) -> float:
    """Choices per second over the last RATED seconds that are over."""
    last = int(now.timestamp())
    return sum(n for second, n in counts if 0 < last - second <= RATED) / RATED


def over_time(counts: Sequence[tuple[datetime, int, int]]) -> Chart | None:
    """How many were housed and how many refused, (minute, done, refused), in 24 columns at most."""
    if not counts:
        return None
    first, last = counts[0][0], counts[-1][0]
    minutes = int((last - first).total_seconds() // 60) + 1
    step = _step(-(-minutes // MOST_COLUMNS))
    columns = max(LEAST_COLUMNS, -(-minutes // step))
    done, refused = [0] * columns, [0] * columns
    for minute, well, badly in counts:
        at = int((minute - first).total_seconds() // 60) // step
        done[at] += well
        refused[at] += badly
    labels = tuple(_label(first + timedelta(minutes=step * n), n, columns) for n in range(columns))
    series = (("定下", "ok", tuple(done)), ("没选上", "pale", tuple(refused)))
    return Chart("什么时候选的", f"一根 {_say_minutes(step)}", labels, series)


def _step(least: int) -> int:
    """Minutes of a column, round ones."""
    return next((n for n in (1, 2, 5, 10, 15, 30, 60, 120, 360, 720) if n >= least), 1440)


def _say_minutes(step: int) -> str:
    return f"{step} 分钟" if step < 60 else f"{step // 60} 小时"


def _label(at: datetime, n: int, columns: int) -> str:
    """Every fourth column has its time below it, if there are many."""
    return f"{at.astimezone(SHANGHAI):%H:%M}" if columns <= 8 or n % 4 == 0 else ""


@dataclass(frozen=True, slots=True)
class Points:
    """Dots (x, y) in a square of SIDE: who came when, against who was served when."""

    dots: tuple[tuple[float, float], ...]
    side: int = SIDE


def order(came: Sequence[int], most: int = 600) -> Points:
    """`came`: numbers in the queue, in the order in which they were served. On the line: fair."""
    count = len(came)
    place = {number: at for at, number in enumerate(sorted(came))}
    every = max(1, count // most)
    spread = SIDE / max(1, count - 1)
    dots = tuple(
        (round(place[number] * spread, 1), round(SIDE - at * spread, 1))
        for at, number in enumerate(came)
        if at % every == 0
    )
    return Points(dots)


def shares(counts: Mapping[str, tuple[int, int]]) -> list[tuple[str, int, int, int]]:
    """(name, done, all, percent), the least done first."""
    rows = [(name, done, all_, round(100 * done / all_) if all_ else 0)
            for name, (done, all_) in counts.items()]  # fmt: skip
    return sorted(rows, key=lambda row: (row[3], row[0]))


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """The round that is open, drafts whose time is near, and rounds that left people over."""
    shown: list[Shown] = []
    real = Round.kind != RoundKind.REHEARSAL
    known = select(Round).where(real, Round.stage.in_((Stage.DRAFT, Stage.READY, Stage.CLOSED)))
    for round in await db.scalars(known.order_by(Round.opens_at)):
        here = f"/desk/rooms/{round.id}"
        if round.stage == Stage.DRAFT:
            if now - SOON < round.opens_at < now + SOON:
                shown.append(Todo(f"「{round.title}」还是草稿", "一天内就要开选，新生还看不到",
                                  here, "去放出来", urgent=True))  # fmt: skip
            continue
        if now < round.opens_at:
            continue
        people, housed = await _housed(db, round.id)
        if round.stage == Stage.READY and now < round.closes_at:
            shown.append(Figure("选房", f"{housed} 人", f"定下了，一共 {people} 人，正在选"))
        elif people > housed:
            left, why = (
                f"{people - housed} 个新生还没有床",
                f"「{round.title}」选完了，可以统一安排",
            )
            shown.append(Todo(left, why, f"{here}/placement", "安排"))
    return shown


async def _housed(db: AsyncSession, round_id: int) -> tuple[int, int]:
    """(who may choose, how many of them have a bed)."""
    able = select(func.count()).where(
        Eligible.round_id == round_id, Eligible.withdrawn_at.is_(None)
    )
    taken = select(func.count()).where(Bed.round_id == round_id, Bed.state == BedState.TAKEN)
    return await db.scalar(able) or 0, await db.scalar(taken) or 0
