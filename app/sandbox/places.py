"""Named points the location picker offers."""

import json
from pathlib import Path
from typing import TypedDict


class Place(TypedDict):
    """A point in GCJ-02 degrees, as phones send it."""

    name: str
    lat: float
    lng: float


_DEMO: list[Place] = [
    {"name": "南校区东门", "lat": 35.18762, "lng": 113.26841},
    {"name": "南校区图书馆", "lat": 35.18905, "lng": 113.26378},
    {"name": "3号楼", "lat": 35.19068, "lng": 113.26127},
    {"name": "第一浴室", "lat": 35.19154, "lng": 113.26213},
    {"name": "北校区西门", "lat": 35.21436, "lng": 113.24682},
    {"name": "火车站", "lat": 35.24178, "lng": 113.22965},
]


def load_places(path: Path | None) -> list[Place]:
    """The demo campus, or what a JSON file lists as [{"name", "lat", "lng"}, …]."""
    if path is None:
        return _DEMO
    return [
        {"name": str(row["name"]), "lat": float(row["lat"]), "lng": float(row["lng"])}
        for row in json.loads(path.read_text("utf-8"))
    ]
