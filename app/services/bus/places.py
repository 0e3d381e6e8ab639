"""Finding campuses and stops by what people write."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.kit.errors import NotFound
from app.kit.words import initials, normalise, pinyin
from app.services.bus.network import Network, Stop
from app.services.bus.rules import distance

CHOICES = 12
SHORTEST_PINYIN = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A place with the ways to write it: `written` is its name, and its name after its campus."""

    name: str
    written: tuple[str, ...]
    sound: str
    letters: str


@lru_cache(maxsize=4)
def names(network: Network) -> tuple[Name, ...]:
    """Campuses first, then stops."""
    campus_of = {stop.name: stop.campus for stop in network.stops}
    found = dict.fromkeys((*network.places, *campus_of))
    return tuple(
        Name(
            name,
            (normalise(name), normalise(campus_of.get(name, "") + name)),
            pinyin(normalise(name)),
            initials(normalise(name)),
        )
        for name in found
    )


def find(network: Network, text: str) -> list[str]:
    """Places that `text` may mean, by name, part of it, pinyin or initials; the best kind only."""
    text = normalise(text)
    short = text.removesuffix("站") or text
    if not short:
        return []
    for found in _by_kind(names(network), text, short):
        if found:
            campuses = [name for name in found if name in network.places]
            return campuses or found
    return []


def _by_kind(known: tuple[Name, ...], text: str, short: str) -> Iterator[list[str]]:
    yield [n.name for n in known if text in n.written or short in n.written]
    yield [n.name for n in known if any(short in written for written in n.written)]
    if len(short) > 1:
        yield [n.name for n in known if _scattered(short, n.written[0])]
    sound = short.replace(" ", "")
    if sound.isascii() and sound.isalpha():
        yield [n.name for n in known if sound in (n.sound, n.letters)]
        if len(sound) >= SHORTEST_PINYIN:
            yield [n.name for n in known if sound in n.sound]


def _scattered(short: str, name: str) -> bool:
    """True if the letters of `short` stand in `name` in order: 南区 in 南校区."""
    rest = iter(name)
    return short[0] == name[0] and all(letter in rest for letter in short)


def unknown(network: Network, text: str) -> NotFound:
    """The refusal that names what there is."""
    choices = network.places if len(network.places) > 1 else [s.name for s in network.stops]
    more = "等" if len(choices) > CHOICES else ""
    return NotFound(f"没有「{text[:20]}」这一站，可选：{'、'.join(choices[:CHOICES])}{more}")


def nearest(
    network: Network, latitude: float, longitude: float, most: int
) -> list[tuple[Stop, float]]:
    """Up to `most` stops with their distance in metres, nearest first."""
    measured = [
        (stop, distance(latitude, longitude, stop.latitude, stop.longitude))
        for stop in network.stops
        if stop.latitude is not None and stop.longitude is not None
    ]
    return sorted(measured, key=lambda pair: pair[1])[:most]


def say_distance(metres: float) -> str:
    """「150 米」, 「2.4 公里」."""
    if metres < 1000:
        return f"{max(10, round(metres / 10) * 10)} 米"
    return f"{metres / 1000:.1f} 公里" if metres < 10_000 else f"{metres / 1000:.0f} 公里"
