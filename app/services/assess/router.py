"""All pages of the phone; fixed addresses before those with a number."""

from fastapi import APIRouter

from app.services.assess import pages as mine
from app.services.assess import pages_crew, pages_run

pages = APIRouter()
pages.get("")(mine.index)  # an included router may not hold it: both its parts would be empty
for part in (pages_run.pages, pages_crew.pages, mine.own):
    pages.include_router(part)
