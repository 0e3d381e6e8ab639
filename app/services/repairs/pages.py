"""All pages of repairs, in the order in which their addresses are tried."""

from fastapi import APIRouter

from app.services.repairs.pages_ask import pages as ask
from app.services.repairs.pages_lists import mine
from app.services.repairs.pages_lists import pages as lists
from app.services.repairs.pages_new import pages as new
from app.services.repairs.pages_order import pages as order
from app.services.repairs.pages_rate import pages as rate
from app.services.repairs.work_pages import pages as work

pages = APIRouter()
pages.get("")(mine)  # an included router may not hold it: both its parts would be empty
pages.include_router(lists)
pages.include_router(new)
pages.include_router(ask)
pages.include_router(work)
# Last: `/{number}` would take any other address of one part for a number.
pages.include_router(order)
pages.include_router(rate)
