"""The CSV files in a GTFS zip, with bounds on what is unpacked."""

import csv
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile, ZipInfo

from app.kit.errors import Invalid

# What a damaged zip makes the library raise; a wrong offset is a ValueError.
DAMAGED = (
    BadZipFile, zlib.error, RuntimeError, EOFError, OSError, NotImplementedError, ValueError,
)  # fmt: skip
MOST_PACKED = 20 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_FILES = 100
MOST_ROWS = 300_000
MOST_CELL = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file; `number` as a text editor counts."""

    file: str
    number: int
    cells: dict[str, str]

    def get(self, name: str) -> str:
        """The cell, empty where the file has no such column."""
        return self.cells.get(name, "")

    def need(self, name: str) -> str:
        """The cell. Raises Invalid where it is empty."""
        return self.get(name) or self.fail(f"「{name}」没有填")

    def fail(self, why: object) -> str:
        """Raise Invalid that says where."""
        raise Invalid(f"{self.file} 第 {self.number} 行：{why}")


class Archive:
    """`rows(name)` reads one file. Raises Invalid for what is no zip, too large or encrypted."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_PACKED:
            raise Invalid("压缩包超过 20 MB，只留校车线路再导入")
        try:
            self._zip = ZipFile(io.BytesIO(data))
        except (BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            raise Invalid("打不开这个压缩包，重新打包成 .zip 再试") from error
        members = self._zip.infolist()
        if len(members) > MOST_FILES:
            raise Invalid(f"压缩包里超过 {MOST_FILES} 个文件，只放 GTFS 的 .txt")
        self._members = {member.filename.rsplit("/", 1)[-1]: member for member in members}
        self._left = MOST_UNPACKED

    def has(self, name: str) -> bool:
        return name in self._members

    def rows(self, name: str) -> Iterator[Row]:
        """Rows of a file, none if it is not there. Each file is unpacked when it is read."""
        if name not in self._members:
            return
        text = self._text(self._members[name])
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [cell.strip() for cell in next(reader, [])]
            for count, cells in enumerate(reader):
                if count >= MOST_ROWS:
                    raise Invalid(f"{name} 超过 30 万行，只留校车线路再导入")
                if any(map(str.strip, cells)):
                    values = (cell.replace("\0", "").strip()[:MOST_CELL] for cell in cells)
                    yield Row(name, reader.line_num, dict(zip(header, values, strict=False)))
        except csv.Error as error:
            raise Invalid(f"{name} 第 {reader.line_num} 行的引号或换行不对") from error

    def _text(self, member: ZipInfo) -> str:
        """Never unpacks more than is left of the bound, whatever the zip's own sizes say."""
        try:
            with self._zip.open(member) as file:
                data = file.read(self._left + 1)
        except DAMAGED as e:
            raise Invalid(f"{member.filename} 打不开，别加密码，重新打包再试") from e
        self._left -= len(data)
        if self._left < 0:
            raise Invalid("压缩包解开超过 64 MB，只留校车线路再导入")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Invalid(f"{member.filename} 不是 UTF-8 编码，另存一次再试") from error
