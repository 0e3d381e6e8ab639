"""The university's calendar: what kind of day, which week of term, how much working time."""

from app.campus.calendar.days import Calendar, Day, DayKind, Week, arranged, calendar
from app.campus.calendar.rules import say_day, say_deadline

__all__ = [
    "Calendar",
    "Day",
    "DayKind",
    "Week",
    "arranged",
    "calendar",
    "say_day",
    "say_deadline",
]
