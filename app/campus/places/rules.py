"""What can be read off the name of a room. Pure."""

import re

_NUMBERED = re.compile(r"[A-Za-z]?(?P<floor>\d{1,2})\d{2}[A-Za-z]?(?:-\d+)?")


def is_room(number: str) -> bool:
    """Whether a door has a number: 「501」, 「A501」; 「大厅」 and 「三层走廊」 have none."""
    return _NUMBERED.fullmatch(number) is not None


def floor_of(number: str) -> int | None:
    """The floor that a door's number begins with: 501 → 5, 1203 → 12; None without a number."""
    found = _NUMBERED.fullmatch(number)
    return int(found["floor"]) if found else None
