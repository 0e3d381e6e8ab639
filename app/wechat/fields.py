"""A push body as fields, and typed reads from them.

XML and JSON both become a dict of strings, dicts and lists, so that nothing behind this
module needs to know which of the two the console is set to. Every function raises Malformed
and nothing else, whatever the bytes.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any, NoReturn

from defusedxml import ElementTree as Defused
from defusedxml.common import DefusedXmlException

from app.wechat.errors import Malformed

Fields = Mapping[str, Any]

_DEPTH = 6  # the deepest documented push has 4 levels
_CAREFUL = 65_536  # characters for the slow parser; a real push has under 10,000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FLOAT = re.compile(r"[+-]?\d{1,10}(\.\d{1,30})?", re.ASCII)


def read_body(body: bytes, *, is_json: bool) -> dict[str, Any]:
    """Fields of a plain or decrypted body, UTF-8."""
    try:
        text = body.decode()
    except UnicodeDecodeError as exc:
        raise Malformed("the body is not UTF-8") from exc
    return _from_json(text) if is_json else _from_xml(text)


def _from_xml(text: str) -> dict[str, Any]:
    root = _xml_root(text)
    if root.tag != "xml":
        raise Malformed("the root element is not <xml>")
    value = _element(root, 0)
    return value if isinstance(value, dict) else {}


def _xml_root(text: str) -> ET.Element:
    """The C parser where no DTD can be; defusedxml (half as fast) decides about the rest.

    Parsing decoded text matters: in bytes another encoding could hide the word DOCTYPE.
    """
    try:
        if "<!DOCTYPE" not in text:
            return ET.fromstring(text)  # noqa: S314 - no DTD, hence no entities
        if len(text) > _CAREFUL:
            raise Malformed("a long body that mentions a DOCTYPE")
        root: ET.Element = Defused.fromstring(text, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError) as exc:
        raise Malformed("the body is not well-formed XML") from exc
    return root


def _element(element: ET.Element, depth: int) -> str | dict[str, Any]:
    """Text of a leaf, or its children by tag; a repeated tag becomes a list."""
    if not len(element):
        return element.text or ""
    if depth == _DEPTH:
        raise Malformed("the body is nested too deeply")
    found: dict[str, Any] = {}
    for child in element:
        value = _element(child, depth + 1)
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found


def _from_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise Malformed("the body is not JSON") from exc
    if not isinstance(value, dict):
        raise Malformed("the body is not a JSON object")
    fields: dict[str, Any] = _plain(value, 0)
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _plain(value: object, depth: int) -> Any:
    if isinstance(value, str):  # numbers too, by parse_int and parse_float
        return _UNSTORABLE.sub("\ufffd", value)
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if depth == _DEPTH:
        raise Malformed("the body is nested too deeply")
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_plain(name, depth): _plain(item, depth + 1) for name, item in value.items()}
    raise Malformed("the body holds an unknown kind of value")


def text(fields: Fields, name: str, default: str | None = None) -> str:
    """A string field; `default` when it is absent, Malformed when there is no default."""
    value = fields.get(name, default)
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Malformed(f"{name} is missing or not text")


def whole(fields: Fields, name: str, default: int | None = None) -> int:
    """A non-negative integer below 10**18; an absent or empty field gives `default`."""
    value = text(fields, name, "").strip()
    if not value and default is not None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Malformed(f"{name} is not a whole number")
    return int(value)


def decimal(fields: Fields, name: str, default: float | None = None) -> float:
    """A finite number such as a latitude; an absent or empty field gives `default`."""
    value = fields.get(name)
    given = str(value).strip() if isinstance(value, float) else text(fields, name, "").strip()
    if not given and default is not None:
        return default
    if not _FLOAT.fullmatch(given):
        raise Malformed(f"{name} is not a number")
    return float(given)


def part(fields: Fields, name: str) -> Fields:
    """A nested structure; an absent or empty one is an empty mapping."""
    value = fields.get(name) or {}
    if not isinstance(value, Mapping):
        raise Malformed(f"{name} is not a structure")
    return value


def parts(fields: Fields, name: str) -> list[Fields]:
    """A repeated structure: XML and JSON give a dict for one item and a list for more."""
    value = fields.get(name) or []
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, Mapping) for item in items):
        raise Malformed(f"{name} is not a list of structures")
    return items
