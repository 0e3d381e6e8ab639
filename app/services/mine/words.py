"""How people are shown to themselves."""

from app.campus.people.me import Me
from app.campus.people.models import PersonKind

THREE_DAYS = "3 天内有效"
_KINDS = {
    PersonKind.STUDENT: ("学生", "学号"),
    PersonKind.FRESHMAN: ("新生", "录取号"),
    PersonKind.TEACHER: ("教师", "工号"),
    PersonKind.STAFF: ("职工", "工号"),
    PersonKind.CONTRACTOR: ("外包", "工号"),
}
_FACES = {"女": "girl", "男": "boy"}


def kind(me: Me) -> str:
    return _KINDS[PersonKind(me.kind)][0]


def number(me: Me) -> str:
    """「学号 2024****36」: enough to know it by, over a shoulder too little to use it."""
    return f"{_KINDS[PersonKind(me.kind)][1]} {masked(me.number)}"


def masked(number: str) -> str:
    """The first four and the last two of a number; of a short one only the last two."""
    return f"{number[:4] if len(number) > 7 else ''}****{number[-2:]}"


def phone(number: str) -> str:
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else number


def face(sex: str) -> str:
    """The drawing for somebody without a picture."""
    return _FACES.get(sex, "")
