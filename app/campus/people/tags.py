"""The operators' tags on followers, as they are written."""

import re

from app.kit.errors import Invalid

MOST, LONGEST = 20, 20
_BETWEEN = re.compile(r"[、，,;；\n]+")


def read_tags(text: str) -> list[str]:
    """「新生、报修群」 as tags, each once, in the order they stand. Raises Invalid."""
    tags = list(dict.fromkeys(filter(None, (tag.strip() for tag in _BETWEEN.split(text)))))
    if len(tags) > MOST:
        raise Invalid(f"最多 {MOST} 个标签")
    if any(len(tag) > LONGEST or not tag.isprintable() for tag in tags):
        raise Invalid(f"一个标签最多 {LONGEST} 个字")
    return tags
