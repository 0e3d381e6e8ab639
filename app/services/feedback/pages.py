"""All pages of feedback, in the order in which their addresses are tried."""

from fastapi import APIRouter, Depends

from app.campus.people.me import anyone
from app.services.feedback.pages_case import late
from app.services.feedback.pages_case import pages as mine
from app.services.feedback.pages_new import pages as new
from app.services.feedback.pages_receipt import pages as receipt
from app.services.feedback.pages_start import pages as start_pages
from app.services.feedback.pages_start import start
from app.services.feedback.work_pages import pages as work

pages = APIRouter()
pages.get("", dependencies=[Depends(anyone)])(start)
pages.include_router(start_pages)
pages.include_router(new)
pages.include_router(mine)
pages.include_router(receipt)
pages.include_router(work)
# Last: `/{number}` would take any other address of one part for a number.
pages.include_router(late)
