import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached
from app.kit.chat import Chat, Kind


async def nothing(db: AsyncSession) -> int:
    return 1


def test_a_name_that_nobody_offers_stops_the_import() -> None:
    chat = Chat(timetable=Cached("timetable", nothing))
    with pytest.raises(TypeError, match=r"asks for \['weather'\]"):

        @chat.say("天气")
        def sky(weather: str, timetable: int) -> str:
            return weather


def test_a_group_of_another_pattern_is_not_offered() -> None:
    chat = Chat()
    with pytest.raises(TypeError, match="stop"):

        @chat.match(r"班车 (?P<place>.+)")
        def next_bus(stop: str) -> str:
            return stop


def test_a_quick_handler_gets_no_database() -> None:
    chat = Chat()
    with pytest.raises(TypeError, match="make it `async def`"):

        @chat.say("班车")
        def next_bus(db: AsyncSession) -> str:
            return ""


def test_one_word_has_one_handler_in_a_service() -> None:
    chat = Chat()
    chat.say("班车")(lambda: "")
    with pytest.raises(ValueError, match="「班車」"):
        chat.say("班車")(lambda: "")


def test_a_handler_gets_what_it_asks_for_and_no_more() -> None:
    timetable = Cached("timetable", nothing)
    chat = Chat(timetable=timetable, fares=Cached("fares", nothing))

    @chat.match(r"班车 (?P<stop>.+)")
    def one_stop(stop: str, timetable: int) -> str:
        return f"{stop}{timetable}"

    @chat.on(Kind.LOCATION)
    async def near(latitude: float, longitude: float, db: AsyncSession) -> str:
        return ""

    (route,) = chat.patterns
    assert route.wants == ("stop", "timetable")
    assert route.given == {"timetable": timetable}
    assert route.quick
    assert not chat.kinds[Kind.LOCATION].quick


def test_two_chats_share_nothing() -> None:
    one, other = Chat(), Chat()
    one.say("班车")(lambda: "")
    assert not other.words
