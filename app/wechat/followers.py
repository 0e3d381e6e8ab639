"""Followers and their tags, as the platform lists them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from app.wechat.answers import number, rows
from app.wechat.calling import Caller
from app.wechat.errors import TransportFailed

MOST_TAGGED = 50  # openids of one batchtagging


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    name: str
    count: int = 0


class Followers(Caller):
    """The calls. An account has at most 100 tags, a follower 20."""

    async def tags(self) -> list[Tag]:
        """All of them with how many followers each has."""
        answer = await self._repeat(self._get, "/cgi-bin/tags/get")
        return [_tag(row) for row in rows(answer, "tags")]

    async def tag_create(self, name: str) -> Tag:
        """A new one of 1-30 characters. Raises DataInvalid (45157) for a name that is taken."""
        answer = await self._post("/cgi-bin/tags/create", {"tag": {"name": name}})
        [row] = rows({"tag": [answer.get("tag")]}, "tag")
        return _tag(row)

    async def tag_followers(self, tag_id: int, openids: Sequence[str]) -> None:
        """Give the tag to up to 50 followers. Raises ValueError."""
        if not 1 <= len(openids) <= MOST_TAGGED:
            raise ValueError("1 to 50 followers are tagged at once")
        body = {"openid_list": list(openids), "tagid": tag_id}
        await self._repeat(self._post, "/cgi-bin/tags/members/batchtagging", body)

    async def followers(self) -> AsyncIterator[list[str]]:
        """The openids of all who follow, up to 10,000 at a time."""
        after = ""
        while True:
            params = {"next_openid": after} if after else None
            answer = await self._repeat(self._get, "/cgi-bin/user/get", params)
            data = answer.get("data")
            page = data.get("openid", []) if isinstance(data, dict) else []
            if not isinstance(page, list):
                raise TransportFailed("the answer's openid is not a list")
            if not page:
                return
            yield [str(openid) for openid in page]
            after = number(answer, "next_openid")


def _tag(row: dict[str, object]) -> Tag:
    identity, count = row.get("id"), row.get("count", 0)
    if not isinstance(identity, int) or not isinstance(count, int):
        raise TransportFailed("the answer's tag has no id")
    return Tag(identity, str(row.get("name", "")), count)
