"""The university's calendar: working days, weekends, holidays, vacations."""

from app.campus.calendar.days import Calendar, Day, DayKind, calendar

__all__ = ["Calendar", "Day", "DayKind", "calendar"]
