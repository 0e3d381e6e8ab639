"""Spreadsheets in and out: xlsx and CSV (UTF-8 or GB18030), errors told by row."""

import csv
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.kit.errors import Invalid

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_ERRORS = 20
MOST_UNPACKED = 200 * 1024 * 1024  # an xlsx of 10 MB may unpack to gigabytes
# All that openpyxl lets through when a part of the file is cut or not what it should be.
BROKEN = (
    *(BadZipFile, InvalidFileException, ParseError, zlib.error, EOFError, OSError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError),
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the `title` in row 1, the `name` in the result, and how a cell is read.

    `parse` gets the cell as stripped text and raises ValueError with a Chinese reason.
    """

    title: str
    name: str
    parse: Callable[[str], Any] = str
    required: bool = True


def read(data: bytes, filename: str, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Every row as {name: value}; None where an optional cell is empty.

    Raises Invalid that lists up to 20 errors by row, so that one pass mends the file.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("文件超过 10 MB，拆成几份再导入")
    lines = _xlsx(data) if filename.lower().endswith(".xlsx") else _csv(data)
    header = [cell.strip() for cell in next(lines, [])]
    if missing := [c.title for c in columns if c.required and c.title not in header]:
        raise Invalid(f"第 1 行缺少列：{'、'.join(missing)}")
    rows, errors = [], []
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS:
            raise Invalid("超过 10 万行，拆成几份再导入")
        if any(cell.strip() for cell in cells):
            row, wrong = _row(dict(zip(header, cells, strict=False)), columns)
            rows.append(row)
            errors += [f"第 {number} 行「{title}」：{why}" for title, why in wrong]
    if errors:
        rest = f"\n还有 {len(errors) - MOST_ERRORS} 处" if len(errors) > MOST_ERRORS else ""
        raise Invalid("\n".join(errors[:MOST_ERRORS]) + rest)
    return rows


def _row(
    cells: dict[str, str], columns: Sequence[Column]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    row: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for column in columns:
        cell = cells.get(column.title, "").strip()
        row[column.name] = None
        if not cell:
            if column.required:
                wrong.append((column.title, "没有填"))
            continue
        if cell[0] == "'" and cell[1:2] in _FORMULA:
            cell = cell[1:].strip()  # as `write` quotes it
        try:
            row[column.name] = column.parse(cell)
        except ValueError as error:
            wrong.append((column.title, str(error)))
    return row, wrong


def _xlsx(data: bytes) -> Iterator[list[str]]:
    try:
        with ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise Invalid("这个表解开后太大，拆成几份再导入")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
    except BROKEN as error:
        raise Invalid("打不开这个文件，另存为 .xlsx 或 .csv 再试") from error


def _csv(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Invalid("看不懂文件的编码，另存为 UTF-8 的 CSV 再试") from error
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise Invalid("CSV 的引号或换行不对，用表格软件另存一次再试") from error


def write(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> bytes:
    """An xlsx of `rows`. Text that a spreadsheet would run as a formula is quoted."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([column.title for column in columns])
    for row in rows:
        sheet.append([_safe(row.get(column.name)) for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = _NOT_IN_XML.sub("", value)
    return f"'{value}" if value.startswith(_FORMULA) else value
