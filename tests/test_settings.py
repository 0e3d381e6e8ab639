"""Settings: what is refused in public, and that `.env.example` tells all of it."""

import importlib
import pkgutil
import re
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

import app
from app.settings import DEMO_SECRETS, ROOT, Settings

PUBLIC = "https://hq.example.edu.cn"
OWN = dict.fromkeys(DEMO_SECRETS, "a value of our own, long enough") | {
    "wechat_encoding_aes_key": "k" * 43
}
COMPOSE_ONLY = {"POSTGRES_PASSWORD": ""}
LINE = re.compile(r"#(?P<name>[A-Z_]+)=(?P<value>.*)")


def made(**values: Any) -> Settings:
    """Settings from arguments alone, without this machine's `.env`."""
    return Settings(_env_file=None, **values)


def settings_classes() -> list[type[BaseSettings]]:
    """Every settings class of ours; the sandbox has its own, and is no part of a deployment."""
    found = set[type[BaseSettings]]()
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.startswith("app.sandbox") or module.name.endswith("__main__"):
            continue
        things = vars(importlib.import_module(module.name)).values()
        classes = (thing for thing in things if isinstance(thing, type))
        found |= {cls for cls in classes if issubclass(cls, BaseSettings)}
    return sorted(found - {BaseSettings}, key=lambda cls: cls.__module__)


def defaults() -> dict[str, str]:
    """Every environment name with its default as it would be written in a file."""
    known = dict(COMPOSE_ONLY)
    for cls in settings_classes():
        for name, field in cls.model_fields.items():
            value = field.default
            if isinstance(value, SecretStr):
                value = value.get_secret_value()
            if isinstance(value, Path):
                value = value.relative_to(ROOT)
            if isinstance(value, time):
                value = f"{value:%H:%M}"
            prefix = cls.model_config.get("env_prefix", "")
            known[prefix + name] = "" if value is None else str(value)
    return {name.upper(): value for name, value in known.items()}


def example() -> dict[str, str]:
    """What `.env.example` says."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {found["name"]: found["value"] for line in lines if (found := LINE.fullmatch(line))}


def test_the_example_names_every_setting_with_its_default() -> None:
    assert example() == defaults()


def test_the_example_sets_nothing_and_explains_everything() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []
    first_of_group = [
        now for before, now in pairwise(lines) if LINE.fullmatch(now) and not before.strip()
    ]
    assert first_of_group == []


def test_the_example_marks_every_secret() -> None:
    text = (ROOT / ".env.example").read_text()
    for cls in settings_classes():
        for name, field in cls.model_fields.items():
            if field.annotation is SecretStr:
                variable = (cls.model_config["env_prefix"] + name).upper()
                before = text[: text.index(f"#{variable}=")].splitlines()
                assert "SECRET" in " ".join(before[-3:]), variable


def test_it_works_out_of_the_box() -> None:
    assert made().at_home


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://localhost", "http://[::1]:8000"])
def test_an_address_of_this_machine_is_home(url: str) -> None:
    assert made(public_url=url).at_home


@pytest.mark.parametrize("url", [PUBLIC, "https://10.0.0.8", "https://localhost.example.cn"])
def test_any_other_address_is_public(url: str) -> None:
    assert not made(public_url=url, **OWN).at_home


@pytest.mark.parametrize("name", DEMO_SECRETS)
def test_a_demo_secret_is_refused_in_public(name: str) -> None:
    own = {**OWN, name: DEMO_SECRETS[name]}
    with pytest.raises(ValidationError) as refused:
        made(public_url=PUBLIC, **own)
    message = refused.value.errors()[0]["msg"]
    assert name.upper() in message
    assert DEMO_SECRETS[name] not in message


def test_plain_http_is_refused_in_public() -> None:
    with pytest.raises(ValidationError, match="https://"):
        made(public_url="http://hq.example.edu.cn", **OWN)


def test_secrets_are_not_shown() -> None:
    shown = repr(made())
    assert not [secret for secret in DEMO_SECRETS.values() if secret in shown]


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECHAT_MODE", "compatible")
    assert made().wechat_mode == "compatible"


@pytest.mark.parametrize(
    "values", [{"wechat_mode": "loud"}, {"wechat_max_skew": 0}, {"database_pool": 1}]
)
def test_values_out_of_range_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        made(**values)
