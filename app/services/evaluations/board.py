"""What can be rated, in memory: for lists, for the chat, and for codes on doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places.doors import code_key
from app.kit.cache import Cached
from app.kit.words import initials, normalise, pinyin
from app.services.evaluations.codes import PATH, write
from app.services.evaluations.models import Form, Subject, SubjectKind
from app.services.evaluations.rules import Period, Phase, Stage, phase

NEAR = 75  # how alike, of 100, a name must sound to be offered


@dataclass(frozen=True, slots=True)
class Entry:
    """A subject and what of its form a list needs."""

    id: int
    form_id: int
    name: str
    kind: str
    unit: str
    title: str
    period: str
    anonymous: bool
    listed: bool
    stage: str
    opens_at: datetime | None
    closes_at: datetime | None
    building_id: int | None
    room_id: int | None
    code: str
    sound: str
    short: str

    @property
    def page(self) -> str:
        return f"{PATH}{self.code}"

    def phase(self, now: datetime) -> Phase:
        return phase(self.stage, self.opens_at, self.closes_at, now)


Board = tuple[Entry, ...]


async def _load(db: AsyncSession) -> Board:
    key = await code_key.within(db)
    query = (
        select(Subject, Form)
        .join(Form, Form.id == Subject.form_id)
        .where(Subject.gone_at.is_(None), Form.stage == Stage.OPEN)
        .order_by(Subject.position, Subject.id)
    )
    found = [_entry(key, subject, form) for subject, form in await db.execute(query)]
    kinds = list(SubjectKind)
    return tuple(sorted(found, key=lambda entry: kinds.index(SubjectKind(entry.kind))))


def _entry(key: bytes, subject: Subject, form: Form) -> Entry:
    return Entry(
        id=subject.id, form_id=form.id, name=subject.name, kind=subject.kind,
        unit=subject.unit or form.unit, title=form.title, period=form.period,
        anonymous=form.anonymous, listed=form.listed, stage=form.stage, opens_at=form.opens_at,
        closes_at=form.closes_at, building_id=subject.building_id, room_id=subject.room_id,
        code=write(key, subject.id, subject.rotation), sound=pinyin(subject.name),
        short=initials(subject.name),
    )  # fmt: skip


board = Cached("evaluations_board", _load)


def open_now(entries: Iterable[Entry], now: datetime) -> list[Entry]:
    """Those that anybody may look for and rate now, without an invitation."""
    return [
        entry
        for entry in entries
        if entry.listed and entry.period != Period.OCCASION and entry.phase(now) is Phase.OPEN
    ]


def named(entries: Iterable[Entry], words: str, most: int = 6) -> list[Entry]:
    """Those that `words` may mean, best first; one alone if it is called exactly so."""
    wanted = normalise(words)
    if not wanted:
        return []
    known = list(entries)
    exact = [entry for entry in known if normalise(entry.name) == wanted]
    if exact:
        return exact[:1]
    inside = [e for e in known if wanted in normalise(e.name) or normalise(e.name) in wanted]
    if inside:
        return sorted(inside, key=lambda entry: len(entry.name))[:most]
    return _sounding(known, wanted, most)


def _sounding(known: list[Entry], wanted: str, most: int) -> list[Entry]:
    sound = pinyin(wanted)
    short = [entry for entry in known if entry.short == sound]
    if short:
        return short[:most]
    names = {at: entry.sound for at, entry in enumerate(known)}
    found = process.extract(sound, names, scorer=fuzz.ratio, limit=most, score_cutoff=NEAR)
    return [known[at] for _, _, at in found]
