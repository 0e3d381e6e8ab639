"""Where the pages of checks are, and which of them somebody has."""

from app.campus.people.me import Me
from app.services.checks.reach import CHECK, MEND

HOME = "/h5/checks"


def ways(me: Me) -> list[tuple[str, str]]:
    """The pages that are theirs: words, and where they lead."""
    every = [
        ("要查的", HOME, CHECK), ("问题", f"{HOME}/faults", MEND),
        ("结果", f"{HOME}/results", CHECK),
    ]  # fmt: skip
    return [(words, href) for words, href, action in every if me.may_somewhere(action)]
