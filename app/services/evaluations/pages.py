"""All pages of evaluations. What has a name of its own comes before codes, which fit anything."""

from fastapi import APIRouter

from app.services.evaluations import pages_form, pages_heard, pages_lists, pages_results

pages = APIRouter()
pages.add_api_route("", pages_lists.index)  # a part with no path cannot be included
for part in (pages_lists, pages_heard, pages_results, pages_form):
    pages.include_router(part.pages)
