"""What of a change is worth keeping, and what must never be kept. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

SECRETS = frozenset({"secret", "token", "password", "hash", "cookie", "csrf"})
SPELT = ("id_card", "idcard", "身份证", "密码", "令牌")
_MISSING = object()


def diff(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was, and what is, of the fields that differ; a field of one side stays on that side.

    >>> diff({"name": "甲", "floor": 5}, {"name": "乙", "floor": 5})
    ({'name': '甲'}, {'name': '乙'})

    Raises ValueError for a field that names a secret, changed or not.
    """
    old, new = plain(before), plain(after)
    changed = {key for key in {*old, *new} if old.get(key, _MISSING) != new.get(key, _MISSING)}
    return (
        {key: value for key, value in old.items() if key in changed},
        {key: value for key, value in new.items() if key in changed},
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as JSON takes them: times in ISO 8601, amounts as text.

    Raises ValueError for a field that names a secret, at any depth, and for bytes.
    """
    for name in values:
        if _secret(str(name)):
            raise ValueError(f"the audit trail keeps no secret: leave {name!r} out")
    return {str(name): _plain(value) for name, value in values.items()}


def _secret(name: str) -> bool:
    spelt = name.lower().replace("-", "_")
    words = {word.removesuffix("s") for word in spelt.split("_")}
    return bool(words & SECRETS) or any(part in spelt for part in SPELT)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        raise ValueError("the audit trail keeps no bytes: they are a hash, a key or a file")
    return str(value) if isinstance(value, Decimal) else value
