"""Fields that the desk's views share: words for codes, names for foreign keys, cells as people
write them (「3号楼 501」, 「7:20」, 「1.50」), times of Shanghai.

What is typed stays text until the form is right; then `resolve` turns it into what is stored.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin.fields import BaseField, DateTimeField, EnumField, StringField

from app.desk import filters
from app.kit.clock import SHANGHAI
from app.kit.errors import CampusError

Options = Callable[[AsyncSession], Awaitable[Sequence[tuple[Any, str]]]]
Names = Callable[[AsyncSession, Collection[Any]], Awaitable[Mapping[Any, str]]]
Find = Callable[[AsyncSession, str], Awaitable[Any]]


def _db(request: Request) -> AsyncSession:
    found: AsyncSession = request.state.session
    return found


def _kept(request: Request, name: str) -> dict[Any, str]:
    """Names that this request has asked for, by the field's name."""
    kept: dict[str, dict[Any, str]] = getattr(request.state, "desk_names", None) or {}
    request.state.desk_names = kept
    return kept.setdefault(name, {})


@dataclass
class Choice(EnumField):
    """One word of a few. Stores the code, shows the word, refuses what is neither.

    `blank`: what nothing chosen means. Nothing is chosen beforehand, unless there is a default.
    """

    blank: str = ""
    form_template: str = "fields/form/choice.html"

    async def validate(self, request: Request, value: Any, form_values: dict[str, Any]) -> None:
        await super().validate(request, value, form_values)
        if value is not None and value not in dict(self._get_choices(request)):
            raise ValueError("从列表里选一个")

    async def serialize_none_value(self, request: Request) -> Any:
        return None if request.state.action.is_form() or not self.blank else self.blank

    def _get_label(self, value: Any, request: Request) -> Any:
        return dict(self._get_choices(request)).get(value, value)

    async def serialize_value(self, request: Request, value: Any) -> Any:
        return value if request.state.action.is_form() else self._get_label(value, request)

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        raw = form_data.get(self.id)
        try:
            return self.coerce(raw) if raw else None
        except ValueError:
            return raw  # `validate` refuses it


def choice(name: str, label: str, words: Mapping[Any, str], **more: Any) -> Choice:
    """`words`: code → word, in the order of the list."""
    coerce = more.setdefault("coerce", str)
    choices = [(coerce(code), said) for code, said in words.items()]
    return Choice(name, label, choices=choices, **more)


@dataclass
class Pick(Choice):
    """A foreign key to few rows (buildings, lines): a list of their names to choose from."""

    options: Options | None = None
    coerce: Callable[[Any], Any] = int

    def __post_init__(self) -> None:
        self.choices_loader = self._choices
        self.filters = [filters.Is, filters.Empty, filters.Filled]
        super().__post_init__()

    def _choices(self, request: Request) -> list[tuple[Any, str]]:
        return list(_kept(request, self.name).items())

    async def know(self, request: Request, rows: Iterable[Any] = ()) -> None:
        """Ask for the names, once per request."""
        kept = _kept(request, self.name)
        if not kept and self.options:
            kept.update(await self.options(_db(request)))

    async def get_create_default(self, request: Request) -> Any:
        await self.know(request)
        return await super().get_create_default(request)

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        await self.know(request)
        return await super().parse_form_data(request, form_data)

    async def serialize_value(self, request: Request, value: Any) -> Any:
        await self.know(request)
        return await super().serialize_value(request, value)

    async def serialize_none_value(self, request: Request) -> Any:
        await self.know(request)
        return await super().serialize_none_value(request)


