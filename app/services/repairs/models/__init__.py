"""The tables of repairs."""

from app.services.repairs.models.desk import Barred, Saved
from app.services.repairs.models.order import (
    IS_OPEN,
    Assignment,
    ChatPhoto,
    Day,
    Follow,
    Order,
    Photo,
    Postponement,
    Rating,
    Step,
)
from app.services.repairs.models.setup import Kind, Phrase, Plan, Price, Stock, StockMove
from app.services.repairs.models.tours import Sweep, SweepRoom, Visit
from app.services.repairs.models.work import Hours, Leave, Material, Shift, Swap, Worker

__all__ = [
    "IS_OPEN", "Assignment", "Barred", "ChatPhoto", "Day", "Follow", "Hours", "Kind", "Leave",
    "Material", "Order", "Photo", "Phrase", "Plan", "Postponement", "Price", "Rating", "Saved",
    "Shift", "Step", "Stock", "StockMove", "Swap", "Sweep", "SweepRoom", "Visit", "Worker",
]  # fmt: skip
