"""Refusals: each carries the sentence that the user reads, and its HTTP status.

CampusError
├── Invalid      422  the input cannot be used as it is
├── NotFound     404  there is no such thing
├── Forbidden    403  it is not yours
├── Conflict     409  somebody was faster, or the state has moved on
├── TooMany      429  slower, please
└── Unavailable  503  a machine that we depend on does not answer

Raised anywhere below an edge (chat, page, job), each becomes a chat sentence, a page or a
JSON error there. Any other exception is a bug: logged with a reference number.
"""

import secrets


class CampusError(Exception):
    """A refusal whose text is shown to the user as it stands (Chinese, says what to do)."""

    status = 400


class Invalid(CampusError):
    status = 422


class NotFound(CampusError):
    status = 404


class Forbidden(CampusError):
    status = 403


class Conflict(CampusError):
    status = 409


class TooMany(CampusError):
    status = 429


class Unavailable(CampusError):
    status = 503


def reference() -> str:
    """A number to say on the phone, like `E7K2-19`: no letter that sounds like another."""
    letters, digits = "ACDEFHJKLMNPRTUVWXY", "2345679"
    first = secrets.choice(letters) + secrets.choice(digits) + secrets.choice(letters)
    return f"{first}{secrets.choice(digits)}-{secrets.choice(digits)}{secrets.choice(digits)}"
