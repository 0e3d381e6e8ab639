import re

import pytest

from app.kit.errors import (
    CampusError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unavailable,
    reference,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid, 422),
        (NotFound, 404),
        (Forbidden, 403),
        (Conflict, 409),
        (TooMany, 429),
        (Unavailable, 503),
    ],
)
def test_a_refusal_carries_its_sentence_and_status(error: type[CampusError], status: int) -> None:
    assert error("没有这一站").status == status
    assert str(error("没有这一站")) == "没有这一站"
    assert issubclass(error, CampusError)


def test_a_reference_can_be_said_on_the_phone() -> None:
    references = {reference() for _ in range(500)}
    assert len(references) > 480
    assert all(re.fullmatch(r"[A-Z]\d[A-Z]\d-\d\d", each) for each in references)
    assert not set("IOSZBGQ01") & set("".join(references))
