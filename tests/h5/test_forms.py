"""Forms, lists, dialogs, toasts and photos of the shell, in a real browser."""

import base64
import io
import random
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect
from starlette.datastructures import UploadFile

from app.campus.uploads.pictures import BYTES_OUT, prepare
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages, shell

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
FORM = "/h5/forms"


def camera(name: str = "IMG_1.jpg", size: tuple[int, int] = (2400, 1800)) -> FilePayload:
    """A photo of some megabytes, hard to compress, with a name and EXIF."""
    image = Image.frombytes("RGB", size, random.Random(3).randbytes(size[0] * size[1] * 3))
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


async def choose(page: Page, count: int) -> None:
    """Choose `count` small photos."""
    photos = [camera(f"{number}.jpg", (80, 60)) for number in range(count)]
    await page.set_input_files("input[type=file]", photos)


async def send(page: Page) -> None:
    await page.get_by_role("button", name="报上去").click()


async def fill(page: Page, phone: str) -> None:
    """Fill in the form as somebody would, with this number."""
    await page.get_by_text("灯", exact=True).click()
    await page.get_by_label("楼", exact=True).select_option("1")
    await page.locator("select#f-room").select_option("501")
    await page.get_by_label("手机").fill(phone)


def sent(app: Any) -> dict[str, Any]:
    [given] = app.state.sent
    return dict(given)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_form_and_its_dialogs_meet_wcag_2_2_aa(dark: bool) -> None:
    async with open_page(shell(), FORM, dark=dark) as page:
        await choose(page, 2)
        await expect(page.locator(".c-photo")).to_have_count(2)
        assert await faults(page) == []
        for dialog in ("cancel", "delete"):
            await page.locator(f"[data-dialog={dialog}]").click()
            assert await faults(page) == []
            await page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "care"), [(320, False), (320, True), (390, True)])
async def test_no_form_is_wider_than_the_phone(width: int, care: bool) -> None:
    async with open_page(shell(), FORM, width=width, care=care) as page:
        assert await overflow(page) == 0


async def test_a_form_breaks_no_content_security_policy() -> None:
    async with open_page(shell(), "/h5/message") as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.goto(FORM)
        await choose(page, 1)
        await expect(page.locator(".c-photo img")).to_have_js_property("complete", True)
        assert said == []


async def test_a_refused_form_keeps_what_was_typed_and_goes_to_what_is_wrong() -> None:
    async with open_page(shell(), FORM) as page:
        await fill(page, "123")
        await choose(page, 2)
        await expect(page.locator(".c-photo")).to_have_count(2)
        await send(page)
        phone = page.get_by_label("手机")
        await expect(phone).to_be_focused()
        await expect(phone).to_have_value("123")
        await expect(phone).to_have_accessible_description(
            "师傅来之前打这个 手机号是 11 位，这里只有几位"
        )
        await expect(page.get_by_role("radio", name="灯")).to_be_checked()
        await expect(page.locator(".c-photo")).to_have_count(2)


async def test_a_form_that_went_through_greets_with_a_toast_once() -> None:
    async with open_page(app := shell(), FORM) as page:
        await fill(page, "13900000000")
        await send(page)
        await expect(page.locator("#toast")).to_have_text("报上了，今天 21:30 前修好")
        assert (sent(app)["building"], sent(app)["room"]) == ("1", "501")
        await page.reload()
        await expect(page.locator("#toast")).to_be_hidden()


async def test_a_building_without_a_list_of_rooms_has_them_typed() -> None:
    async with open_page(shell(), FORM) as page:
        await page.get_by_label("楼", exact=True).select_option("1")
        await expect(page.locator("select#f-room option")).to_have_text(["选房间", "501", "502"])
        await page.get_by_label("楼", exact=True).select_option("2")
        await expect(page.locator("input#f-room")).to_be_editable()


async def test_a_photo_is_shrunk_on_the_phone_and_loses_its_metadata() -> None:
    async with open_page(app := shell(), FORM) as page:
        await fill(page, "")
        await page.set_input_files("input[type=file]", camera())
        await expect(page.locator(".c-photo")).to_have_count(1, timeout=20_000)
        await send(page)
        await page.wait_for_url("**/h5/message")
    photo = sent(app)["photos"]
    assert isinstance(photo, UploadFile)
    await photo.seek(0)
    data = await photo.read()
    assert len(data) <= BYTES_OUT
    assert b"SECRETCAM" not in data
    assert prepare(data).width > 600


