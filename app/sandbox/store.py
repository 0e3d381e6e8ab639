"""What survives a restart: who follows, the menu and the codes. Chats and media do not."""

import json
from dataclasses import asdict
from pathlib import Path

from app.sandbox.people import Person
from app.sandbox.platform import Code, Platform


def save(platform: Platform, path: Path) -> None:
    """Write the file in one step, so that a kill leaves the former one."""
    people = [asdict(p) | {"grants": [], "chat": []} for p in platform.people.values()]
    kept = {
        "people": people,
        "menu": platform.menu,
        "codes": [asdict(code) for code in platform.codes.values()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    draft.replace(path)


def load(platform: Platform, path: Path) -> None:
    """Take over what the file holds, if it is there and of the same account."""
    if not path.exists():
        return
    kept = json.loads(path.read_text("utf-8"))
    people = [Person(**row) for row in kept["people"]]
    if not set(platform.people) <= {person.openid for person in people}:
        return  # another app id: its openids mean nothing here
    platform.people = {person.openid: person for person in people}
    platform.menu = kept["menu"]
    platform.codes = {row["ticket"]: Code(**row) for row in kept["codes"]}
    platform.touch()
