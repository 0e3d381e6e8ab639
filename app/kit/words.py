"""Words as people type them, made comparable."""

import re
import unicodedata
import warnings
from functools import lru_cache

import zhconv
from pypinyin import Style, lazy_pinyin

_EDGE = " \t\n。，、．.,!！~～…?;；:：「」『』“”\"'()（）[]【】《》<>*#-_—/\\|"
_SPACE = re.compile(r"[\s\u00a0\u3000]+")

with warnings.catch_warnings():
    # zhconv reads its dictionary (0.1 s) at first use and leaves the file to be closed by the
    # collector: better now than in somebody's message.
    warnings.simplefilter("ignore", ResourceWarning)
    zhconv.convert("", "zh-cn")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """`text` in half width, simplified, lower case, single spaces, no punctuation at its ends.

    「　班車！」 and 「班车」 become one. Punctuation alone (「？」) stays, in half width.
    """
    text = unicodedata.normalize("NFKC", text[:400])
    text = _SPACE.sub(" ", zhconv.convert(text, "zh-cn").lower()).strip()
    return text.strip(_EDGE) or text


@lru_cache(maxsize=4096)
def pinyin(text: str) -> str:
    """`text` in pinyin without tones and spaces: 班车 → `banche`; other letters stay."""
    return "".join(lazy_pinyin(text, style=Style.NORMAL)).replace(" ", "").lower()


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """First letters of each syllable: 后勤处 → `hqc`."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).replace(" ", "").lower()
