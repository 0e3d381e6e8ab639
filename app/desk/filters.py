"""Filters of the desk's lists, beside the library's."""

from typing import Any, ClassVar

from sqlalchemy import false
from starlette_admin.contrib.sqla.filters import IsNotNullFilter, IsNullFilter
from starlette_admin.filters.base import (
    BaseFilter,
    FilterApplyContext,
    FilterDataType,
    FilterValidationError,
)


class Is(BaseFilter):
    """A foreign key is one of those in its list."""

    name: ClassVar[str] = "is"
    label: ClassVar[str] = "是"
    data_type: ClassVar[FilterDataType] = FilterDataType.ENUM

    def parse_value(self, raw: Any) -> list[int]:
        values = raw if isinstance(raw, list) else str(raw).split(",")
        try:
            return [int(value) for value in values]
        except ValueError:
            raise FilterValidationError("从列表里选一个") from None

    def apply(self, ctx: FilterApplyContext) -> Any:
        column = getattr(getattr(ctx.view, "model", None), ctx.field_name, None)
        return false() if column is None else column.in_(ctx.value)


class Empty(IsNullFilter):
    """Nothing is filled in."""

    label = "没有填"


class Filled(IsNotNullFilter):
    """Something is filled in."""

    label = "填了"
