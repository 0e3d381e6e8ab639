"""Reporting on the phone: filled in, sent once, kept when something is wrong."""

import asyncio
import gzip
import re
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from app.campus.people.models import Person
from app.campus.places import Building, BuildingKind
from app.campus.uploads import Upload
from app.kit import clock
from app.services.repairs.kinds import fill_kinds
from app.services.repairs.models import Order, Photo
from app.services.repairs.rules import Source, State
from tests.services.repairs.conftest import Scene
from tests.services.repairs.reporting import HOME, NEW, PhoneOf, Reporting, hidden, jpeg, text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def phones(scene: Scene, phone_of: PhoneOf) -> Reporting:
    return Reporting(scene, phone_of)


async def count(phones: Reporting) -> int:
    async with phones.database.session() as db:
        return await db.scalar(select(func.count()).select_from(Order)) or 0


async def test_the_form_knows_where_i_live_and_my_telephone(phones: Reporting) -> None:
    async with phones.database.session() as db:
        (await db.get_one(Person, phones.scene.ids["alice"])).phone = "13800000001"
    html = (await phones.get("alice", NEW)).text
    assert "3号楼 501" in html
    assert "你的寝室" in html
    assert 'value="13800000001"' in html


async def test_who_is_not_bound_is_led_to_bind(phones: Reporting) -> None:
    assert "/h5/mine/bind" in (await phones.get("charlie", NEW)).text


async def test_a_report_becomes_an_order_with_its_promise(phones: Reporting) -> None:
    number = await phones.report(words="洗手池下面一直滴", phone="13800000001")
    order = await phones.order(number)
    assert (order.sign, order.words) == ("漏水", "洗手池下面一直滴")
    assert (order.room_id, order.phone) == (phones.scene.rooms["501"], "13800000001")
    page = text_of((await phones.get("alice", f"{HOME}/{number}")).text)
    assert "3号楼 501 水管漏水" in page
    assert "前修好" in page


async def test_a_scanned_door_fills_in_the_place(phones: Reporting) -> None:
    async with phones.database.session() as db:
        code = await phones.scene.code(db, "502")
    html = (await phones.get("alice", f"{NEW}?place={code}")).text
    assert "3号楼 502" in html
    order = await phones.order(await phones.report(place=code))
    assert (order.room_id, order.source) == (phones.scene.rooms["502"], Source.CODE)


async def test_a_forged_code_asks_for_the_place(phones: Reporting) -> None:
    answer = await phones.get("alice", f"{NEW}?place=AAAA")
    assert "选一栋楼" in answer.text
    assert "不是我们贴的" in answer.text


async def test_a_place_without_a_room_wants_words(phones: Reporting) -> None:
    answer = await phones.post(
        "alice", NEW, kind=str(phones.scene.kind_id), sign="漏水", building="3号楼", other="1"
    )
    assert answer.status_code == 422
    assert "具体在哪" in answer.text
    order = await phones.order(await phones.report(building="3号楼", spot="5 层水房", other="1"))
    assert (order.room_id, order.spot) == (None, "5 层水房")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": ""}, "选一下什么坏了"),
        ({"kind": "99999"}, "选一下什么坏了"),
        ({"sign": ""}, "选一下怎么坏的"),
        ({"phone": "打我宿舍"}, "电话只写数字"),
        ({"slot": "2020-01-01T08"}, "至少提前 2 小时"),
        ({"slot": "明天"}, "从列表里选"),
        ({"building": "99号楼"}, "没有这栋楼"),
        ({"building": "3号楼", "room": "999"}, "没有 999"),
    ],
)
async def test_wrong_input_keeps_what_was_typed(
    phones: Reporting, fields: dict[str, str], says: str
) -> None:
    words = "" if "sign" in fields else "接头一直滴"
    said = {"kind": str(phones.scene.kind_id), "sign": "漏水", "words": words, "key": "on"}
    answer = await phones.post("alice", NEW, **{**said, **fields})
    assert answer.status_code == 422
    assert says in answer.text
    assert words in answer.text
    assert 'name="key" checked' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await count(phones) == 0


async def test_six_photos_go_along_small_and_without_metadata(phones: Reporting) -> None:
    photos = [jpeg(colour) for colour in ("red", "green", "blue", "white", "black", "gray")]
    said = {"kind": str(phones.scene.kind_id)}
    answer = await phones.post("alice", NEW, photos, **said)
    page = (await phones.get("alice", answer.headers["location"])).text
    assert page.count("点开看大图") == 6
    seventh = await phones.post("bob", NEW, [*photos, jpeg()], **said)
    assert seventh.status_code == 422
    assert "最多 6 张" in seventh.text


async def test_what_is_no_photo_leaves_nothing_behind(phones: Reporting) -> None:
    said = {"kind": str(phones.scene.kind_id), "words": "还在滴"}
    answer = await phones.post("alice", NEW, [jpeg(), b"no photo"], **said)
    assert answer.status_code == 422
    assert "还在滴" in answer.text
    async with phones.database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Upload)) == 0


