"""A list as a spreadsheet: what is ticked, or else all that search and filters leave."""

import asyncio
from typing import Any
from urllib.parse import quote

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.actions import ActionSelection, action
from starlette_admin.flash import flash
from starlette_admin.helpers import safe_redirect_url, view_list_url
from starlette_admin.types import ListParams, RequestAction
from starlette_admin.views import BaseModelView

from app.kit.sheets import Column, write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 100_000
STEP = 2_000  # rows in memory as objects at a time


class Exports(BaseModelView):
    """The button 「导出」 of a list, in place of the library's dialogue."""

    @action(
        name="download",
        text="导出",
        icon_class="list.export",
        custom_response=True,
        allow_empty_selection=True,
        dedicated_button=True,
    )
    async def download(self, request: Request, selection: ActionSelection) -> Response:
        request.state.action = RequestAction.EXPORT
        asked = QueryParams(request.query_params.get("_list_query", "").lstrip("?"))
        rows = await self._rows(request, selection, self._parse_list_params(request, asked))
        if rows is None:
            flash(request, "超过 10 万行，先筛选再导出", "error")
            back = view_list_url(request, self.key or "")
            origin = request.query_params.get("_origin") or back
            return RedirectResponse(safe_redirect_url(origin, request, back), status_code=303)
        columns = [Column(field.label or "", field.name) for field in self.get_fields_list(request)]
        data = await asyncio.to_thread(write, columns, rows)
        await self.exported(request, len(rows))
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(self._name())}"}
        return Response(data, media_type=XLSX, headers=headers)

    async def exported(self, request: Request, rows: int) -> None:
        """Called when `rows` rows are about to leave."""

    def _name(self) -> str:
        return f"{self.menu_label}.xlsx"

    async def _rows(
        self, request: Request, selection: ActionSelection, asked: ListParams
    ) -> list[dict[str, Any]] | None:
        """The rows as cells; None if they are more than MOST."""
        picked = [] if selection.is_select_all else await selection.pks()
        if picked:
            return [await self._cells(request, row) for row in await selection.rows()]
        found: list[dict[str, Any]] = []
        while len(found) % STEP == 0:
            page = await self.find_all(
                request, len(found), STEP, asked.q, asked.sorts, asked.filters
            )
            if not page:
                break
            found += [await self._cells(request, row) for row in page]
            request.state.session.expunge_all()
            if len(found) > MOST:
                return None
        return found

    async def _cells(self, request: Request, row: Any) -> dict[str, Any]:
        cells: dict[str, Any] = {}
        for field in self.get_fields_list(request):
            value = await self.serialize_field_value(
                await field.parse_obj(request, row), field, request
            )
            plain = isinstance(value, str | int | float | bool | None)
            cells[field.name] = value if plain else str(value)
        return cells

    async def is_action_allowed(self, request: Request, name: str) -> bool:
        if name in ("download", "export"):
            return name == "download" and self.can_export(request)
        return await super().is_action_allowed(request, name)
