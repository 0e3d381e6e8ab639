"""Writing, reading and answering on the phone."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.campus.uploads import Upload
from app.kit.limits import Tries
from app.kit.once import Done
from app.services.feedback.models import Case, Duty, Line
from tests.h5.pages import needs_packages
from tests.h5.test_weight import LIMIT, LOADED
from tests.people import UNIT
from tests.services.feedback.conftest import OTHER, Scene
from tests.services.feedback.pages import HOME, Pages, PhoneOf

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pages(scene: Scene, phone_of: PhoneOf) -> Pages:
    async with scene.database.session() as db:
        db.add_all([
            Duty(unit=UNIT, matter="饭菜质量", words="食堂 头发 难吃"),
            Duty(unit=OTHER, matter="门禁和晚归", words="晚归 关门 宿管"),
        ])  # fmt: skip
    scene.database.forget()
    return Pages(scene, phone_of)


async def test_what_is_written_is_there_with_its_photos_and_a_promise(pages: Pages) -> None:
    sent = await pages.write(photos=2, consent="on", head="on")
    assert sent.status_code == 303
    page = await pages.get("alice", sent.headers["location"].removeprefix(HOME))
    for words in ("饭里有根头发", "前答复", "还没人接", "可以公开", "主任本人"):
        assert words in page
    assert page.count("的照片") == 2
    assert "饭里有根头发" in await pages.get("alice", "/mine")


async def test_the_unit_is_chosen_by_the_words_until_one_chooses(pages: Pages) -> None:
    found = await pages.get("alice", "/new/live?words=昨天食堂的菜里有头发&kind=complain")
    assert "「饭菜质量」归饮食中心管" in found
    assert f'<option value="{UNIT}" selected>' in found
    chosen = f"/new/live?words=昨天食堂的菜里有头发&kind=complain&unit={OTHER}&guess={UNIT}"
    assert f'<option value="{OTHER}" selected>' in await pages.get("alice", chosen)
    follows = f"/new/live?words=晚归了宿管不开门&unit={UNIT}&guess={UNIT}"
    assert f'<option value="{OTHER}" selected>' in await pages.get("alice", follows)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": ""}, "写两句是什么事"), ({"kind": ""}, "选一下是咨询"),
        ({"unit": ""}, "选一下写给谁"), ({"unit": "月球中心"}, "从列表里选"),
        ({"words": "字" * 2001}, "最多 2000 个字"), ({"kind": "x"}, "选一下是咨询"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    pages: Pages, said: dict[str, str], sentence: str
) -> None:
    usual: dict[str, Any] = {"words": "二食堂的汤太咸"}
    answer = await pages.write(**usual | said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert said.get("words", "二食堂的汤太咸") in answer.text


async def test_a_double_tap_writes_once(pages: Pages) -> None:
    first = await pages.write(once="one-key-for-two-taps")
    second = await pages.write(once="one-key-for-two-taps")
    assert first.headers["location"] == second.headers["location"]
    async with pages.scene.database.session() as db:
        assert await db.scalar(select(func.count(Case.id))) == 1


async def test_without_a_name_nothing_in_the_database_leads_to_the_writer(pages: Pages) -> None:
    sent = await pages.write(photos=1, anonymous="on", once="one-key-without-a-name")
    again = await pages.write(photos=1, anonymous="on", once="one-key-without-a-name")
    place = sent.headers["location"]
    assert place == again.headers["location"]  # the receipt is not lost by a double tap
    page = await pages.get("charlie", place.removeprefix(HOME))
    code = place.split("?c=")[1].split("&")[0]
    assert code in page
    alice = pages.scene.id("alice")
    async with pages.scene.database.session() as db:
        assert (await db.scalars(select(Case.asker_id))).one() is None
        assert set(await db.scalars(select(Line.by_id))) == {None}
        assert set(await db.scalars(select(Upload.person_id))) == {None}
        kept = [str(row) for row in (await db.execute(select(Done.key, Done.led_to))).all()]
        kept += [str(row) for row in (await db.execute(select(Tries.key))).all()]
        kept += [str(row) for row in (await db.execute(text("SELECT * FROM feedback_cases"))).all()]
    assert not [row for row in kept if code in row or f":{alice}" in row]
    assert kept


async def test_the_receipt_opens_the_thread_and_its_photos_to_whoever_has_it(pages: Pages) -> None:
    sent = await pages.write(photos=1, anonymous="on")
    code = sent.headers["location"].split("?c=")[1].split("&")[0]
    page = await pages.get("bob", f"/s?c={code.replace('-', ' ').lower()}")
    assert "谁写的哪儿都没记" in page
    [photo] = re.findall(r'<a class="c-photo" href="([^"]+)"', page)
    async with pages.phone_of("bob") as phone:
        found = await phone.get(photo)
        assert (found.status_code, found.headers["content-type"]) == (200, "image/jpeg")
        assert (await phone.get(photo.split("?")[0])).status_code == 404
    added = await pages.post("bob", f"/s/add?c={code}", words="又吃到一根")
    assert added.headers["location"] == f"{HOME}/s?c={code}"
    assert "又吃到一根" in await pages.get("charlie", f"/s?c={code}")


async def test_a_receipt_is_never_in_a_path_where_it_would_be_logged(pages: Pages) -> None:
    sent = await pages.write(anonymous="on")
    code = sent.headers["location"].split("?c=")[1].split("&")[0]
    page = await pages.get("bob", f"/s?c={code}")
    ways = re.findall(r'(?:href|action|hx-get)="(/h5/feedback[^"]*)"', page)
    assert [way for way in ways if code in way.split("?")[0]] == []
    assert len([way for way in ways if code in way]) >= 3


async def test_receipts_cannot_be_tried_without_end(pages: Pages) -> None:
    async with pages.phone_of("bob") as phone:
        codes = [(await phone.get(f"{HOME}/s?c=AAAA-{n:04}")).status_code for n in range(22)]
    assert (codes[0], codes[-1]) == (404, 429)


async def test_a_day_has_three_without_a_name(pages: Pages) -> None:
    codes = [(await pages.write(anonymous="on")).status_code for _ in range(4)]
    assert codes == [303, 303, 303, 429]
    assert (await pages.write()).status_code == 303


async def test_the_head_answers_and_the_asker_rates(pages: Pages) -> None:
    number = (await pages.write()).headers["location"].rsplit("/", 1)[1]
    assert "饭里有根头发" in await pages.get("head", "/work")
    taken = await pages.post("head", f"/work/{number}/take", form=f"/work/{number}")
    assert taken.status_code == 303
    done = await pages.post(
        "head", f"/work/{number}/answer", 1, form=f"/work/{number}", words="换了帽子"
    )
    assert done.status_code == 303
    assert "换了帽子" in await pages.get("alice", f"/{number}")
    late = await pages.post("head", f"/work/{number}/answer", form=f"/work/{number}", words="再答")
    assert (late.status_code, "刚刚有人答复了" in late.text) == (409, True)
    bare = await pages.post("alice", f"/{number}/rate", form=f"/{number}")
    assert (bare.status_code, "点一颗星" in bare.text) == (422, True)
    await pages.post("alice", f"/{number}/rate", form=f"/{number}", stars="2", words="慢")
    case = await pages.case(int(number))
    assert (case.stars, case.rating, case.state) == (2, "慢", "closed")
    assert "慢" not in await pages.get("head", f"/work/{number}")


async def test_bob_gets_nothing_of_alices_by_its_number(pages: Pages) -> None:
    number = (await pages.write()).headers["location"].rsplit("/", 1)[1]
    for path in (f"/{number}", f"/{number}/add", f"/work/{number}"):
        assert "饭里有根头发" not in await pages.get("bob", path, 403 if "work" in path else 404)
    for path in (f"/{number}/add", f"/{number}/rate", f"/{number}/withdraw"):
        assert (await pages.post("bob", path, form="/new", stars="1")).status_code == 404
    assert "饭里有根头发" not in await pages.get("worker", f"/work/{number}", 404)
    assert "饭里有根头发" not in await pages.get("worker", "/work")


async def test_a_head_sees_their_own_unit_only(pages: Pages) -> None:
    other = (await pages.write(unit=OTHER)).headers["location"].rsplit("/", 1)[1]
    assert "都答完了" in await pages.get("head", "/work")
    await pages.get("head", f"/work/{other}", 404)
    await pages.get("operator", f"/work/{other}")


async def test_the_start_searches_what_was_asked_and_says_who_does_it(pages: Pages) -> None:
    page = await pages.get("charlie", "?q=晚归了怎么办")
    assert "还没有人问过这个" in page
    assert "归公寓中心管" in page
    for path in ("", "/qa", "/figures", "/s", "/qa?q=饭"):
        await pages.get("charlie", path)
    await pages.get("charlie", "/qa/1", 404)


async def test_withdrawn_and_reopened_by_their_pages(pages: Pages) -> None:
    number = (await pages.write()).headers["location"].rsplit("/", 1)[1]
    assert "撤回就不办了" in await pages.get("alice", f"/{number}/withdraw")
    await pages.post("alice", f"/{number}/withdraw", words="自己好了")
    assert (await pages.case(int(number))).state == "withdrawn"
    refused = await pages.post("head", f"/work/{number}/answer", form="/new", words="好")
    assert "撤回了" in refused.text


@needs_packages
async def test_a_first_visit_weighs_at_most_50_kb(pages: Pages) -> None:
    number = (await pages.write()).headers["location"].rsplit("/", 1)[1]
    ways = [("alice", ""), ("alice", "/new?kind=complain"), ("alice", f"/{number}"),
            ("head", f"/work/{number}"), ("alice", f"/{number}/add")]  # fmt: skip
    for name, path in ways:
        async with pages.phone_of(name) as phone:
            answer = await phone.get(f"{HOME}{path}")
            files = sorted(set(re.findall(LOADED, answer.text)))
            sent = [answer, *[await phone.get(file) for file in files]]
        assert len(files) > 3
        assert sum(part.num_bytes_downloaded for part in sent) <= LIMIT, path
