"""Addresses that pages of repairs share."""

from fastapi import Request

from app.campus.people.me import Me
from app.campus.uploads import address
from app.campus.uploads.pages import Size

HOME = "/h5/repairs"
NEW = f"{HOME}/new"
PUBLIC = f"{HOME}/public"


def page_of(number: str) -> str:
    """The page of an order."""
    return f"{HOME}/{number}"


def small(request: Request, me: Me, upload_id: int) -> str:
    """A photo's thumbnail, for who was found to be allowed to see it."""
    return address(request, me, upload_id, Size.SMALL)
