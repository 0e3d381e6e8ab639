"""The errcode table: what each code asks the caller to do."""

import pytest

from app.wechat import errors as e


@pytest.mark.parametrize(
    ("codes", "kind", "permanent"),
    [
        ((-1,), e.Busy, False),
        ((40001, 40014, 42001), e.TokenRejected, False),
        ((40013, 40125, 41001, 41002, 41004, 40243), e.ConfigError, True),
        ((40164, 89503, 89506, 89507, 50004, 50007, 40036, 40037), e.ConfigError, True),
        ((45009, 45028, 48006), e.QuotaExceeded, False),
        ((45011, 43117, 45066), e.RateLimited, False),
        ((48001, 48004, 43116), e.NotPermitted, True),
        ((48002, 43019), e.RecipientRefused, True),
        ((40003, 43004, 50005), e.FollowerGone, True),
        ((43101,), e.NotSubscribed, True),
        ((47003, 47001, 40033, 40249, 41005, 45067, 40007), e.DataInvalid, True),
        ((45002, 45003, 45157, 40005, 44004), e.DataInvalid, True),
        ((53503, 53504, 53505, 53600), e.ArticleRefused, True),
        ((45015, 45047), e.WindowClosed, True),
        ((40029, 40163, 42003), e.CodeInvalid, True),
        ((46003,), e.NoMenu, True),
        ((45065,), e.AlreadySent, True),
        ((99999,), e.ApiError, True),
    ],
)
def test_each_code_is_the_action_it_asks_for(
    codes: tuple[int, ...], kind: type[e.ApiError], permanent: bool
) -> None:
    for code in codes:
        error = e.api_error(code, "words")
        assert type(error) is kind
        assert (error.errcode, error.permanent) == (code, permanent)


@pytest.mark.parametrize(
    ("errmsg", "rid"),
    [
        ("invalid credential rid: 62345678-1234abcd-0aef12", "62345678-1234abcd-0aef12"),
        ("system error hint: [abc] rid:62345678-1234abcd-0aef12", "62345678-1234abcd-0aef12"),
        ("ok", None),
        ("no grid: 12345678 here", None),
        ("", None),
    ],
)
def test_the_request_id_is_found_in_errmsg(errmsg: str, rid: str | None) -> None:
    assert e.api_error(47003, errmsg).rid == rid


def test_the_docstring_draws_the_whole_tree() -> None:
    def below(kind: type[Exception]) -> set[str]:
        return {kind.__name__}.union(*(below(sub) for sub in kind.__subclasses__()))

    assert e.__doc__ is not None
    drawn = {line.split()[1] for line in e.__doc__.splitlines() if line.lstrip()[:2] in MARKS}
    assert drawn == below(e.WeChatError)


MARKS = ("* ", "x ", "+ ", "- ")
