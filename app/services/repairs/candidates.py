"""Who could be sent to an order: one query for what `rank` wants to know of each."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Building
from app.services.repairs.models import Kind, Order
from app.services.repairs.rank import Candidate, Point, Worker, rank

# Grants of an area, a building or everywhere; a unit must be the worker's own team. Who let this
# order lapse, or gave it back, is not asked again before it comes back as rework. What waits for
# parts or a promised date is no load today.
_COULD = text("""
SELECT w.person_id, p.name, w.most,
    (SELECT a.name FROM campus_areas a JOIN campus_grants g ON g.area_id = a.id
        WHERE a.id = :area AND g.person_id = w.person_id AND g.role IN ('worker', 'contractor')
        LIMIT 1) AS area,
    (SELECT count(*) FROM repairs_assignments n
        JOIN repairs_orders o ON o.id = n.order_id AND o.state <> 'waiting'
        WHERE n.worker_id = w.person_id AND n.state IN ('offered', 'accepted')) AS load,
    last.at AS idle_since, last.building_id, last.latitude, last.longitude,
    EXISTS (SELECT FROM repairs_assignments m WHERE m.order_id = :order AND m.state = 'done'
        AND m.leads AND m.worker_id = w.person_id) AS again,
    EXISTS (SELECT FROM repairs_shifts s WHERE s.person_id = w.person_id
        AND s.starts_at <= :visit AND s.ends_at > :visit) AS slot
FROM repairs_workers w
JOIN campus_people p ON p.id = w.person_id
LEFT JOIN LATERAL (
    SELECT n.at, o.building_id, b.latitude, b.longitude FROM repairs_assignments n
    JOIN repairs_orders o ON o.id = n.order_id LEFT JOIN campus_buildings b ON b.id = o.building_id
    WHERE n.worker_id = w.person_id AND n.state IN ('accepted', 'done') AND n.at > :today
    ORDER BY n.at DESC LIMIT 1
) last ON true
WHERE w.gone_at IS NULL AND p.gone_at IS NULL
    AND (p.valid_until IS NULL OR p.valid_until >= CAST(:day AS date))
    AND :trade = ANY(w.trades)
    AND EXISTS (SELECT FROM repairs_shifts s WHERE s.person_id = w.person_id
        AND s.starts_at <= :now AND s.ends_at > :now)
    AND NOT EXISTS (SELECT FROM repairs_leaves l WHERE l.person_id = w.person_id
        AND l.state = 'granted' AND (l.starts_at <= :now AND l.ends_at > :now
            OR l.starts_at <= :visit AND l.ends_at > :visit))
    AND EXISTS (SELECT FROM campus_grants g WHERE g.person_id = w.person_id
        AND g.role IN ('worker', 'contractor')
        AND (g.area_id IS NULL OR g.area_id = :area)
        AND (g.building_id IS NULL OR g.building_id = :building)
        AND (g.unit IS NULL OR g.unit = w.team))
    AND NOT EXISTS (SELECT FROM repairs_assignments t WHERE t.order_id = :order
        AND t.worker_id = w.person_id AND t.rework = :rework AND t.state IN ('lapsed', 'returned'))
""")
_BACK = text("""
SELECT min(s.starts_at) FROM repairs_assignments m
JOIN repairs_workers w ON w.person_id = m.worker_id AND w.gone_at IS NULL
JOIN repairs_shifts s ON s.person_id = m.worker_id
WHERE m.order_id = :order AND m.leads AND m.state = 'done' AND m.rework = :rework - 1
    AND s.ends_at > :now AND s.starts_at < :until
    AND NOT EXISTS (SELECT FROM repairs_leaves l WHERE l.person_id = s.person_id
        AND l.state = 'granted' AND l.starts_at <= s.starts_at AND l.ends_at > s.starts_at)
    AND NOT EXISTS (SELECT FROM repairs_assignments t WHERE t.order_id = :order
        AND t.worker_id = m.worker_id AND t.rework = :rework
        AND t.state IN ('lapsed', 'returned'))
""")


async def candidates(db: AsyncSession, order: Order, now: datetime) -> list[Candidate]:
    """Who is on shift and not on leave, has the trade and the area; best first, with reasons."""
    kind = await db.get_one(Kind, order.kind_id)
    building = await db.get(Building, order.building_id)
    rows = await db.execute(_COULD, {
        "order": order.id, "area": order.area_id, "building": order.building_id,
        "trade": kind.trade, "rework": order.rework, "now": now, "day": now.date(),
        "visit": max(order.slot_from or now, now), "today": now - timedelta(hours=12),
    })  # fmt: skip
    workers = [_worker(row, kind.trade) for row in rows]
    place = _point(building.latitude, building.longitude) if building else None
    return rank(workers, place=place, building_id=order.building_id)


async def comes_back(db: AsyncSession, order: Order, now: datetime) -> bool:
    """Whether who mended it before is off now, and on shift again before it must be finished."""
    if order.rework == 0 or order.urgent:
        return False
    asked = {"order": order.id, "rework": order.rework, "now": now, "until": order.finish_by}
    starts: datetime | None = await db.scalar(_BACK, asked)
    return starts is not None and starts > now


def _worker(row: Row[*tuple[Any, ...]], trade: str) -> Worker:
    return Worker(
        person_id=row.person_id, name=row.name, trade=trade, area=row.area or "", load=row.load,
        most=row.most, near=_point(row.latitude, row.longitude), building_id=row.building_id,
        again=row.again, slot=row.slot, idle_since=row.idle_since,
    )  # fmt: skip


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
