import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.kit.errors import Invalid
from app.kit.sheets import MOST_BYTES, MOST_UNPACKED, Column, read, write


def whole(cell: str) -> int:
    if not cell.isdecimal():
        raise ValueError(f"「{cell}」不是整数")
    return int(cell)


STOPS = (
    Column("站名", "name"),
    Column("分钟", "minutes", whole),
    Column("说明", "note", required=False),
)
ROWS = [
    {"name": "南校区", "minutes": 0, "note": None},
    {"name": "图书馆", "minutes": 18, "note": "东门"},
]
CSV = "站名,分钟,说明\n南校区,0,\n图书馆, 18 ,东门\n"


def xlsx(*lines: list[Any]) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)  # type: ignore[union-attr]  # a new book has a sheet
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    assert read(CSV.encode(encoding), "stops.csv", STOPS) == ROWS


def test_an_xlsx_is_read_whatever_its_cells_are() -> None:
    data = xlsx(["说明", "站名", "分钟"], [None, "南校区", 0], [], ["东门", "图书馆", "18"])
    assert read(data, "STOPS.XLSX", STOPS) == ROWS


def test_blank_lines_and_unknown_columns_are_passed_over() -> None:
    data = "站名,颜色,分钟\n南校区,红,0\n,,\n\n图书馆,蓝,18\n".encode()
    assert [row["name"] for row in read(data, "a.csv", STOPS)] == ["南校区", "图书馆"]


def test_errors_are_told_by_row_all_at_once() -> None:
    data = "站名,分钟\n南校区,半\n\n,18\n图书馆,\n".encode()
    with pytest.raises(Invalid) as error:
        read(data, "a.csv", STOPS)
    assert str(error.value).split("\n") == [
        "第 2 行「分钟」：「半」不是整数",
        "第 4 行「站名」：没有填",
        "第 5 行「分钟」：没有填",
    ]


def test_no_more_than_twenty_errors_are_listed() -> None:
    data = ("站名,分钟\n" + "南校区,半\n" * 25).encode()
    with pytest.raises(Invalid) as error:
        read(data, "a.csv", STOPS)
    assert len(str(error.value).split("\n")) == 21
    assert str(error.value).endswith("还有 5 处")


@pytest.mark.parametrize("data", [b"", "站名,说明\n".encode()])
def test_a_missing_column_is_named(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"第 1 行缺少列：.*分钟"):
        read(data, "a.csv", STOPS)


def broken(name: str, content: bytes) -> bytes:
    """An xlsx with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["站名"]))) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            new.writestr(item, content if item == name else old.read(item))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        b"PK\x03\x04 cut",
        xlsx(["站名"])[:500],
        broken("xl/workbook.xml", b"<workbook"),
        broken("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c"),
        broken("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;'),
        broken("[Content_Types].xml", b""),
    ],
)
def test_what_is_no_xlsx_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid, match="打不开这个文件"):
        read(data, "a.xlsx", STOPS)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    out = io.BytesIO(xlsx(["站名", "分钟"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/image.bin", b"\0" * (MOST_UNPACKED + 1))
    assert len(out.getvalue()) < MOST_BYTES
    with pytest.raises(Invalid, match="解开后太大"):
        read(out.getvalue(), "a.xlsx", STOPS)


@pytest.mark.parametrize("data", [b"\xff\xff", "站名\n".encode("utf-16")])
def test_an_unknown_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read(data, "a.csv", STOPS)


def test_a_csv_with_an_open_quote_is_refused() -> None:
    with pytest.raises(Invalid, match="CSV 的引号"):
        read('站名,分钟\n"南校区,0\n'.encode(), "a.csv", STOPS)


def test_a_file_over_10_mb_is_refused() -> None:
    with pytest.raises(Invalid, match="超过 10 MB"):
        read(b"x" * (MOST_BYTES + 1), "a.csv", STOPS)


def test_a_file_over_100_000_rows_is_refused() -> None:
    with pytest.raises(Invalid, match="超过 10 万行"):
        read(("站名,分钟\n" + "a,1\n" * 100_000).encode(), "a.csv", STOPS)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_would_run_as_a_formula_is_quoted(text: str) -> None:
    sheet = load_workbook(io.BytesIO(write(STOPS, [{"name": text, "minutes": 1}]))).active
    assert sheet is not None
    cell = sheet["A2"]
    assert (cell.value.startswith("'"), cell.data_type) == (True, "s")
    assert sheet["B2"].value == 1


def test_what_xml_cannot_hold_is_left_out() -> None:
    data = write(STOPS, [{"name": "南\x08校\uffff区", "minutes": 1}])
    assert read(data, "a.xlsx", STOPS)[0]["name"] == "南校区"


kept = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff")
cells = (
    st.text(kept, min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda text: text and text[0] != "'")
)


@given(st.lists(st.tuples(cells | st.sampled_from(["=1+1", "-"]), st.integers(0, 999))))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_back(rows: list[tuple[str, int]]) -> None:
    stops = [{"name": name, "minutes": minutes, "note": None} for name, minutes in rows]
    again = read(write(STOPS, stops), "a.xlsx", STOPS)
    assert [(row["name"], row["minutes"]) for row in again] == rows


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_refusal(data: bytes) -> None:
    for name in ("a.csv", "a.xlsx"):
        with pytest.raises(Invalid):
            read(data, name, STOPS)
