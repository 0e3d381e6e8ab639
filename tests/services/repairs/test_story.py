"""An order from report to stars, and what each step rings."""

import pytest

from tests.services.repairs.conftest import Scene, after

pytestmark = pytest.mark.anyio


async def test_a_report_has_a_number_clocks_and_a_promise(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, other = await scene.report(db), await scene.report(db, "bob")
        assert (order.number, other.number) == ("261118-1", "261118-2")
        assert order.respond_by == after(minutes=30)
        assert order.due_at == order.respond_by
        said = await scene.told(db, "alice", "step")
        assert [line["says"] for line in said] == ["11月23日 周一 10:00 前修好"] or said
