"""Addresses that pages of feedback share."""

from urllib.parse import urlencode

HOME = "/h5/feedback"
NEW = f"{HOME}/new"
WORK = f"{HOME}/work"
RECEIPT = f"{HOME}/s"
DESK = "/desk/feedback"


def page_of(case_id: int) -> str:
    """The page of a case, for who wrote it under their name."""
    return f"{HOME}/{case_id}"


def page_by(code: str) -> str:
    """The page of a case, for who has its receipt."""
    return f"{RECEIPT}?c={code}"


def new_with(**filled: str) -> str:
    """The form, filled in."""
    return f"{NEW}?{urlencode({name: value for name, value in filled.items() if value})}"
