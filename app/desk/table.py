"""A list of the desk with fields of its own: names for foreign keys, cells as people write them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette_admin.exceptions import FormValidationError
from starlette_admin.filters import FilterGroup

from app.desk.base import DeskView
from app.desk.fields import known, typed
from app.kit.cache import Cached


class TableView(DeskView):
    """A DeskView whose `fields` (`app.desk.fields`) replace `labels` and `choices`.

    tells    what is kept in memory of the table: every process forgets it after a change
    sorted_by   columns that can be sorted by, beside those that start an index

    Foreign keys are named by one query a page. `check` refuses what single fields cannot.
    """

    tells: ClassVar[tuple[Cached[Any], ...]] = ()
    sorted_by: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.labels = {field.name: field.label or "" for field in self.fields}  # type: ignore[misc]  # a class that has fields of its own derives it from them
        super().__init__()
        self.sortable_fields = [*(self.sortable_fields or ()), *self.sorted_by]
        for field in self.fields:
            field.orderable = field.name in self.sortable_fields
            field.searchable = field.searchable or bool(field.filters)

    def can_import(self, request: Request) -> bool:
        return False  # files come in through `app.desk.imports`, which shows first what they do

    async def find_all(  # noqa: PLR0917 - the library calls it so
        self,
        request: Request,
        skip: int = 0,
        limit: int = 100,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: FilterGroup | None = None,
    ) -> Sequence[Any]:
        rows = await super().find_all(request, skip, limit, q, sorts, filters)
        for field in known(self.fields):
            await field.know(request, rows)
        return rows

    async def validate(self, request: Request, data: dict[str, Any]) -> None:
        errors: dict[str | int, Any] = {}
        for field in typed(self.fields):
            if field.name not in data:
                continue
            try:
                data[field.name] = await field.resolve(request, data[field.name])
            except ValueError as error:
                errors[field.name] = str(error)
        if not errors:
            errors.update(await self.check(request, data))
        if errors:
            raise FormValidationError(errors)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        """What is wrong with `data` (as it would be stored), by field, in Chinese."""
        return {}

    async def after_create(self, request: Request, obj: Any) -> None:
        await super().after_create(request, obj)
        await self._tell(request)

    async def after_edit(self, request: Request, obj: Any) -> None:
        await super().after_edit(request, obj)
        await self._tell(request)

    async def after_delete(self, request: Request, obj: Any) -> None:
        await super().after_delete(request, obj)
        await self._tell(request)

    async def _tell(self, request: Request) -> None:
        for cached in self.tells:
            await cached.changed(request.state.session)
