"""What the form that binds may hold, and where it may lead."""

import re
from typing import Annotated

from pydantic import BaseModel, Field

HOME = "/h5/mine"
_OWN_PAGE = re.compile(r"/h5/(?![/\\])[^\\\x00-\x20\x7f]{0,700}")


def own_page(address: str) -> str:
    """`address` if it is one of our pages to come back to, else 「我的」."""
    return address if _OWN_PAGE.fullmatch(address) else HOME


class Typed(BaseModel):
    """The form as it came. Fields may be empty: then the page says which."""

    number: Annotated[str, Field(max_length=60)] = ""
    name: Annotated[str, Field(max_length=60)] = ""
    card: Annotated[str, Field(max_length=20)] = ""
    next: Annotated[str, Field(max_length=800)] = ""
    once: Annotated[str, Field(max_length=80)] = ""

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong before anybody is looked up: {field: sentence}."""
        found: dict[str, str] = {}
        if not self.number.strip():
            found["number"] = "填学号、工号，新生填录取号"
        if not self.name.strip():
            found["name"] = "填校园卡上的姓名"
        if not re.fullmatch(r"\d{5}[\dXx]", self.card.strip()):
            found["card"] = "身份证最后六位，末位可以是 X"
        return found