async def test_a_double_tap_makes_one_order(phones: Reporting) -> None:
    async with phones.phone_of("alice") as phone:
        form = hidden((await phone.get(NEW)).text)
        said = {**form, "kind": str(phones.scene.kind_id), "sign": "漏水"}
        answers = await asyncio.gather(*(phone.post(NEW, data=said) for _ in range(3)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await count(phones) == 1


async def test_what_was_refused_is_sent_again_with_the_same_key(phones: Reporting) -> None:
    async with phones.phone_of("alice") as phone:
        form = hidden((await phone.get(NEW)).text)
        refused = await phone.post(NEW, data={**form, "sign": "漏水"})
        kind = str(phones.scene.kind_id)
        answer = await phone.post(NEW, data={**form, "sign": "漏水", "kind": kind})
    assert (refused.status_code, answer.status_code) == (422, 303)
    assert await count(phones) == 1


async def test_a_roommates_report_is_offered_instead(phones: Reporting) -> None:
    number = await phones.report(words="接头一直滴")
    await live_in(phones, "bob", "501")
    kind = phones.scene.kind_id
    asked = (await phones.get("bob", f"{NEW}/ask?kind={kind}")).text
    assert "室友刚刚报过" in asked
    assert "接头一直滴" in asked
    assert f"{HOME}/{number}/follow" in asked
    answer = await phones.post("bob", f"{HOME}/{number}/follow", page=NEW)
    assert answer.headers["location"] == f"{HOME}/{number}"
    page = text_of((await phones.get("bob", f"{HOME}/{number}")).text)
    assert "还有 1 人也遇到" in page


async def live_in(phones: Reporting, name: str, room: str) -> None:
    async with phones.database.session() as db:
        person = await db.get_one(Person, phones.scene.ids[name])
        person.room_id = phones.scene.rooms[room]


async def test_sending_it_all_the_same_asks_first_and_then_makes_another(
    phones: Reporting,
) -> None:
    number = await phones.report()
    await live_in(phones, "bob", "501")
    said = {"kind": str(phones.scene.kind_id), "words": "这次是阳台的"}
    answer = await phones.post("bob", NEW, **said)
    assert answer.status_code == 422
    assert "是不是同一件" in answer.text
    assert "这次是阳台的" in answer.text
    again = await phones.post("bob", NEW, **said, anew=number)
    assert again.status_code == 303
    assert await count(phones) == 2


async def test_a_strangers_room_is_not_told_of(phones: Reporting) -> None:
    number = await phones.report(words="接头一直滴")
    kind = phones.scene.kind_id
    asked = f"{NEW}/ask?kind={kind}&building={quote('3号楼')}&room=501"
    assert "报过" not in (await phones.get("bob", asked)).text
    answer = await phones.post("bob", f"{HOME}/{number}/follow", page=NEW)
    assert answer.status_code == 404


async def test_picking_a_kind_brings_its_signs_and_the_promise(phones: Reporting) -> None:
    kind = phones.scene.kind_id
    asked = (await phones.get("alice", f"{NEW}/ask?kind={kind}")).text
    assert "漏水" in asked
    assert "前修好" in asked
    urgent = (await phones.get("alice", f"{NEW}/ask?kind={kind}&urgent=on")).text
    assert urgent != asked


async def test_another_building_brings_its_rooms(phones: Reporting) -> None:
    html = (await phones.get("alice", f"{NEW}/place?building={quote('3号楼')}")).text
    assert ">502<" in html


async def test_a_photo_of_the_chat_goes_along_once(phones: Reporting) -> None:
    async with phones.database.session() as db:
        upload = Upload(
            person_id=phones.scene.ids["alice"], at=clock.now(), width=1, height=1,
            picture=jpeg(), thumbnail=jpeg(),
        )  # fmt: skip
        db.add(upload)
    kind = str(phones.scene.kind_id)
    assert "你刚发来的照片" in (await phones.get("alice", f"{NEW}?photo={upload.id}")).text
    assert "你刚发来的照片" not in (await phones.get("bob", f"{NEW}?photo={upload.id}")).text
    order = await phones.order(await phones.report(photo=str(upload.id), kind=kind))
    assert order.source == Source.CHAT
    assert "你刚发来的照片" not in (await phones.get("alice", f"{NEW}?photo={upload.id}")).text
    async with phones.database.session() as db:
        assert await db.scalar(select(Photo.order_id)) == order.id


async def test_a_room_that_is_no_dormitory_is_everybodys(phones: Reporting) -> None:
    async with phones.database.session() as db:
        house = await db.get_one(Building, phones.scene.building_id)
        house.kind = next(kind for kind in BuildingKind if kind != BuildingKind.DORMITORY)
    number = await phones.report()
    place = f"&building={quote('3号楼')}&room=501"
    asked = await phones.get("bob", f"{NEW}/ask?kind={phones.scene.kind_id}{place}")
    assert "有人刚刚报过" in asked.text
    assert (await phones.order(number)).state == State.SUBMITTED


@pytest.mark.parametrize("path", [NEW, f"{NEW}?other=1&building=3号楼", HOME, "order"])
async def test_a_first_visit_is_light(phones: Reporting, path: str) -> None:
    async with phones.database.session() as db:
        await fill_kinds(db)
    number = await phones.report(words="洗手池下面一直滴")
    page = await phones.get("alice", f"{HOME}/{number}" if path == "order" else path)
    loaded = re.findall(r'"(/static/[^"]+[.](?:css|js))"', page.text)
    parts = [page, *[await phones.get("alice", file) for file in loaded]]
    assert len(parts) > 4
    sizes = {str(part.url): len(gzip.compress(part.content, 6)) for part in parts}
    assert sum(sizes.values()) <= 49_000, sizes