async def test_photos_add_up_to_the_most_and_can_be_taken_away() -> None:
    async with open_page(shell(), FORM) as page:
        await choose(page, 2)
        await expect(page.locator(".c-photo")).to_have_count(2)
        await choose(page, 2)
        await expect(page.get_by_text("最多 3 张，多的没加上")).to_be_visible()
        await expect(page.locator(".c-add")).to_be_hidden()
        await page.get_by_role("button", name="去掉照片 1").click()
        await expect(page.locator(".c-photo")).to_have_count(2)
        assert await page.locator("input[type=file]").evaluate("input => input.files.length") == 2


async def test_without_network_the_form_waits_in_the_phone() -> None:
    async with open_page(app := shell(), FORM) as page:
        await fill(page, "13900000000")
        await choose(page, 1)
        await expect(page.locator(".c-photo")).to_have_count(1)
        await page.context.set_offline(True)
        await send(page)
        await expect(page.locator("#toast")).to_contain_text("已存在手机里")
        assert app.state.sent == []
        await page.context.set_offline(False)
        await page.reload()
        await expect(page.get_by_label("手机")).to_have_value("13900000000")
        await expect(page.locator(".c-photo")).to_have_count(1)
        await page.goto("/h5/message")


async def test_a_dialog_holds_the_focus_and_gives_it_back() -> None:
    async with open_page(shell(), FORM) as page:
        opener = page.get_by_role("link", name="不用修了，撤销")
        await opener.focus()
        await page.keyboard.press("Enter")
        box = page.get_by_role("dialog", name="这单不用修了？")
        await expect(box).to_be_visible()
        for _ in range(5):
            await page.keyboard.press("Tab")
            outside = (
                "e => document.activeElement.matches('a, main *') && !e.matches(':focus-within')"
            )
            assert not await box.evaluate(outside)
        await page.keyboard.press("Escape")
        await expect(box).to_be_hidden()
        await expect(opener).to_be_focused()


async def test_a_list_loads_on_when_its_end_comes_into_view() -> None:
    async with open_page(shell(), FORM) as page:
        await expect(page.locator("#past > a")).to_have_count(8)
        for rows in (16, 24):
            await page.locator("#past > :last-child").scroll_into_view_if_needed()
            await expect(page.locator("#past > a")).to_have_count(rows)
        await expect(page.locator(".c-more")).to_have_count(0)


async def test_a_fragment_can_bring_a_toast_and_carries_the_token() -> None:
    async with open_page(shell(), FORM) as page:
        async with page.expect_response("**/h5/remind") as answered:
            await page.get_by_role("button", name="催一下").click()
        assert (await answered.value).status == 200
        await expect(page.locator("#toast")).to_have_text("催过了，王师傅知道了")


async def test_without_a_script_a_form_still_works() -> None:
    async with open_page(app := shell(), "/h5/message") as first:
        assert first.context.browser
        context = await first.context.browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(first.url.replace("/h5/message", FORM))
        await page.get_by_label("楼", exact=True).select_option("2")
        await page.get_by_label("房间").fill("512")
        await send(page)
        await page.wait_for_url("**/h5/message")
        assert sent(app)["room"] == "512"
        await context.close()


SDK = """
window.wx = {
  config(given) { this.given = given; },
  ready(then) { then(); },
  chooseImage({ count, success }) { success({ localIds: ['a', 'b'].slice(0, count) }); },
  getLocalImgData({ success }) { success({ localData: '%s' }); },
};
"""


async def test_inside_wechat_its_own_chooser_hands_out_the_photos() -> None:
    photo = base64.b64encode(bytes(camera(size=(80, 60))["buffer"])).decode()
    async with open_page(app := shell(), "/h5/message") as page:
        await page.add_init_script(SDK % photo)
        async with page.expect_response("**/h5/jssdk*"):
            await page.goto(FORM)
        await page.locator("input[type=file]").click()
        await expect(page.locator(".c-photo")).to_have_count(2)
        assert await page.evaluate("wx.given.signature") == "signed"
        await fill(page, "")
        await send(page)
        await page.wait_for_url("**/h5/message")
    assert len(app.state.sent[0].getlist("photos")) == 2
