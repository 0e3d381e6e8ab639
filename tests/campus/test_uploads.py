"""Photos: made small and anonymous, refused in words, shown to who may see them."""

import contextlib
import io
import random
import struct
import zlib
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, UploadFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from sqlalchemy import func, select
from starlette.requests import Request

from app.campus import uploads
from app.campus.people import sessions
from app.campus.uploads.models import Upload
from app.campus.uploads.pages import Size
from app.campus.uploads.pictures import BROKEN, BYTES_OUT, HEIC, NO_PHOTO, TOO_MANY_PIXELS, prepare
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid
from tests.people import Somebody

People = dict[str, Somebody]
PhoneOf = Callable[[str], httpx.AsyncClient]
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


def photo(size: tuple[int, int] = (640, 480), *, kind: str = "JPEG", turned: int = 1) -> bytes:
    """Red on the left, blue on the right, taken by a talkative camera that was `turned`."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill="blue")
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = turned, "SECRETCAM"
    exif.get_ifd(GPS).update({1: "N", 2: (30.0, 31.0, 12.0), 3: "E", 4: (114.0, 21.0, 30.0)})
    out = io.BytesIO()
    image.save(out, kind, exif=exif, quality=95)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """The hardest picture to compress."""
    image = Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def test_place_camera_and_comments_are_gone() -> None:
    sent = photo()
    assert b"SECRETCAM" in sent
    made = prepare(sent)
    for jpeg in (made.jpeg, made.thumbnail):
        assert b"SECRETCAM" not in jpeg
        assert b"Exif" not in jpeg
        assert dict(opened(jpeg).getexif()) == {}


def test_a_photo_taken_sideways_stands_upright() -> None:
    made = prepare(photo((640, 480), turned=6))
    image = opened(made.jpeg)
    assert (made.width, made.height) == image.size == (480, 640)
    red, _, blue = image.getpixel((240, 40))
    assert red > 200
    assert blue < 60


def test_it_is_shrunk_to_1600_pixels_and_its_thumbnail_to_320() -> None:
    made = prepare(photo((4000, 3000)))
    assert (made.width, made.height) == (1600, 1200)
    assert opened(made.thumbnail).size == (320, 240)
    assert len(made.jpeg) <= BYTES_OUT


def test_the_busiest_picture_fits_too() -> None:
    assert len(prepare(noise((1600, 1600))).jpeg) <= BYTES_OUT


def test_what_is_see_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 40), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(prepare(out.getvalue()).jpeg).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "CMYK", "I;16", "1"])
def test_every_kind_of_pixel_becomes_rgb(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(prepare(out.getvalue()).jpeg).mode == "RGB"


def test_webp_is_read() -> None:
    assert prepare(photo(kind="WEBP")).width == 640


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (photo()[:2000], BROKEN),
        (png_bomb(20_000, 20_000), TOO_MANY_PIXELS),
        (png_bomb(10_000, 10_000), TOO_MANY_PIXELS),
        (png_bomb(6_000, 6_000), TOO_MANY_PIXELS),
        (png_bomb(400, 400), BROKEN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NO_PHOTO),
        (b"<!doctype html><script>alert(1)</script>", NO_PHOTO),
        (b"GIF89a" + bytes(50), NO_PHOTO),
        (b"", NO_PHOTO),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", HEIC),
        (bytes(12_000_001), "这张照片太大了，最多 12 MB，截个图或者选小一点的再传"),
    ],
)
def test_what_is_no_good_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match="^" + said.replace("（", ".")):
        prepare(data)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12), st.booleans())
def test_a_broken_file_is_a_picture_or_refused(wrong: list[tuple[float, int]], png: bool) -> None:
    data = bytearray(photo((64, 48), kind="PNG" if png else "JPEG"))
    for where, byte in wrong:
        data[int(where * len(data))] = byte
    with contextlib.suppress(Invalid):
        assert opened(prepare(bytes(data)).jpeg).mode == "RGB"


def test_markup_behind_a_picture_is_not_kept() -> None:
    assert b"<script>" not in prepare(photo() + b"<script>alert(1)</script>").jpeg


@pytest.mark.anyio
async def test_a_form_s_photos_are_kept_in_order(database: Database, people: People) -> None:
    files = [UploadFile(io.BytesIO(photo((width, 60))), filename="x.jpg") for width in (80, 90)]
    empty = UploadFile(io.BytesIO(b""), filename="")
    owner = people["alice"].person_id
    async with database.session() as db:
        kept = await uploads.save_all(db, [*files, empty], person_id=owner, now=clock.now())
        assert [(one.width, one.person_id) for one in kept] == [(80, owner), (90, owner)]
        await uploads.drop(db, [one.id for one in kept])
        assert await db.scalar(select(func.count()).select_from(Upload)) == 0


@pytest.mark.anyio
async def test_seven_photos_are_one_too_many(database: Database) -> None:
    files = [UploadFile(io.BytesIO(b"x"), filename="x.jpg")] * 7
    async with database.session() as db:
        with pytest.raises(Invalid, match="最多 6 张"):
            await uploads.save_all(db, files, person_id=None, now=clock.now())


@pytest.fixture
async def addresses(app: FastAPI, database: Database, people: People) -> dict[str, str]:
    """A photo of alice's: where alice, and where the worker who was sent to her, can load it."""
    request = Request({"type": "http", "app": app})
    found = {}
    async with database.session() as db:
        owner = people["alice"].person_id
        kept = await uploads.save(db, photo(), person_id=owner, now=clock.now())
        for name in ("alice", "worker"):
            me = await sessions.find(db, people[name].token, clock.now())
            assert me
            found[name] = uploads.address(request, me, kept.id)
            found[f"{name} small"] = uploads.address(request, me, kept.id, Size.SMALL)
    return found


