"""Printed sheets: read back from the PDF's own drawing."""

import base64
import re
import zlib

import pytest
import segno

from app.campus.permission import Where
from app.campus.places.codes import Named, address, write
from app.campus.places.doors import Place
from app.campus.places.signs import sheets_pdf

BASE = "https://hq.example.edu.cn"
HOTLINE = "24 小时抢修 8880 0110"


def places(count: int) -> list[Place]:
    codes = [write(b"k" * 32, Named(number, True, 1)) for number in range(1, count + 1)]
    return [
        Place(f"3号楼 {500 + at}", f"{500 + at}", "3号楼", code, Where())
        for at, code in enumerate(codes, start=1)
    ]


def drawn(pdf: bytes) -> list[str]:
    """What each page draws, as PDF operators."""
    streams = re.findall(rb"stream\s(.*?)endstream", pdf, re.DOTALL)
    return [
        zlib.decompress(base64.a85decode(stream.strip(), adobe=False)
                        if stream.strip()[-2:] != b"~>"
                        else base64.a85decode(b"<~" + stream.strip(), adobe=True)).decode("latin-1")
        for stream in streams
    ]  # fmt: skip


def words(page: str) -> list[str]:
    """The strings that a page shows, in the font's UCS-2."""
    shown = re.findall(r"\(((?:\\.|[^\\)])*)\) Tj", page, re.DOTALL)
    return [_unescaped(text).decode("utf-16-be") for text in shown]


def _unescaped(text: str) -> bytes:
    simple = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
    said = re.sub(
        r"\\(?:([0-7]{1,3})|(.))",
        lambda m: chr(int(m[1], 8)) if m[1] else simple.get(m[2], m[2]),
        text,
        flags=re.DOTALL,
    )
    return said.encode("latin-1")


def matrices(page: str) -> list[list[list[int]]]:
    """The codes of a page, rebuilt from the filled rectangles of one path each."""
    found = []
    for path in re.findall(r"n ((?:\d+ \d+ \d+ 1 re ?)+)f", page.replace("\n", " ")):
        rects = [tuple(map(int, r)) for r in re.findall(r"(\d+) (\d+) (\d+) 1 re", path)]
        size = max(y for _, y, _ in rects) + 1
        matrix = [[0] * size for _ in range(size)]
        for x, y, width in rects:
            matrix[size - 1 - y][x : x + width] = [1] * width
        found.append(matrix)
    return found


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (1, 1), (12, 1), (13, 2), (30, 3)])
def test_twelve_signs_stand_on_a_sheet(count: int, sheets: int) -> None:
    pdf = sheets_pdf(places(count), BASE)
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == sheets
    assert f"/Count {sheets} ".encode() in pdf.replace(b"\n", b" ")


def test_each_printed_code_holds_its_own_address() -> None:
    rooms = places(13)
    read = [matrix for page in drawn(sheets_pdf(rooms, BASE)) for matrix in matrices(page)]
    wanted = [
        [list(row) for row in segno.make(address(BASE, room.code), error="m", micro=False).matrix]
        for room in rooms
    ]
    assert read == wanted
    assert len({str(matrix) for matrix in read}) == 13


def test_a_sign_says_where_what_for_and_whom_to_call() -> None:
    [page] = drawn(sheets_pdf(places(1), BASE, HOTLINE))
    assert words(page) == ["3号楼", "501", "微信扫一扫：报修、评价、问事", HOTLINE]


def test_a_long_name_is_made_to_fit() -> None:
    name = "国际学术交流中心二层东侧走廊和茶水间以及旁边的小会议室"
    [page] = drawn(sheets_pdf([Place(name, name, name, "a" * 24, Where())], BASE))
    [shown, *_] = words(page)
    assert name.startswith(shown)
    assert len(shown) > 15
