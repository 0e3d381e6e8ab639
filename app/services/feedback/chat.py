"""Words → a case, one's own cases, and published questions where nothing else answers."""

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import bind_first, person_of
from app.kit import chat as kit
from app.kit.answers import Card, Link, Offer, Say
from app.services.feedback.book import SURE, Book, Told, book
from app.services.feedback.links import HOME, NEW, page_of
from app.services.feedback.lists import my_cases
from app.services.feedback.words import about, brief

chat = kit.Chat(book=book)
SHOWN = 5
SHORTEST = 4  # letters of a sentence that is looked up though nobody asked for it


@chat.say(
    "后勤零距离", "反馈", "写信", "意见箱", "意见建议", "我要建议", "领导信箱", "主任信箱", "咨询"
)
def write() -> Card:
    return Card("后勤零距离", HOME, "先查有没有人问过，没有就写给管这件事的单位，到点必答")


@chat.say("投诉", "我要投诉", "举报")
def complain() -> Card:
    return Card("写投诉", f"{NEW}?kind=complain", "三个工作日内答复，可以不写名字")


@chat.say("表扬", "我要表扬", "点赞")
def praise() -> Card:
    return Card("写表扬", f"{NEW}?kind=praise", "说说是谁、什么事，我们转给他")


@chat.say("后勤问答", "问答", "常见问题")
def questions(book: Book) -> Say:
    """The newest that are published."""
    newest = list(book.told.values())[:SHOWN]
    offers = tuple(Offer(one.question, f"问 {one.question}") for one in newest)
    return Say("大家问过这些，回数字看答复：" if offers else "还没有公开的问答", offers,
               (Link("看全部问答", f"{HOME}/qa"), Link("写一件", NEW)))  # fmt: skip


@chat.match(r"(?:问一下|请问|问)[ ,，:：]*(?P<words>\S.{1,120})")
def look(words: str, book: Book) -> Say | None:
    """「问 寝室能用电煮锅吗」."""
    found = book.near(words, SHOWN)
    if found:
        return _told(found)
    query = urlencode({"words": words, "kind": "consult"})
    links = (Link("写给管这件事的单位", f"{NEW}?{query}"),)
    return Say("没有人问过这个。写下来，一个工作日内答复你", links=links)


@chat.say("我的反馈", "我的来信", "反馈进度", "我写的信")
async def mine(who: str, now: datetime, db: AsyncSession) -> Say:
    """The newest of one's own, and how each stands."""
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("看你写过的", f"{HOME}/mine")
    found, _ = await my_cases(db, me.person_id, most=SHOWN)
    if not found:
        return Say(
            "你还没写过。凭回执看的那种不记名字，用当时的链接打开", links=(Link("写一件", NEW),)
        )
    lines = [
        f"· {case.unit} {about(case.subject, case.words, 14)}：{brief(case, now)}" for case in found
    ]
    links = tuple(Link(about(c.subject, c.words, 10), page_of(c.id)) for c in found[:1])
    return Say("\n".join(["你写的：", *lines]), links=(*links, Link("打开全部", f"{HOME}/mine")))


@chat.match(r"(?s).+")
def after(text: str, book: Book) -> Say | None:
    """What nobody answered, if a published question covers most of it. Stands after the
    operators' rules: `Service.order` puts it there (docs/decisions/0022)."""
    if not SHORTEST <= len(text) <= 60:
        return None
    found = book.near(text, 2, SURE)
    return _told(found) if found else None


def _told(found: list[Told]) -> Say:
    """The best in full, the others to choose from."""
    best, *rest = found
    offers = tuple(Offer(one.question, f"问 {one.question}") for one in rest)
    return Say(f"{best.unit}答过「{best.question}」：\n{best.answer}", offers,
               (Link("还想问就写一件", NEW),), more=f"{HOME}/qa/{best.id}")  # fmt: skip