@dataclass
class Ref(StringField):
    """A foreign key to many rows (rooms, people): shown by name, found by what is typed.

    With `of`, a column of its own that says something of the key in that attribute (how many
    runs a table has); then it is to be read only.
    """

    names: Names | None = None
    find: Find | None = None
    of: str = ""

    def __post_init__(self) -> None:
        self.of = self.of or self.name
        self.filters = [] if self.of != self.name else [filters.Empty, filters.Filled]
        super().__post_init__()

    async def parse_obj(self, request: Request, obj: Any) -> Any:
        return getattr(obj, self.of)

    async def know(self, request: Request, rows: Iterable[Any] = ()) -> None:
        """Ask for the names of a whole page of rows in one query."""
        ids = {getattr(row, self.of) for row in rows} - {None} - _kept(request, self.name).keys()
        if ids and self.names:
            _kept(request, self.name).update(await self.names(_db(request), ids))

    async def serialize_value(self, request: Request, value: Any) -> Any:
        kept = _kept(request, self.name)
        if value not in kept and self.names:
            kept.update(await self.names(_db(request), {value}))
        return kept.get(value, "")

    async def resolve(self, request: Request, text: Any) -> Any:
        """The id of what `text` names; None for nothing. Raises ValueError in Chinese."""
        if not text or not self.find:
            return None
        try:
            return await self.find(_db(request), str(text).strip())
        except CampusError as error:
            raise ValueError(str(error)) from error


@dataclass
class Cell(StringField):
    """A value written as in the service's spreadsheet. `empty` is stored where none is typed."""

    read: Callable[[str], Any] = str
    say: Callable[[Any], str] = str
    empty: Any = None

    async def serialize_value(self, request: Request, value: Any) -> Any:
        return self.say(value)

    async def resolve(self, request: Request, text: Any) -> Any:
        text = str(text or "").strip()
        return self.read(text) if text else self.empty


@dataclass
class Moment(DateTimeField):
    """A time in Shanghai, to the minute."""

    form_alt_format: str | None = "Y-m-d H:i"

    async def parse_form_data(self, request: Request, form_data: FormData) -> datetime | None:
        try:
            typed = datetime.fromisoformat(str(form_data.get(self.id) or ""))
        except ValueError:
            return None
        return typed if typed.tzinfo else typed.replace(tzinfo=SHANGHAI)

    async def serialize_value(self, request: Request, value: Any) -> str:
        there = value.astimezone(SHANGHAI)
        if request.state.action.is_form():
            return str(there.replace(tzinfo=None).isoformat(timespec="minutes"))
        return f"{there:%Y-%m-%d %H:%M}"


@dataclass
class Word(StringField):
    """Text without blanks around it; empty where nothing is typed (the column is not null)."""

    longest: int = 60
    may_be_null: bool = field(default=False)

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        text = str(form_data.get(self.id) or "").strip()
        return None if not text and self.may_be_null else text

    async def validate(self, request: Request, value: Any, form_values: dict[str, Any]) -> None:
        await super().validate(request, value, form_values)
        if value and (len(value) > self.longest or not value.isprintable()):
            raise ValueError(f"最多 {self.longest} 个字，不能换行")


def between(least: int, most: int) -> Callable[..., None]:
    """A validator of numbers, in Chinese (the fields' own bounds speak English)."""

    def check(request: Request, field: BaseField, value: Any, form_values: Any) -> None:
        if not least <= value <= most:
            raise ValueError(f"写 {least} 到 {most}")

    return check


def yuan(fen: int) -> str:
    """「12.50」 for 1250."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def hour(text: str) -> time:
    """「7:20」 as a time; 「24:00」 is midnight. Raises ValueError in Chinese."""
    try:
        hours, minutes = text.replace("：", ":").split(":")[:2]
        return time(0 if (hours, minutes) == ("24", "00") else int(hours), int(minutes))
    except ValueError:
        raise ValueError("写成 14:00 这样") from None


def known(fields: Iterable[BaseField]) -> list[Pick | Ref]:
    """Those that ask the database for names."""
    return [field for field in fields if isinstance(field, Pick | Ref)]


def typed(fields: Iterable[BaseField]) -> list[Ref | Cell]:
    """Those whose text has to be resolved before it is stored."""
    return [field for field in fields if isinstance(field, Ref | Cell) and not field.read_only]
