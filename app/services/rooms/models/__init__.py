"""The tables of room selection."""

from app.services.rooms.models.choice import Bed, Gate, Log, Swap, Turn, Waiting
from app.services.rooms.models.round import Eligible, Habit, Pool, RoomFacts, Round
from app.services.rooms.models.team import Member, Team

__all__ = [
    "Bed", "Eligible", "Gate", "Habit", "Log", "Member", "Pool", "RoomFacts", "Round", "Swap",
    "Team", "Turn", "Waiting",
]  # fmt: skip
