"""Rules that every template keeps, checked on the files themselves."""

import json
import re
from pathlib import Path

import pytest

from app.kit.pages import H5

SERVICES = H5.parent / "app" / "services"
TEMPLATES = sorted(p for p in H5.rglob("*.html") if "node_modules" not in p.parts)
# The desk's pages stand in the frame of its library.
IN_FOLDERS = [p for p in TEMPLATES if p.parent != H5 and "desk" not in p.parts]
SHELL = re.compile(r'{% extends "(?:base|[a-z]+/shell)\.html" %}')  # a shell is one itself
INLINE = re.compile(
    r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|hx-on|javascript:", re.I
)
THIRD_PARTY = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.I)


def name(path: Path) -> str:
    return str(path.relative_to(H5))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_loads_nothing_from_elsewhere(path: Path) -> None:
    assert THIRD_PARTY.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_picture_has_words(path: Path) -> None:
    pictures = re.findall(r"<img\b[^>]*>", path.read_text("utf-8"))
    assert [picture for picture in pictures if " alt=" not in picture] == []


@pytest.mark.parametrize("path", IN_FOLDERS, ids=name)
def test_a_page_extends_the_base_unless_it_is_a_part_of_one(path: Path) -> None:
    others = [other.read_text("utf-8") for other in IN_FOLDERS if other != path]
    part = path.name.startswith("_") or any(f'"{name(path)}"' in other for other in others)
    assert part or SHELL.search(path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_class_of_ours_has_a_rule(path: Path) -> None:
    css = "".join(sheet.read_text("utf-8") for sheet in sorted((H5 / "static").glob("*.css")))
    used = set(
        re.findall(r"""["' ](c-[a-z]+(?:_{1,2}[a-z]+)?)(?=["' ])""", path.read_text("utf-8"))
    )
    assert {one for one in used if not re.search(rf"\.{one}(?![\w-])", css)} == set()


def test_the_scan_sees_what_it_forbids() -> None:
    bad = ['<p style="x">', "<script>1</script>", '<a onclick="x">', "<style>", '<b hx-on:x="">']
    assert all(INLINE.search(markup) for markup in bad)
    assert not INLINE.search('<script src="/a.js" defer></script>')
    assert THIRD_PARTY.search('<script src="//cdn.example/a.js">')


def test_every_folder_belongs_to_a_service() -> None:
    services = {path.stem for path in SERVICES.iterdir() if path.name[0] not in "_."}
    folders = {path.name for path in H5.iterdir() if path.is_dir()}
    assert folders - services - {"static", "node_modules", "desk", "login"} == set()


def test_the_lock_pins_what_is_asked_for_and_names_no_registry() -> None:
    lock = (H5 / "package-lock.json").read_text("utf-8")
    asked = json.loads((H5 / "package.json").read_text("utf-8"))["dependencies"]
    pinned = json.loads(lock)["packages"]
    assert "resolved" not in lock
    assert "http" not in lock
    for package, version in asked.items():
        assert pinned[f"node_modules/{package}"]["version"] == version
        assert pinned[f"node_modules/{package}"]["integrity"].startswith("sha512-")


def test_nobody_is_kept_from_zooming() -> None:
    assert "user-scalable" not in (H5 / "base.html").read_text("utf-8")
