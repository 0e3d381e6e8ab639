"""The operators' desk at `/desk`: starlette-admin, with the campus's people, rights and audit.

A service hands in what operators see of it, in `Service.desk`, in order:

- views: subclasses of `app.desk.base.DeskView` (or instances; or any starlette-admin view,
  such as a `CustomView` with its own page). The desk files them under the service's title.
- figures: an `async def figures(db, now) -> list[Figure | Todo]` (`app.desk.figures`) whose
  results stand on the dashboard.

The desk knows none of their names. A request at the desk is one transaction, in
`request.state.session`; who sits there is `base.me_of(request)`; refusals are CampusErrors.
`app.campus` and `app.gateway` hand in their views in the same way, through `install`.

    class Stops(DeskView):
        model, menu_label, display_name, icon = Stop, "站点", "站点", "fa fa-location-dot"
        labels = {"id": "编号", "name": "站名", "order": "次序"}
        searched = ("name",)
        change = CHANGE_STOPS          # Action("bus.stops", frozenset({Role.OPERATOR}))
"""

from app.desk.admin import install
from app.desk.service import service

__all__ = ["install", "service"]
