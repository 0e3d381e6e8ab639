"""Notices without a template get the one that fits, and what an operator chose stays."""

import pytest
from sqlalchemy import select

from app.gateway.sending.models import Template
from app.gateway.sending.proposing import best, propose
from app.kit.db import Database
from app.main import load_services
from app.sandbox.templates import private
from app.wechat.templates import Template as Listed
from app.wechat.templates import keywords

LISTED = [
    Listed(found.id, found.title, found.content, found.example, keywords(found.content))
    for found in private("wx0000000000000000").values()
]
NOTICES = {n.name: n for service in load_services().values() for n in service.notices}


@pytest.mark.parametrize(
    ("name", "title"),
    [("outages.over", "恢复供应通知"),
     ("electricity.low", "余额不足提醒"), ("desk.general", "后勤服务通知"),
     ("outages.now", "停水停电通知")],
)  # fmt: skip
def test_the_template_that_says_the_same_is_found(name: str, title: str) -> None:
    found = best(NOTICES[name], LISTED)
    assert found is not None
    assert found.title == title


def test_nothing_is_proposed_where_nothing_fits() -> None:
    odd = Listed(
        "T", "彩票中奖", "", "", keywords("号码:{{letter1.DATA}}\n奖金:{{letter2.DATA}}\n")
    )
    assert best(NOTICES["outages.now"], [odd]) is None


@pytest.mark.anyio
async def test_what_was_chosen_by_hand_stays(database: Database) -> None:
    async with database.session() as db:
        db.add(Template(notice="outages.over", channel="template", template_id="mine", keywords={}))
    for _ in range(2):
        async with database.session() as db:
            await propose(db, NOTICES.values(), LISTED)
    async with database.session() as db:
        rows = {row.notice: row.template_id for row in await db.scalars(select(Template))}
    assert rows["outages.over"] == "mine"
    assert len(rows) > 3
