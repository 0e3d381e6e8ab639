import pytest
from tests.test_story_repairs import *
from tests.test_story_repairs import world  # noqa
from datetime import timedelta
pytestmark=[pytest.mark.anyio]
async def test_shots(world):
    async with chromium() as b:
        async def shot(name, path, out, full=False):
            p = await a_page(b, world, name, path); await p.wait_for_load_state("networkidle"); await p.screenshot(path=f"/tmp/rs/{out}.png", full_page=full); await p.context.close()
        p = await a_page(b, world, ALICE, f"{REPAIRS}/new?place={world.door}")
        await p.get_by_text("水管", exact=True).click(); await p.get_by_text("漏水", exact=True).click()
        await p.get_by_label("加照片").set_input_files([photo("red")])
        await expect(p.locator("button.c-photo")).to_have_count(1)
        await p.wait_for_timeout(500); await p.screenshot(path="/tmp/rs/1new.png")
        await p.get_by_role("button", name="提交报修").click()
        await expect(p.locator("h1")).to_have_text(re.compile("前修好")); await p.context.close()
        async with world.database.session() as db: n = str(await db.scalar(select(Order.number)))
        await world.work()
        await shot(MATE, f"{REPAIRS}/new?kind={world.kind}", "2dup")
        await shot(WORKER, f"{REPAIRS}/work/{n}", "3w_offered")
        await world.later(minutes=2)
        await world.send(WORKER, f"/work/{n}/accept"); await world.send(WORKER, f"/work/{n}/call", agreed="20:00 左右到")
        await world.send(MATE, f"/{n}/follow")
        await shot(ALICE, f"{REPAIRS}/{n}", "4a_accepted")
        await world.later(minutes=10)
        await world.send(WORKER, f"/work/{n}/arrive", code=world.door)
        await shot(WORKER, f"{REPAIRS}/work/{n}", "5w_working")
        await shot(LEADER, f"{REPAIRS}/work/queue", "5l_queue")
        await world.later(minutes=5)
        t=(clock.now()+timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
        await world.send(WORKER, f"/work/{n}/wait", why="parts", wait_until=t, wait_note="回去拿软管")
        await shot(ALICE, f"{REPAIRS}/{n}", "6a_wait")
        await shot(WORKER, f"{REPAIRS}/work/{n}", "6w_wait")
        await world.send(WORKER, f"/work/{n}/arrive", code=world.door)
        await world.send(WORKER, f"/work/{n}/material", stock="1", quantity="1")
        await world.later(minutes=30)
        await world.send(WORKER, f"/work/{n}/finish", done_words="换了软管")
        await shot(ALICE, f"{REPAIRS}/{n}/rate", "7a_rate")
        await shot(WORKER, f"{REPAIRS}/work/{n}", "7w_done")
        await world.send(ALICE, f"/{n}/rate", stars="4", tag="态度好")
        m = await world.report(anew="")
        await shot(LEADER, f"{REPAIRS}/work/{n}", "8l_order")
        for path, out in (("/desk/repairs/figures","9figures"),("/desk/repairs/board","9board"),(f"/desk/repairs/orders/{n}","9order")):
            d = await at_the_desk(b, world, HEAD, path); await d.wait_for_load_state("networkidle"); await d.screenshot(path=f"/tmp/rs/{out}.png"); await d.context.close()
        await world.work()
        async with phone_at(b, world.both.theirs) as ph:
            await ph.page.screenshot(path="/tmp/rs/chat.png")
