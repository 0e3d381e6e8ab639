"""From whatever a phone sends to a small JPEG that holds the picture and nothing else."""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from app.kit.errors import Invalid

BYTES_IN = 12_000_000
BYTES_OUT = 300_000
EDGE, THUMBNAIL = 1600, 320
FORMATS = ("JPEG", "PNG", "WEBP")
# A JPEG is decoded at a fraction of its size, so it may be as large as phones make them; anything
# else is decoded whole: 24 million pixels are 96 MB for a moment.
PIXELS = {"JPEG": 120_000_000, "MPO": 120_000_000}
PIXELS_ELSE = 24_000_000
HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif", b"avif")

TOO_MANY_BYTES = "这张照片太大了，最多 12 MB，截个图或者选小一点的再传"
TOO_MANY_PIXELS = "这张照片的尺寸太大了，截个图再传"
HEIC = "这张是 HEIC 格式，这里打不开：在相册里截个图再传，或者把相机格式改成「兼容性最佳」"
NO_PHOTO = "这个文件不是照片，选一张 JPG 或 PNG 的"
BROKEN = "这张照片没传完整，再选一次"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo ready to be kept: two JPEGs, and the larger one's size in pixels."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int


def prepare(data: bytes) -> Picture:
    """Turn upright, shrink, re-encode. Takes up to a second of one core: call it in a thread.

    Nothing of the file's metadata (place, time, camera, comments) survives: only pixels are
    copied, in sRGB. Raises Invalid, in words for who sent it.
    """
    if len(data) > BYTES_IN:
        raise Invalid(TOO_MANY_BYTES)
    if data[4:8] == b"ftyp" and data[8:12] in HEIF:
        raise Invalid(HEIC)
    picture = _read(data)
    picture.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    small = picture.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    jpeg, size = _fit(picture)
    return Picture(jpeg, _encode(small, 72), *size)


def _read(data: bytes) -> Image.Image:
    """The pixels of a photo: upright, RGB, on white where it was see-through."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as file:
            if file.width * file.height > PIXELS.get(file.format or "", PIXELS_ELSE):
                raise Invalid(TOO_MANY_PIXELS)
            file.draft("RGB", (EDGE, EDGE))
            return _plain(ImageOps.exif_transpose(file))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise Invalid(NO_PHOTO) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what broken files lead to
        raise Invalid(BROKEN) from error


def _plain(image: Image.Image) -> Image.Image:
    """`image` as RGB, its colours as sRGB means them."""
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        plain = Image.new("RGB", image.size, "white")
        plain.paste(rgba, mask=rgba.getchannel("A"))
        return plain
    profile = image.info.get("icc_profile")
    if image.mode == "RGB" and profile:
        image = _srgb(image, profile)
    return image.convert("RGB")


def _srgb(image: Image.Image, profile: bytes) -> Image.Image:
    # Phones photograph in Display P3: with the profile merely dropped, reds would turn dull.
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    return found or image


def _encode(image: Image.Image, quality: int) -> bytes:
    # A fresh image: `info` of the file (EXIF, comments, XMP) would otherwise be written along.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _fit(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """The best JPEG of at most 300 kB, and its size."""
    while True:
        for quality in (82, 72, 60):
            if len(jpeg := _encode(image, quality)) <= BYTES_OUT:
                return jpeg, image.size
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
