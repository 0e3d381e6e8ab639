"""Spreadsheets in and out: xlsx and CSV (UTF-8 or GB18030), errors told by row."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.kit.errors import Invalid

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_ERRORS = 20


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
        try:
            row[column.name] = column.parse(cell)
        except ValueError as error:
            wrong.append((column.title, str(error)))
    return row, wrong


def _xlsx(data: bytes) -> Iterator[list[str]]:
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as error:
        raise Invalid("打不开这个文件，另存为 .xlsx 或 .csv 再试") from error
    for row in sheet.iter_rows(values_only=True):
        yield ["" if cell is None else str(cell) for cell in row]


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
    risky = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if risky else value