@pytest.mark.anyio
async def test_who_was_given_an_address_sees_the_photo(
    addresses: dict[str, str], phone_of: PhoneOf
) -> None:
    async with phone_of("worker") as worker:
        full = await worker.get(addresses["worker"])
        small = await worker.get(addresses["worker small"])
    assert full.headers["content-type"] == "image/jpeg"
    assert full.headers["cache-control"].startswith("private, max-age=31536000")
    assert full.headers["x-content-type-options"] == "nosniff"
    assert opened(full.content).size == (640, 480)
    assert opened(small.content).size == (320, 240)


@pytest.mark.anyio
async def test_nobody_else_can_use_that_address(
    addresses: dict[str, str], phone_of: PhoneOf, client: httpx.AsyncClient
) -> None:
    async with phone_of("bob") as bob, phone_of("alice") as alice:
        for address in addresses.values():
            assert (await bob.get(address)).status_code == 403
            assert (await client.get(address)).status_code == 403
        assert (await alice.get(addresses["worker"])).status_code == 403
        swapped = addresses["alice"].replace("/full/", "/small/")
        assert (await alice.get(swapped)).status_code == 403
        assert (await alice.get(addresses["alice"])).status_code == 200


@pytest.mark.anyio
async def test_an_address_ends_with_the_session(
    addresses: dict[str, str], phone_of: PhoneOf, database: Database, people: People
) -> None:
    async with database.session() as db:
        await sessions.end_all(db, clock.now(), person_id=people["alice"].person_id)
    async with phone_of("alice") as alice:
        assert (await alice.get(addresses["alice"])).status_code == 403


@pytest.mark.anyio
async def test_a_photo_that_was_dropped_is_gone(
    addresses: dict[str, str], phone_of: PhoneOf, database: Database
) -> None:
    async with database.session() as db:
        await uploads.drop(db, list(await db.scalars(select(Upload.id))))
    async with phone_of("alice") as alice:
        assert (await alice.get(addresses["alice"])).status_code == 404
