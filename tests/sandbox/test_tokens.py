"""access_token: both endpoints, and what happens to a bad one."""

from typing import Any

import pytest

from tests.sandbox.conftest import Make, Sandbox

pytestmark = pytest.mark.anyio
PLAIN = "/cgi-bin/token"
USERS = "/cgi-bin/user/get"


async def plain(sandbox: Sandbox, **changed: str) -> dict[str, Any]:
    settings = sandbox.platform.settings
    query = {"grant_type": "client_credential", "appid": settings.app_id,
             "secret": settings.app_secret, **changed}  # fmt: skip
    return dict((await sandbox.http.get(PLAIN, params=query)).json())


async def stable(sandbox: Sandbox, *, force: bool = False) -> dict[str, Any]:
    settings = sandbox.platform.settings
    body = {"grant_type": "client_credential", "appid": settings.app_id,
            "secret": settings.app_secret, "force_refresh": force}  # fmt: skip
    return dict((await sandbox.http.post("/cgi-bin/stable_token", json=body)).json())


async def errcode(sandbox: Sandbox, token: str) -> int:
    answer = await sandbox.http.get(USERS, params={"access_token": token})
    assert answer.status_code == 200
    return int(answer.json().get("errcode", 0))


async def test_a_plain_token_is_new_each_time_and_the_old_one_lives_five_minutes(
    sandbox: Sandbox,
) -> None:
    first, second = await plain(sandbox), await plain(sandbox)
    assert first["access_token"] != second["access_token"]
    assert second["expires_in"] == 7200
    assert await errcode(sandbox, first["access_token"]) == 0
    sandbox.clock.at += 301
    assert await errcode(sandbox, first["access_token"]) == 42001
    assert await errcode(sandbox, second["access_token"]) == 0


async def test_the_stable_token_stays_and_says_how_long(sandbox: Sandbox) -> None:
    first = await stable(sandbox)
    sandbox.clock.at += 1000
    assert await stable(sandbox) == {**first, "expires_in": 6200}
    assert (await plain(sandbox))["access_token"] != first["access_token"]
    assert await errcode(sandbox, first["access_token"]) == 0


async def test_in_its_last_five_minutes_old_and_new_are_both_good(sandbox: Sandbox) -> None:
    old = (await stable(sandbox))["access_token"]
    sandbox.clock.at += 7000
    new = await stable(sandbox)
    assert new["access_token"] != old
    assert new["expires_in"] == 7200
    assert [await errcode(sandbox, token) for token in (old, new["access_token"])] == [0, 0]


async def test_a_forced_one_kills_the_old_one_but_not_twice_in_thirty_seconds(
    sandbox: Sandbox,
) -> None:
    old, new = await stable(sandbox), await stable(sandbox, force=True)
    assert await errcode(sandbox, old["access_token"]) == 40001
    assert (await stable(sandbox, force=True))["access_token"] == new["access_token"]
    sandbox.clock.at += 30
    assert (await stable(sandbox, force=True))["access_token"] != new["access_token"]


async def test_forcing_is_counted(make: Make) -> None:
    sandbox = await make(force_refresh_quota=1)
    await stable(sandbox, force=True)
    sandbox.clock.at += 60
    assert (await stable(sandbox, force=True))["errcode"] == 45009


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wx1"}, 40013),
        ({"secret": "guessed"}, 40125),
    ],
)
async def test_it_says_what_is_wrong_with_the_credentials(
    sandbox: Sandbox, changed: dict[str, str], code: int
) -> None:
    answer = await plain(sandbox, **changed)
    assert answer["errcode"] == code
    assert " rid: " in answer["errmsg"]


@pytest.mark.parametrize(
    ("token", "code"), [("", 41001), ("abc", 40014), ("61_" + "x" * 136, 40001)]
)
async def test_it_says_what_is_wrong_with_a_token(sandbox: Sandbox, token: str, code: int) -> None:
    assert await errcode(sandbox, token) == code


async def test_the_wrong_method_has_its_own_error(sandbox: Sandbox) -> None:
    assert (await sandbox.http.post(PLAIN)).json()["errcode"] == 43001
    assert (await sandbox.http.get("/cgi-bin/stable_token")).json()["errcode"] == 43002


async def test_a_used_up_day_begins_anew_at_midnight_or_when_cleared(make: Make) -> None:
    sandbox = await make(daily_quota=2, clear_quota_monthly=1)
    clear = {"appid": sandbox.platform.settings.app_id}
    token = (await plain(sandbox))["access_token"]
    assert [await errcode(sandbox, token) for _ in range(3)] == [0, 0, 45009]
    query = {"access_token": token}
    cleared = await sandbox.http.post("/cgi-bin/clear_quota", params=query, json=clear)
    assert cleared.json() == {"errcode": 0, "errmsg": "ok"}
    assert await errcode(sandbox, token) == 0
    again = await sandbox.http.post("/cgi-bin/clear_quota", params=query, json=clear)
    assert again.json()["errcode"] == 48006
    sandbox.clock.at += 24 * 3600
    assert (await sandbox.api(USERS))["total"] == 7


async def test_a_rid_can_be_looked_up(sandbox: Sandbox) -> None:
    wrong = await sandbox.api("/cgi-bin/menu/get")
    rid = wrong["errmsg"].split("rid: ")[1]
    found = await sandbox.api("/cgi-bin/openapi/rid/get", {"rid": rid})
    assert "46003" in found["request"]["response_body"]
    assert (await sandbox.api("/cgi-bin/openapi/rid/get", {"rid": "1-2-3"}))["errcode"] == 76001
