"""starlette-admin's own sentences, said the way we say things; the rest is its catalogue's."""

from typing import Any

from starlette_admin import i18n

LANGUAGE = "zh"
WORDS = {
    "Admin": "今天",
    'The item "%(repr)s" was added successfully.': "「%(repr)s」加上了",
    'The item "%(repr)s" was changed successfully.': "「%(repr)s」改好了",
    'The item "%(repr)s" was successfully deleted.': "「%(repr)s」删掉了",
    'The field "%(label)s" of "%(repr)s" was updated successfully.':
        "「%(repr)s」的%(label)s改好了",
    "1 item was successfully deleted.": "删掉了 %(count)d 条",
    "Something went wrong!": "这一步没走通，回上一页再试",
    "Please select at least one item": "先选一条",
    "Forbidden": "这一步不归你管",
    "Oops… You just found an error page": "这一页打不开",
    "Take me home": "回到今天",
    "Import file exceeds the configured maximum of %(max)d rows. "
    "Split the file into smaller batches and try again.":
        "一次最多 %(max)d 行，拆成几份再导入",
    "Export would return %(count)d rows, which exceeds the configured maximum of %(max)d. "
    "Apply a filter to narrow the result set.":
        "一次最多导出 %(max)d 行，这里有 %(count)d 行，先筛一筛",
    "An error occurred while importing the file. Please check the file format and try again.":
        "文件没读懂，看看格式再试",
    "This field is required.": "这一项要填",
}  # fmt: skip


class _Ours:
    """A catalogue: our words first, then those of `inner`."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def ugettext(self, message: str) -> str:
        found = WORDS.get(message)
        return found if found is not None else str(self.inner.ugettext(message))

    def ngettext(self, one: str, many: str, count: int) -> str:
        found = WORDS.get(one)
        return found if found is not None else str(self.inner.ngettext(one, many, count))


def speak() -> None:
    """Put our words before the library's, once for the process."""
    catalogues: dict[str, Any] | None = getattr(i18n, "translations", None)
    if catalogues and not isinstance(catalogues[LANGUAGE], _Ours):
        catalogues[LANGUAGE] = _Ours(catalogues[LANGUAGE])
