"""What every list of the desk is made of: who may, what it is called, what is written down."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Select, String, cast, false, func, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import EnumField
from starlette_admin.contrib.sqla import ModelView
from starlette_admin.exceptions import ActionFailed, FormValidationError
from starlette_admin.filters import FilterGroup
from starlette_admin.types import RowActionsDisplayType

from app.campus import audit
from app.campus.people.me import Me
from app.campus.permission.rules import Action
from app.desk.actions import OPEN
from app.desk.export import Exports
from app.desk.limits import PLACE, within
from app.kit.db import Base
from app.kit.errors import CampusError

MOST = 100_000  # a list counts no further: what is beyond is found by searching
Plain = str | int | float | bool | list[Any] | dict[str, Any] | None


def me_of(request: Request) -> Me:
    """Who sits at the desk."""
    me: Me = request.state.desk_me
    return me


class DeskView(Exports, ModelView):
    """A table at the desk. A service hands in the class (or an instance) in `Service.desk`.

    model     the table
    labels    column → Chinese label, in the order shown; a column not named is not shown
    choices   column → {stored value: Chinese word}, for columns that hold a StrEnum
    searched  text columns that the search box looks into (none: no search)
    see       who may open the list and a row; default: whoever may open the desk
    change    who may create, edit and delete; None: nobody, the list is to read
    creates, edits, deletes   which of these there are, for those who may change
    building  where a row lies: an SQL expression for the id of its building; None: nowhere. Who
              has the right for some places only sees and changes rows that lie there; lists of
              rows that lie nowhere they read, if these are for whoever may open the desk
    secrets   columns that never enter the audit trail (binary columns never do)

    `menu_label`, `display_name` and `icon` («fa fa-bus») are starlette-admin's. Columns that
    start an index can be sorted by. Every change is in the audit trail with before and after,
    as `<table>.create`, `.edit`, `.delete` of `audit.thing(<table>, <key>)`.
    """

    model: type[Base]
    labels: ClassVar[Mapping[str, str]] = {}
    choices: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    searched: ClassVar[tuple[str, ...]] = ()
    see: ClassVar[Action] = OPEN
    change: ClassVar[Action | None] = None
    creates: ClassVar[bool] = True
    edits: ClassVar[bool] = True
    deletes: ClassVar[bool] = True
    building: ClassVar[PLACE | None] = None
    secrets: ClassVar[frozenset[str]] = frozenset()

    page_size = 25
    page_size_options = (25, 50, 100)
    importers = ("csv",)
    row_actions_display_type = RowActionsDisplayType.ICON_LIST

    def __init__(self) -> None:
        mapper = inspect(self.model)
        listed: list[Any] = [
            EnumField(name, choices=list(self.choices[name].items()))
            if name in self.choices
            else name
            for name in self.labels
        ]
        # The library filters by searchable fields alone; what the box looks into is `searched`.
        self.searchable_fields = list(self.searched if self.fields else self.labels)
        self.fields = self.fields or listed
        if self.sortable_fields is None:
            self.sortable_fields = sorted(_indexed(self.model) & set(self.labels))
        if self.fields_default_sort is None:
            self.fields_default_sort = [(mapper.primary_key[0].key or "id", True)]
        super().__init__(self.model)
        for field in self.fields:
            field.label = self.labels.get(field.name, field.label)

    def is_accessible(self, request: Request) -> bool:
        return self._allowed(request, self.see, limited=self.see is OPEN)

    def _changes(self, request: Request) -> bool:
        return self.change is not None and self._allowed(request, self.change)

    def _allowed(self, request: Request, action: Action, *, limited: bool = False) -> bool:
        """Whether they may do it to any row; `limited`: rows that lie nowhere, too."""
        me = me_of(request)
        return me.may_somewhere(action) if limited or self.building is not None else me.may(action)

    def get_list_query(self, request: Request) -> Select[Any]:
        query = super().get_list_query(request)
        if self.building is None:
            return query
        return query.where(within(me_of(request), self.see, self.building))

    async def _hold(self, request: Request, obj: Any) -> None:
        """Refuse what `obj` became, if it lies beyond the limits of who wrote it."""
        if self.building is not None and not me_of(request).may(self.see):
            mapper = inspect(self.model)
            keys = mapper.primary_key_from_instance(obj)
            same = [c == key for c, key in zip(mapper.primary_key, keys, strict=True)]
            if not await request.state.session.scalar(self.get_list_query(request).where(*same)):
                raise self._refusal(request, "这不在你管的范围里，找管全部的运营同事办")

    async def handle_row_action(self, request: Request, pk: Any, name: str) -> Response | None:
        if self.building is not None and await self.find_by_pk(request, pk) is None:
            raise ActionFailed("没有这一条，或者不归你管")
        return await super().handle_row_action(request, pk, name)

    def can_create(self, request: Request) -> bool:
        return self.creates and self._changes(request)

    def can_edit(self, request: Request) -> bool:
        return self.edits and self._changes(request)

    def can_delete(self, request: Request) -> bool:
        return self.deletes and self._changes(request)

    def can_import(self, request: Request) -> bool:
        return self.can_create(request)

    async def count(
        self, request: Request, q: str | None = None, filters: FilterGroup | None = None
    ) -> int:
        """How many rows there are, counted to MOST at most, so that a list is never slow."""
        some: Select[Any] = self.get_list_query(request).with_only_columns(self._first_key())
        some = await self._apply_search_and_filters(request, some, q, filters)
        counted = select(func.count()).select_from(some.limit(MOST).subquery())
        return int(await request.state.session.scalar(counted) or 0)

    def get_search_query(self, request: Request, term: str) -> Any:
        columns = [cast(getattr(self.model, name), String) for name in self.searched]
        return or_(
            false(), *(column.icontains(term.strip(), autoescape=True) for column in columns)
        )

    async def after_create(self, request: Request, obj: Any) -> None:
        await self._hold(request, obj)
        self._note(request, "create", obj, after=self._plain(obj))

    async def before_edit(self, request: Request, data: dict[str, Any], obj: Any) -> None:
        before: dict[str, Plain] = {}
        after: dict[str, Plain] = {}
        for name in self._kept():
            history = inspect(obj).attrs[name].history
            if history.has_changes() and list(history.deleted) != list(history.added):
                before[name] = plain(history.deleted[0]) if history.deleted else None
                after[name] = plain(history.added[0]) if history.added else None
        if after:
            self._note(request, "edit", obj, before=before, after=after)

    async def after_edit(self, request: Request, obj: Any) -> None:
        await self._hold(request, obj)

    async def before_delete(self, request: Request, obj: Any) -> None:
        self._note(request, "delete", obj, before=self._plain(obj))

    async def exported(self, request: Request, rows: int) -> None:
        audit.record(
            request.state.session, me_of(request), f"{self._thing()}.export",
            audit.thing(self._thing(), "*"), after={"rows": rows},
        )  # fmt: skip

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        try:
            return await super().delete(request, pks)
        except IntegrityError:
            raise ActionFailed("还有别的记录用着它，先把那些改走") from None
        except CampusError as refusal:
            raise ActionFailed(str(refusal)) from None

    async def handle_exception(self, request: Request, exc: Exception) -> None:
        if isinstance(exc, CampusError):
            raise self._refusal(request, str(exc)) from None
        if isinstance(exc, IntegrityError):
            raise self._refusal(request, "和已有的记录对不上：重复了，或指向没有的东西")
        raise exc

    def _refusal(self, request: Request, sentence: str) -> FormValidationError:
        """`sentence` at the first field that the form has."""
        fields = self.get_fields_list(request)
        return FormValidationError({next(f.name for f in fields if not f.read_only): sentence})

    def _note(self, request: Request, verb: str, obj: Any, **what: Any) -> None:
        keys = inspect(type(obj)).primary_key_from_instance(obj)
        what["thing"] = audit.thing(self._thing(), *keys)
        audit.record(request.state.session, me_of(request), f"{self._thing()}.{verb}", **what)

    def _thing(self) -> str:
        return str(self.model.__tablename__)

    def _first_key(self) -> Any:
        return inspect(self.model).primary_key[0]

    def _kept(self) -> list[str]:
        return [
            column.key
            for column in inspect(self.model).column_attrs
            if column.key not in self.secrets
            and column.columns[0].type.__class__.__name__ != "LargeBinary"
        ]

    def _plain(self, obj: Any) -> dict[str, Plain]:
        return {name: plain(getattr(obj, name)) for name in self._kept()}


def plain(value: Any) -> Plain:
    """`value` as JSON takes it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | dict | None) else str(value)


def _indexed(model: type[Base]) -> set[str]:
    """Columns that start an index."""
    table: Any = model.__table__
    firsts = [next(iter(index.columns), None) for index in table.indexes]
    firsts += [
        next(iter(rule.columns), None) for rule in table.constraints if hasattr(rule, "columns")
    ]
    alone = {column.key for column in table.columns if column.unique or column.primary_key}
    return alone | {column.key for column in firsts if column is not None}
